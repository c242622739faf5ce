#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/server/log_stream.hpp>
#include <tactus/server/stream_head.hpp>

namespace tactus::server {

namespace asio = boost::asio;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

// One connection's view of a log.
class LogStream {
 public:
  LogStream(std::shared_ptr<journal::RunLog> log, LogStreamOptions options, net::Responder& out,
            asio::any_io_executor executor)
      : options_(std::move(options)),
        reader_(std::move(log), options_.reader),
        out_(out),
        beat_(std::move(executor)) {}

  asio::awaitable<void> run() {
    const bool is_sse = options_.reader.format == StreamFormat::kSse;
    const std::string_view beat = is_sse ? kHeartbeat : "\n";
    if (!co_await out_.begin(200, stream_headers(options_.reader.format))) co_return;
    out_.on_client_left([this] { beat_.cancel(); });
    if (is_sse && !co_await out_.write(kReconnectAfter)) co_return;
    std::string bytes;
    while (!out_.client_left()) {
      bytes.clear();
      if (reader_.read(bytes, options_.id_prefix)) {
        if (!co_await out_.write(bytes)) co_return;
        if (const auto pause = reader_.pause(); pause.count() > 0) co_await sleep(pause);
        continue;
      }
      if (reader_.ended()) break;
      if (!co_await wait_for_news(beat)) co_return;
    }
    co_await out_.end();
  }

 private:
  // Until there is something to read. Sends `beat` when nothing came for a heartbeat. False when
  // the client has left.
  asio::awaitable<bool> wait_for_news(std::string_view beat) {
    beat_.expires_after(options_.heartbeat);
    boost::system::error_code ignored;
    const auto first =
        co_await (reader_.log().wait(reader_.after()) ||
                  beat_.async_wait(asio::redirect_error(asio::use_awaitable, ignored)));
    if (first.index() == 0) co_return true;
    if (out_.client_left()) co_return false;
    const auto written = co_await out_.write(beat);
    co_return written.has_value();
  }

  asio::awaitable<void> sleep(std::chrono::nanoseconds duration) {
    beat_.expires_after(duration);
    boost::system::error_code ignored;
    co_await beat_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  LogStreamOptions options_;
  LogReader reader_;
  net::Responder& out_;
  asio::steady_timer beat_;
};

}  // namespace

asio::awaitable<void> stream_log(std::shared_ptr<journal::RunLog> log, LogStreamOptions options,
                                 net::Responder& out) {
  LogStream stream(std::move(log), std::move(options), out, co_await asio::this_coro::executor);
  co_await stream.run();
}

}  // namespace tactus::server
