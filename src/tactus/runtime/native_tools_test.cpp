// MCP servers in the configuration and their tools' names; lists of tools are tested in
// tool_set_test.cpp, conversations in tests/conformance and tests/mcp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/testing.hpp>
#include <tactus/runtime/tool_set.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

using Names = std::vector<std::string>;

TEST(NativeTools, NamesAreThoseThatProvidersTake) {
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
