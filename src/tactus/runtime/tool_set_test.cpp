#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/config_toolsets.hpp>
#include <tactus/runtime/tool_set.hpp>
#include <tactus/runtime/tool_source.hpp>

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
    for (const std::string& name : listed) entries.push_back({name});
    const auto set = resolve(entries);
    return set ? set->names() : std::vector<std::string>{to_string(set.error()), set.error().hint};
  }
  Result<ToolSet> resolve(const std::optional<std::vector<program::ToolEntry>>& entries,
                          const std::optional<std::vector<std::string>>& defaults = std::nullopt) {
    const ToolScope scope{program(), *checked_.vm, configured_, outside_.get()};
    boost::asio::io_context context;
    Result<ToolSet> set = ToolSet{};
    boost::asio::co_spawn(
        context, resolve_tools(scope, agent(), entries, defaults),
        [&](std::exception_ptr, Result<ToolSet> found) { set = std::move(found); });
    context.run();
    return set;
  }

  program::Checked checked_;
  Toolsets configured_;
  std::unique_ptr<ToolSource> outside_;
};

std::vector<std::string> messages(const ToolSet& set) {
  std::vector<std::string> all;
  for (const Error& warning : set.warnings) all.push_back(warning.message);
  return all;
}

// Two servers: `s1` with the tools greet and part, `down`, which cannot be reached.
class Servers final : public ToolSource {
 public:
  std::vector<std::string> prepared;
  std::vector<std::string> set_names() const override { return {"s1", "down"}; }
  boost::asio::awaitable<Result<void>> prepare(std::vector<std::string> sets) override {
    prepared = sets;
    co_return Result<void>{};
  }
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> all_tools(
      std::vector<Error>& warnings) override {
    warnings.push_back(Error{ErrorCode::kMcpConnect, "no server 'down'", "", {}, ""});
    return tools_of("s1");
  }
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> tools_of(std::string set) override {
    if (set == "down") co_return fail(ErrorCode::kMcpConnect, "no server 'down'");
    std::vector<ToolBinding> tools(2);
    for (std::size_t i = 0; i < tools.size(); ++i) {
      tools[i].name = i == 0 ? "s1_greet" : "s1_part";
      tools[i].spec.name = tools[i].name;
      tools[i].native = std::make_shared<NativeTool>();
    }
    co_return tools;
  }
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> plugins_of(
      std::shared_ptr<const program::ToolsetDeclaration>) override {
    co_return fail(ErrorCode::kToolPlugin, "no interpreter");
  }
  boost::asio::awaitable<Result<std::optional<ToolBinding>>> find(std::string tool) override {
    if (!tool.starts_with("s1_")) co_return std::nullopt;
    auto tools = co_await tools_of("s1");
    for (ToolBinding& one : *tools) {
      if (one.name == tool) co_return std::move(one);
    }
    co_return std::nullopt;
  }
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
  const auto set = resolve(agent().tools);
  EXPECT_THAT(set->names(), ElementsAre("a_own", "area"));
}

TEST_F(ToolSetTest, HoldsEverythingRegisteredWhenNothingIsListed) {
  const auto all = resolve(std::nullopt);
  EXPECT_THAT(all->names(), ElementsAre("area", "north", "south", "done"));
  const auto configured = resolve(std::nullopt, std::vector<std::string>{"geo", "done"});
  EXPECT_THAT(configured->names(), ElementsAre("north", "south", "done"));
}

TEST_F(ToolSetTest, KeepsTheFirstOfTwoOfOneName) {
  const auto set = resolve(std::vector<program::ToolEntry>{{"area"}, {"area"}});
  EXPECT_THAT(set->names(), ElementsAre("area"));
  EXPECT_THAT(set->clashes, ElementsAre("area"));
}

TEST_F(ToolSetTest, NamesTheClosestToolForAnUnknownOne) {
  EXPECT_THAT(names({"aera"}), ElementsAre(HasSubstr("TAC-TOOL-NOT-FOUND"), HasSubstr("'area'")));
  EXPECT_THAT(names({"main"}), ElementsAre(HasSubstr("TAC-TOOL-NOT-FOUND"), HasSubstr("")))
      << "main is no tool";
}

TEST_F(ToolSetTest, TakesSetsFromOutside) {
  auto owned = std::make_unique<Servers>();
  const Servers* servers = owned.get();
  outside_ = std::move(owned);
  EXPECT_THAT(names({"s1"}), ElementsAre("s1_greet", "s1_part"));
  EXPECT_THAT(names({"s1_part", "area"}), ElementsAre("s1_part", "area"));
  EXPECT_THAT(names({"down"}), ElementsAre(HasSubstr("TAC-MCP-CONNECT"), ""));
  program::ToolEntry some{"s1"};
  some.include = {"greet"};
  some.rename["greet"] = "hello";
  EXPECT_THAT(resolve(std::vector{some})->names(), ElementsAre("hello"));
  const auto all = resolve(std::nullopt);
  EXPECT_THAT(all->names(), ElementsAre("area", "north", "south", "s1_greet", "s1_part", "done"));
  EXPECT_THAT(messages(*all), ElementsAre("no server 'down'")) << "nobody needs it";
  EXPECT_THAT(servers->prepared, ElementsAre()) << "one at a time so far";
  (void)names({"s1", "area", "down"});
  EXPECT_THAT(servers->prepared, ElementsAre("s1", "down"));
}

TEST_F(ToolSetTest, SelectsInTheOrderOfTheLanguage) {
  program::ToolEntry entry{"geo"};
  entry.include = {"north", "south", "gone"};
  entry.exclude = {"south"};
  entry.prefix = "c_";
  auto set = resolve(std::vector{entry});
  EXPECT_THAT(set->names(), ElementsAre("c_north"));
  EXPECT_THAT(messages(*set), ElementsAre(HasSubstr("no tool 'gone' to include")));
  for (const char* old : {"north", "c_north"}) {
    entry.rename = {{old, "up"}};
    set = resolve(std::vector{entry});
    EXPECT_THAT(set->names(), ElementsAre("up"));
    EXPECT_EQ(set->tools[0].spec.name, "up") << "models call it so, too";
  }
}

TEST_F(ToolSetTest, TakesConfiguredSets) {
  const auto add = [&](program::ToolsetType type, const std::string& name,
                       std::vector<program::ToolEntry> entries) {
    auto set = std::make_shared<program::ToolsetDeclaration>();
    set->name = name;
    set->type = type;
    set->entries = std::move(entries);
    set->pattern = "th$";
    configured_.push_back(set);
  };
  add(program::ToolsetType::kFiltered, "ends", {{"geo"}});
  add(program::ToolsetType::kCombined, "both", {{"area"}, {"gone"}, {"ends"}});
  add(program::ToolsetType::kCombined, "loop", {{"loop"}, {"area"}});
  add(program::ToolsetType::kFiltered, "strict", {{"gone"}});
  EXPECT_THAT(names({"ends"}), ElementsAre("north", "south"));
  EXPECT_THAT(names({"both"}), ElementsAre("area", "north", "south"));
  EXPECT_THAT(messages(*resolve(std::vector<program::ToolEntry>{{"both"}})),
              ElementsAre(HasSubstr("does without 'gone'")));
  EXPECT_THAT(names({"loop"}), ElementsAre("area"));
  EXPECT_THAT(names({"strict"}), ElementsAre(HasSubstr("toolset 'strict' lists the tool 'gone'"),
                                             HasSubstr("did you mean 'done'?")));
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
