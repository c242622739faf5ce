// The tools of MCP servers in configuration and in tool lists; their conversations are tested in
// tests/conformance and tests/mcp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/testing.hpp>
#include <tactus/runtime/tool_set.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

using Names = std::vector<std::string>;

std::vector<program::ToolEntry> entries_of(const Names& names) {
  std::vector<program::ToolEntry> entries;
  for (const std::string& name : names) entries.push_back({name, nullptr});
  return entries;
}

ToolBinding native(const std::string& name) {
  ToolBinding tool;
  tool.name = name;
  tool.native = std::make_shared<NativeTool>();
  return tool;
}

class NativeToolsTest : public ::testing::Test {
 protected:
  NativeToolsTest() {
    auto checked = program::check({"t.tac", R"(
      tool("files_local", {}, function() end)
      agent("a", {})
      main = procedure("main", {}, function() end)
    )"},
                                  true);
    checked_ = std::move(*checked);
    natives_.sets["files"] = {native("files_read"), native("files_local")};
    natives_.sets["web"] = {native("web_get")};
  }
  Names resolved(const std::optional<std::vector<program::ToolEntry>>& entries) {
    const auto set = resolve_tools(*checked_.program, *checked_.program->find_agent("a"), entries,
                                   std::nullopt, natives_);
    return set ? set->names() : Names{to_string(set.error()), set.error().hint};
  }
  Names needed(const Names& names) {
    const auto needs =
        needed_natives(*checked_.program, entries_of(names), std::nullopt, {"files", "web"});
    EXPECT_TRUE(needs.required);
    return needs.sets;
  }

  program::Checked checked_;
  NativeTools natives_;
};

TEST_F(NativeToolsTest, AServerStandsForItsToolsAndAToolForItself) {
  EXPECT_THAT(resolved(entries_of({"web"})), ElementsAre("web_get"));
  EXPECT_THAT(resolved(entries_of({"files_read", "web"})), ElementsAre("files_read", "web_get"));
  EXPECT_THAT(resolved(entries_of({"files_raed"})),
              ElementsAre(HasSubstr("TAC-TOOL-NOT-FOUND"), HasSubstr("'files_read'")));
}

TEST_F(NativeToolsTest, TheFilesOwnToolsComeFirst) {
  EXPECT_THAT(resolved(std::nullopt), ElementsAre("files_local", "files_read", "web_get", "done"));
  EXPECT_THAT(needed({"files_local"}), IsEmpty());
}

TEST_F(NativeToolsTest, OnlyServersThatAreListedAreNeeded) {
  EXPECT_THAT(needed({}), IsEmpty());
  EXPECT_THAT(needed({"done", "webby"}), IsEmpty());
  EXPECT_THAT(needed({"web"}), ElementsAre("web"));
  EXPECT_THAT(needed({"web_get", "files"}), ElementsAre("files", "web"));
  const auto all = needed_natives(*checked_.program, std::nullopt, std::nullopt, {"files", "web"});
  EXPECT_FALSE(all.required);
  EXPECT_THAT(all.sets, ElementsAre("files", "web"));
  const auto configured =
      needed_natives(*checked_.program, std::nullopt, Names{"web"}, {"files", "web"});
  EXPECT_TRUE(configured.required);
  EXPECT_THAT(configured.sets, ElementsAre("web"));
}

TEST_F(NativeToolsTest, NamesAreThoseThatProvidersTake) {
  EXPECT_EQ(native_tool_name("s", "get-sum"), "s_get-sum");
  EXPECT_EQ(native_tool_name("s", "a.b/c ö"), "s_a_b_c___");
}

TEST(ListedServers, AreNoUnknownTools) {
  const program::Source source{"t.tac",
                               R"(
      agent("a", { tools = { "files", "files_read", "filesystem" } })
      main = procedure("main", {}, function() end)
    )",
                               {"files"}};
  const auto checked = program::check(source, true);
  Names warnings;
  for (const auto& warning : checked->program->warnings) warnings.push_back(warning.message);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("'filesystem'")));
}

class McpConfigTest : public testing::WorkspaceTest {
 protected:
  Error load_error(const std::string& text) {
    workspace_.write(".tactus/config.yml", text);
    const auto config = load_config(workspace_.path(), "", environment());
    EXPECT_FALSE(config);
    return config ? Error{} : config.error();
  }
};

TEST_F(McpConfigTest, ServersAreRead) {
  const testing::ScopedVariable token("MCP_TEST_TOKEN", "abc-123");
  workspace_.write(".tactus/config.yml", R"(mcp_servers:
  files: {command: npx, args: [-y, files, "${MCP_TEST_TOKEN}"], env: {LEVEL: 5}, cwd: tools}
  web: {url: "http://127.0.0.1/mcp", headers: {Authorization: "Bearer ${MCP_TEST_TOKEN}"}}
)");
  const auto config = load_config(workspace_.path(), "", environment());
  ASSERT_TRUE(config) << to_string(config.error());
  const mcp::ServerConfig& files = config->mcp_servers.at("files");
  EXPECT_EQ(files.command, "npx");
  EXPECT_THAT(files.args, ElementsAre("-y", "files", "abc-123"));
  EXPECT_THAT(files.env, ElementsAre(Pair("LEVEL", "5")));
  EXPECT_EQ(files.cwd, "tools");
  EXPECT_THAT(files.secrets, ElementsAre("abc-123")) << "the variable's name says so";
  EXPECT_THAT(config->mcp_servers.at("web").headers,
              ElementsAre(Pair("Authorization", "Bearer abc-123")));
  EXPECT_THAT(outside_sets(*config), ElementsAre("files", "web"));
}

TEST_F(McpConfigTest, AServerIsAProgramOrAnAddress) {
  EXPECT_THAT(load_error("mcp_servers:\n  s: {}\n").message, HasSubstr("'mcp_servers.s'"));
  EXPECT_THAT(load_error("mcp_servers:\n  s: {command: a, url: b}\n").message,
              HasSubstr("either a `command` or a `url`"));
  EXPECT_THAT(load_error("mcp_servers:\n  a b: {command: a}\n").message,
              HasSubstr("named with letters"));
  EXPECT_THAT(load_error("mcp_servers:\n  s: {comand: a}\n").hint, HasSubstr("command"));
}

}  // namespace
}  // namespace tactus::runtime
