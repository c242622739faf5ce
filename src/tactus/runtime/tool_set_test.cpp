#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/tool_set.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A file with tools, a toolset, a procedure and an agent, checked as `tactus validate` does.
class ToolSetTest : public ::testing::Test {
 protected:
  ToolSetTest() {
    auto checked = program::check({"t.tac", R"(
      tool("area", { description = "Area", parameters = { w = "number" } }, function() end)
      toolset("geo", { type = "lua", tools = {
        { name = "north", handler = function() end }, { name = "south", handler = function() end } } })
      procedure("double", { input = { n = { type = "integer", required = true } } }, function() end)
      agent("a", { tools = { { name = "own", handler = function() end }, "area" } })
      main = procedure("main", {}, function() end)
    )"},
                                  true);
    EXPECT_TRUE(checked && checked->program->errors.empty());
    checked_ = std::move(*checked);
  }

  const program::Program& program() const { return *checked_.program; }
  const program::AgentDeclaration& agent() const { return *program().find_agent("a"); }

  std::vector<std::string> names(const std::vector<std::string>& listed) {
    std::vector<program::ToolEntry> entries;
    for (const std::string& name : listed) entries.push_back({name, nullptr});
    const auto set = resolve_tools(program(), agent(), entries, std::nullopt);
    return set ? set->names() : std::vector<std::string>{to_string(set.error()), set.error().hint};
  }

  program::Checked checked_;
};

TEST_F(ToolSetTest, HoldsExactlyWhatIsListed) {
  EXPECT_THAT(names({}), ElementsAre());
  EXPECT_THAT(names({"area", "done"}), ElementsAre("area", "done"));
  EXPECT_THAT(names({"double"}), ElementsAre("double"));
  EXPECT_THAT(names({"geo", "area"}), ElementsAre("north", "south", "area"));
  EXPECT_THAT(names({"own"}), ElementsAre("a_own")) << "inline tools by their short name";
  EXPECT_THAT(names({"a_own"}), ElementsAre("a_own"));
}

TEST_F(ToolSetTest, HoldsTheAgentsOwnList) {
  const auto set = resolve_tools(program(), agent(), agent().tools, std::nullopt);
  EXPECT_THAT(set->names(), ElementsAre("a_own", "area"));
}

TEST_F(ToolSetTest, HoldsEverythingRegisteredWhenNothingIsListed) {
  const auto all = resolve_tools(program(), agent(), std::nullopt, std::nullopt);
  EXPECT_THAT(all->names(), ElementsAre("area", "north", "south", "done"));
  const auto configured =
      resolve_tools(program(), agent(), std::nullopt, std::vector<std::string>{"geo", "done"});
  EXPECT_THAT(configured->names(), ElementsAre("north", "south", "done"));
}

TEST_F(ToolSetTest, KeepsTheFirstOfTwoOfOneName) {
  const auto set = resolve_tools(
      program(), agent(), std::vector<program::ToolEntry>{{"area", nullptr}, {"area", nullptr}},
      std::nullopt);
  EXPECT_THAT(set->names(), ElementsAre("area"));
  EXPECT_THAT(set->clashes, ElementsAre("area"));
}

TEST_F(ToolSetTest, NamesTheClosestToolForAnUnknownOne) {
  EXPECT_THAT(names({"aera"}), ElementsAre(HasSubstr("TAC-TOOL-NOT-FOUND"), HasSubstr("'area'")));
  EXPECT_THAT(names({"main"}), ElementsAre(HasSubstr("TAC-TOOL-NOT-FOUND"), HasSubstr("")))
      << "main is no tool";
}

TEST_F(ToolSetTest, TellsModelsTheParameters) {
  const auto area = find_tool(program(), "area");
  ASSERT_TRUE(area);
  EXPECT_EQ(area->spec.description, "Area");
  EXPECT_THAT(dump_json(area->spec.parameters), HasSubstr("\"w\""));
  EXPECT_TRUE(area->parameters().find("w"));
  EXPECT_TRUE(find_tool(program(), "double")->parameters().find("n"));
  EXPECT_TRUE(find_tool(program(), "done")->parameters().find("reason"));
  EXPECT_FALSE(find_tool(program(), "main"));
}

}  // namespace
}  // namespace tactus::runtime
