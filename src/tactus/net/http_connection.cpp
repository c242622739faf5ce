#include <boost/asio/co_spawn.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <spdlog/spdlog.h>

#include <tactus/base/text.hpp>
#include <tactus/net/async.hpp>
#include <tactus/net/http_connection.hpp>
#include <tactus/net/http_target.hpp>

namespace tactus::net {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using RequestParser = http::request_parser<http::string_body>;

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kBodyReadBytes = 64u << 10;
constexpr std::size_t kLingerBytesMax = 1u << 20;
constexpr std::chrono::milliseconds kLingerTime{1000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

int status_of(const error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

ServerResponse rejection_for(int status) {
  switch (status) {
    case 408:
      return error_response(408, "bad_request", "the request took too long to arrive");
    case 413:
      return error_response(413, "too_large", "the request body is too large");
    case 431:
      return error_response(431, "too_large", "the request headers are too large");
    default:
      return error_response(400, "bad_request", "this is not a valid HTTP/1.1 request");
  }
}

std::string to_string(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Nothing if the target is malformed.
std::optional<ServerRequest> make_request(http::request<http::string_body> message) {
  const auto target = message.target();
  auto parsed = parse_request_target({target.data(), target.size()});
  if (!parsed) return std::nullopt;
  ServerRequest request;
  request.method = to_string(message.method_string());
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  for (const auto& field : message) {
    request.headers.emplace_back(to_lower(to_string(field.name_string())),
                                 to_string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace

Connection::Connection(Socket socket, std::shared_ptr<ConnectionRegistry> registry)
    : socket_(std::move(socket)),
      registry_(std::move(registry)),
      deadline_(SteadyTime::max().time_since_epoch().count()) {
  error_code ignored;  // The peer may be gone already; the first read tells.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

Connection::~Connection() { registry_->remove(this); }

void Connection::start(Mode mode) {
  auto run = [](std::shared_ptr<Connection> self, Mode run_mode) -> awaitable<void> {
    if (run_mode == Mode::kServe) {
      co_await self->serve();
    } else {
      co_await self->reject();
    }
    self->close();
  };
  // The completion handler keeps the connection alive until its coroutine has ended.
  asio::co_spawn(socket_.get_executor(), run(shared_from_this(), mode),
                 [self = shared_from_this()](std::exception_ptr exception) {
                   if (!exception) return;
                   self->close();
                   try {
                     std::rethrow_exception(exception);
                   } catch (const std::exception& error) {
                     spdlog::error("http server: a connection failed: {}", error.what());
                   }
                 });
}

awaitable<void> Connection::serve() {
  stopping_ = registry_->stopping();
  while (keep_alive_ && !stopping_ && socket_.is_open()) {
    if (buffer_.size() == 0 && !co_await wait_for_request()) co_return;
    Received received = co_await receive();
    if (received.rejection) {
      keep_alive_ = false;
      (void)co_await send(std::move(*received.rejection));  // The connection ends either way.
      co_await linger();
      co_return;
    }
    if (!received.request) co_return;
    co_await handle(std::move(*received.request));
  }
  if (!stopping_ && socket_.is_open()) co_await linger();
}

awaitable<void> Connection::reject() {
  keep_alive_ = false;
  ServerResponse response = error_response(503, "overloaded", "too many connections; try again");
  response.headers.emplace_back("Retry-After", "1");
  (void)co_await send(std::move(response));
  co_await linger();
}

// False when the client left, the server stops or the keep-alive time is over.
awaitable<bool> Connection::wait_for_request() {
  phase_ = Phase::kIdle;
  buffer_.shrink_to_fit();  // An idle connection holds no read buffer.
  set_deadline(registry_->options().keep_alive);
  const auto [error] = co_await socket_.async_wait(Socket::wait_read, use_result);
  clear_deadline();
  co_return !error && !timed_out_ && socket_.is_open();
}

awaitable<Connection::Received> Connection::receive() {
  phase_ = Phase::kReading;
  answer_ = Answer::kNone;
  head_only_ = http_1_0_ = false;
  set_deadline(registry_->options().slow_request);
  RequestParser parser;
  parser.eager(true);
  parser.header_limit(static_cast<std::uint32_t>(registry_->options().header_bytes_max));
  parser.body_limit(registry_->options().body_bytes_max);
  const std::optional<int> status = co_await parse(parser);
  clear_deadline();
  phase_ = Phase::kHandling;
  Received received;
  if (!status) co_return received;
  if (*status == 200) {
    keep_alive_ = parser.keep_alive();
    http_1_0_ = parser.get().version() < 11;
    head_only_ = parser.get().method() == http::verb::head;
    received.request = make_request(parser.release());
  }
  if (!received.request) received.rejection = rejection_for(*status);
  co_return received;
}

// 200 when a request is complete, another status when it must be refused, nothing when the client
// left.
template <typename Parser>
awaitable<std::optional<int>> Connection::parse(Parser& parser) {
  bool continued = false;
  for (;;) {
    while (buffer_.size() > 0) {
      error_code error;
      const std::size_t used = parser.put(buffer_.data(), error);
      buffer_.consume(used);
      if (error && error != http::error::need_more) co_return status_of(error);
      if (parser.is_done()) co_return 200;
      if (error || used == 0) break;
    }
    if (buffer_.size() > registry_->options().header_bytes_max + kBodyReadBytes) co_return 431;
    if (!continued && wants_continue(parser)) {
      continued = true;
      if (!co_await write_all(asio::buffer(kContinue))) co_return std::nullopt;
      set_deadline(registry_->options().slow_request);
    }
    if (!co_await read_more()) {
      if (!timed_out_) co_return std::nullopt;
      co_return 408;
    }
  }
}

template <typename Parser>
bool Connection::wants_continue(const Parser& parser) const {
  if (!parser.is_header_done() || parser.get().version() < 11) return false;
  return boost::beast::iequals(parser.get()[http::field::expect], "100-continue");
}

awaitable<bool> Connection::read_more() {
  const std::size_t room =
      buffer_.size() > 0 || buffer_.capacity() > 0 ? kBodyReadBytes : kReadBytes;
  const auto [error, size] = co_await socket_.async_read_some(buffer_.prepare(room), use_result);
  if (error) co_return false;
  buffer_.commit(size);
  co_return true;
}

awaitable<void> Connection::handle(ServerRequest request) {
  bool failed = false;
  try {
    co_await registry_->handler()(std::move(request), *this);
  } catch (const std::exception& error) {
    failed = true;
    spdlog::error("http server: a handler failed: {}", error.what());
  }
  on_left_ = nullptr;
  unwatch_client();
  co_await settle_answer(failed);
}

// Brings what the handler left undone to an end that the client can tell from success.
awaitable<void> Connection::settle_answer(bool failed) {
  if (client_left_ || !socket_.is_open()) {
    close();
  } else if (answer_ == Answer::kNone) {
    if (!failed) spdlog::error("http server: a handler completed without an answer");
    (void)co_await send(error_response(500, "internal", "the server failed to answer"));
  } else if (answer_ == Answer::kBegun && !head_only_) {
    close();
  }
}

// Closes so that the client can still read the answer: a socket closed with unread input resets the
// connection, and the answer would be lost.
awaitable<void> Connection::linger() {
  phase_ = Phase::kLingering;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  set_deadline(kLingerTime);
  buffer_.clear();
  std::size_t total = 0;
  while (!timed_out_ && total < kLingerBytesMax) {
    const auto [error, size] =
        co_await socket_.async_read_some(buffer_.prepare(kReadBytes), use_result);
    if (error) break;
    total += size;
  }
}

}  // namespace tactus::net
