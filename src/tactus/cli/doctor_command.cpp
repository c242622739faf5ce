// tactus doctor.
#include <algorithm>
#include <csignal>

#include <tactus/cli/commands.hpp>
#include <tactus/cli/doctor.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {
namespace {

constexpr std::size_t kCheckWidth = 12;
constexpr std::string_view kHintIndent = "                    ";

std::string_view name_of(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kWarn:
      return "warn";
    case Health::kFail:
      return "fail";
  }
  return "fail";
}

std::string_view tone_of(const Style& style, Health health) {
  if (health == Health::kOk) return style.green;
  return health == Health::kWarn ? style.yellow : style.red;
}

std::string line_of(const Style& style, const Check& check) {
  std::string line = fmt::format("{}{:<4}{}  {:<{}}  {}: {}\n", tone_of(style, check.health),
                                 name_of(check.health), style.reset, check.check, kCheckWidth,
                                 printable(check.subject), printable(check.message));
  if (!check.hint.empty()) {
    line += fmt::format("{}{}hint:{} {}\n", kHintIndent, style.cyan, style.reset,
                        printable(check.hint));
  }
  return line;
}

JsonObject json_of(const Check& check) {
  JsonObject json{{"check", check.check},
                  {"subject", check.subject},
                  {"status", name_of(check.health)},
                  {"message", check.message}};
  if (!check.hint.empty()) json["hint"] = check.hint;
  return json;
}

std::string summary(const Style& style, const std::vector<Check>& checks) {
  const auto count = [&](Health health) {
    return std::count_if(checks.begin(), checks.end(),
                         [&](const Check& check) { return check.health == health; });
  };
  const auto failed = count(Health::kFail);
  const auto warned = count(Health::kWarn);
  return fmt::format("\n{}{} checks: {} failed, {} warned{}\n", style.bold, checks.size(), failed,
                     warned, style.reset);
}

}  // namespace

int doctor_command(const DoctorCommand& command) {
  std::signal(SIGPIPE, SIG_IGN);
  auto options = session_options(command.workspace, "");
  if (!options) {
    print_error(options.error());
    return 1;
  }
  Patient patient{options->workspace, runtime::Environment(options->workspace), {}};
  std::vector<Check> checks = check_configuration(patient);
  const auto add = [&](std::vector<Check> more) {
    std::move(more.begin(), more.end(), std::back_inserter(checks));
  };
  std::vector<ProviderUse> uses;
  add(check_programs(patient, uses));
  add(check_proxies(patient));
  add(check_certificates(patient));
  add(check_providers(patient, uses, command.online));
  add(check_store(patient));
  add(check_mcp_servers(patient));

  const Style style = style_for(1);
  std::string out;
  for (const Check& check : checks)
    out += command.json ? dump_json(json_of(check)) + "\n" : line_of(style, check);
  if (!command.json) out += summary(style, checks);
  write_to(1, out);
  return std::any_of(checks.begin(), checks.end(),
                     [](const Check& check) { return check.health == Health::kFail; })
             ? 1
             : 0;
}

}  // namespace tactus::cli
