#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/testing.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

class ConfigTest : public testing::WorkspaceTest {
 protected:
  Config load(const std::string& procedure = "") {
    auto config = load_config(workspace_.path(), procedure, environment());
    EXPECT_TRUE(config) << to_string(config.error());
    return config.value_or(Config{});
  }
  Error load_error(const std::string& procedure = "") {
    auto config = load_config(workspace_.path(), procedure, environment());
    EXPECT_FALSE(config);
    return config ? Error{} : config.error();
  }
};

TEST_F(ConfigTest, HasDefaultsWithoutAnyFile) {
  const Config config = load();
  EXPECT_EQ(config.default_provider, std::nullopt);
  EXPECT_EQ(config.retries, std::nullopt);
  EXPECT_EQ(config.default_toolsets, std::nullopt);
  EXPECT_EQ(config.memory_mb, 256u);
  EXPECT_EQ(config.cpu_ms, 5000);
}

TEST_F(ConfigTest, ReadsFromTheUsersFileDownToTheSidecar) {
  config_home_.write("tactus/config.yml", "default_model: user\nretries: 1\nidle_timeout: 5\n");
  workspace_.write(".tactus/config.yml", "default_model: workspace\nretries: 2\n");
  workspace_.write("a/.tactus/config.yml", "default_model: folder a\n");
  workspace_.write("a/b/.tactus/config.yml", "default_model: folder b\n");
  workspace_.write("a/b/one.tac.yml", "default_model: sidecar\n");
  workspace_.write("a/b/two.yml", "default_model: short sidecar\n");
  EXPECT_THAT(load().default_model, Optional(std::string("workspace")));
  EXPECT_THAT(load("a/x.tac").default_model, Optional(std::string("folder a")));
  EXPECT_THAT(load("a/b/x.tac").default_model, Optional(std::string("folder b")));
  EXPECT_THAT(load("a/b/one.tac").default_model, Optional(std::string("sidecar")));
  EXPECT_THAT(load("a/b/two.tac").default_model, Optional(std::string("short sidecar")));
  EXPECT_THAT(load("a/b/one.tac").retries, Optional(2));
  EXPECT_THAT(load("a/b/one.tac").idle_timeout_s, Optional(5.0));
}

TEST_F(ConfigTest, MergesMapsAndReplacesOrAppendsLists) {
  config_home_.write("tactus/config.yml",
                     "providers: {local: {type: openai-compatible, base_url: 'http://one/v1', "
                     "headers: {a: 1, b: 2}}}\nenv_allow: [A]\ndefault_toolsets: [x]\n");
  workspace_.write(".tactus/config.yml",
                   "providers: {local: {base_url: 'http://two/v1', headers: {b: 3}}}\n"
                   "env_allow+: [B]\ndefault_toolsets: []\n");
  const Config config = load();
  const ProviderConfig& local = config.providers.at("local");
  EXPECT_EQ(local.type, "openai-compatible");
  EXPECT_EQ(local.base_url, "http://two/v1");
  EXPECT_EQ(local.headers.at("a"), "1");
  EXPECT_EQ(local.headers.at("b"), "3");
  EXPECT_THAT(config.env_allow, ElementsAre("A", "B"));
  EXPECT_THAT(config.default_toolsets, Optional(ElementsAre())) << "an empty list clears";
}

TEST_F(ConfigTest, TakesVariablesFromTheEnvironmentAndDotEnv) {
  workspace_.write(".env",
                   "# comment\nTACTUS_TEST_HOST=from-file\nexport TACTUS_TEST_PORT = '81'\n"
                   "TACTUS_TEST_QUOTED=\"a b\"\nno assignment\n");
  const testing::ScopedVariable host("TACTUS_TEST_HOST", "from-process");
  workspace_.write(
      ".tactus/config.yml",
      "providers: {p: {base_url: 'http://${TACTUS_TEST_HOST}:${TACTUS_TEST_PORT}/v1', "
      "api_key: '${TACTUS_TEST_GONE}', headers: {q: '${TACTUS_TEST_QUOTED} ${open'}}}\n");
  const ProviderConfig p = load().providers.at("p");
  EXPECT_EQ(p.base_url, "http://from-process:81/v1");
  EXPECT_EQ(p.api_key, "");
  EXPECT_EQ(p.headers.at("q"), "a b ${open");
}

TEST_F(ConfigTest, TakesTheProviderOfTheEnvironmentWhenNoFileNamesOne) {
  const testing::ScopedVariable provider("TACTUS_PROVIDER", "demo");
  EXPECT_THAT(load().default_provider, Optional(std::string("demo")));
  workspace_.write(".tactus/config.yml", "default_provider: openai\n");
  EXPECT_THAT(load().default_provider, Optional(std::string("openai")));
}

TEST_F(ConfigTest, ReadsLimitsPricesStorageAndStream) {
  workspace_.write(".tactus/config.yml",
                   "limits: {memory_mb: 64, cpu_ms: 250}\nstorage: {path: runs/x.db}\n"
                   "prices: {m: {input: 1.5, output: 2, cached: 0.5}, n: {input: 1}}\n"
                   "stream: text\n");
  const Config config = load();
  EXPECT_EQ(config.memory_mb, 64u);
  EXPECT_EQ(config.cpu_ms, 250);
  EXPECT_EQ(config.storage_path, "runs/x.db");
  EXPECT_EQ(config.prices.at("m").input, 1.5);
  EXPECT_THAT(config.prices.at("m").cached, Optional(0.5));
  EXPECT_EQ(config.prices.at("n").cached, std::nullopt);
  EXPECT_EQ(config.stream, (program::StreamSetting{true, false, false, false}));
}

TEST_F(ConfigTest, NamesThePlaceOfWhatItCannotRead) {
  struct WrongFile {
    const char* text;
    const char* message;
    int line, column;
  };
  const WrongFile wrong[] = {
      {"default_model: a\ndefalt_provider: b\n", "unknown configuration key 'defalt_provider'", 2,
       1},
      {"default_model: [a]\n", "'default_model' must be text", 1, 16},
      {"retries: many\n", "'retries' must be a number", 1, 10},
      {"retries: -1\n", "'retries' must be a number from 0", 1, 10},
      {"\nlimits: 5\n", "'limits' must be a map", 2, 9},
      {"stream: maybe\n", "'stream' must be true, false, text or a map", 1, 9},
      {"env_allow: A\n", "'env_allow' must be a list of names", 1, 12},
      {"default_toolsets: [{a: b}]\n", "'default_toolsets' must be a list of names", 1, 20},
      {"providers: {p: x}\n", "'providers.p' must be a map", 1, 16},
      {"prices: {m: 5}\n", "'prices.m' must be a map", 1, 13},
      {"- a\n", "must be a map", 1, 1},
      {"a: [1\nb: 2\n", "unreadable YAML", 2, 2},
  };
  for (const WrongFile& one : wrong) {
    SCOPED_TRACE(one.text);
    workspace_.write(".tactus/config.yml", one.text);
    const Error error = load_error();
    EXPECT_EQ(error.code, ErrorCode::kConfig);
    EXPECT_THAT(error.message, HasSubstr(one.message));
    ASSERT_TRUE(error.place);
    EXPECT_THAT(error.place->file, HasSubstr(".tactus/config.yml"));
    EXPECT_EQ(error.place->line, one.line);
    EXPECT_EQ(error.place->column, one.column);
  }
  workspace_.write(".tactus/config.yml", "defalt_provider: b\n");
  EXPECT_THAT(load_error().hint, HasSubstr("did you mean 'default_provider'?"));
}

TEST_F(ConfigTest, AcceptsAnEmptyFileAndKeysOfOtherParts) {
  workspace_.write(".tactus/config.yml", "");
  EXPECT_EQ(load().default_model, std::nullopt);
  workspace_.write(".tactus/config.yml", "mcp_servers: {}\ntool_paths+: [x]\nretries:\n");
  EXPECT_EQ(load().retries, std::nullopt);
}

}  // namespace
}  // namespace tactus::runtime
