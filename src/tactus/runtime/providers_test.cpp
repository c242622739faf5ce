#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/provider_kinds.hpp>
#include <tactus/runtime/providers.hpp>
#include <tactus/runtime/testing.hpp>

namespace tactus::runtime {
namespace {

using ::testing::HasSubstr;

class ProvidersTest : public testing::WorkspaceTest {
 protected:
  // "provider/model", or the error's text.
  std::string resolved(const ModelWish& wish) {
    const auto model = resolve_model(wish, config_, environment());
    return model ? model->provider + "/" + model->model : to_string(model.error());
  }
  // What is wrong with a provider's configuration; empty = nothing.
  std::string problem(const std::string& name) {
    boost::asio::io_context context;
    ProviderRegistry registry(context.get_executor(), 0);
    const auto provider = registry.find(name, config_, environment(), 60);
    return provider ? "" : provider.error().message + " " + provider.error().hint;
  }
  // The endpoint of a provider, "url key hint", with "-" for no key and "(key)" for one that is
  // needed and missing.
  std::string endpoint(const std::string& name, const std::string& type = "") {
    const auto found = config_.providers.find(name);
    const Environment here = environment();
    const ProviderSources sources{found == config_.providers.end() ? nullptr : &found->second,
                                  config_, here};
    const auto made =
        endpoint_of(*find_provider_kind(type.empty() ? name : type), name, sources, 9);
    if (!made) return made.error().message;
    const std::string key =
        made->api_key.empty() ? (made->needs_key ? "(key)" : "-") : made->api_key;
    return made->base_url + " " + key + " " + made->key_hint;
  }

  // Where a request would go and with which credential; or what is wrong.
  std::string request(const std::string& name) {
    boost::asio::io_context context;
    ProviderRegistry registry(context.get_executor(), 0);
    const auto provider = registry.find(name, config_, environment(), 60);
    if (!provider) return provider.error().message;
    llm::ModelRequest asked;
    asked.model = "m";
    const auto http = (*provider)->build(asked);
    if (!http) return http.error().message + "; " + http.error().hint;
    std::string shown = http->url;
    for (const char* header : {"authorization", "x-goog-api-key"}) {
      if (const auto value = net::find_header(http->headers, header))
        shown += " " + std::string(*value);
    }
    return shown + ((*provider)->signer() ? " signed" : "");
  }

  Config config_;
};

TEST_F(ProvidersTest, ResolveInTheOrderOfTheLanguage) {
  config_.providers["local"].type = "openai-compatible";
  ModelWish wish;
  EXPECT_EQ(resolved(wish), "demo/demo") << "no key and no wish: the offline demo model";
  config_.default_provider = "local";
  config_.default_model = "config-model";
  EXPECT_EQ(resolved(wish), "local/config-model");
  wish.file_provider = "openai";
  wish.file_model = "file-model";
  EXPECT_EQ(resolved(wish), "openai/file-model");
  wish.provider = "local";
  wish.model = "agent-model";
  EXPECT_EQ(resolved(wish), "local/agent-model");
  wish.overrides.model = "run-model";
  EXPECT_EQ(resolved(wish), "local/run-model");
  wish.overrides = {};
  wish.overrides.provider = "openai";
  EXPECT_EQ(resolved(wish), "openai/gpt-4o") << "a model of another provider means nothing there";
}

TEST_F(ProvidersTest, ScriptsNeedNeitherKeyNorModel) {
  ModelWish wish;
  wish.provider = "scripted";
  EXPECT_EQ(resolved(wish), "scripted/scripted");
  EXPECT_TRUE(resolve_model(wish, config_, environment())->scripted);
  EXPECT_EQ(problem("scripted"), "");
  config_.providers["scripted"].type = "openai-compatible";
  config_.default_model = "m";
  EXPECT_FALSE(resolve_model(wish, config_, environment())->scripted)
      << "the configuration's own provider of that name wins";
}

TEST_F(ProvidersTest, AreReadFromThePrefixOrInferredFromTheModel) {
  config_.providers["local"].type = "openai-compatible";
  const std::pair<const char*, const char*> cases[] = {
      {"local:llama", "local/llama"},          {"openai:gpt-4o", "openai/gpt-4o"},
      {"gpt-4o-mini", "openai/gpt-4o-mini"},   {"o3-mini", "openai/o3-mini"},
      {"claude-3", "anthropic/claude-3"},      {"gemini-2", "google/gemini-2"},
      {"unknown:llama", "demo/unknown:llama"},
  };
  for (const auto& [model, expected] : cases) {
    ModelWish wish;
    wish.model = model;
    EXPECT_EQ(resolved(wish), expected);
  }
  ModelWish inferred;
  inferred.model = "gpt-4o";
  EXPECT_THAT(resolve_model(inferred, config_, environment())->warning, HasSubstr("inferred"));
  inferred.provider = "openai";
  EXPECT_EQ(resolve_model(inferred, config_, environment())->warning, "");
}

TEST_F(ProvidersTest, DefaultToOpenAiWhenItsKeyIsThere) {
  EXPECT_TRUE(default_model_of(config_, environment()).demo);
  workspace_.write(".env", "OPENAI_API_KEY=sk-test\n");
  EXPECT_EQ(resolved({}), "openai/gpt-4o");
  EXPECT_FALSE(default_model_of(config_, environment()).demo);
}

TEST_F(ProvidersTest, NeedAModelUnlessTheyHaveADefault) {
  config_.providers["local"].type = "openai-compatible";
  ModelWish wish;
  wish.provider = "local";
  EXPECT_THAT(resolved(wish), HasSubstr("provider 'local' needs a model"));
  wish.provider = "demo";
  EXPECT_EQ(resolved(wish), "demo/demo");
}

TEST_F(ProvidersTest, AreReachedByTheirVariablesAndShortForms) {
  EXPECT_EQ(endpoint("openai"),
            "https://api.openai.com/v1 (key) OPENAI_API_KEY in the environment or .env, or "
            "openai_api_key in .tactus/config.yml");
  EXPECT_EQ(endpoint("groq"),
            "https://api.groq.com/openai/v1 (key) GROQ_API_KEY in the environment or .env, or "
            "providers.groq.api_key in .tactus/config.yml");
  EXPECT_THAT(endpoint("vllm"), HasSubstr("http://127.0.0.1:8000/v1 - "));
  workspace_.write(".env", "OPENAI_API_KEY=sk-1\nOPENAI_BASE_URL=http://here/v1\nGROQ_API_KEY=g\n");
  EXPECT_THAT(endpoint("openai"), HasSubstr("http://here/v1 sk-1 "));
  EXPECT_THAT(endpoint("groq"), HasSubstr(" g "));
  config_.api_keys["openai_api_key"] = "sk-2";
  EXPECT_THAT(endpoint("openai"), HasSubstr(" sk-2 "));
  config_.providers["openai"].api_key = "sk-3";
  EXPECT_THAT(endpoint("openai"), HasSubstr("http://here/v1 sk-3 "));
}

TEST_F(ProvidersTest, NamedEndpointsGetNoKeyOfTheirKind) {
  workspace_.write(".env", "OPENAI_API_KEY=sk-1\nOPENAI_BASE_URL=http://here/v1\nMINE=m\n");
  config_.providers["router"].type = "openai";
  EXPECT_EQ(endpoint("router", "openai"),
            "https://api.openai.com/v1 (key) providers.router.api_key in .tactus/config.yml");
  config_.providers["router"].base_url = "http://there/v1";
  EXPECT_THAT(endpoint("router", "openai"), HasSubstr("http://there/v1 - "));
  config_.providers["router"].api_key_env = "MINE";
  EXPECT_THAT(endpoint("router", "openai"), HasSubstr("http://there/v1 m MINE in the env"));
  config_.providers["router"].api_key_env = "MISSING";
  EXPECT_THAT(endpoint("router", "openai"), HasSubstr("http://there/v1 (key) MISSING in the env"));
}

TEST_F(ProvidersTest, GoogleIsReachedWithAKeyOrAToken) {
  const testing::ScopedVariable google("GOOGLE_API_KEY", std::nullopt);
  const testing::ScopedVariable token("GOOGLE_OAUTH_ACCESS_TOKEN", std::nullopt);
  const testing::ScopedVariable project("GOOGLE_CLOUD_PROJECT", std::nullopt);
  const testing::ScopedVariable location("GOOGLE_CLOUD_LOCATION", std::nullopt);
  EXPECT_THAT(request("google"), HasSubstr("GOOGLE_API_KEY in the environment"));
  EXPECT_EQ(request("google-vertex"), "provider 'google-vertex' needs a project");
  workspace_.write(".env", "GOOGLE_API_KEY=g\nGOOGLE_CLOUD_PROJECT=p\n");
  EXPECT_EQ(request("google-gla"),
            "https://generativelanguage.googleapis.com/v1beta/models/"
            "m:streamGenerateContent?alt=sse g");
  EXPECT_THAT(request("google-vertex"), HasSubstr("GOOGLE_OAUTH_ACCESS_TOKEN"));
  workspace_.write(".env",
                   "GOOGLE_OAUTH_ACCESS_TOKEN=t\nGOOGLE_CLOUD_PROJECT=p\n"
                   "GOOGLE_CLOUD_LOCATION=europe-west4\n");
  EXPECT_EQ(request("google-vertex"),
            "https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4/"
            "publishers/google/models/m:streamGenerateContent?alt=sse Bearer t");
  workspace_.write(".env", "GOOGLE_OAUTH_ACCESS_TOKEN=t\nGOOGLE_CLOUD_PROJECT=p\n");
  EXPECT_THAT(request("google-vertex"),
              HasSubstr("https://aiplatform.googleapis.com/v1/projects/p/locations/global/"));
}

TEST_F(ProvidersTest, BedrockSignsUnlessItHasAKeyOfItsOwn) {
  const testing::ScopedVariable home("HOME", workspace_.path());
  const testing::ScopedVariable key("AWS_ACCESS_KEY_ID", std::nullopt);
  const testing::ScopedVariable secret("AWS_SECRET_ACCESS_KEY", std::nullopt);
  const testing::ScopedVariable bearer("AWS_BEARER_TOKEN_BEDROCK", std::nullopt);
  const testing::ScopedVariable region("AWS_REGION", std::nullopt);
  const testing::ScopedVariable default_region("AWS_DEFAULT_REGION", std::nullopt);
  const std::string path = "/model/m/converse-stream";
  EXPECT_THAT(request("bedrock"), HasSubstr("no AWS credentials for provider 'bedrock'; set "
                                            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
  config_.aws = {"A", "s", "", "eu-west-1"};
  EXPECT_EQ(request("bedrock"),
            "https://bedrock-runtime.eu-west-1.amazonaws.com" + path + " signed");
  EXPECT_EQ(request("bedrock-anthropic"),
            "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/invoke-with-response-stream"
            " signed");
  config_.aws.region = "cn-north-1";
  EXPECT_EQ(request("bedrock"),
            "https://bedrock-runtime.cn-north-1.amazonaws.com.cn" + path + " signed");
  ProviderConfig& other = config_.providers["other"];
  other.type = "bedrock";
  EXPECT_THAT(request("other"), HasSubstr(" signed")) << "AWS itself, under a name of one's own";
  other.base_url = "https://bedrock-runtime.us-west-2.amazonaws.com";
  EXPECT_EQ(request("other"), other.base_url + path + " signed");
  other.base_url = "https://proxy.example.com";
  EXPECT_EQ(request("other"), other.base_url + path) << "nobody else gets a signature";
  workspace_.write(".env", "AWS_BEARER_TOKEN_BEDROCK=b\n");
  EXPECT_THAT(request("bedrock"), HasSubstr(" Bearer b"));
}

TEST_F(ProvidersTest, OllamaIsReachedByItsHostAndItsCloudByAKey) {
  const testing::ScopedVariable host("OLLAMA_HOST", std::nullopt);
  const testing::ScopedVariable key("OLLAMA_API_KEY", std::nullopt);
  EXPECT_EQ(request("ollama"), "http://127.0.0.1:11434/api/chat");
  workspace_.write(".env", "OLLAMA_HOST=0.0.0.0:7\nOLLAMA_API_KEY=k\n");
  EXPECT_EQ(request("ollama"), "http://127.0.0.1:7/api/chat");
  for (const char* elsewhere : {"https://ollama.com.example.org", "http://ollama.com"}) {
    config_.providers["ollama"].base_url = elsewhere;
    EXPECT_EQ(request("ollama"), elsewhere + std::string("/api/chat"));
  }
  config_.providers["ollama"].base_url = "https://ollama.com";
  EXPECT_EQ(request("ollama"), "https://ollama.com/api/chat Bearer k");
}

TEST_F(ProvidersTest, SayWhatIsWrongWithAnEndpoint) {
  EXPECT_THAT(problem("opnai"), HasSubstr("did you mean 'openai'?"));
  EXPECT_THAT(problem("something"), HasSubstr("providers` in .tactus/config.yml"));
  config_.providers["local"].type = "openai-compatible";
  EXPECT_THAT(problem("local"), HasSubstr("has no base_url"));
  config_.providers["local"].base_url = "http://127.0.0.1:1/v1";
  EXPECT_EQ(problem("local"), "");
  config_.providers["local"].type = "";
  EXPECT_EQ(problem("local"), "") << "without a type it is OpenAI-compatible";
  config_.providers["local"].type = "opnai";
  EXPECT_THAT(problem("local"), HasSubstr("did you mean type: openai?"));
  config_.providers["local"].type = "telepathy";
  EXPECT_THAT(problem("local"), HasSubstr("which this version does not speak"));
  EXPECT_EQ(problem("openai"), "") << "a missing key is told when a turn needs it";
}

}  // namespace
}  // namespace tactus::runtime
