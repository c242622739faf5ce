// A server behind one URL: every message is a POST, answers come as JSON or as an event stream, and
// a GET listens for what the server says unasked ("streamable HTTP").
#include <deque>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/mcp/protocol.hpp>
#include <tactus/mcp/transport.hpp>
#include <tactus/net/async.hpp>
#include <tactus/net/sse_decoder.hpp>

namespace tactus::mcp {

namespace asio = boost::asio;

namespace {

using std::chrono::milliseconds;
constexpr milliseconds kConnect{10'000}, kNotice{15'000}, kGoodbye{1'000};
// How long a call may take is the client's affair; this only bounds what it has forgotten.
constexpr milliseconds kAnswer{24 * 3'600'000};
constexpr milliseconds kReconnectDefault{1'000}, kReconnectMax{30'000};
constexpr milliseconds kLinger{2'000};
constexpr int kReconnectsMax = 5;  // In a row that brought no event.
constexpr std::size_t kErrorBytesMax = 4 << 10;

using Exchange = std::shared_ptr<net::HttpExchange>;

bool is_event_stream(const net::HttpHead& head) {
  const auto type = net::find_header(head.headers, "content-type");
  return type && to_lower(*type).starts_with("text/event-stream");
}

// One answer that comes as events, over as many connections as it takes.
struct Stream {
  std::optional<std::int64_t> id;  // The request it answers; nothing for the listening one.
  bool answered = false;
  std::string last_event_id;
  milliseconds reconnect = kReconnectDefault;
  int fruitless = 0;  // Connections in a row that brought no event.
};

// Shared by the transport and the coroutines of its requests: those end soon after it, not with it.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(asio::any_io_executor executor, net::HttpClient& http, const ServerConfig& config)
      : executor_(std::move(executor)),
        http_(&http),
        name_(config.name),
        url_(config.url),
        headers_(config.headers) {}

  void start(TransportEvents events) { events_ = std::move(events); }

  // A notification goes before what follows it; requests overtake each other.
  void send(Outgoing message) {
    if (!http_) return;
    if (message.id) awaited_.insert(*message.id);
    queue_.push_back(std::move(message));
    pump();
  }

  void ready(std::string_view version) {
    version_ = version;
    spawn(listen(shared_from_this()));
  }

  void abandon(std::int64_t id) {
    awaited_.erase(id);
    const auto found = open_.find(id);
    if (found != open_.end()) found->second->cancel();
  }

  void forget() {
    events_ = {};
    http_ = nullptr;
    queue_.clear();
    for (asio::steady_timer* pause : pauses_) pause->cancel();
    for (const auto& [key, exchange] : open_) exchange->cancel();
  }

  static awaitable<void> close(std::shared_ptr<Link> self) {
    if (!self->http_) co_return;
    net::HttpRequest request = self->request("DELETE");
    request.timeouts = {kGoodbye, kGoodbye, kGoodbye};
    net::HttpClient* const http = self->http_;
    const bool has_session = !self->session_.empty();
    self->forget();
    if (!has_session) co_return;
    const Exchange exchange = http->start(std::move(request));
    (void)co_await exchange->head();  // A server that does not end sessions says so; that is fine.
  }

 private:
  void spawn(awaitable<void> task) {
    asio::co_spawn(executor_, std::move(task), [](std::exception_ptr failure) {
      if (!failure) return;
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& e) {
        spdlog::error("talking to an MCP server failed: {}", e.what());
      }
    });
  }

  void pump() {
    while (!notifying_ && !queue_.empty()) {
      Outgoing message = std::move(queue_.front());
      queue_.pop_front();
      notifying_ = !message.id;
      spawn(post(shared_from_this(), std::move(message)));
    }
  }

  net::HttpRequest request(std::string method) const {
    net::HttpRequest request;
    request.method = std::move(method);
    request.url = url_;
    request.headers = headers_;
    request.headers.emplace_back("Accept", request.method == "GET"
                                               ? "text/event-stream"
                                               : "application/json, text/event-stream");
    if (!version_.empty()) request.headers.emplace_back("MCP-Protocol-Version", version_);
    if (!session_.empty()) request.headers.emplace_back("Mcp-Session-Id", session_);
    request.timeouts = {kConnect, kAnswer, kAnswer};
    return request;
  }

  static awaitable<void> post(std::shared_ptr<Link> self, Outgoing message) {
    net::HttpRequest request = self->request("POST");
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = std::move(message.text);
    if (!message.id) request.timeouts = {kConnect, kNotice, kNotice};
    Stream stream;
    stream.id = message.id;
    const auto outcome = co_await self->carry_out(std::move(request), stream);
    if (!message.id) {
      self->notifying_ = false;
    } else if (!outcome) {
      self->failed(*message.id, outcome.error());
    } else if (!stream.answered) {
      co_await self->resume(stream);
    }
    if (message.id) self->awaited_.erase(*message.id);
    self->pump();
  }

  // Goes on with a stream that the server has left before its answer, where the server can do that.
  awaitable<void> resume(Stream& stream) {
    while (http_ && !stream.answered && awaited_.contains(*stream.id) &&
           !stream.last_event_id.empty() && stream.fruitless < kReconnectsMax) {
      if (!co_await wait(stream.reconnect)) co_return;
      const auto outcome = co_await get(stream);
      if (!outcome) {
        failed(*stream.id, outcome.error());
        co_return;
      }
    }
    if (stream.answered) co_return;
    failed(*stream.id, {ErrorCode::kMcpConnect,
                        "the server ended its answer before the result was in it",
                        "",
                        {},
                        ""});
  }

  // What the server says by itself, such as that its tools have changed. A server that does not
  // offer this refuses; then there is nothing to hear.
  static awaitable<void> listen(std::shared_ptr<Link> self) {
    Stream stream;
    while (self->http_ && stream.fruitless < kReconnectsMax) {
      if (!co_await self->get(stream)) co_return;
      if (!co_await self->wait(stream.reconnect)) co_return;
    }
  }

  awaitable<Result<void>> get(Stream& stream) {
    net::HttpRequest again = request("GET");
    if (!stream.last_event_id.empty()) {
      again.headers.emplace_back("Last-Event-ID", stream.last_event_id);
    }
    stream.fruitless += 1;
    co_return co_await carry_out(std::move(again), stream);
  }

  // False when the transport went away meanwhile.
  awaitable<bool> wait(milliseconds pause) {
    asio::steady_timer timer(executor_, pause);
    pauses_.insert(&timer);
    (void)co_await timer.async_wait(net::use_result);
    pauses_.erase(&timer);
    co_return http_ != nullptr;
  }

  awaitable<Result<void>> carry_out(net::HttpRequest request, Stream& stream) {
    if (!http_) co_return fail(ErrorCode::kCancelled, "the connection was closed");
    const bool reads_stream = request.method == "GET";
    request.subject = [this, method = request.method, body = request.body,
                       last = stream.last_event_id] {
      JsonObject asked{{"method", method}};
      if (auto message = parse_json(body)) asked["message"] = std::move(*message);
      if (!last.empty()) asked["last_event_id"] = last;
      return net::RequestSubject{"mcp", name_, "", std::move(asked)};
    };
    const Exchange exchange = http_->start(std::move(request));
    const std::int64_t key = stream.id ? *stream.id : --unnamed_;
    open_[key] = exchange;
    auto outcome = co_await answer(exchange, stream, reads_stream);
    open_.erase(key);
    co_return outcome;
  }

  awaitable<Result<void>> answer(Exchange exchange, Stream& stream, bool reads_stream) {
    auto head = co_await exchange->head();
    if (!head) co_return fail(head.error());
    if (const auto id = net::find_header(head->headers, "mcp-session-id")) session_ = *id;
    if (head->status < 200 || head->status > 299) co_return co_await refusal(exchange, *head);
    if (is_event_stream(*head)) co_return co_await read_events(exchange, stream);
    if (reads_stream) co_return fail(ErrorCode::kMcpConnect, "the server sends no event stream");
    if (!stream.id) co_return Result<void>{};
    co_return co_await read_body(exchange, stream);
  }

  awaitable<Result<void>> read_events(Exchange exchange, Stream& stream) {
    net::SseDecoder decoder(kMessageBytesMax);
    asio::steady_timer linger(executor_);
    bool lingering = false;
    for (;;) {
      auto bytes = co_await exchange->read();
      // A connection that breaks is one that may be taken up again.
      if (!bytes && bytes.error().code == ErrorCode::kCancelled && !stream.answered) {
        co_return fail(bytes.error());
      }
      if (!bytes || bytes->empty()) break;
      const auto events = decoder.push(*bytes);
      if (!events) co_return fail(too_large());
      for (const net::SseEvent& event : *events) {
        stream.fruitless = 0;
        if (!event.id.empty()) stream.last_event_id = event.id;
        if (!event.data.empty()) deliver(event.data, stream);
      }
      if (stream.answered && !lingering) {
        // Waiting for the end keeps the connection for the next request; a server that never ends
        // its streams must not collect them.
        lingering = true;
        linger.expires_after(kLinger);
        linger.async_wait([exchange](boost::system::error_code stopped) {
          if (!stopped) exchange->cancel();
        });
      }
    }
    if (const auto retry = decoder.retry_ms()) {
      stream.reconnect = std::clamp(milliseconds(*retry), milliseconds(0), kReconnectMax);
    }
    co_return Result<void>{};
  }

  awaitable<Result<void>> read_body(Exchange exchange, Stream& stream) {
    std::string body;
    for (;;) {
      auto bytes = co_await exchange->read();
      if (!bytes) co_return fail(bytes.error());
      if (bytes->empty()) break;
      body += *bytes;
      if (body.size() > kMessageBytesMax) co_return fail(too_large());
    }
    deliver(body, stream);
    if (stream.answered) co_return Result<void>{};
    co_return fail(ErrorCode::kMcpConnect,
                   "the server's answer is no MCP message: " +
                       std::string(truncate_utf8(repair_utf8(trim(body)), 200)));
  }

  // What the server said instead of an answer.
  awaitable<Result<void>> refusal(Exchange exchange, net::HttpHead head) {
    std::string body;
    while (body.size() < kErrorBytesMax) {
      const auto bytes = co_await exchange->read();
      if (!bytes || bytes->empty()) break;
      body += *bytes;
    }
    const auto json = parse_json(body);
    const Json* error = json ? find_member(*json, "error") : nullptr;
    const std::string said = error && error->is_object()
                                 ? describe_error(*error)
                                 : std::string(truncate_utf8(repair_utf8(trim(body)), 200));
    Error refused;
    refused.code = ErrorCode::kMcpConnect;
    refused.message = fmt::format("the server answered with HTTP status {}{}{}", head.status,
                                  said.empty() ? "" : ": ", said);
    if (head.status == 401 || head.status == 403) {
      refused.hint = "give what it asks for in `headers`, e.g. Authorization";
    } else if (head.status >= 300 && head.status < 400) {
      refused.hint = "it has moved; give its new address as `url`";
    } else if (head.status == 404 && !session_.empty()) {
      refused.message = "the server has ended the session";
      refused.hint = "the next turn begins another one";
      if (events_.on_closed) events_.on_closed(refused);
    } else if (head.status == 404 || head.status == 405) {
      refused.hint = "check `url`: it must be the address of a streamable HTTP server";
    }
    co_return fail(std::move(refused));
  }

  void deliver(const std::string& text, Stream& stream) {
    const auto parsed = parse_json(text);
    if (!parsed) return;
    const JsonArray messages = parsed->is_array() ? parsed->get_array() : JsonArray{*parsed};
    for (const Json& message : messages) {
      const Json* id = find_member(message, "id");
      const bool ours = id && id->is_int64() && stream.id == id->get_int64();
      if (ours && !find_member(message, "method")) stream.answered = true;
      if (events_.on_message) events_.on_message(message);
    }
  }

  void failed(std::int64_t id, Error error) {
    if (events_.on_failed) events_.on_failed(id, std::move(error));
  }

  static Error too_large() {
    return {ErrorCode::kMcpConnect,
            fmt::format("the server sent a message of more than {} MiB", kMessageBytesMax >> 20),
            "",
            {},
            ""};
  }

  asio::any_io_executor executor_;
  net::HttpClient* http_;  // Null once the transport has gone.
  std::string name_;
  std::string url_;
  net::Headers headers_;
  std::string version_, session_;
  TransportEvents events_;
  std::deque<Outgoing> queue_;
  bool notifying_ = false;
  std::map<std::int64_t, Exchange> open_;  // By request; others have negative keys.
  std::int64_t unnamed_ = 0;
  std::set<std::int64_t> awaited_;  // Requests whose answer somebody still waits for.
  std::set<asio::steady_timer*> pauses_;
};

class HttpTransport final : public Transport {
 public:
  explicit HttpTransport(std::shared_ptr<Link> link) : link_(std::move(link)) {}
  ~HttpTransport() override { link_->forget(); }

  Result<void> start(TransportEvents events) override {
    link_->start(std::move(events));
    return {};
  }
  void send(Outgoing message) override { link_->send(std::move(message)); }
  void abandon(std::int64_t id) override { link_->abandon(id); }
  void ready(std::string_view version) override { link_->ready(version); }
  awaitable<void> close() override { return Link::close(link_); }

 private:
  std::shared_ptr<Link> link_;
};

}  // namespace

std::unique_ptr<Transport> make_http_transport(asio::any_io_executor executor,
                                               net::HttpClient& http, const ServerConfig& config) {
  return std::make_unique<HttpTransport>(std::make_shared<Link>(std::move(executor), http, config));
}

}  // namespace tactus::mcp
