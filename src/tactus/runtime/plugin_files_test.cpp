// Which files are plugins, where they are looked for, and who has agreed to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/plugin_files.hpp>
#include <tactus/runtime/testing.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Names = std::vector<std::string>;

Names shown(const PluginFiles& files) {
  Names names;
  for (const PluginFile& file : files) names.push_back(file.shown);
  return names;
}

class PluginFilesTest : public testing::WorkspaceTest {
 protected:
  Config config(const std::string& path = "") {
    auto loaded = load_config(workspace_.path(), path, environment());
    EXPECT_TRUE(loaded) << to_string(loaded.error());
    return loaded ? std::move(*loaded) : Config{};
  }
  Names configured(const std::string& path = "") {
    const auto files = find_plugins(workspace_.path(), config(path).tool_paths);
    return files ? shown(*files) : Names{files.error().message};
  }
};

TEST_F(PluginFilesTest, AFolderIsItsPluginsInOrder) {
  for (const char* name :
       {"t/b.lua", "t/a.py", "t/_own.py", "t/.hidden.lua", "t/notes.txt", "t/in/c.lua"})
    workspace_.write(name, "return {}");
  const auto files = find_plugins(workspace_.path(), Names{"t", "t/b.lua", "t/in/c.lua"}, "");
  ASSERT_TRUE(files) << to_string(files.error());
  EXPECT_THAT(shown(*files), ElementsAre("t/a.py", "t/b.lua", "t/in/c.lua"));
  EXPECT_TRUE(files->front().python);
  EXPECT_EQ(files->front().text, "return {}");
}

TEST_F(PluginFilesTest, WhatIsNoPluginIsNamed) {
  workspace_.write("notes.txt", "");
  const auto error = [&](const char* path) {
    return find_plugins(workspace_.path(), Names{path}, "").error();
  };
  EXPECT_EQ(error("notes.txt").code, ErrorCode::kToolPlugin);
  EXPECT_THAT(error("missing").message, HasSubstr("there is no plugin 'missing'"));
  EXPECT_EQ(error("../elsewhere.lua").code, ErrorCode::kSandboxDenied);
}

TEST_F(PluginFilesTest, PathsOfTheConfigurationAreLookedForFromItsFile) {
  workspace_.write("a/tools/near.lua", "return {}");
  workspace_.write("a/b/.tactus/config.yml", "tool_paths: [tools, tools/near.lua]\n");
  EXPECT_THAT(configured("a/b/one.tac"), ElementsAre("a/tools/near.lua"));
  workspace_.write("tools/far.lua", "return {}");
  EXPECT_THAT(configured("a/b/one.tac"), ElementsAre("tools/far.lua", "a/tools/near.lua"))
      << "the workspace comes first";
  const testing::TemporaryFolder outside;
  outside.write("own.lua", "return {}");
  workspace_.write("a/b/one.tac.yml", "tool_paths: ['" + outside.path() + "/own.lua']\n");
  EXPECT_THAT(configured("a/b/one.tac"), ElementsAre(outside.path() + "/own.lua"));
}

TEST_F(PluginFilesTest, AVariableNamesThemUntilAFileDoes) {
  workspace_.write("v.lua", "return {}");
  workspace_.write("f.lua", "return {}");
  const testing::ScopedVariable variable("TOOL_PATHS", R"(["v.lua"])");
  EXPECT_THAT(configured(), ElementsAre("v.lua"));
  workspace_.write("x.tac.yml", "tool_paths+: [f.lua]\n");
  EXPECT_THAT(configured("x.tac"), ElementsAre("v.lua", "f.lua"));
  workspace_.write("x.tac.yml", "tool_paths: []\n");
  EXPECT_THAT(configured("x.tac"), IsEmpty());
}

TEST_F(PluginFilesTest, TheCommandIsAProgramOrAList) {
  EXPECT_THAT(config().plugin_command, ElementsAre("python3"));
  workspace_.write("x.tac.yml", "plugin_command: .venv/bin/python\n");
  EXPECT_THAT(config("x.tac").plugin_command, ElementsAre(".venv/bin/python"));
  workspace_.write("x.tac.yml", "plugin_command: [uv, run, python]\n");
  EXPECT_THAT(config("x.tac").plugin_command, ElementsAre("uv", "run", "python"));
  workspace_.write("x.tac.yml", "plugin_command: []\n");
  EXPECT_THAT(load_config(workspace_.path(), "x.tac", environment()).error().message,
              HasSubstr("'plugin_command' must be"));
}

TEST_F(PluginFilesTest, APersonAgreesToATextOnce) {
  workspace_.write("in/t/own.lua", "return {}");
  workspace_.write("in/x.tac", R"(
    toolset("own", { type = "plugin", paths = { "t" } })
    main = procedure("main", {}, function() end))");
  const PluginFiles open = plugins_without_consent(workspace_.path(), "in/x.tac");
  ASSERT_THAT(shown(open), ElementsAre("in/t/own.lua"));
  ASSERT_TRUE(remember_consent(open));
  EXPECT_THAT(plugins_without_consent(workspace_.path(), "in/x.tac"), IsEmpty());
  workspace_.write("in/t/own.lua", "return { }");
  EXPECT_THAT(shown(plugins_without_consent(workspace_.path(), "in/x.tac")),
              ElementsAre("in/t/own.lua"))
      << "it is another text";
  workspace_.write("in/x.tac.yml", "tool_paths: [t/own.lua]\n");
  EXPECT_THAT(plugins_without_consent(workspace_.path(), "in/x.tac"), IsEmpty());
}

}  // namespace
}  // namespace tactus::runtime
