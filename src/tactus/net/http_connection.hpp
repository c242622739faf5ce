// One connection of the server: reads requests one after another, calls the handler, writes its
// answer.
//
//   idle --first byte--> reading --request complete--> handling --answer sent--> idle, or reading
//   if more is buffered
//
// Everything happens on the connection's strand. There is no timer per connection: `deadline_` says
// when the current wait is over, and the server's sweep looks at it (check_deadline). While a
// handler streams, a pending wait for readability notices that the client leaves; bytes that arrive
// then belong to the next request and are kept, up to `header_bytes_max`.
#pragma once

#include <array>
#include <atomic>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/net/http_response_head.hpp>
#include <tactus/net/http_server.hpp>

namespace tactus::net {

class Connection;

// The connections of one server. Thread-safe.
class ConnectionRegistry {
 public:
  virtual ~ConnectionRegistry() = default;
  virtual const ServerOptions& options() const = 0;
  virtual const Handler& handler() const = 0;
  virtual bool stopping() const = 0;
  virtual void remove(Connection* connection) = 0;
};

class Connection final : public Responder, public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  enum class Mode { kServe, kReject };

  // `socket`'s executor is the connection's strand. `registry` is told when the connection is
  // destroyed; it is shared, because connections outlive the server while their handlers run.
  Connection(Socket socket, std::shared_ptr<ConnectionRegistry> registry);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Spawns the coroutine that lives as long as the connection. kReject answers 503 and closes.
  void start(Mode mode);
  // Any thread.
  void check_deadline(SteadyTime now);
  void stop();
  void cut();

  awaitable<Result<void>> send(ServerResponse response) override;
  awaitable<Result<void>> begin(int status, Headers headers) override;
  awaitable<Result<void>> write(std::string_view bytes) override;
  awaitable<Result<void>> end() override;
  bool client_left() const override { return client_left_ || stopping_; }
  void on_client_left(std::function<void()> callback) override;
  void abort() override;

 private:
  enum class Phase { kIdle, kReading, kHandling, kLingering };
  enum class Answer { kNone, kBegun, kDone };
  struct Received {
    std::optional<ServerRequest> request;
    std::optional<ServerResponse> rejection;  // Neither: the client left.
  };

  // Reading (http_connection.cpp).
  awaitable<void> serve();
  awaitable<void> reject();
  awaitable<bool> wait_for_request();
  awaitable<Received> receive();
  template <typename Parser>
  awaitable<std::optional<int>> parse(Parser& parser);
  template <typename Parser>
  bool wants_continue(const Parser& parser) const;
  awaitable<bool> read_more();
  awaitable<void> handle(ServerRequest request);
  awaitable<void> settle_answer(bool failed);
  awaitable<void> linger();

  // Leaving and ending (http_connection_end.cpp).
  void watch_client();
  void client_is_readable();
  void unwatch_client();
  void notify_left();
  void set_deadline(std::chrono::milliseconds wait);
  void clear_deadline();
  void close();

  // Writing (http_responder.cpp).
  template <typename Buffers>
  awaitable<Result<void>> write_all(Buffers buffers);
  AfterResponse after_response(const Headers& headers);
  tl::unexpected<Error> disconnected() const;

  Socket socket_;
  std::shared_ptr<ConnectionRegistry> registry_;
  boost::beast::flat_buffer buffer_;  // Bytes received and not yet parsed.
  std::atomic<SteadyTime::rep> deadline_;
  std::function<void()> on_left_;
  Phase phase_ = Phase::kIdle;
  Answer answer_ = Answer::kNone;
  bool keep_alive_ = true;
  bool chunked_ = false;
  bool head_only_ = false;
  bool http_1_0_ = false;
  bool watching_ = false;
  std::uint32_t watch_ =
      0;  // Which watch is in force: the completion of an earlier one is ignored.
  bool timed_out_ = false;
  bool client_left_ = false;
  bool stopping_ = false;
};

}  // namespace tactus::net
