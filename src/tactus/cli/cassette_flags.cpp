#include <charconv>
#include <cmath>
#include <filesystem>

#include <CLI/CLI.hpp>

#include <tactus/cli/cassette_flags.hpp>

namespace tactus::cli {
namespace {

using Options = std::optional<llm::CassetteOptions>;

tl::unexpected<Error> usage(std::string message, std::string hint) {
  return fail(Error{ErrorCode::kUsage, std::move(message), std::move(hint), {}, ""});
}

// How many times as fast; 0 = at once.
Result<double> speed_of(const std::string& timing) {
  if (timing.empty()) return 0;
  if (timing == "real") return 1;
  double speed = 0;
  const auto [end, error] = std::from_chars(timing.data(), timing.data() + timing.size(), speed);
  const bool whole = error == std::errc{} && end == timing.data() + timing.size();
  if (whole && std::isfinite(speed) && speed > 0) return speed;
  return usage(fmt::format("--timing '{}' is neither `real` nor a number above 0", timing),
               "e.g. --timing 4: four times as fast as it was recorded");
}

std::string absolute(const std::string& folder) {
  std::error_code error;
  const auto path = std::filesystem::absolute(folder, error).lexically_normal();
  return error ? folder : path.string();
}

}  // namespace

void add_cassette_options(CLI::App& sub, CassetteFlags& flags) {
  sub.add_option("--record", flags.record, "Keep what providers and services answer in this folder")
      ->type_name("DIR");
  sub.add_option("--replay", flags.replay, "Answer from the recordings of this folder, offline")
      ->type_name("DIR");
  sub.add_option("--timing", flags.timing,
                 "Of a replay: real, or a number of times as fast (default: at once)");
  sub.add_option("--fault", flags.fault,
                 "Of a replay: what goes wrong, as for `tactus mock-provider`");
}

Result<Options> cassette_options(const CassetteFlags& flags) {
  if (!flags.record.empty() && !flags.replay.empty())
    return usage("--record and --replay exclude each other", "record first, then replay");
  if (flags.replay.empty() && !(flags.timing.empty() && flags.fault.empty()))
    return usage("--timing and --fault are options of a replay", "add --replay DIR");
  llm::CassetteOptions options;
  if (!flags.record.empty()) {
    options.mode = llm::CassetteOptions::Mode::kRecord;
    options.folder = absolute(flags.record);
    return options;
  }
  if (flags.replay.empty()) return Options{};
  const auto speed = speed_of(flags.timing);
  if (!speed) return fail(speed.error());
  auto fault = llm::mock::parse_fault(flags.fault);
  if (!fault) return fail(fault.error());
  options.folder = absolute(flags.replay);
  options.speed = *speed;
  options.fault = std::move(*fault);
  return options;
}

}  // namespace tactus::cli
