// tactus run.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include <tactus/cli/commands.hpp>
#include <tactus/cli/run_view.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {

namespace asio = boost::asio;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr std::chrono::milliseconds kSpinnerInterval{100};
constexpr int kInterrupted = 130;

Result<JsonObject> parse_parameters(const std::vector<std::string>& parameters) {
  JsonObject inputs;
  for (const std::string& parameter : parameters) {
    const std::size_t equals = parameter.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(Error{ErrorCode::kUsage,
                        "--param needs name=value, got '" + parameter + "'",
                        "e.g. --param topic=rivers",
                        {},
                        ""});
    }
    inputs[parameter.substr(0, equals)] = parameter.substr(equals + 1);
  }
  return inputs;
}

// Follows one run and says its events, until its log is closed.
class Follower {
 public:
  Follower(const RunCommand& command, asio::any_io_executor executor)
      : json_lines_(command.events == "jsonl"),
        human_(json_lines_ || ::isatty(1) != 1 ? 2 : 1),
        quiet_(command.quiet),
        show_(!command.quiet && (human_ == 1 || ::isatty(2) == 1)),
        view_(style_for(human_), system_clock()),
        timer_(std::move(executor)) {}

  asio::awaitable<void> follow(std::shared_ptr<journal::RunLog> log) {
    journal::EventSeq after = 0;
    for (;;) {
      const bool closed = log->closed();
      const auto events = log->read(after, {});
      if (!events.empty()) {
        say(events);
        after = events.back().cursor;
      } else if (closed) {
        co_return;
      } else {
        co_await next(*log, after);
      }
    }
  }

  bool shows_text() const { return show_ && human_ == 1; }

 private:
  void say(const std::vector<journal::ReadEvent>& events) {
    std::string lines, human;
    for (const journal::ReadEvent& event : events) {
      if (json_lines_) lines += event.json + "\n";
      // Nobody watches, but what went wrong must not be lost in a log that nobody asked for.
      const bool is_trouble = event.type == journal::EventType::kLog &&
                              (event.json.find(R"("level":"WARNING")") != std::string::npos ||
                               event.json.find(R"("level":"ERROR")") != std::string::npos);
      if (!show_ && (quiet_ || !is_trouble)) continue;
      if (const auto parsed = parse_json(event.json)) human += view_.event(*parsed);
    }
    if (!lines.empty()) write_to(1, lines);
    if (!human.empty()) write_to(human_, human);
  }

  // Until there is something to read; turns the spinner meanwhile. No timer runs while text flows.
  asio::awaitable<void> next(journal::RunLog& log, journal::EventSeq after) {
    if (!show_ || !view_.waiting()) co_return co_await log.wait(after);
    timer_.expires_after(kSpinnerInterval);
    boost::system::error_code ignored;
    co_await (log.wait(after) ||
              timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored)));
    if (log.last_seq() == after) write_to(human_, view_.tick());
  }

  bool json_lines_;
  int human_;  // The descriptor that people read.
  bool quiet_;
  bool show_;
  RunView view_;
  asio::steady_timer timer_;
};

void print_result(const journal::RunRecord& record, const Follower& follower) {
  const Json& result = record.result;
  if (result.is_null()) return;
  const std::string text =
      result.is_string() ? std::string(result.get_string()) : dump_json(result);
  const Style style = style_for(1);
  // On a terminal the result follows what was shown; alone in a pipe it is all there is.
  const std::string label =
      follower.shows_text() ? fmt::format("\n{}result{} ", style.bold, style.reset) : "";
  write_to(1, label + (style.is_terminal ? printable(text) : text) + "\n");
}

Error error_of(const Json& json) {
  Error error;
  error.code = error_code_from_name(string_member(json, "code")).value_or(ErrorCode::kInternal);
  error.message = string_member(json, "message", "the run failed");
  error.hint = string_member(json, "hint");
  if (find_member(json, "file")) {
    error.place = Place{std::string(string_member(json, "file")),
                        static_cast<int>(int_member(json, "line")), 0};
  }
  return error;
}

int exit_code_of(const journal::RunRecord& record) {
  if (record.status == journal::RunStatus::kCompleted) return 0;
  return record.status == journal::RunStatus::kFailed ? 1 : kInterrupted;
}

asio::awaitable<int> start_and_follow(Session& session, const RunCommand& command,
                                      runtime::StartRequest request, std::string& run_id) {
  auto started = co_await session.runs().start(std::move(request));
  if (!started) {
    print_error(started.error());
    co_return 1;
  }
  run_id = started->run_id;
  const auto log = session.runs().log(run_id);
  if (!log) {
    print_error(log.error());
    co_return 1;
  }
  Follower follower(command, co_await asio::this_coro::executor);
  co_await follower.follow(*log);
  co_await session.runs().wait(run_id);
  const auto record = session.runs().find(run_id);
  if (!record) {
    print_error(record.error());
    co_return 1;
  }
  if (record->status == journal::RunStatus::kFailed) print_error(error_of(record->error));
  if (record->status == journal::RunStatus::kCompleted && command.events.empty())
    print_result(*record, follower);
  co_return exit_code_of(*record);
}

}  // namespace

int run_command(const RunCommand& command) {
  auto inputs = parse_parameters(command.parameters);
  if (!inputs) {
    print_error(inputs.error());
    return 2;
  }
  if (!command.run_id.empty() && !runtime::is_run_id(command.run_id)) {
    print_error({ErrorCode::kUsage,
                 "--run-id '" + command.run_id + "' cannot be an id",
                 "letters, digits, _ - and ., at most 128",
                 {},
                 ""});
    return 2;
  }
  const auto located = locate(command.file);
  if (!located) {
    print_error(located.error());
    return 1;
  }
  auto session = Session::open({located->workspace, command.storage == "memory", demo_pace()});
  if (!session) {
    print_error(session.error());
    return 1;
  }
  runtime::StartRequest request;
  request.path = located->path;
  request.inputs = std::move(*inputs);
  request.overrides = {command.provider, command.model, command.stream, false};
  request.run_id = command.run_id;
  std::string run_id;
  int signals = 0;
  // The command coroutine sets `run_id` and the handler reads it on the same strand of the loop.
  const auto on_signal = [&](int) {
    if (++signals > 1) ::_exit(kInterrupted);  // A second Ctrl-C does not wait for anything.
    if (run_id.empty()) ::_exit(kInterrupted);
    (void)(*session)->runs().cancel(run_id);
  };
  return (*session)->run(
      [&] { return start_and_follow(**session, command, std::move(request), run_id); }, on_signal);
}

}  // namespace tactus::cli
