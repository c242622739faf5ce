// How a connection notices that it is over: the client leaves, a deadline passes, the server stops.
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <tactus/net/async.hpp>
#include <tactus/net/http_connection.hpp>

namespace tactus::net {
namespace {

using boost::system::error_code;

constexpr std::size_t kWatchReadBytes = 4096;

}  // namespace

void Connection::set_deadline(std::chrono::milliseconds wait) {
  timed_out_ = false;
  deadline_.store((std::chrono::steady_clock::now() + wait).time_since_epoch().count(),
                  std::memory_order_relaxed);
}

void Connection::clear_deadline() {
  deadline_.store(SteadyTime::max().time_since_epoch().count(), std::memory_order_relaxed);
}

void Connection::check_deadline(SteadyTime now) {
  if (now.time_since_epoch().count() < deadline_.load(std::memory_order_relaxed)) return;
  asio::post(socket_.get_executor(), [self = shared_from_this(), now] {
    // It may have moved on meanwhile.
    if (now.time_since_epoch().count() < self->deadline_.load(std::memory_order_relaxed)) return;
    self->timed_out_ = true;
    error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void Connection::stop() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->stopping_ = true;
    if (self->phase_ == Phase::kIdle || self->phase_ == Phase::kLingering) self->close();
    self->notify_left();
  });
}

void Connection::cut() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->abort(); });
}

void Connection::abort() {
  close();
  notify_left();
}

void Connection::close() {
  keep_alive_ = false;
  client_left_ = true;
  clear_deadline();
  error_code ignored;
  socket_.close(ignored);
}

void Connection::on_client_left(std::function<void()> callback) {
  on_left_ = std::move(callback);
  if (client_left()) {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->notify_left(); });
  } else {
    watch_client();
  }
}

void Connection::notify_left() {
  if (const auto callback = std::exchange(on_left_, nullptr)) callback();
}

// Waits for readability beside the writes of the handler. A client that closes its side, even one
// half, has left.
void Connection::watch_client() {
  if (watching_ || client_left_ || !socket_.is_open()) return;
  watching_ = true;
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this(), watch = ++watch_](const error_code& error) {
                       if (!self->watching_ || watch != self->watch_) return;
                       self->watching_ = false;
                       if (!error) self->client_is_readable();
                     });
}

void Connection::client_is_readable() {
  if (!socket_.is_open()) return;
  error_code error;
  const std::size_t size = socket_.read_some(buffer_.prepare(kWatchReadBytes), error);
  buffer_.commit(size);
  if (!error || error == asio::error::would_block) {
    // Beyond the bound only a failing write tells that the client has left.
    if (buffer_.size() < registry_->options().header_bytes_max) watch_client();
    return;
  }
  client_left_ = true;
  keep_alive_ = false;
  error_code ignored;
  socket_.cancel(ignored);  // Ends a write that waits for room.
  notify_left();
}

void Connection::unwatch_client() {
  if (!watching_) return;
  watching_ = false;
  error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace tactus::net
