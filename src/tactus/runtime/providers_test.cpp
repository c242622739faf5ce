#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST_F(ProvidersTest, SayWhatIsWrongWithAnEndpoint) {
  EXPECT_THAT(problem("opnai"), HasSubstr("did you mean 'openai'?"));
  EXPECT_THAT(problem("something"), HasSubstr("providers` in .tactus/config.yml"));
  config_.providers["local"].type = "openai-compatible";
  EXPECT_THAT(problem("local"), HasSubstr("has no base_url"));
  config_.providers["local"].base_url = "http://127.0.0.1:1/v1";
  EXPECT_EQ(problem("local"), "");
  config_.providers["local"].type = "telepathy";
  EXPECT_THAT(problem("local"), HasSubstr("which this version does not speak"));
  EXPECT_EQ(problem("openai"), "") << "a missing key is told when a turn needs it";
}

}  // namespace
}  // namespace tactus::runtime
