#include <array>
#include <csignal>
#include <set>

#include <unistd.h>

#include <tactus/cli/human_desk.hpp>
#include <tactus/cli/run_follower.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/cli/watch_run.hpp>

namespace tactus::cli {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kLookInterval{100};
constexpr std::chrono::milliseconds kStopGrace{3000};

// Why watching ended.
enum class Watched { kEnded, kWaits, kLeft, kUnanswerable };

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

// In memory nobody else can answer, and nothing is left to resume.
Error unanswerable() {
  Error error;
  error.code = ErrorCode::kStorage;
  error.message = "the run asks a human, but is kept in memory only, where nobody can answer";
  error.hint =
      "run it without `--storage memory`, on a terminal, or with `--hitl default`; `--wait` waits "
      "for its time limits";
  return error;
}

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

class Watch {
 public:
  Watch(Session& session, WatchedRun& watched, std::shared_ptr<journal::RunLog> log,
        asio::any_io_executor executor)
      : session_(session),
        watched_(watched),
        log_(std::move(log)),
        follower_(watched.options, watched.after, executor),
        desk_(session, *log_, executor) {}

  asio::awaitable<int> run() {
    const Watched why = co_await follow();
    if (why == Watched::kUnanswerable) {
      (void)session_.runs().cancel(watched_.run_id);
    } else if (why != Watched::kEnded) {
      co_await session_.runs().stop(kStopGrace);
    }
    co_await session_.runs().wait(watched_.run_id);
    follower_.say_all(*log_);
    const auto record = session_.runs().find(watched_.run_id);
    if (!record) {
      print_error(record.error());
      co_return 1;
    }
    co_return ended(why, *record);
  }

 private:
  asio::awaitable<Watched> follow() {
    auto look_at = std::chrono::steady_clock::now();
    while (follower_.say_all(*log_)) {
      if (watched_.leave) co_return Watched::kLeft;
      if (std::chrono::steady_clock::now() >= look_at) {
        if (const auto why = co_await attend()) co_return *why;
        look_at = std::chrono::steady_clock::now() + kLookInterval;
      }
      co_await follower_.wait(*log_);
    }
    co_return Watched::kEnded;
  }

  // Sees to the requests that are open. Something: watching is over.
  asio::awaitable<std::optional<Watched>> attend() {
    const auto record = session_.runs().find(watched_.run_id);
    if (!record || record->pending.empty()) co_return std::nullopt;
    if (follower_.can_ask()) {
      const Json* request = desk_.next(*record);
      if (!request) co_return std::nullopt;
      follower_.pause();
      const Asked asked = co_await desk_.ask(watched_.run_id, *request, watched_.leave);
      if (asked != Asked::kLeft || watched_.leave) co_return std::nullopt;
      co_return watched_.memory_only ? Watched::kUnanswerable : Watched::kWaits;
    }
    if (watched_.options.wait) {
      tell(*record);
    } else if (record->status == journal::RunStatus::kWaitingForHuman) {
      co_return watched_.memory_only ? Watched::kUnanswerable : Watched::kWaits;
    }
    co_return std::nullopt;
  }

  // With --wait: each request once, with the command that answers it.
  void tell(const journal::RunRecord& record) {
    if (watched_.memory_only) return;
    for (const Json& request : record.pending) {
      if (!told_.emplace(string_member(request, "request_id")).second) continue;
      follower_.pause();
      write_to(2, request_text(watched_.place, record.run_id, request));
    }
  }

  int ended(Watched why, const journal::RunRecord& record) {
    if (record.status == journal::RunStatus::kFailed) {
      print_error(error_of(record.error));
      return 1;
    }
    if (record.status == journal::RunStatus::kCompleted) {
      if (watched_.options.events.empty()) print_result(record, follower_);
      return 0;
    }
    if (why == Watched::kUnanswerable) {
      print_error(unanswerable());
      return 1;
    }
    if (why == Watched::kWaits) {
      write_to(2, waiting_text(watched_.place, record));
      return kExitWaiting;
    }
    if (why == Watched::kLeft && !watched_.memory_only) {
      write_to(2, fmt::format("run {} is saved; go on with\n  {}\n", record.run_id,
                              resume_line(watched_.place, record.run_id)));
    }
    return kExitInterrupted;
  }

  Session& session_;
  WatchedRun& watched_;
  std::shared_ptr<journal::RunLog> log_;
  Follower follower_;
  HumanDesk desk_;
  std::set<std::string> told_;
};

// The event before the generation's first.
journal::EventSeq before_generation(const journal::RunLog& log, int generation) {
  if (generation <= 1) return 0;
  constexpr std::array kTypes = {journal::EventType::kExecution};
  for (const journal::ReadEvent& event : log.events_of(kTypes)) {
    const auto parsed = parse_json(event.json);
    if (parsed && string_member(*parsed, "lifecycle_stage") == "resumed" &&
        int_member(*parsed, "generation") == generation)
      return event.seq - 1;
  }
  return 0;
}

}  // namespace

void handle_signal(Session& session, WatchedRun& watched, int signal) {
  // A second one does not wait for anything; before the start there is nothing to wait for.
  if (++watched.signals > 1 || watched.run_id.empty()) ::_exit(kExitInterrupted);
  if (signal == SIGTERM && !watched.memory_only) {
    watched.leave = true;
  } else {
    (void)session.runs().cancel(watched.run_id);
  }
}

asio::awaitable<int> watch_run(Session& session, WatchedRun& watched) {
  auto log = session.runs().log(watched.run_id);
  if (!log) {
    print_error(log.error());
    co_return 1;
  }
  Watch watch(session, watched, *log, co_await asio::this_coro::executor);
  co_return co_await watch.run();
}

asio::awaitable<int> watch_started(Session& session, WatchedRun& watched,
                                   Result<runtime::Started> started) {
  if (!started) {
    print_error(started.error());
    co_return started.error().code == ErrorCode::kUsage ? 2 : 1;
  }
  watched.run_id = started->run_id;
  if (const auto log = session.runs().log(watched.run_id); log && !started->existed)
    watched.after = before_generation(**log, started->generation);
  co_return co_await watch_run(session, watched);
}

}  // namespace tactus::cli
