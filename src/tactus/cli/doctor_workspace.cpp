// What `tactus doctor` finds in the files of a workspace.
#include <algorithm>
#include <filesystem>

#include <unistd.h>

#include <tactus/cli/doctor.hpp>
#include <tactus/runtime/config_listing.hpp>
#include <tactus/runtime/included_file.hpp>
#include <tactus/runtime/provider_kinds.hpp>
#include <tactus/runtime/providers.hpp>
#include <tactus/runtime/workspace_file.hpp>

namespace tactus::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kProgramsMax = 1000;

std::string shown_file(const Patient& patient, const std::string& file) {
  return runtime::describe_origin({runtime::ConfigOrigin::Kind::kFile, file, 0, 0},
                                  patient.workspace, patient.environment);
}

// A finding of the configuration, with the file as its subject.
Check config_check(const Patient& patient, const Error& error, Health health) {
  Check check{"config", "settings", health, error.message, error.hint};
  if (error.place && !error.place->file.empty()) {
    check.subject = shown_file(patient, error.place->file);
    if (error.place->line > 0) check.subject += ":" + std::to_string(error.place->line);
  }
  if (check.hint.empty()) check.hint = "see `tactus config`";
  return check;
}

void add_once(std::vector<Check>& checks, Check check) {
  const bool told = std::any_of(checks.begin(), checks.end(), [&](const Check& other) {
    return other.subject == check.subject && other.message == check.message;
  });
  if (!told) checks.push_back(std::move(check));
}

// The .tac files below the workspace, in byte order; folders that hold no source are left out.
std::vector<std::string> program_paths(const std::string& workspace) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator it(workspace, fs::directory_options::skip_permission_denied,
                                      error);
  for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    const std::string name = it->path().filename().string();
    if (it->is_directory(ignored)) {
      if (name.starts_with('.') || name == "node_modules" || name == "__pycache__")
        it.disable_recursion_pending();
    } else if (name.ends_with(".tac") && it->is_regular_file(ignored)) {
      paths.push_back(it->path().lexically_relative(workspace).string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

ProviderUse& use_of(std::vector<ProviderUse>& uses, const std::string& name,
                    const runtime::Config& config) {
  const auto found = std::find_if(uses.begin(), uses.end(),
                                  [&](const ProviderUse& use) { return use.name == name; });
  if (found != uses.end()) return *found;
  uses.push_back({name, config, {}, {}});
  return uses.back();
}

void add_unique(std::vector<std::string>& texts, const std::string& text) {
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
}

void add_uses(const program::Program& program, const std::string& path,
              const runtime::Config& config, const Patient& patient, std::vector<Check>& checks,
              std::vector<ProviderUse>& uses) {
  const auto add = [&](runtime::ModelWish wish) {
    const auto resolved = runtime::resolve_model(wish, config, patient.environment);
    if (!resolved) {
      add_once(checks,
               {"program", path, Health::kFail, resolved.error().message, resolved.error().hint});
      return;
    }
    ProviderUse& use = use_of(uses, resolved->provider, config);
    add_unique(use.models, resolved->model);
    add_unique(use.users, path);
  };
  for (const auto& agent : program.agents) {
    runtime::ModelWish wish;
    wish.provider = agent->provider;
    wish.model = agent->model;
    wish.file_provider = program.default_provider;
    wish.file_model = program.default_model;
    add(wish);
    for (const std::string& other : agent->fallback) {
      const std::size_t colon = other.find(':');
      if (colon == std::string::npos) continue;
      runtime::ModelWish next;
      next.provider = other.substr(0, colon);
      next.model = other.substr(colon + 1);
      add(next);
    }
  }
}

void check_program(const Patient& patient, const std::string& path, std::vector<Check>& checks,
                   std::vector<ProviderUse>& uses) {
  const auto config = runtime::load_config(patient.workspace, path, patient.environment);
  if (!config) {
    add_once(checks, config_check(patient, config.error(), Health::kFail));
    return;
  }
  for (const Error& warning : config->warnings)
    add_once(checks, config_check(patient, warning, Health::kWarn));
  const auto text = runtime::read_text(patient.workspace, path);
  if (!text) {
    std::string message = text.error().message;
    if (message.starts_with(path + ": ")) message.erase(0, path.size() + 2);
    const std::string& hint = text.error().hint;
    checks.push_back(
        {"program", path, Health::kWarn, message, hint.empty() ? "check the file" : hint});
    return;
  }
  const program::Source source{path, *text, runtime::outside_sets(*config),
                               runtime::included_files(patient.workspace)};
  const auto checked = program::check(source, true);
  if (!checked || !checked->program->errors.empty()) {
    const std::string why =
        checked ? checked->program->errors.front().message : checked.error().message;
    checks.push_back({"program", path, Health::kWarn, "it is not valid: " + why,
                      "see `tactus validate " + path + "`"});
  }
  if (checked) add_uses(*checked->program, path, *config, patient, checks, uses);
}

// What the configuration names without any program.
void add_configured(const Patient& patient, std::vector<ProviderUse>& uses) {
  const runtime::Config& config = patient.config;
  if (config.default_provider)
    use_of(uses, *config.default_provider, config).users.emplace_back("default_provider");
  for (const auto& [name, provider] : config.providers) use_of(uses, name, config);
  for (const auto& [setting, key] : config.api_keys) {
    const auto kinds = runtime::provider_kinds();
    const auto kind = std::find_if(
        kinds.begin(), kinds.end(),
        [&named = setting](const auto& candidate) { return candidate.key_setting == named; });
    if (kind != kinds.end() && !key.empty()) use_of(uses, std::string(kind->name), config);
  }
  if (uses.empty()) {
    const std::string name = runtime::default_model_of(config, patient.environment).provider;
    use_of(uses, name, config).users.emplace_back("default_provider");
  }
}

}  // namespace

std::vector<Check> check_configuration(Patient& patient) {
  std::vector<Check> checks;
  auto config = runtime::load_config(patient.workspace, "", patient.environment);
  if (!config) {
    checks.push_back(config_check(patient, config.error(), Health::kFail));
    return checks;
  }
  patient.config = *std::move(config);
  for (const std::string& file :
       runtime::config_files(patient.workspace, "", patient.environment)) {
    std::error_code ignored;
    if (fs::exists(file, ignored))
      checks.push_back({"config", shown_file(patient, file), Health::kOk, "it is read"});
  }
  const std::string variables = patient.workspace + "/.env";
  if (std::error_code ignored; fs::exists(variables, ignored)) {
    const bool readable = ::access(variables.c_str(), R_OK) == 0;
    checks.push_back(readable ? Check{"config", ".env", Health::kOk, "it is read"}
                              : Check{"config", ".env", Health::kWarn, "it cannot be read",
                                      "make it readable for you, or remove it"});
  }
  if (checks.empty())
    checks.push_back({"config", "settings", Health::kOk, "no files; built-in settings count"});
  for (const Error& warning : patient.config.warnings)
    add_once(checks, config_check(patient, warning, Health::kWarn));
  return checks;
}

std::vector<Check> check_programs(const Patient& patient, std::vector<ProviderUse>& uses) {
  // What is wrong with the configuration of all has been told.
  std::vector<Check> told;
  for (const Error& warning : patient.config.warnings)
    add_once(told, config_check(patient, warning, Health::kWarn));
  const bool broken = !patient.config.tree;
  std::vector<Check> checks = told;
  std::vector<std::string> paths = program_paths(patient.workspace);
  const std::size_t count = paths.size();
  if (count > kProgramsMax) paths.resize(kProgramsMax);
  if (!broken) {
    for (const std::string& path : paths) check_program(patient, path, checks, uses);
  }
  checks.erase(checks.begin(), checks.begin() + static_cast<std::ptrdiff_t>(told.size()));
  if (broken) {
    checks.push_back({"program", "all", Health::kWarn,
                      "programs are not looked at: the configuration cannot be read",
                      "repair it first"});
  } else if (count > kProgramsMax) {
    checks.push_back({"program", "all", Health::kWarn,
                      fmt::format("only {} of {} programs were looked at", kProgramsMax, count),
                      "name a folder with fewer"});
  } else {
    checks.push_back(
        {"program", "all", Health::kOk, fmt::format("{} looked at for their agents", count)});
  }
  add_configured(patient, uses);
  return checks;
}

}  // namespace tactus::cli
