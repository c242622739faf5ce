// The writing half of a connection. A write first goes straight to the socket from the caller's
// memory; only when the kernel's buffer is full does the coroutine wait. So the usual token costs
// one system call and no copy.
#include <charconv>

#include <boost/beast/core/buffers_suffix.hpp>

#include <tactus/base/text.hpp>
#include <tactus/net/async.hpp>
#include <tactus/net/http_connection.hpp>

namespace tactus::net {
namespace {

using boost::system::error_code;

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

bool asks_to_close(const Headers& headers) {
  const auto connection = find_header(headers, "connection");
  return connection && to_lower(*connection) == "close";
}

}  // namespace

template <typename Buffers>
awaitable<Result<void>> Connection::write_all(Buffers buffers) {
  if (client_left_) co_return disconnected();
  boost::beast::buffers_suffix<Buffers> rest(buffers);
  bool waited = false;
  for (;;) {
    error_code error;
    rest.consume(socket_.write_some(rest, error));
    if (!error && asio::buffer_size(rest) == 0) break;
    if (error == asio::error::would_block || !error) {
      set_deadline(registry_->options().stalled_write);
      waited = true;
      error = std::get<0>(co_await socket_.async_wait(Socket::wait_write, use_result));
    }
    if (error || client_left_) {
      abort();
      co_return disconnected();
    }
  }
  if (waited) clear_deadline();
  co_return Result<void>{};
}

// Used by the reading half for "100 Continue".
template awaitable<Result<void>> Connection::write_all(asio::const_buffer);

tl::unexpected<Error> Connection::disconnected() const {
  return fail(ErrorCode::kDisconnected,
              timed_out_ ? "the client stopped reading" : "the client has left");
}

AfterResponse Connection::after_response(const Headers& headers) {
  if (stopping_ || asks_to_close(headers)) keep_alive_ = false;
  return keep_alive_ ? AfterResponse::kKeepAlive : AfterResponse::kClose;
}

awaitable<Result<void>> Connection::send(ServerResponse response) {
  TACTUS_ASSERT(answer_ == Answer::kNone);
  const bool no_body = status_forbids_body(response.status);
  const std::string head =
      encode_response_head({response.status, no_body ? BodyFraming::kNone : BodyFraming::kLength,
                            response.body.size(), after_response(response.headers)},
                           response.headers);
  const std::string_view body = no_body || head_only_ ? std::string_view{} : response.body;
  answer_ = Answer::kDone;
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(body)};
  co_return co_await write_all(buffers);
}

awaitable<Result<void>> Connection::begin(int status, Headers headers) {
  TACTUS_ASSERT(answer_ == Answer::kNone);
  const bool no_body = status_forbids_body(status);
  chunked_ = !http_1_0_ && !no_body;
  if (http_1_0_) keep_alive_ = false;
  if (no_body) head_only_ = true;
  const BodyFraming framing = chunked_  ? BodyFraming::kChunked
                              : no_body ? BodyFraming::kNone
                                        : BodyFraming::kUntilClose;
  const std::string head =
      encode_response_head({status, framing, 0, after_response(headers)}, headers);
  answer_ = Answer::kBegun;
  if (buffer_.size() == 0)
    buffer_.shrink_to_fit();  // Streams live long; thousands of them at once.
  watch_client();
  co_return co_await write_all(asio::buffer(head));
}

awaitable<Result<void>> Connection::write(std::string_view bytes) {
  TACTUS_ASSERT(answer_ == Answer::kBegun);
  if (client_left_) co_return disconnected();
  if (head_only_) co_return fail(ErrorCode::kDisconnected, "the client asked for the head alone");
  if (bytes.empty()) co_return Result<void>{};
  if (!chunked_) co_return co_await write_all(asio::buffer(bytes));

  std::array<char, 2 * sizeof(std::size_t) + kLineEnd.size()> size_line;
  char* end =
      std::to_chars(size_line.data(), size_line.data() + size_line.size(), bytes.size(), 16).ptr;
  end = std::copy(kLineEnd.begin(), kLineEnd.end(), end);
  const std::array<asio::const_buffer, 3> buffers{
      asio::buffer(size_line.data(), static_cast<std::size_t>(end - size_line.data())),
      asio::buffer(bytes), asio::buffer(kLineEnd)};
  co_return co_await write_all(buffers);
}

awaitable<Result<void>> Connection::end() {
  TACTUS_ASSERT(answer_ == Answer::kBegun);
  if (client_left_) co_return disconnected();
  answer_ = Answer::kDone;
  if (!chunked_ || head_only_) co_return Result<void>{};
  co_return co_await write_all(asio::buffer(kLastChunk));
}

}  // namespace tactus::net
