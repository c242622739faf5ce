// tactus answer.
#include <array>
#include <filesystem>

#include <unistd.h>

#include <tactus/base/text.hpp>
#include <tactus/cli/commands.hpp>
#include <tactus/cli/run_reference.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/cli/watch_run.hpp>
#include <tactus/runtime/human.hpp>

namespace tactus::cli {

namespace asio = boost::asio;

namespace {

// The only open request; fails with kHitlOption when there is none, or more than one.
Result<std::string> only_request(const journal::RunRecord& record) {
  if (record.pending.size() == 1)
    return std::string(string_member(record.pending.front(), "request_id"));
  std::vector<std::string> open;
  for (const Json& request : record.pending)
    open.emplace_back(string_member(request, "request_id"));
  Error error;
  error.code = ErrorCode::kHitlOption;
  error.message = fmt::format("run '{}' has {} open requests", record.run_id, open.size());
  error.hint = open.empty() ? "it waits for nobody" : "name one of them: " + join(open, ", ");
  return fail(std::move(error));
}

// Open or answered; null when the run never asked that.
Json request_of(runtime::RunService& runs, const journal::RunRecord& record,
                const std::string& request_id, bool& open) {
  open = true;
  for (const Json& request : record.pending) {
    if (string_member(request, "request_id") == request_id) return request;
  }
  open = false;
  const auto log = runs.log(record.run_id);
  if (!log) return nullptr;
  constexpr std::array kTypes = {journal::EventType::kHitlRequest};
  for (const journal::ReadEvent& event : (*log)->events_of(kTypes)) {
    auto parsed = parse_json(event.json);
    if (parsed && string_member(*parsed, "request_id") == request_id) return std::move(*parsed);
  }
  return nullptr;
}

// What was meant by the words of a command line. Texts stay as they were typed: the service
// converts them by the type that the request asks for, so that "1.50" as a text loses nothing.
Json typed_value(const Json& request, const std::string& text) {
  auto parsed = parse_json(text);
  if (string_member(request, "input_type") == "json") return Json(text);
  if (!parsed) return Json(text);
  const bool takes_tables = string_member(request, "request_type") != "input";
  if (parsed->is_string() || request.is_null()) return std::move(*parsed);
  return takes_tables && parsed->is_object() ? std::move(*parsed) : Json(text);
}

// True if a process that is alive has the run; it finds the answer by itself.
bool is_live_elsewhere(Session& session, const journal::RunRecord& record) {
  if (!journal::is_live(record.status)) return false;
  const auto claimed = session.store()->claim(record.run_id);
  if (claimed) session.store()->release(record.run_id);
  return !claimed && claimed.error().code == ErrorCode::kRunBusy;
}

int refuse(const Error& error) {
  print_error(error);
  return 1;
}

std::string answered_text(Session& session, const AnswerCommand& command,
                          const journal::RunRecord& record, const std::string& request_id,
                          const runtime::Answered& answered) {
  const RunPlace place =
      run_place(std::filesystem::canonical(command.workspace).string(), command.storage);
  std::string text = fmt::format("{} of run {} {}: {}\n", request_id, record.run_id,
                                 answered.repeated ? "was answered so before" : "is answered",
                                 printable(dump_json(answered.value)));
  if (record.status == journal::RunStatus::kCompleted) return text;
  return text + (is_live_elsewhere(session, record)
                     ? "the run goes on in the process that has it\n"
                     : "go on with\n  " + resume_line(place, record.run_id) + "\n");
}

asio::awaitable<int> answer(Session& session, const AnswerCommand& command) {
  const auto record = find_run(session.runs(), command.run);
  if (!record) co_return refuse(record.error());
  std::string request_id = command.request;
  if (request_id == "-") {
    auto only = only_request(*record);
    if (!only) co_return refuse(only.error());
    request_id = std::move(*only);
  }
  bool open = false;
  const Json asked = request_of(session.runs(), *record, request_id, open);
  runtime::AnswerRequest request;
  request.run_id = record->run_id;
  request.request_id = request_id;
  request.value = typed_value(asked, command.value);
  request.resume = false;
  // An answer is compared with an earlier one as the program got that.
  if (!open && !asked.is_null()) {
    auto checked = runtime::check_answer(asked, request.value);
    if (!checked) co_return refuse(checked.error());
    request.value = std::move(*checked);
  }
  const auto answered = co_await session.runs().answer(std::move(request));
  if (!answered) co_return refuse(answered.error());
  write_to(1, answered_text(session, command, *record, request_id, *answered));
  co_return 0;
}

}  // namespace

int answer_command(const AnswerCommand& command) {
  auto options = session_options(command.workspace, command.storage);
  if (!options) return refuse(options.error());
  auto session = Session::open(std::move(*options));
  if (!session) return refuse(session.error());
  return (*session)->run([&] { return answer(**session, command); },
                         [](int) { ::_exit(kExitInterrupted); });
}

}  // namespace tactus::cli
