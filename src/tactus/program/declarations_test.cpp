// What right files declare: both call forms, names, every value.
#include <lua.h>

#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::Optional;

// Evaluates a Lua expression in the interpreter of a checked file.
std::string evaluate(const Checked& checked, const std::string& expression) {
  auto code = checked.vm->compile("return " + expression, "expression");
  if (!code) return "error: " + code.error().message;
  std::string text;
  auto done = checked.vm->call(
      *code, {}, [&](lua_State* state, int) { text = vm::to_display_text(state, 1); });
  return done ? text : "error: " + done.error().message;
}

Checked check_valid(const std::string& text) {
  Checked checked = check_text(text);
  expect_no_errors(*checked.program);
  EXPECT_THAT(to_texts(checked.program->warnings), IsEmpty());
  return checked;
}

std::vector<std::string> names(const std::vector<ToolEntry>& entries) {
  std::vector<std::string> all;
  for (const ToolEntry& entry : entries) all.push_back(entry.name);
  return all;
}

TEST(Declarations, TakeBothCallForms) {
  for (const char* text :
       {"agent(\"a\", { system_prompt = \"x\" })", "agent \"a\" { system_prompt = \"x\" }",
        "agent(\"a\") { system_prompt = \"x\" }", "agent(\"a\")({ system_prompt = \"x\" })",
        "local first = agent \"a\"\nfirst { system_prompt = \"x\" }"}) {
    SCOPED_TRACE(text);
    const Checked checked = check_valid(text + kMain);
    const AgentDeclaration* agent = checked.program->find_agent("a");
    ASSERT_NE(agent, nullptr);
    EXPECT_EQ(agent->system_prompt, "x");
    EXPECT_EQ(agent->line, 1);
  }
}

TEST(Declarations, TakeEveryFormOfMain) {
  for (const char* text :
       {"procedure(function() end)", "procedure({}, function() end)",
        "procedure { run = function() end }", "procedure(\"main\", function() end)",
        "procedure(\"main\", {}, function() end)", "procedure(\"main\", { run = function() end })",
        "procedure \"main\" { run = function() end }", "procedure \"main\" (function() end)",
        "procedure \"main\" ({}, function() end)", "procedure \"main\" {} (function() end)",
        "main = procedure(\"main\", {}, function() end)", "main = procedure(function() end)",
        "local main = procedure(function() end)", "main = procedure(\"other\", function() end)",
        "local function body() end\nprocedure(\"main\", {}, body)"}) {
    SCOPED_TRACE(text);
    const Checked checked = check_valid(text);
    ASSERT_NE(checked.program->main, nullptr);
    EXPECT_TRUE(checked.program->main->body);
    EXPECT_EQ(checked.program->mode, Mode::kMain);
    EXPECT_EQ(checked.program->procedures.size(), 1u);
  }
}

TEST(Declarations, TakeEveryFormOfTool) {
  for (const char* text : {"tool(\"t\", { description = \"d\" }, function() end)",
                           "tool(\"t\", { description = \"d\", handler = function() end })",
                           "tool \"t\" { description = \"d\", handler = function() end }",
                           "tool \"t\" { description = \"d\", run = function() end }",
                           "tool \"t\" ({ description = \"d\" }, function() end)",
                           "tool(\"t\", { description = \"d\" })(function() end)"}) {
    SCOPED_TRACE(text);
    const Checked checked = check_valid(text + kMain);
    const ToolDeclaration* tool = checked.program->find_tool("t");
    ASSERT_NE(tool, nullptr);
    EXPECT_EQ(tool->description, "d");
    EXPECT_TRUE(tool->handler);
    EXPECT_EQ(tool->json_parameters.at("type"), "object");
  }
}

TEST(Declarations, MakeAnAgentReachableUnderItsNames) {
  const Checked checked = check_valid("local a = agent(\"text_processor\", {})\nsame = a" + kMain);
  EXPECT_EQ(evaluate(checked, "Text_processor == TextProcessor"), "true");
  EXPECT_EQ(evaluate(checked, "text_processor == Text_processor and same == text_processor"),
            "true");
  EXPECT_EQ(evaluate(checked, "text_processor ~= nil"), "true");
  const Checked camel = check_valid("agent(\"myAgent\", {}) agent(\"gpt4o\", {})" + kMain);
  EXPECT_EQ(evaluate(camel, "Myagent == MyAgent and MyAgent == myAgent and Gpt4o == gpt4o"),
            "true");
  EXPECT_EQ(evaluate(camel, "GPT4O"), "nil");
}

TEST(Declarations, LeaveGlobalsOfTheFileAndOfTheLanguageAlone) {
  const Checked checked =
      check_text("Writer = 5\nagent(\"writer\", {})\nagent(\"state\", {})" + kMain);
  expect_no_errors(*checked.program);
  EXPECT_EQ(evaluate(checked, "Writer"), "5");
  EXPECT_EQ(evaluate(checked, "writer.name"), "writer");
  EXPECT_EQ(evaluate(checked, "State.get ~= nil"), "true");
}

TEST(Declarations, ReadEveryKeyOfAnAgent) {
  const Checked checked = check_valid(R"(
    agent("a", {
      provider = "openai",
      model = { name = "m", temperature = 0.2, top_p = 0.3, rate = 30, seed = 1 },
      model_settings = { temperature = 0.1, top_p = 0.1, presence_penalty = 0.5, extra_body = { x = 1 } },
      temperature = 0.9, max_tokens = 100, frequency_penalty = 1, stop = "END",
      parallel_tool_calls = false, openai_reasoning_effort = "low", thinking_budget = 9, timeout = "2m",
      system_prompt = function() return "x" end,
      initial_message = "go {input.topic}",
      tools = { "done" }, toolsets = { "done" }, tool_choice = "required",
      output_type = { b = "string", a = { type = "integer", required = true } },
      output_mode = "tool", stream = "text", disable_streaming = true,
      prepare = function() return {} end,
      max_turns = false, request_limit = 7, tool_retries = 0,
      response = { retries = 4, retry_delay = 3 }, output_retries = 1, idle_timeout = "1500ms",
      description = "d",
    }))" + kMain);
  const AgentDeclaration& a = *checked.program->find_agent("a");
  EXPECT_THAT(a.provider, Optional(Eq("openai")));
  EXPECT_THAT(a.model, Optional(Eq("m")));
  EXPECT_THAT(a.settings.temperature, Optional(0.9));
  EXPECT_THAT(a.settings.top_p, Optional(0.3));
  EXPECT_THAT(a.settings.presence_penalty, Optional(0.5));
  EXPECT_THAT(a.settings.frequency_penalty, Optional(1.0));
  EXPECT_THAT(a.settings.max_tokens, Optional(100));
  EXPECT_THAT(a.settings.seed, Optional(1));
  EXPECT_THAT(a.settings.stop, Optional(ElementsAre("END")));
  EXPECT_THAT(a.settings.parallel_tool_calls, Optional(false));
  EXPECT_THAT(a.settings.reasoning_effort, Optional(Eq("low")));
  EXPECT_THAT(a.settings.thinking_budget, Optional(9));
  EXPECT_THAT(a.settings.timeout_s, Optional(120.0));
  EXPECT_EQ(dump_json(a.settings.extra_body), R"({"x":1})");
  EXPECT_EQ(dump_json(a.settings.provider_options), R"({"rate":30})");
  EXPECT_TRUE(a.system_prompt_function);
  EXPECT_THAT(a.initial_message, Optional(Eq("go {input.topic}")));
  ASSERT_TRUE(a.tools.has_value());
  EXPECT_THAT(names(*a.tools), ElementsAre("done", "done"));
  EXPECT_THAT(a.tool_choice, Optional(Eq("required")));
  ASSERT_TRUE(a.output.has_value());
  EXPECT_TRUE(a.output->find("a")->required);
  EXPECT_EQ(a.output_mode, "tool");
  EXPECT_THAT(a.stream, Optional(StreamSetting{true, false, false, false}));
  EXPECT_TRUE(a.disable_streaming);
  EXPECT_TRUE(a.prepare);
  EXPECT_EQ(a.max_turns, std::nullopt);
  EXPECT_EQ(a.request_limit, 7);
  EXPECT_EQ(a.tool_retries, 0);
  EXPECT_EQ(a.retries, 4);
  EXPECT_EQ(a.output_retries, 1);
  EXPECT_EQ(a.retry_delay_s, 3);
  EXPECT_EQ(a.idle_timeout_s, 1.5);
  EXPECT_EQ(a.description, "d");
}

TEST(Declarations, TakeReasoningAsAWordOrInTokens) {
  const Checked checked = check_valid(R"(
    agent("word", { reasoning = "high", model_settings = { thinking_budget = 5 } })
    agent("tokens", { reasoning = 4000, model = { name = "m", reasoning_effort = "low" } }))" +
                                      kMain);
  const ModelSettings& word = checked.program->find_agent("word")->settings;
  EXPECT_THAT(word.reasoning_effort, Optional(Eq("high")));
  EXPECT_EQ(word.thinking_budget, std::nullopt) << "what the agent says replaces the other way";
  const ModelSettings& tokens = checked.program->find_agent("tokens")->settings;
  EXPECT_THAT(tokens.thinking_budget, Optional(4000));
  EXPECT_EQ(tokens.reasoning_effort, std::nullopt);
}

TEST(Declarations, HaveTheDefaultsOfTheLanguage) {
  const Checked checked = check_valid("agent(\"a\", {})" + kMain);
  const AgentDeclaration& a = *checked.program->find_agent("a");
  EXPECT_EQ(a.tools, std::nullopt);
  EXPECT_EQ(a.stream, std::nullopt);
  EXPECT_THAT(a.max_turns, Optional(50));
  EXPECT_EQ(a.request_limit, 50);
  EXPECT_EQ(a.retries, std::nullopt) << "the configuration may decide";
}

TEST(Declarations, ReadEveryFormOfStream) {
  const std::pair<const char*, StreamSetting> cases[] = {
      {"true", {}},
      {"false", {false, false, false, false}},
      {"\"text\"", {true, false, false, false}},
      {"{}", {}},
      {"{ tools = false, smooth = \"none\", min_interval_ms = 0 }", {true, false, true, true}},
      {"{ text = false, tools = false, reasoning = false, output = false }",
       {false, false, false, false}},
  };
  for (const auto& [text, expected] : cases) {
    SCOPED_TRACE(text);
    const Checked checked =
        check_valid(std::string("agent(\"a\", { stream = ") + text + " })" + kMain);
    EXPECT_THAT(checked.program->find_agent("a")->stream, Optional(Eq(expected)));
  }
}

TEST(Declarations, ReadToolListsOfEveryKind) {
  const Checked checked = check_valid(R"(
    local area = tool("area", {}, function() end)
    local helper = procedure("helper", {}, function() end)
    agent("a", { tools = { "done", area, helper, "geo",
      { name = "north", description = "d", parameters = { x = "number" }, handler = function() end } } })
    toolset("geo", { type = "lua", tools = { { name = "g1", handler = function() end }, area } })
    agent("none", { tools = {} })
    agent("later", { toolsets = { "geo" } }))" +
                                      kMain);
  const auto& tools = *checked.program->find_agent("a")->tools;
  EXPECT_THAT(names(tools), ElementsAre("done", "area", "helper", "geo", "north"));
  EXPECT_EQ(tools[1].tool.get(), checked.program->find_tool("area")) << "objects are kept as such";
  EXPECT_EQ(tools[2].procedure.get(), checked.program->find_procedure("helper"));
  ASSERT_TRUE(tools.back().inline_tool);
  EXPECT_EQ(tools.back().inline_tool->name, "north");
  EXPECT_TRUE(tools.back().inline_tool->parameters.find("x")->required);
  EXPECT_THAT(checked.program->find_agent("none")->tools, Optional(IsEmpty()));
  const auto& later = *checked.program->find_agent("later")->tools;
  ASSERT_THAT(names(later), ElementsAre("geo"));
  EXPECT_THAT(names(checked.program->find_toolset("geo")->entries), ElementsAre("g1", "area"));
  EXPECT_EQ(checked.program->find_tool("g1"), nullptr) << "a member is no tool of the file";
}

TEST(Declarations, ReadSelectionsFromToolLists) {
  const Checked checked = check_valid(R"(
    local geo = toolset("geo", { tools = { { name = "a", handler = print }, { name = "b", handler = print } } })
    agent("a", { tools = { { name = "geo", include = { "a" }, prefix = "g_", rename = { a = "north" } },
      { name = geo, exclude = { "b" } }, geo } }))" +
                                      kMain);
  const auto& tools = *checked.program->find_agent("a")->tools;
  ASSERT_THAT(names(tools), ElementsAre("geo", "geo", "geo"));
  EXPECT_THAT(tools[0].include, Optional(ElementsAre("a")));
  EXPECT_EQ(tools[0].prefix, "g_");
  EXPECT_EQ(tools[0].rename.at("a"), "north");
  EXPECT_FALSE(tools[0].toolset);
  EXPECT_THAT(tools[1].exclude, ElementsAre("b"));
  EXPECT_EQ(tools[1].toolset, checked.program->find_toolset("geo"));
  EXPECT_FALSE(tools[2].selects());
}

TEST(Declarations, ReadToolsetsOfEveryType) {
  const Checked checked = check_valid(R"(
    toolset("geo", { tools = { { name = "a", handler = print } } })
    toolset("files", { type = "plugin", paths = { "tools/", "x.lua" } })
    toolset("remote", { type = "mcp", server = "s1" })
    toolset("some", { type = "filtered", source = "geo", pattern = "^a" })
    toolset("others", { type = "filtered", source = { name = "geo", prefix = "o_" }, filter = function() end })
    local both = toolset "both" { type = "combined", sources = { "geo", "some" } }
    local mine = Toolset.define("mine", { type = "lua", tools = { "a" } })
    assert(Toolset.get("both").name == "both" and tostring(Toolset.get("geo")) == "toolset geo")
    assert(Toolset.get("geo").tools[1] == "a" and not pcall(Toolset.get, "gone"))
    agent("x", { tools = { Toolset.combine(both, "geo"), Toolset:filter(mine, function() return true end) } }))" +
                                      kMain);
  const Program& program = *checked.program;
  EXPECT_THAT(program.warnings, IsEmpty());
  EXPECT_THAT(program.find_toolset("files")->paths, ElementsAre("tools/", "x.lua"));
  EXPECT_EQ(program.find_toolset("remote")->server, "s1");
  EXPECT_EQ(program.find_toolset("some")->pattern, "^a");
  EXPECT_TRUE(program.find_toolset("others")->filter);
  EXPECT_EQ(program.find_toolset("others")->entries[0].prefix, "o_");
  EXPECT_THAT(names(program.find_toolset("both")->entries), ElementsAre("geo", "some"));
  const auto& tools = *program.find_agent("x")->tools;
  EXPECT_THAT(names(tools), ElementsAre("both+geo", "mine"));
  EXPECT_EQ(tools[0].toolset->type, ToolsetType::kCombined);
  EXPECT_EQ(tools[1].toolset->type, ToolsetType::kFiltered);
}

TEST(Declarations, ReadProceduresWithTheirAliases) {
  const Checked checked = check_valid(R"(
    max_turns(9) max_depth(3)
    procedure("sub", { parameters = { n = "integer" }, outputs = { r = "string" }, max_turns = 2,
      state = { count = { type = "integer", default = 0 } }, description = "d",
      guards = { function() return true end }, version = "1", author = "x", tags = {}, async = true },
      function() end)
    procedure("main", { params = { m = "string" } }, function() end))");
  const ProcedureDeclaration& sub = *checked.program->find_procedure("sub");
  EXPECT_NE(sub.input.find("n"), nullptr);
  EXPECT_NE(sub.output.find("r"), nullptr);
  EXPECT_TRUE(sub.has_output);
  EXPECT_NE(sub.state.find("count"), nullptr);
  EXPECT_EQ(sub.guards.size(), 1u);
  EXPECT_THAT(sub.max_turns, Optional(2));
  EXPECT_THAT(sub.max_depth, Optional(3));
  EXPECT_THAT(checked.program->main->max_turns, Optional(9));
  EXPECT_NE(checked.program->main->input.find("m"), nullptr);
  EXPECT_FALSE(checked.program->main->has_output);
}

TEST(Declarations, KeepWhatTheFileSaysAboutItself) {
  const Checked checked = check_valid(R"(
    name("n") version("1") author("x") tags { "a" } description "What it does"
    default_provider "openai" default_model("m")
    stages("a", "b") stages { "research", "write" }
    specifications [[ Feature: x ]] specifications("more")
    text = prompt("greeting", "Hello {input.name}")
    prompt "second" [[two]]
    step("x", function() end) mocks { t = 1 } evaluation { runs = 1 } evaluations({}) specification("s", {})
    State.set("n", 1) State.increment("n") State.append("list", "x") Log.info("hi", { a = 1 }) print("x")
    decoded = Json.decode('{"a":1}').a
    filter = filters.compose(filters.last_n(3)))" +
                                      kMain);
  const Program& program = *checked.program;
  EXPECT_EQ(program.description, "What it does");
  EXPECT_THAT(program.default_provider, Optional(Eq("openai")));
  EXPECT_THAT(program.default_model, Optional(Eq("m")));
  EXPECT_THAT(program.stages, ElementsAre("research", "write"));
  EXPECT_THAT(program.specifications, ElementsAre(" Feature: x ", "more"));
  EXPECT_EQ(program.prompts.at("greeting"), "Hello {input.name}");
  EXPECT_EQ(program.prompts.at("second"), "two");
  EXPECT_EQ(evaluate(checked, "text == prompts.greeting"), "true");
  EXPECT_EQ(evaluate(checked, "decoded"), "1");
  EXPECT_EQ(dump_json(program.initial_state.at("n")), "2");
  EXPECT_EQ(dump_json(program.initial_state.at("list")), R"(["x"])");
}

TEST(Declarations, UseTopLevelSchemasWhereMainHasNone) {
  const Checked checked = check_valid(
      "input { b = \"string\", a = \"number\" }\n"
      "output { x = \"string\" }\n"
      "procedure(\"main\", { output = { y = \"string\" } }, function() end)");
  const Program& program = *checked.program;
  ASSERT_EQ(program.main->input.fields.size(), 2u);
  EXPECT_EQ(program.main->input.fields[0].name, "b");  // The order of the source.
  EXPECT_NE(program.main->output.find("y"), nullptr);
  EXPECT_EQ(program.input_line, 1);
  EXPECT_EQ(program.output_line, 3);
}

TEST(Declarations, GiveMatchersThatCanBeCalled) {
  const Checked checked = check_valid(kMain);
  EXPECT_EQ(evaluate(checked, "contains(\"b\")(\"abc\")"), "true");
  EXPECT_EQ(evaluate(checked, "contains(2)({ 1, 2 })"), "true");
  EXPECT_EQ(evaluate(checked, "equals({ a = 1 })({ a = 1 })"), "true");
  EXPECT_EQ(evaluate(checked, "equals(1)(2)"), "false");
  EXPECT_EQ(evaluate(checked, "matches(\"^a+$\")(\"aa\")"), "true");
  EXPECT_EQ(evaluate(checked, "matcher_matches(\"b\", matches(\"^a+$\"))"), "false");
  EXPECT_EQ(evaluate(checked, "equals(5)[1] .. equals(5)[2]"), "equals5");
}

TEST(DerivedGlobals, AreSetUnlessTaken) {
  auto created = vm::Vm::create({});
  ASSERT_TRUE(created.has_value());
  auto done = (*created)->protect([](lua_State* state) {
    lua_pushinteger(state, 1);
    lua_setglobal(state, "SubTask");
    lua_pushinteger(state, 2);
    set_derived_globals(state, "sub_task");
    lua_getglobal(state, "SubTask");
    EXPECT_EQ(lua_tointeger(state, -1), 1);
    lua_getglobal(state, "Sub_task");
    EXPECT_EQ(lua_tointeger(state, -1), 2);
    EXPECT_EQ(lua_gettop(state), 2);
  });
  EXPECT_TRUE(done.has_value());
}

}  // namespace
}  // namespace tactus::program
