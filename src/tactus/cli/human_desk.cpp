#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <tactus/cli/human_desk.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kKeyInterval{40};
constexpr int kLooksPerAsking = 5;  // Every so many looks at the keyboard, one at the request.

std::size_t terminal_columns() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  return ::ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

}  // namespace

HumanDesk::HumanDesk(Session& session, const journal::RunLog& log, asio::any_io_executor executor)
    : session_(session), log_(log), timer_(std::move(executor)) {}

const Json* HumanDesk::next(const journal::RunRecord& record) const {
  for (const Json& request : record.pending) {
    if (!answered_.contains(std::string(string_member(request, "request_id")))) return &request;
  }
  return nullptr;
}

asio::awaitable<Asked> HumanDesk::ask(const std::string& run_id, Json request, const bool& leave) {
  const std::string request_id(string_member(request, "request_id"));
  HumanPrompt prompt(std::move(request), style_for(1), terminal_columns());
  // What was typed before anything was asked is no answer.
  typed_.clear();
  ::tcflush(0, TCIFLUSH);
  write_to(1, prompt.question());
  boost::system::error_code ignored;
  for (int looks = 0;; ++looks) {
    std::string line, reply;
    const Typed typed = read_line(line);
    if (typed == Typed::kEnd || leave) {
      write_to(1, "\n");
      co_return Asked::kLeft;
    }
    if (typed == Typed::kLine) {
      auto value = prompt.take(line, reply);
      if (!reply.empty()) write_to(1, reply);
      if (!value) continue;
      const auto ended = co_await answer(run_id, request_id, std::move(*value), prompt);
      if (ended) co_return *ended;
      continue;
    }
    const bool looks_at_run = looks % kLooksPerAsking == kLooksPerAsking - 1;
    if (log_.closed() || (looks_at_run && !is_open(run_id, request_id))) {
      // Whoever pressed Ctrl-C knows why.
      write_to(1, is_cancelled(run_id) ? "\n" : "\nno longer asked here\n");
      co_return Asked::kGone;
    }
    timer_.expires_after(kKeyInterval);
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

asio::awaitable<std::optional<Asked>> HumanDesk::answer(const std::string& run_id,
                                                        const std::string& request_id, Json value,
                                                        HumanPrompt& prompt) {
  runtime::AnswerRequest request;
  request.run_id = run_id;
  request.request_id = request_id;
  request.value = std::move(value);
  request.resume = false;
  const auto given = co_await session_.runs().answer(std::move(request));
  if (given) {
    answered_.insert(request_id);
    co_return Asked::kAnswered;
  }
  print_error(given.error());
  if (given.error().code == ErrorCode::kHitlAnswered) answered_.insert(request_id);
  if (given.error().code == ErrorCode::kHitlAnswered || !is_open(run_id, request_id))
    co_return Asked::kGone;
  write_to(1, prompt.asks());
  co_return std::nullopt;
}

bool HumanDesk::is_cancelled(const std::string& run_id) {
  const auto record = session_.runs().find(run_id);
  return record && record->status == journal::RunStatus::kCancelled;
}

bool HumanDesk::is_open(const std::string& run_id, const std::string& request_id) {
  const auto record = session_.runs().find(run_id);
  if (!record) return false;
  for (const Json& request : record->pending) {
    if (string_member(request, "request_id") == request_id) return true;
  }
  return false;
}

HumanDesk::Typed HumanDesk::read_line(std::string& line) {
  constexpr std::size_t kLineBytesMax = 1U << 20;
  const auto take = [&] {
    const std::size_t end = typed_.find('\n');
    if (end == std::string::npos) return Typed::kNothing;
    line = typed_.substr(0, end);
    typed_.erase(0, end + 1);
    return Typed::kLine;
  };
  if (take() == Typed::kLine) return Typed::kLine;
  pollfd ready{0, POLLIN, 0};
  if (::poll(&ready, 1, 0) <= 0) return Typed::kNothing;
  char bytes[4096];
  const ssize_t count = ::read(0, bytes, sizeof bytes);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return Typed::kNothing;
  // The end of input, a terminal that has gone, or no line at all.
  if (count <= 0 || typed_.size() > kLineBytesMax) return Typed::kEnd;
  typed_.append(bytes, static_cast<std::size_t>(count));
  return take();
}

}  // namespace tactus::cli
