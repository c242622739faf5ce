#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/testing.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ConfigTreeTest : public testing::WorkspaceTest {
 protected:
  Config load(const std::string& procedure = "", const ConfigOptions& options = {}) {
    auto config = load_config(workspace_.path(), procedure, environment(), options);
    EXPECT_TRUE(config) << to_string(config.error());
    return config.value_or(Config{});
  }
  Error load_error() {
    auto config = load_config(workspace_.path(), "", environment());
    EXPECT_FALSE(config);
    return config ? Error{} : config.error();
  }
  static std::vector<std::string> texts(const ConfigNode* node) {
    std::vector<std::string> all;
    if (!node) return {"absent"};
    for (const ConfigNode& item : node->items) all.push_back(item.text);
    return all;
  }
  std::string file(const std::string& name) const { return workspace_.path() + "/" + name; }
};

TEST_F(ConfigTreeTest, ASidecarClearsAndAppendsLists) {
  workspace_.write(".tactus/config.yml", "env_allow: [A, B]\nnetwork: {allow: [one]}\n");
  workspace_.write("clear.tac.yml", "env_allow: []\n");
  workspace_.write("append.tac.yml", "env_allow+: [X]\nnetwork: {allow+: [two]}\n");
  EXPECT_THAT(load("clear.tac").env_allow, IsEmpty());
  EXPECT_THAT(load("append.tac").env_allow, ElementsAre("A", "B", "X"));
  EXPECT_THAT(*load("append.tac").network_allow, ElementsAre("one", "two"));
  EXPECT_THAT(load("other.tac").env_allow, ElementsAre("A", "B"));
}

TEST_F(ConfigTreeTest, AppendsWithinOneFileAndToNothing) {
  workspace_.write(".tactus/config.yml", "env_allow+: [B]\nenv_allow: [A]\n");
  workspace_.write("x.tac.yml", "default_toolsets+: [done]\n");
  EXPECT_THAT(load("x.tac").env_allow, ElementsAre("A", "B"));
  EXPECT_THAT(*load("x.tac").default_toolsets, ElementsAre("done"));
}

TEST_F(ConfigTreeTest, TakesToolPathsFromTheEnvironmentBelowEveryFile) {
  const testing::ScopedVariable paths("TOOL_PATHS", R"(["tools", "more"])");
  EXPECT_THAT(texts(load().tree->find("tool_paths")), ElementsAre("tools", "more"));
  workspace_.write("x.tac.yml", "tool_paths+: [own]\n");
  EXPECT_THAT(texts(load("x.tac").tree->find("tool_paths")), ElementsAre("tools", "more", "own"));
  workspace_.write("x.tac.yml", "tool_paths: []\n");
  EXPECT_THAT(texts(load("x.tac").tree->find("tool_paths")), IsEmpty());
}

TEST_F(ConfigTreeTest, RefusesToolPathsThatAreNoListOfTexts) {
  for (const char* wrong : {"tools", "[1]", R"({"a": "b"})"}) {
    const testing::ScopedVariable paths("TOOL_PATHS", wrong);
    EXPECT_THAT(load_error().message, HasSubstr("TOOL_PATHS must hold a JSON list"));
  }
}

TEST_F(ConfigTreeTest, OptionsOfTheCommandLineWin) {
  workspace_.write("x.tac.yml", "default_provider: openai\nstream: text\n");
  ConfigOptions options;
  options.provider = "demo";
  options.stream = false;
  const Config config = load("x.tac", options);
  EXPECT_EQ(config.default_provider, "demo");
  EXPECT_EQ(config.tree->find("default_provider")->origin.name, "--provider");
  EXPECT_EQ(config.stream, (program::StreamSetting{false, false, false, false}));
}

TEST_F(ConfigTreeTest, EveryValueKnowsWhereItWasSaid) {
  const testing::ScopedVariable provider("TACTUS_PROVIDER", "demo");
  workspace_.write(".env", "\nOPENAI_API_KEY=sk-1\n");
  workspace_.write(".tactus/config.yml", "retries: 1\nenv_allow: [A]\n");
  workspace_.write("x.tac.yml", "limits:\n  cpu_ms: 9\nenv_allow+:\n  - B\n");
  const auto tree = load("x.tac").tree;
  const ConfigOrigin& variable = tree->find("default_provider")->origin;
  EXPECT_EQ(variable.kind, ConfigOrigin::Kind::kVariable);
  EXPECT_EQ(variable.name, "TACTUS_PROVIDER");
  EXPECT_EQ(tree->find("openai_api_key")->origin.place(), (Place{".env", 2, 0}));
  EXPECT_EQ(tree->find("retries")->origin.place(), (Place{file(".tactus/config.yml"), 1, 10}));
  EXPECT_EQ(tree->find("limits")->find("cpu_ms")->origin.place(),
            (Place{file("x.tac.yml"), 2, 11}));
  const auto& items = tree->find("env_allow")->items;
  ASSERT_THAT(items, SizeIs(2));
  EXPECT_EQ(items[0].origin.place(), (Place{file(".tactus/config.yml"), 2, 13}));
  EXPECT_EQ(items[1].origin.place(), (Place{file("x.tac.yml"), 4, 5}));
}

TEST_F(ConfigTreeTest, ValuesKeepTheirKind) {
  workspace_.write(".tactus/config.yml",
                   "providers: {p: {base_url: u, type: t, settings: {extra_body: {a: 5, b: '5', "
                   "c: true, d: 1.5, e: [~, x], f: -2}, temperature: 0.5}}}\n");
  const ProviderConfig p = load().providers.at("p");
  EXPECT_EQ(Json(p.settings.extra_body),
            *parse_json(R"({"a":5,"b":"5","c":true,"d":1.5,"e":[null,"x"],"f":-2})"));
  EXPECT_EQ(p.settings.temperature, 0.5);
}

TEST_F(ConfigTreeTest, KnowsWhichVariablesAreSecret) {
  const testing::ScopedVariable token("TACTUS_TEST_TOKEN", "t0p");
  const testing::ScopedVariable host("TACTUS_TEST_HOST", "h");
  workspace_.write(
      ".tactus/config.yml",
      "default_model: '${TACTUS_TEST_HOST}'\nstorage: {path: '${TACTUS_TEST_TOKEN}'}\n");
  const auto tree = load().tree;
  EXPECT_FALSE(tree->find("default_model")->secret);
  EXPECT_TRUE(tree->find("storage")->find("path")->secret);
}

TEST_F(ConfigTreeTest, WarnsAboutWhatHasNoEffect) {
  const testing::ScopedVariable stream("TACTUS_STREAM", "perhaps");
  workspace_.write(".tactus/config.yml", "colour_of_the_sky: blue\n");
  workspace_.write("x.tac.yml", "storage: {path: elsewhere.db}\n");
  std::vector<std::string> warnings;
  for (const Error& warning : load("x.tac").warnings) warnings.push_back(to_string(warning));
  EXPECT_THAT(
      warnings,
      ElementsAre(HasSubstr(".tactus/config.yml:1: unknown configuration key 'colour_of_th"),
                  HasSubstr("x.tac.yml:1: configuration key 'storage.path' has no effect"),
                  HasSubstr("TACTUS_STREAM is 'perhaps'")));
}

TEST_F(ConfigTreeTest, RefusesWhatItCannotUnderstand) {
  struct Wrong {
    const char* text;
    const char* message;
    int line;
  };
  const Wrong wrong[] = {
      {"retries: 1\nretries: 2\n", "'retries' is given twice", 2},
      {"default_model: a\ndefault_model+: [b]\n", "appends to 'default_model', which is no list",
       2},
      {"env_allow+: A\n", "'env_allow+' must be a list", 1},
      {"limits:\n  memory: 5\n", "unknown configuration key 'limits.memory'", 2},
      {"limits: {cpu_ms: 1.5}\n", "'limits.cpu_ms' must be a whole number", 1},
      {"limits: {memory_mb: 0}\n", "'limits.memory_mb' must be a number from 1", 1},
      {"? [a]\n: b\n", "must be a name", 1},
      {"retries: '5'\n", "'retries' must be a number", 1},
  };
  for (const Wrong& one : wrong) {
    SCOPED_TRACE(one.text);
    workspace_.write(".tactus/config.yml", one.text);
    const Error error = load_error();
    EXPECT_EQ(error.code, ErrorCode::kConfig);
    EXPECT_THAT(error.message, HasSubstr(one.message));
    ASSERT_TRUE(error.place);
    EXPECT_EQ(error.place->line, one.line);
    EXPECT_FALSE(error.hint.empty());
  }
}

TEST_F(ConfigTreeTest, AliasesCannotMultiplyWithoutEnd) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = fmt::format("*a{}", i - 1);
    text +=
        fmt::format("a{0}: &a{0} [{1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}]\n", i, before);
  }
  workspace_.write(".tactus/config.yml", text);
  EXPECT_THAT(load_error().message, HasSubstr("more than 20000 values"));
  workspace_.write(".tactus/config.yml",
                   "a: " + std::string(60, '[') + std::string(60, ']') + "\n");
  EXPECT_THAT(load_error().message, HasSubstr("50 levels deep"));
}

TEST_F(ConfigTreeTest, AFileThatCannotBeReadIsNotPassedOver) {
  workspace_.write(".tactus/config.yml/not-a-file", "");
  EXPECT_THAT(load_error().message, HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace tactus::runtime
