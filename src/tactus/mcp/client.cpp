#include <set>

#include <boost/asio/steady_timer.hpp>

#include <tactus/base/utf8.hpp>
#include <tactus/mcp/client.hpp>
#include <tactus/net/async.hpp>

namespace tactus::mcp {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kPagesMax = 100;
constexpr std::size_t kErrorTextBytesMax = 4 << 10;
constexpr std::size_t kSecretBytesMin = 6;  // Shorter values are words rather than secrets.

}  // namespace

// A request that waits. The timer is its alarm clock: cancelled when the answer is there.
struct Client::Pending {
  Pending(const asio::any_io_executor& executor, std::chrono::milliseconds timeout)
      : timer(executor, timeout) {}
  asio::steady_timer timer;
  Progress progress;
  std::optional<Result<Json>> outcome;
};

Client::Client(asio::any_io_executor executor, net::HttpClient& http, ServerConfig config,
               ClientOptions options)
    : executor_(std::move(executor)),
      config_(std::move(config)),
      options_(std::move(options)),
      transport_(config_.url.empty() ? make_stdio_transport(executor_, config_)
                                     : make_http_transport(executor_, http, config_)) {}

Client::~Client() = default;

awaitable<Result<void>> Client::connect() {
  TransportEvents events;
  events.on_message = [this](const Json& message) { receive(message); };
  events.on_failed = [this](std::int64_t id, Error error) {
    settle(Json(id), fail(std::move(error)));
  };
  events.on_closed = [this](Error error) { end(std::move(error)); };
  auto outcome = transport_->start(std::move(events));
  if (outcome) outcome = co_await shake_hands();
  if (outcome) co_return outcome;
  Error error = unreachable(outcome.error());
  end(error);
  co_return fail(std::move(error));
}

awaitable<Result<void>> Client::shake_hands() {
  JsonObject info{{"name", options_.name}, {"version", options_.version}};
  JsonObject params{{"protocolVersion", kProtocolVersion},
                    {"capabilities", JsonObject{}},
                    {"clientInfo", std::move(info)}};
  const auto welcome =
      co_await request("initialize", std::move(params), options_.connect_timeout, nullptr);
  if (!welcome) co_return fail(welcome.error());
  const std::string version(string_member(*welcome, "protocolVersion"));
  if (!understands_version(version)) {
    co_return fail(
        ErrorCode::kMcpConnect,
        fmt::format("it speaks revision '{}' of the protocol, which is unknown here", version));
  }
  const Json* capabilities = find_member(*welcome, "capabilities");
  has_tools_ = capabilities && find_member(*capabilities, "tools");
  Outgoing initialized{notification_text("notifications/initialized", {}), std::nullopt};
  transport_->send(std::move(initialized));
  transport_->ready(version);
  co_return Result<void>{};
}

awaitable<Result<Client::Tools>> Client::tools() {
  if (tools_) co_return tools_;
  auto all = std::make_shared<std::vector<Tool>>();
  // What is being read may change meanwhile; then the next caller asks again.
  const int change_count = change_count_;
  std::string cursor;
  std::set<std::string> seen;
  for (std::size_t page_count = 0; has_tools_; ++page_count) {
    JsonObject params;
    if (!cursor.empty()) params["cursor"] = cursor;
    const auto answer =
        co_await request("tools/list", std::move(params), options_.connect_timeout, nullptr);
    auto page = answer ? read_tool_page(*answer) : Result<ToolPage>(fail(answer.error()));
    if (page && (page_count >= kPagesMax || all->size() + page->tools.size() > kToolsMax ||
                 !seen.insert(page->next_cursor).second)) {
      page = fail(ErrorCode::kMcpConnect,
                  fmt::format("its list of tools does not end within {} tools", kToolsMax));
    }
    if (!page) co_return fail(unreachable(page.error()));
    for (Tool& tool : page->tools) all->push_back(std::move(tool));
    cursor = std::move(page->next_cursor);
    if (cursor.empty()) break;
  }
  if (change_count == change_count_) tools_ = all;
  co_return Tools(all);
}

awaitable<Result<Json>> Client::call(std::string tool, JsonObject arguments,
                                     std::chrono::milliseconds timeout, Progress progress) {
  JsonObject params{{"name", tool}, {"arguments", std::move(arguments)}};
  const auto answer =
      co_await request("tools/call", std::move(params), timeout, std::move(progress));
  auto result = answer ? read_tool_result(*answer) : Result<Json>(fail(answer.error()));
  if (result) co_return result;
  Error error = result.error();
  if (error.code == ErrorCode::kCancelled) co_return fail(std::move(error));
  if (error.code == ErrorCode::kToolTimeout) {
    error.message = fmt::format("'{}' of MCP server '{}' gave no result within {:g} s", tool,
                                config_.name, static_cast<double>(timeout.count()) / 1000);
  } else if (!answer) {
    error.message = fmt::format("MCP server '{}': {}", config_.name, error.message);
    error.code = ErrorCode::kToolFailed;
  }
  error.message = without_secrets(repair_utf8(error.message));
  co_return fail(std::move(error));
}

awaitable<Result<void>> Client::ping() {
  const auto answer = co_await request("ping", {}, options_.connect_timeout, nullptr);
  if (!answer) co_return fail(unreachable(answer.error()));
  co_return Result<void>{};
}

awaitable<Result<Json>> Client::request(std::string_view method, JsonObject params,
                                        std::chrono::milliseconds timeout, Progress progress) {
  if (closed_) co_return fail(*closed_);
  const std::int64_t id = ++last_id_;
  if (progress) params["_meta"] = JsonObject{{"progressToken", id}};
  auto pending = std::make_shared<Pending>(executor_, timeout);
  pending->progress = std::move(progress);
  pending_[id] = pending;
  Outgoing message{request_text(id, method, std::move(params)), id};
  transport_->send(std::move(message));
  bool timed_out = false;
  if (!pending->outcome) {
    const auto [error] = co_await pending->timer.async_wait(net::use_result);
    timed_out = !error;
  }
  if (pending->outcome) co_return std::move(*pending->outcome);
  // Too late, or the caller was cancelled.
  pending_.erase(id);
  if (!closed_) {
    transport_->abandon(id);
    JsonObject why{{"requestId", id}, {"reason", timed_out ? "timeout" : "cancelled"}};
    if (method != "initialize") {
      Outgoing notice{notification_text("notifications/cancelled", std::move(why)), std::nullopt};
      transport_->send(std::move(notice));
    }
  }
  if (!timed_out) co_return fail(ErrorCode::kCancelled, "the call was cancelled");
  const double seconds = static_cast<double>(timeout.count()) / 1000;
  co_return fail(ErrorCode::kToolTimeout, fmt::format("it gave no answer within {:g} s", seconds));
}

void Client::receive(const Json& message) {
  const auto incoming = read_message(message);
  if (!incoming) return;  // Some other program's output; the caller's deadline stands.
  switch (incoming->kind) {
    case Incoming::Kind::kResult:
      return settle(incoming->id, incoming->body);
    case Incoming::Kind::kError:
      return settle(incoming->id, fail(ErrorCode::kToolFailed, describe_error(incoming->body)));
    case Incoming::Kind::kRequest:
      return answer(*incoming);
    case Incoming::Kind::kNotification:
      return notified(*incoming);
  }
}

void Client::answer(const Incoming& request) {
  Outgoing reply;
  reply.text = request.method == "ping" ? result_text(request.id, {})
                                        : method_not_found_text(request.id, request.method);
  transport_->send(std::move(reply));
}

void Client::notified(const Incoming& notification) {
  if (notification.method == "notifications/tools/list_changed") {
    tools_ = nullptr;
    change_count_ += 1;
  }
  if (notification.method == "notifications/progress") report_progress(notification.body);
}

void Client::report_progress(const Json& params) {
  const auto found = pending_.find(int_member(params, "progressToken", -1));
  if (found == pending_.end() || !found->second->progress) return;
  const double done = double_member(params, "progress");
  const double total = double_member(params, "total");
  std::optional<double> fraction;
  if (total > 0) fraction = std::clamp(done / total, 0.0, 1.0);
  std::string message(string_member(params, "message"));
  if (message.empty()) {
    message = total > 0 ? fmt::format("{:g} of {:g}", done, total) : fmt::format("{:g}", done);
  }
  const auto pending = found->second;  // The callback may do what it likes with the client.
  pending->progress(std::move(message), fraction);
}

void Client::settle(const Json& id, Result<Json> outcome) {
  if (!id.is_int64()) return;
  const auto found = pending_.find(id.get_int64());
  if (found == pending_.end()) return;  // Nobody waits any more.
  found->second->outcome = std::move(outcome);
  found->second->timer.cancel();
  pending_.erase(found);
}

void Client::cancel_calls() {
  const auto all = pending_;  // Each waiting call takes itself off the list.
  for (const auto& [id, pending] : all) pending->timer.cancel();
}

void Client::end(Error error) {
  if (!closed_) closed_ = std::move(error);
  const auto all = std::move(pending_);
  pending_.clear();
  for (const auto& [id, pending] : all) {
    pending->outcome = fail(*closed_);
    pending->timer.cancel();
  }
}

awaitable<void> Client::close() {
  end({ErrorCode::kCancelled, "the connection was closed", "", {}, ""});
  co_await transport_->close();
}

Error Client::unreachable(Error error) const {
  if (error.code == ErrorCode::kCancelled || error.code == ErrorCode::kCassetteMiss) return error;
  error.code = ErrorCode::kMcpConnect;
  error.message = fmt::format("MCP server '{}' cannot be used: {}", config_.name, error.message);
  error.message = without_secrets(repair_utf8(error.message));
  if (error.hint.empty()) {
    error.hint = fmt::format("check `mcp_servers.{}` of the configuration", config_.name);
  }
  return error;
}

// What a server writes may repeat what it was given.
std::string Client::without_secrets(std::string text) const {
  const auto hide = [&text](const std::string& secret) {
    if (secret.size() < kSecretBytesMin) return;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "…");
    }
  };
  for (const auto& [name, value] : config_.env) hide(value);
  for (const auto& [name, value] : config_.headers) hide(value);
  for (const std::string& value : config_.secrets) hide(value);
  if (text.size() > kErrorTextBytesMax) text = truncate_utf8(text, kErrorTextBytesMax);
  return text;
}

}  // namespace tactus::mcp
