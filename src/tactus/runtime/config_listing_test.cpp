#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/config_listing.hpp>
#include <tactus/runtime/testing.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ConfigListingTest : public testing::WorkspaceTest {
 protected:
  // "key: value  # origins" of every entry.
  std::map<std::string, std::string> list(const std::string& procedure = "",
                                          const ConfigOptions& options = {}) {
    const auto config = load_config(workspace_.path(), procedure, environment(), options);
    EXPECT_TRUE(config) << to_string(config.error());
    std::map<std::string, std::string> lines;
    if (!config) return lines;
    for (const ConfigEntry& entry : list_config(*config, environment())) {
      std::string line = dump_json(entry.value) + entry.meaning;
      for (const ConfigOrigin& origin : entry.origins)
        line += " # " + describe_origin(origin, workspace_.path(), environment());
      lines[entry.key] = line;
    }
    return lines;
  }
};

TEST_F(ConfigListingTest, ShowsDefaultsOfWhatNobodySaid) {
  const auto lines = list();
  EXPECT_EQ(lines.at("limits.cpu_ms"), "5000 # built-in");
  EXPECT_EQ(lines.at("limits.max_tokens"), "nullno limit # built-in");
  EXPECT_EQ(lines.at("default_provider"), "\"demo\" # built-in");
  EXPECT_EQ(lines.at("stream"), "true # built-in");
}

TEST_F(ConfigListingTest, NamesFileVariableAndOption) {
  const testing::ScopedVariable stream("TACTUS_STREAM", "off");
  workspace_.write(".env", "OPENAI_API_KEY=sk-hidden\n");
  workspace_.write(".tactus/config.yml", "env_allow: [A]\nretries: 4\nstream: text\n");
  workspace_.write("x.tac.yml", "env_allow+: [B]\n");
  ConfigOptions options;
  options.model = "gpt-4o";
  const auto lines = list("x.tac", options);
  EXPECT_EQ(lines.at("retries"), "4 # .tactus/config.yml:2");
  EXPECT_EQ(lines.at("env_allow"), R"(["A","B"] # .tactus/config.yml:1 # x.tac.yml:1)");
  EXPECT_EQ(lines.at("openai_api_key"), "\"********\" # OPENAI_API_KEY (.env:1)");
  EXPECT_EQ(lines.at("default_model"), "\"gpt-4o\" # --model");
  EXPECT_EQ(lines.at("stream"), "false # TACTUS_STREAM") << "the switch wins over files";
  options.stream = true;
  EXPECT_EQ(list("x.tac", options).at("stream"), "true # --stream");
}

TEST_F(ConfigListingTest, HidesEverySecret) {
  const testing::ScopedVariable token("TACTUS_TEST_TOKEN", "hush-1");
  workspace_.write(
      ".tactus/config.yml",
      "openai_api_key: hush-2\nstorage: {path: 'x-${TACTUS_TEST_TOKEN}.db'}\n"
      "providers: {p: {base_url: 'https://u:hush-3@h/v1?api_key=hush-4', api_key: hush-5, "
      "api_key_env: P_KEY, headers: {X-Team: hush-6}}}\n"
      "mcp_servers: {m: {command: c, env: {A: hush-7}, args: ['${TACTUS_TEST_TOKEN}']}, "
      "n: {url: 'http://h', headers: {B: hush-8}}}\n"
      "aws: {secret_access_key: hush-9, region: eu}\n");
  std::string all;
  for (const auto& [key, line] : list()) all += key + ": " + line + "\n";
  EXPECT_THAT(all, Not(HasSubstr("hush")));
  EXPECT_THAT(all, HasSubstr("providers.p.base_url: \"https://********@h/v1?********\""));
  EXPECT_THAT(all, HasSubstr("providers.p.api_key_env: \"P_KEY\""));
  EXPECT_THAT(all, HasSubstr("aws.region: \"eu\""));
}

TEST_F(ConfigListingTest, ListsTheFilesLowToHigh) {
  workspace_.write("a/one.tac.yml", "");
  const std::string root = workspace_.path() + "/";
  EXPECT_THAT(config_files(workspace_.path(), "a/one.tac", environment()),
              ElementsAre(config_home_.path() + "/tactus/config.yml", root + ".tactus/config.yml",
                          root + "a/.tactus/config.yml", root + "a/one.tac.yml"));
}

}  // namespace
}  // namespace tactus::runtime
