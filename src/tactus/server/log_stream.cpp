#include <charconv>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/journal/read_pacer.hpp>
#include <tactus/net/sse_decoder.hpp>
#include <tactus/server/log_stream.hpp>

namespace tactus::server {

namespace asio = boost::asio;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

using Format = LogStreamOptions::Format;

constexpr std::string_view kReconnectAfter = "retry: 1000\n\n";

net::Headers stream_headers(Format format) {
  return {{"Content-Type",
           format == Format::kSse ? "text/event-stream; charset=utf-8" : "application/x-ndjson"},
          {"Cache-Control", "no-cache, no-transform"},
          {"X-Accel-Buffering", "no"}};
}

// One connection's view of a log.
class LogStream {
 public:
  LogStream(std::shared_ptr<journal::RunLog> log, LogStreamOptions options, net::Responder& out,
            asio::any_io_executor executor)
      : log_(std::move(log)),
        options_(std::move(options)),
        out_(out),
        pacer_(options_.profile),
        beat_(std::move(executor)) {}

  asio::awaitable<void> run() {
    if (!co_await out_.begin(200, stream_headers(options_.format))) co_return;
    out_.on_client_left([this] { beat_.cancel(); });
    std::string first = opening();
    if (!first.empty() && !co_await out_.write(first)) co_return;
    while (!out_.client_left()) {
      // Closed is asked before reading: what is read afterwards is then all there will be.
      const bool closed = log_->closed();
      const auto events = log_->read(options_.after, {.profile = options_.profile});
      if (!events.empty()) {
        if (!co_await out_.write(render(events))) co_return;
        pacer_.given(events, std::chrono::steady_clock::now());
        options_.after = events.back().cursor;
        if (const auto pause = pacer_.pause(std::chrono::steady_clock::now()); pause.count() > 0)
          co_await sleep(pause);
        continue;
      }
      if (closed) break;
      if (!co_await wait_for_news()) co_return;
    }
    co_await out_.end();
  }

 private:
  std::string opening() {
    if (options_.format == Format::kJsonLines) return {};
    std::string text(kReconnectAfter);
    if (options_.reset) {
      const JsonObject reset{{"event_type", "reset"},
                             {"run_id", log_->identity().run_id},
                             {"generation", log_->generation()}};
      net::append_sse_event(text, id_of(0), dump_json(reset));
    }
    return text;
  }

  std::string id_of(journal::EventSeq seq) const {
    return options_.id_prefix + std::to_string(log_->generation()) + "-" + std::to_string(seq);
  }

  std::string render(const std::vector<journal::ReadEvent>& events) const {
    std::string bytes;
    std::size_t size = 0;
    for (const journal::ReadEvent& event : events) size += event.json.size() + 48;
    bytes.reserve(size);
    for (const journal::ReadEvent& event : events) {
      if (options_.format == Format::kSse) {
        net::append_sse_event(bytes, id_of(event.cursor), event.json);
      } else {
        bytes += event.json;
        bytes += '\n';
      }
    }
    return bytes;
  }

  // Until there is something to read. Sends a comment when nothing came for a heartbeat. False when
  // the client has left.
  asio::awaitable<bool> wait_for_news() {
    beat_.expires_after(options_.heartbeat);
    boost::system::error_code ignored;
    const auto first =
        co_await (log_->wait(options_.after) ||
                  beat_.async_wait(asio::redirect_error(asio::use_awaitable, ignored)));
    if (first.index() == 0) co_return true;
    if (out_.client_left()) co_return false;
    const std::string_view beat = options_.format == Format::kSse ? ": heartbeat\n\n" : "\n";
    const auto written = co_await out_.write(beat);
    co_return written.has_value();
  }

  asio::awaitable<void> sleep(std::chrono::nanoseconds duration) {
    beat_.expires_after(duration);
    boost::system::error_code ignored;
    co_await beat_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  std::shared_ptr<journal::RunLog> log_;
  LogStreamOptions options_;
  net::Responder& out_;
  journal::ReadPacer pacer_;
  asio::steady_timer beat_;
};

}  // namespace

asio::awaitable<void> stream_log(std::shared_ptr<journal::RunLog> log, LogStreamOptions options,
                                 net::Responder& out) {
  LogStream stream(std::move(log), std::move(options), out, co_await asio::this_coro::executor);
  co_await stream.run();
}

std::optional<StreamPosition> parse_position(std::string_view id) {
  StreamPosition position;
  const std::size_t dash = id.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view generation = id.substr(0, dash);
  const std::string_view seq = id.substr(dash + 1);
  const auto whole = [](std::string_view text, auto& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
  };
  if (!whole(generation, position.generation) || !whole(seq, position.seq)) return std::nullopt;
  return position;
}

}  // namespace tactus::server
