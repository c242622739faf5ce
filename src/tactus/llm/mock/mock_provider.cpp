// The routes of the mock provider, and what each request gets.
#include <array>
#include <atomic>
#include <charconv>
#include <map>
#include <mutex>

#include <tactus/llm/mock/demo_model.hpp>
#include <tactus/llm/mock/dialect.hpp>
#include <tactus/llm/mock/mock_provider.hpp>
#include <tactus/llm/mock/reply_sender.hpp>

namespace tactus::llm::mock {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

class PlannedSource final : public DeltaSource {
 public:
  explicit PlannedSource(const Plan& plan) : plan_(plan) {}
  bool next(std::string& out, AnswerWriter& writer) override {
    if (at_ == plan_.deltas.size()) return false;
    append_delta(out, writer, plan_.deltas[at_++]);
    return true;
  }

 private:
  const Plan& plan_;
  std::size_t at_ = 0;
};

// `count` tokens: their number, or the time of their making.
class GeneratedSource final : public DeltaSource {
 public:
  GeneratedSource(std::size_t count, bool stamped) : count_(count), stamped_(stamped) {}
  bool next(std::string& out, AnswerWriter& writer) override {
    if (at_ == count_) return false;
    std::array<char, 24> text;
    const auto value = stamped_ ? static_cast<std::uint64_t>(
                                      std::chrono::steady_clock::now().time_since_epoch().count())
                                : static_cast<std::uint64_t>(at_);
    char* end = std::to_chars(text.data(), text.data() + text.size() - 1, value).ptr;
    *end++ = ' ';
    writer.content(out, {text.data(), static_cast<std::size_t>(end - text.data())});
    ++at_;
    return true;
  }

 private:
  std::size_t count_;
  bool stamped_;
  std::size_t at_ = 0;
};

// A reply that is written as it is sent.
class WrittenBody final : public ReplyBody {
 public:
  WrittenBody(DeltaSource& source, AnswerWriter& writer, const Plan& plan, Timing timing)
      : source_(source), writer_(writer), plan_(plan), timing_(timing) {}

  void begin(std::string& out) override { writer_.begin(out); }
  std::optional<SteadyTime> due() const override {
    const bool waits = at_ == 0 ? timing_.first.count() > 0 : timing_.between.count() > 0;
    return waits ? std::optional(timing_.due(at_)) : std::nullopt;
  }
  bool next(std::string& out) override {
    ++at_;
    return source_.next(out, writer_);
  }
  bool at_end_mark() const override { return false; }
  void end(std::string& out) override { writer_.end(out, plan_.finish_reason, plan_.usage); }
  void error(std::string& out, const JsonObject& error) override { writer_.error(out, error); }
  bool apart() const override { return false; }

 private:
  DeltaSource& source_;
  AnswerWriter& writer_;
  const Plan& plan_;
  const Timing timing_;
  std::size_t at_ = 0;
};

// What all requests share. Shared by the server's handlers, which may outlive the provider object
// by a moment.
class Shared {
 public:
  Shared(MockOptions options, std::vector<ScriptedReply> script, bool scripted)
      : options_(std::move(options)), script_(std::move(script)), scripted_(scripted) {}

  awaitable<void> handle(net::ServerRequest request, net::Responder& responder);
  std::size_t served() const { return served_; }

 private:
  struct Overrides {
    double pace = 0;
    Fault fault;
    std::optional<ScriptedReply> reply;
  };

  awaitable<void> complete(const Dialect& dialect, std::string body, net::Responder& responder);
  Result<Overrides> read_overrides(const Json& request);
  // `chat`: the request as one of Chat Completions.
  Result<Plan> make_plan(const Json& request, const Json& chat, const std::string& body,
                         const Overrides& overrides, bool& has_pace);
  // True for the first `fault.times` calls with that key.
  bool use_fault(const std::string& key, const Fault& fault);

  static awaitable<void> refuse(net::Responder& responder, int status, std::string_view message,
                                std::string_view code = {});
  static awaitable<void> answer(net::Responder& responder, JsonObject body);
  JsonObject health() const;
  static JsonObject model_list();
  awaitable<void> list_models(net::Responder& responder);

  const MockOptions options_;
  const std::vector<ScriptedReply> script_;
  const bool scripted_;
  std::atomic<std::size_t> next_reply_{0};
  std::atomic<std::size_t> served_{0};
  std::mutex mutex_;
  std::map<std::string, std::size_t> fault_uses_;  // Under mutex_; bounded.
};

constexpr std::size_t kFaultKeysMax = 1024;
// As many as load tests want: a real provider's limits are what `fault` is for.
constexpr std::size_t kConnectionsMax = 20'000;

net::ServerResponse json_response(JsonObject body) {
  return {200, {{"content-type", "application/json"}}, dump_json(Json(std::move(body)))};
}

awaitable<void> Shared::refuse(net::Responder& responder, int status, std::string_view message,
                               std::string_view code) {
  net::ServerResponse response = json_response(make_error(status, message, code));
  response.status = status;
  (void)co_await responder.send(std::move(response));
}

awaitable<void> Shared::answer(net::Responder& responder, JsonObject body) {
  net::ServerResponse response = json_response(std::move(body));
  (void)co_await responder.send(std::move(response));
}

JsonObject Shared::health() const { return {{"status", "ok"}, {"requests_served", served()}}; }

JsonObject Shared::model_list() {
  JsonArray models;
  models.push_back(
      JsonObject{{"id", "demo"}, {"object", "model"}, {"created", 0}, {"owned_by", "tactus"}});
  return {{"object", "list"}, {"data", std::move(models)}};
}

// Who asks for the models hears of a refused key, too.
awaitable<void> Shared::list_models(net::Responder& responder) {
  const Fault& fault = options_.fault;
  if (fault.kind == Fault::Kind::kStatus && use_fault("models", fault))
    co_return co_await refuse(responder, fault.status, fault.message);
  co_await answer(responder, model_list());
}

awaitable<void> Shared::handle(net::ServerRequest request, net::Responder& responder) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (request.path == "/health" && reads) {
    co_await answer(responder, health());
  } else if (request.path == "/v1/models" && reads) {
    co_await list_models(responder);
  } else if (const Dialect* dialect = find_dialect(request.path);
             dialect && request.method == "POST") {
    co_await complete(*dialect, std::move(request.body), responder);
  } else if (dialect || request.path == "/health" || request.path == "/v1/models") {
    co_await refuse(responder, 405, "The method " + request.method + " is not allowed here.");
  } else {
    co_await refuse(responder, 404,
                    "There is nothing at " + request.path + "; try POST /v1/chat/completions.");
  }
}

bool Shared::use_fault(const std::string& key, const Fault& fault) {
  if (fault.kind == Fault::Kind::kNone) return false;
  if (fault.times == SIZE_MAX) return true;
  const std::lock_guard lock(mutex_);
  if (fault_uses_.size() >= kFaultKeysMax) fault_uses_.clear();
  return fault_uses_[key]++ < fault.times;
}

Result<Shared::Overrides> Shared::read_overrides(const Json& request) {
  Overrides out;
  out.pace = options_.pace;
  const Json* own = find_member(request, "x_tactus");
  std::string key = "server";
  out.fault = options_.fault;
  if (own) {
    out.pace = double_member(*own, "pace", out.pace);
    if (const Json* fault = find_member(*own, "fault"); fault && fault->is_string()) {
      key = "request " + std::string(fault->get_string());
      auto parsed = parse_fault(std::string(fault->get_string()));
      if (!parsed) return fail(std::move(parsed.error()));
      out.fault = std::move(*parsed);
    }
    if (const Json* reply = find_member(*own, "reply")) {
      auto parsed = parse_scripted_reply(*reply, 1);
      if (!parsed) return fail(std::move(parsed.error()));
      out.reply = std::move(*parsed);
    }
  }
  if (!use_fault(key, out.fault)) out.fault = {};
  return out;
}

// Whether the request contains the text, as it was sent or, since JSON escapes differ between
// writers, in the canonical form. What tells us how to answer is not part of it.
bool meets(std::string_view expected, const Json& request, const std::string& body) {
  if (!find_member(request, "x_tactus"))
    return body.find(expected) != std::string::npos ||
           dump_json(request).find(expected) != std::string::npos;
  JsonObject without = request.get_object();
  without.erase("x_tactus");
  return dump_json(Json(std::move(without))).find(expected) != std::string::npos;
}

Result<Plan> Shared::make_plan(const Json& request, const Json& chat, const std::string& body,
                               const Overrides& overrides, bool& has_pace) {
  const ScriptedReply* scripted = overrides.reply ? &*overrides.reply : nullptr;
  if (!scripted && scripted_) {
    const std::size_t index = next_reply_++;
    if (index >= script_.size()) {
      return fail(ErrorCode::kProviderScript,
                  fmt::format("the script has {} replies and this is request {}", script_.size(),
                              index + 1));
    }
    scripted = &script_[index];
  }
  if (!scripted) return plan_of(demo_reply(chat));
  if (!scripted->expect.empty() && !meets(scripted->expect, request, body)) {
    return fail(ErrorCode::kProviderScript,
                "the request does not contain the expected text: " + scripted->expect);
  }
  has_pace = scripted->has_pace;
  return plan_of(*scripted, chat);
}

awaitable<void> Shared::complete(const Dialect& dialect, std::string body,
                                 net::Responder& responder) {
  const auto start = std::chrono::steady_clock::now();
  const std::size_t number = ++served_;
  const auto request = parse_json(body);
  if (!request || !request->is_object()) {
    co_return co_await refuse(responder, 400, "The body is not a JSON object.", "invalid_json");
  }
  const Json chat = dialect.as_chat(*request);
  const Json* messages = find_member(chat, "messages");
  if (!messages || !messages->is_array() || messages->get_array().empty()) {
    co_return co_await refuse(responder, 400, dialect.no_messages, "invalid_type");
  }
  auto overrides = read_overrides(*request);
  if (!overrides)
    co_return co_await refuse(responder, 400, overrides.error().message, "invalid_x_tactus");

  const bool generated = options_.generate_tokens > 0 && !overrides->reply;
  Plan plan;
  bool has_pace = false;
  if (generated) {
    plan.usage = make_usage(static_cast<std::int64_t>(body.size() / 4),
                            static_cast<std::int64_t>(options_.generate_tokens));
  } else {
    auto made = make_plan(*request, chat, body, *overrides, has_pace);
    if (!made) co_return co_await refuse(responder, 400, made.error().message, "script");
    plan = std::move(*made);
  }
  if (plan.interleave && dialect.interleaves) interleave(plan.deltas);
  Fault fault = overrides->fault.kind != Fault::Kind::kNone ? overrides->fault : plan.fault;
  if (!has_pace && overrides->pace > 0) {
    plan.between =
        std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / std::min(overrides->pace, 1e9)));
    if (!generated) plan.first = options_.first_token;
  }
  const Timing timing{start, plan.first, plan.between};
  ReplySender sender(responder, co_await asio::this_coro::executor, fault);
  if (fault.kind == Fault::Kind::kStatus) co_return co_await sender.send_status();
  if (fault.kind == Fault::Kind::kSlowFirstByte) {
    const auto wait = std::chrono::duration<double>(std::min(fault.seconds, 86'400.0));
    if (!co_await sender.wait_until(start +
                                    std::chrono::duration_cast<std::chrono::nanoseconds>(wait)))
      co_return;
  }

  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const ResponseIdentity identity{fmt::format("{}mock{:08}", dialect.id_prefix, number),
                                  std::string(string_member(*request, "model", "demo")),
                                  std::chrono::duration_cast<std::chrono::seconds>(now).count()};
  if (!bool_member(*request, "stream")) {
    if (generated) {
      for (std::size_t i = 0; i < options_.generate_tokens; ++i)
        plan.deltas.push_back({Delta::Kind::kContent, 0, std::to_string(i) + " ", {}});
    }
    JsonObject whole = dialect.whole(plan, identity);
    const std::size_t last = plan.deltas.empty() ? 0 : plan.deltas.size() - 1;
    co_return co_await sender.send_whole(timing.due(last), std::move(whole));
  }
  const auto writer = dialect.writer(identity, *request);
  PlannedSource planned(plan);
  GeneratedSource numbers(options_.generate_tokens, options_.stamp_tokens);
  DeltaSource& source = generated ? static_cast<DeltaSource&>(numbers) : planned;
  WrittenBody streamed(source, *writer, plan, timing);
  net::Headers headers{{"content-type", "text/event-stream; charset=utf-8"},
                       {"cache-control", "no-cache"}};
  co_await sender.stream(200, std::move(headers), streamed);
}

class Provider final : public MockProvider {
 public:
  explicit Provider(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  void serve(std::unique_ptr<net::HttpServer> server) { server_ = std::move(server); }
  std::uint16_t port() const override { return server_->port(); }
  std::size_t requests_served() const override { return shared_->served(); }
  awaitable<void> stop() override { co_await server_->stop(std::chrono::milliseconds(500)); }

 private:
  std::shared_ptr<Shared> shared_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace

Result<std::unique_ptr<MockProvider>> MockProvider::start(asio::any_io_executor executor,
                                                          MockOptions options) {
  std::vector<ScriptedReply> script;
  const bool scripted = !options.script_json.empty();
  if (scripted) {
    auto parsed = parse_script(options.script_json);
    if (!parsed) return fail(std::move(parsed.error()));
    script = std::move(*parsed);
  }
  net::ServerOptions server_options;
  server_options.host = options.host;
  server_options.port = options.port;
  server_options.connections_max = kConnectionsMax;
  auto shared = std::make_shared<Shared>(std::move(options), std::move(script), scripted);
  auto server = net::HttpServer::listen(
      executor, server_options, [shared](net::ServerRequest request, net::Responder& responder) {
        return shared->handle(std::move(request), responder);
      });
  if (!server) return fail(std::move(server.error()));
  auto provider = std::make_unique<Provider>(std::move(shared));
  provider->serve(std::move(*server));
  return provider;
}

}  // namespace tactus::llm::mock
