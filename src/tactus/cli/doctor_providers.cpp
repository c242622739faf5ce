// What `tactus doctor` finds about providers: keys, the way to them, whether they answer.
#include <algorithm>
#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <tactus/base/text.hpp>
#include <tactus/cli/doctor.hpp>
#include <tactus/net/environment.hpp>
#include <tactus/runtime/config_listing.hpp>
#include <tactus/runtime/outgoing_http.hpp>
#include <tactus/runtime/provider_kinds.hpp>
#include <tactus/runtime/providers.hpp>

namespace tactus::cli {
namespace {

namespace asio = boost::asio;

constexpr double kIdleSeconds = 10;
constexpr std::chrono::milliseconds kConnectTimeout{10'000};
constexpr std::chrono::milliseconds kAnswerTimeout{20'000};
constexpr std::size_t kBodyBytesMax = 8u << 20;
constexpr std::string_view kOllama = "ollama";

struct Answer {
  int status = 0;
  net::Headers headers;
  std::string body;
};

asio::awaitable<Result<Answer>> fetch(net::HttpClient& client, net::HttpRequest request) {
  const auto exchange = client.start(std::move(request));
  auto head = co_await exchange->head();
  if (!head) co_return fail(head.error());
  Answer answer{head->status, std::move(head->headers), ""};
  while (answer.body.size() < kBodyBytesMax) {
    const auto bytes = co_await exchange->read();
    if (!bytes) co_return fail(bytes.error());
    if (bytes->empty()) break;
    answer.body += *bytes;
  }
  co_return answer;
}

// A GET with the headers of `like`, as the program would send them.
Result<Answer> get(const std::string& url, const net::HttpRequest& like) {
  asio::io_context io(1);
  auto client = net::HttpClient::open(io.get_executor(), {});
  if (!client) return fail(client.error());
  net::HttpRequest request;
  request.method = "GET";
  request.url = url;
  request.headers = like.headers;
  std::erase_if(request.headers, [](const auto& header) {
    const std::string name = to_lower(header.first);
    return name == "content-type" || name == "accept";
  });
  request.timeouts = {kConnectTimeout, kAnswerTimeout, kAnswerTimeout};
  Result<Answer> answer = fail(ErrorCode::kInternal, "there was no answer");
  asio::co_spawn(io, fetch(**client, std::move(request)),
                 [&](std::exception_ptr failure, Result<Answer> given) {
                   if (!failure) answer = std::move(given);
                   io.stop();
                 });
  io.run();
  return answer;
}

// What of a provider's API costs nothing and needs a key, by what a turn would ask for; nothing
// where there is no such thing.
std::optional<std::string> free_url(const net::Url& turn) {
  struct Pair {
    std::string_view turn, free;
  };
  constexpr std::array<Pair, 4> kPairs = {{{"/chat/completions", "/models"},
                                           {"/responses", "/models"},
                                           {"/messages", "/models"},
                                           {"/api/chat", "/api/tags"}}};
  std::string path;
  for (const auto& [asked, free] : kPairs) {
    if (turn.path.ends_with(asked))
      path = turn.path.substr(0, turn.path.size() - asked.size()) + std::string(free);
  }
  const std::size_t gemini = turn.path.rfind("/models/");
  const bool is_vertex = turn.path.find("/publishers/") != std::string::npos;
  if (path.empty() && gemini != std::string::npos && !is_vertex)
    path = turn.path.substr(0, gemini) + "/models";
  if (path.empty()) return std::nullopt;
  // Its list of models is for everybody.
  if (turn.host == "openrouter.ai") path = path.substr(0, path.rfind('/')) + "/key";
  const bool own_query = !turn.query.empty() && gemini == std::string::npos;
  return turn.origin() + path + (own_query ? "?" + turn.query : "");
}

// One provider: what is known of it, and the lines about it.
class Examination {
 public:
  Examination(const Patient& patient, const ProviderUse& use, bool online)
      : patient_(patient), use_(use), online_(online) {}

  std::vector<Check> take() {
    examine();
    return std::move(checks_);
  }

 private:
  // Of a lack that stops only those who use the provider.
  Health lack() const { return use_.users.empty() ? Health::kWarn : Health::kFail; }

  void add(std::string check, Health health, std::string message, std::string hint = {}) {
    checks_.push_back({std::move(check), use_.name, health, std::move(message), std::move(hint)});
  }

  void add(std::string check, Health health, const Error& error) {
    add(std::move(check), health, error.message, error.hint);
  }

  std::string needed_by() const {
    if (use_.users.empty()) return "";
    const std::size_t others = use_.users.size() - 1;
    return fmt::format(" (needed by {}{})", use_.users.front(),
                       others > 0 ? fmt::format(" and {} more", others) : "");
  }

  // "openai_api_key from OPENAI_API_KEY (.env:1)": where the key is, without it.
  std::string place_of_key(const runtime::ProviderKind& kind) const {
    const std::string own = "providers." + use_.name + ".api_key";
    const auto entry = use_.config.providers.find(use_.name);
    const bool configured = entry != use_.config.providers.end();
    const bool in_config = configured && !entry->second.api_key.empty();
    const std::string key = in_config ? own : std::string(kind.key_setting);
    if (!in_config && configured && !entry->second.api_key_env.empty())
      return entry->second.api_key_env;
    for (const runtime::ConfigEntry& listed :
         runtime::list_config(use_.config, patient_.environment)) {
      if (listed.key != key || listed.origins.empty()) continue;
      return runtime::describe_origin(listed.origins.front(), patient_.workspace,
                                      patient_.environment);
    }
    return std::string(kind.key_variable);
  }

  void examine() {
    const auto kind = runtime::kind_of_provider(use_.name, use_.config);
    if (!kind) return add("key", lack(), kind.error());
    if (*kind == nullptr) return add("key", Health::kOk, "it answers offline and needs no key");
    asio::io_context io(1);
    runtime::ProviderRegistry registry(io.get_executor(), 0);
    const auto provider = registry.find(use_.name, use_.config, patient_.environment, kIdleSeconds);
    if (!provider) return add("key", lack(), provider.error());
    llm::ModelRequest request;
    request.model = use_.models.empty() ? "model" : use_.models.front();
    request.messages.push_back({llm::Role::kUser, "Hello", {}, "", "", false, {}});
    const auto built = (*provider)->build(request);
    if (!built) {
      Error error = built.error();
      error.message += needed_by();
      return add("key", lack(), error);
    }
    const auto entry = use_.config.providers.find(use_.name);
    const runtime::ProviderSources sources{
        entry == use_.config.providers.end() ? nullptr : &entry->second, use_.config,
        patient_.environment, nullptr};
    const bool has_key = !runtime::api_key_of(**kind, use_.name, sources).empty();
    if (has_key) {
      add("key", Health::kOk, "there is one, from " + place_of_key(**kind));
    } else {
      add("key", Health::kOk,
          (*provider)->signer() ? "there are AWS credentials"
                                : "it needs none, or a header has it");
    }
    const auto url = net::parse_url(built->url);
    if (!url) return add("host", lack(), url.error());
    if (!check_host(*url)) return;
    if ((*kind)->name == kOllama) {
      if (online_ || net::is_never_proxied(url->host)) check_ollama(*url, *built);
    } else if (online_) {
      check_answer(**provider, *url, *built, has_key);
    }
  }

  // Whether it may be asked, and through which proxy.
  bool check_host(const net::Url& url) {
    if (!runtime::is_allowed(url, use_.config.network_allow)) {
      add("host", lack(), fmt::format("network.allow does not list {}", url.host),
          "add it to `network.allow` in .tactus/config.yml");
      return false;
    }
    const net::ProxyChoice choice = net::proxy_of(url);
    if (choice.proxy.empty()) {
      add("host", Health::kOk,
          fmt::format("{} is asked directly{}", url.origin(),
                      choice.variable.empty() ? "" : " (" + choice.variable + ")"));
      return true;
    }
    // A proxy that is none has been told already.
    if (const auto proxy = net::proxy_origin(choice.proxy)) {
      add("host", Health::kOk,
          fmt::format("{} is asked through {} ({})", url.origin(), *proxy, choice.variable));
      return true;
    }
    return false;
  }

  void check_answer(const llm::Provider& provider, const net::Url& url,
                    const net::HttpRequest& built, bool has_key) {
    const auto free = free_url(url);
    if (!free) {
      return add("online", Health::kOk, "not asked: nothing of its API is free of charge");
    }
    const auto answer = get(*free, built);
    if (!answer) return add("online", lack(), answer.error());
    const int status = answer->status;
    if (status >= 200 && status < 300) {
      return add("online", Health::kOk,
                 url.origin() + (has_key ? " answers and takes the key" : " answers"));
    }
    if (status == 404 || status == 405) {
      return add("online", Health::kOk,
                 url.origin() + " answers, but lists no models: the key was not tried");
    }
    const llm::ProviderFailure failure = provider.failure(status, answer->headers, answer->body);
    const bool refused = failure.error.code == ErrorCode::kProviderAuth;
    const std::string& hint = failure.error.hint;
    add("online", refused ? Health::kFail : Health::kWarn, failure.error.message,
        hint.empty() ? "try again later; check the base URL" : hint);
  }

  void check_ollama(const net::Url& url, const net::HttpRequest& built) {
    const auto answer = get(free_url(url).value_or(url.origin() + "/api/tags"), built);
    if (!answer || answer->status != 200) {
      const std::string why = answer ? fmt::format("it answers with status {}", answer->status)
                                     : answer.error().message;
      if (use_.users.empty() && !use_.config.providers.contains(use_.name))
        return add("ollama", Health::kOk,
                   fmt::format("none answers at {}; no program asks for it", url.origin()));
      return add("ollama", lack(), why + needed_by(),
                 "start it with `ollama serve`, or set OLLAMA_HOST to where it is");
    }
    const std::vector<std::string> models = ollama_models(answer->body);
    add("ollama", Health::kOk,
        models.empty() ? url.origin() + " answers; it has no models"
                       : fmt::format("{} answers; models: {}", url.origin(), join(models, ", ")));
    for (const std::string& model : use_.models) {
      const bool there = std::any_of(models.begin(), models.end(), [&](const std::string& name) {
        return name == model || name == model + ":latest";
      });
      if (!there) {
        add("ollama", lack(), fmt::format("it does not have the model '{}'", model),
            fmt::format("fetch it with `ollama pull {}`", model));
      }
    }
  }

  static std::vector<std::string> ollama_models(const std::string& body) {
    std::vector<std::string> names;
    const auto json = parse_json(body);
    const Json* models =
        json && json->is_object() ? json->get_object().if_contains("models") : nullptr;
    if (models == nullptr || !models->is_array()) return names;
    for (const Json& model : models->get_array()) {
      const Json* name = model.is_object() ? model.get_object().if_contains("name") : nullptr;
      if (name != nullptr && name->is_string()) names.emplace_back(name->get_string());
    }
    return names;
  }

  const Patient& patient_;
  const ProviderUse& use_;
  const bool online_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> check_providers(const Patient& patient, const std::vector<ProviderUse>& uses,
                                   bool online) {
  std::vector<Check> checks;
  for (const ProviderUse& use : uses) {
    std::vector<Check> more = Examination(patient, use, online).take();
    std::move(more.begin(), more.end(), std::back_inserter(checks));
  }
  const bool told = std::any_of(checks.begin(), checks.end(),
                                [](const Check& check) { return check.check == kOllama; });
  if (told) return checks;
  const ProviderUse ollama{std::string(kOllama), patient.config, {}, {}};
  for (Check& check : Examination(patient, ollama, false).take()) {
    if (check.check == kOllama) checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace tactus::cli
