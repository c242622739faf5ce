// tactus runs.
#include <tactus/cli/commands.hpp>
#include <tactus/cli/run_view.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/server/run_json.hpp>

namespace tactus::cli {
namespace {

std::string_view status_colour(const Style& style, journal::RunStatus status) {
  switch (status) {
    case journal::RunStatus::kCompleted:
      return style.green;
    case journal::RunStatus::kFailed:
      return style.red;
    case journal::RunStatus::kRunning:
      return style.cyan;
    case journal::RunStatus::kWaitingForHuman:
    case journal::RunStatus::kSleeping:
    case journal::RunStatus::kInterrupted:
    case journal::RunStatus::kCancelled:
      return style.yellow;
  }
  return style.reset;
}

// "waiting_for_human 2": with the number of requests that are open.
std::string status_text(const journal::RunRecord& record) {
  std::string text(journal::run_status_name(record.status));
  if (!record.pending.empty()) text += fmt::format(" {}", record.pending.size());
  return text;
}

std::string row(const Style& style, const journal::RunRecord& record) {
  const std::string duration = record.ended_at.empty() ? "-" : duration_text(record.duration_ms);
  const std::string cost = cost_text(record.total_cost ? Json(*record.total_cost) : Json(nullptr));
  return fmt::format("{:<31} {}{:<20}{} {:<20} {:<20} {:>9} {:>9} {:>13}\n", record.run_id,
                     status_colour(style, record.status), status_text(record), style.reset,
                     printable(record.procedure_id), record.started_at.substr(0, 19), duration,
                     record.total_tokens, cost);
}

}  // namespace

int runs_command(const RunsCommand& command) {
  auto options = session_options(command.workspace, command.storage);
  if (!options) {
    print_error(options.error());
    return 1;
  }
  journal::RunQuery query;
  query.procedure_id = command.procedure;
  query.limit = std::clamp<std::size_t>(command.limit, 1, 200);
  if (!command.status.empty()) {
    query.status = journal::run_status_from_name(command.status);
    if (!query.status) {
      print_error({ErrorCode::kUsage,
                   "unknown status '" + command.status + "'",
                   "one of " + journal::run_status_names(),
                   {},
                   ""});
      return 2;
    }
  }
  auto session = Session::open(std::move(*options));
  if (!session) {
    print_error(session.error());
    return 1;
  }
  const auto records = (*session)->runs().list(query);
  if (!records) {
    print_error(records.error());
    return 1;
  }
  const Style style = style_for(1);
  std::string out;
  if (command.json) {
    for (const journal::RunRecord& record : *records)
      out += dump_json(server::run_json(record)) + "\n";
  } else if (records->empty()) {
    out = "no runs yet; start one with `tactus run FILE`\n";
  } else {
    out = fmt::format("{}{:<31} {:<20} {:<20} {:<20} {:>9} {:>9} {:>13}{}\n", style.bold, "RUN",
                      "STATUS", "PROCEDURE", "STARTED (UTC)", "DURATION", "TOKENS", "COST",
                      style.reset);
    for (const journal::RunRecord& record : *records) out += row(style, record);
  }
  write_to(1, out);
  return 0;
}

}  // namespace tactus::cli
