#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include <tactus/cli/run_follower.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {

namespace asio = boost::asio;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

// The spinner's frames, and how soon a request to a human is noticed.
constexpr std::chrono::milliseconds kMoment{100};

// What is said even if nobody watches: it must not be lost in a log that nobody asked for.
bool is_trouble(const journal::ReadEvent& event) {
  return event.type == journal::EventType::kLog &&
         (event.json.find(R"("level":"WARNING")") != std::string::npos ||
          event.json.find(R"("level":"ERROR")") != std::string::npos);
}

}  // namespace

Follower::Follower(const WatchOptions& options, journal::EventSeq after,
                   asio::any_io_executor executor)
    : json_lines_(options.events == "jsonl"),
      can_ask_(!json_lines_ && ::isatty(0) == 1 && ::isatty(1) == 1),
      human_(json_lines_ || ::isatty(1) != 1 ? 2 : 1),
      quiet_(options.quiet),
      show_(!options.quiet && (human_ == 1 || ::isatty(2) == 1)),
      view_(options.plain ? plain_style() : style_for(human_), system_clock()),
      after_(after),
      timer_(std::move(executor)) {
  view_.show_requests(!can_ask_);
  if (options.plain) hold_.emplace();
}

bool Follower::say_all(const journal::RunLog& log) {
  for (;;) {
    const bool closed = log.closed();
    const auto events = log.read(after_, {});
    if (events.empty()) return !closed;
    say(events);
    after_ = events.back().cursor;
  }
}

void Follower::say(const std::vector<journal::ReadEvent>& events) {
  std::string lines, human;
  for (const journal::ReadEvent& event : events) {
    if (json_lines_) lines += event.json + "\n";
    if (!show_ && (quiet_ || !is_trouble(event))) continue;
    if (const auto parsed = parse_json(event.json)) human += view_.event(*parsed);
  }
  if (!lines.empty()) write_to(1, lines);
  if (!human.empty()) write_human(human);
}

asio::awaitable<void> Follower::wait(const journal::RunLog& log) {
  timer_.expires_after(kMoment);
  boost::system::error_code ignored;
  co_await (log.wait(after_) ||
            timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored)));
  if (show_ && view_.waiting() && log.last_seq() == after_) write_human(view_.tick());
}

void Follower::pause() {
  if (show_) write_human(view_.pause());
}

void Follower::write_human(std::string_view text) {
  write_to(human_, hold_ ? hold_->add(text) : std::string(text));
}

}  // namespace tactus::cli
