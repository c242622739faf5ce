// A server that is a process: one message a line on its standard streams.
#include <deque>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/spdlog.h>

#include <tactus/mcp/child_process.hpp>
#include <tactus/mcp/line_decoder.hpp>
#include <tactus/mcp/transport.hpp>
#include <tactus/net/async.hpp>

namespace tactus::mcp {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kQueueBytesMax = std::size_t{32} << 20;  // Unsent; beyond it the end.
constexpr std::size_t kTailBytesMax = 2 << 10;
constexpr std::size_t kStrayBytesMax = 256 << 10;  // Output that is no message; beyond it the end.
constexpr std::chrono::milliseconds kExitNews{300};

// Shared by the transport and the coroutines that serve its streams: those end soon after it, not
// with it.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(asio::any_io_executor executor, ProcessSpec spec)
      : executor_(std::move(executor)), spec_(std::move(spec)), errors_news_(executor_) {}

  Result<void> start(TransportEvents events) {
    auto child = ChildProcess::spawn(executor_, spec_);
    if (!child) return fail(child.error());
    child_ = std::move(*child);
    events_ = std::move(events);
    spawn(read_messages(shared_from_this()));
    spawn(read_errors(shared_from_this()));
    return {};
  }

  void send(std::string text) {
    if (!child_ || closed_) return;
    queued_bytes_ += text.size() + 1;
    if (queued_bytes_ > kQueueBytesMax) {
      // From a handler of its own: the caller is told nothing before its call has returned.
      asio::post(executor_, [self = shared_from_this()] { self->closed("takes no more input"); });
      return;
    }
    queue_.push_back(std::move(text) + "\n");
    if (!writing_) spawn(write_messages(shared_from_this()));
  }

  void forget() {
    events_ = {};
    if (child_) child_->kill();
    child_.reset();
  }

  static asio::awaitable<void> close(std::shared_ptr<Link> self) {
    self->events_ = {};
    if (const auto child = self->child_) co_await child->stop();
  }

 private:
  void spawn(asio::awaitable<void> task) {
    asio::co_spawn(executor_, std::move(task), [](std::exception_ptr failure) {
      if (!failure) return;
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& e) {
        spdlog::error("serving an MCP server's streams failed: {}", e.what());
      }
    });
  }

  static asio::awaitable<void> read_messages(std::shared_ptr<Link> self) {
    const auto child = self->child_;
    std::string buffer(std::size_t{64} << 10, '\0');
    LineDecoder lines(kMessageBytesMax);
    for (;;) {
      const auto [error, size] =
          co_await child->output.async_read_some(asio::buffer(buffer), net::use_result);
      if (!self->child_) co_return;
      if (error) break;
      auto complete = lines.push(std::string_view(buffer).substr(0, size));
      if (!complete) {
        self->closed(fmt::format("sent a message of more than {} MiB", kMessageBytesMax >> 20));
        co_return;
      }
      for (const std::string& line : *complete) self->take(line);
      if (self->closed_ || !self->child_) co_return;
    }
    if (const std::string line = lines.finish(); !line.empty()) self->take(line);
    if (self->closed_ || !self->child_) co_return;
    // Why it left is known a moment later than that it left. `stop` may run meanwhile and does not
    // mind.
    const auto how = co_await child->wait(kExitNews);
    // Its last words may still be on their way.
    if (!self->errors_ended_) {
      self->errors_news_.expires_after(kExitNews);
      (void)co_await self->errors_news_.async_wait(net::use_result);
    }
    self->closed(how.value_or("closed its output"));
  }

  static asio::awaitable<void> read_errors(std::shared_ptr<Link> self) {
    const auto child = self->child_;
    std::string buffer(std::size_t{4} << 10, '\0');
    for (;;) {
      const auto [error, size] =
          co_await child->errors.async_read_some(asio::buffer(buffer), net::use_result);
      if (error) break;
      self->errors_.append(std::string_view(buffer).substr(0, size));
    }
    self->errors_ended_ = true;
    self->errors_news_.cancel();
  }

  static asio::awaitable<void> write_messages(std::shared_ptr<Link> self) {
    const auto child = self->child_;
    self->writing_ = true;
    while (self->child_ && !self->queue_.empty()) {
      const std::string text = std::move(self->queue_.front());
      self->queue_.pop_front();
      const auto [error, size] =
          co_await asio::async_write(child->input, asio::buffer(text), net::use_result);
      self->queued_bytes_ -= text.size();
      // A process that has gone tells why by its end, which the reader sees.
      if (error) break;
    }
    self->writing_ = false;
  }

  // One line of output. What is no JSON is a stray word of the program's, kept for the message in
  // case nothing better comes.
  void take(const std::string& line) {
    auto message = parse_json(line);
    if (message && message->is_object()) {
      if (events_.on_message) events_.on_message(*message);
      return;
    }
    if (message && message->is_array()) {  // A batch of the revision 2025-03-26.
      const JsonArray batch = message->get_array();
      for (const Json& each : batch) {
        if (events_.on_message) events_.on_message(each);
      }
      return;
    }
    strays_.append(line + "\n");
    stray_bytes_ += line.size() + 1;
    if (stray_bytes_ > kStrayBytesMax) {
      closed("writes to its standard output what is no MCP message");
    }
  }

  void closed(std::string how) {
    if (closed_) return;
    closed_ = true;
    Error error;
    error.code = ErrorCode::kMcpConnect;
    error.message = "its process " + how;
    const std::string said = errors_.text();
    const std::string strayed = strays_.text();
    if (!said.empty()) error.message += "; it wrote to standard error: " + said;
    if (said.empty() && !strayed.empty()) error.message += "; its output was: " + strayed;
    error.hint = fmt::format("try `{}` in a terminal", spec_.command);
    if (events_.on_closed) events_.on_closed(std::move(error));
  }

  asio::any_io_executor executor_;
  ProcessSpec spec_;
  TransportEvents events_;
  std::shared_ptr<ChildProcess> child_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  bool writing_ = false;
  bool closed_ = false;
  bool errors_ended_ = false;
  asio::steady_timer errors_news_;  // Cancelled when `errors_ended_` becomes true.
  TextTail errors_{kTailBytesMax}, strays_{kTailBytesMax};
  std::size_t stray_bytes_ = 0;
};

class StdioTransport final : public Transport {
 public:
  StdioTransport(asio::any_io_executor executor, ProcessSpec spec)
      : link_(std::make_shared<Link>(std::move(executor), std::move(spec))) {}
  ~StdioTransport() override { link_->forget(); }

  Result<void> start(TransportEvents events) override { return link_->start(std::move(events)); }
  void send(Outgoing message) override { link_->send(std::move(message.text)); }
  void abandon(std::int64_t) override {}
  void ready(std::string_view) override {}
  awaitable<void> close() override { return Link::close(link_); }

 private:
  std::shared_ptr<Link> link_;
};

}  // namespace

std::unique_ptr<Transport> make_stdio_transport(asio::any_io_executor executor,
                                                const ServerConfig& config) {
  return std::make_unique<StdioTransport>(
      std::move(executor), ProcessSpec{config.command, config.args, config.env, config.cwd});
}

}  // namespace tactus::mcp
