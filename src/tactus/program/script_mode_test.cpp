// Files without a main: what is known before the run, and what happens in it.
#include <lua.h>

#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const char* const kScript =
    "input  { city = { type = \"string\", required = true },\n"
    "         days = { type = \"integer\", default = 3 } }\n"
    "output { line = { type = \"string\", required = true } }\n"
    "local units = \"metric\"\n"
    "Guide = agent \"guide\" { tools = {}, colour = 1 }\n"
    "local lookup = tool(\"lookup\", {}, function() return units end)\n"
    "agent(\"second\", { tools = { lookup } })\n"
    "agent(\"third\", { system_prompt = units .. \"!\", tempo = 5 })\n"
    "return { line = Guide.turn(\"About \" .. input.city).text }\n";

TEST(ScriptMode, KnowsSchemasAndDeclarationsWithoutRunningAnything) {
  const Checked checked = check_text(kScript);
  const Program& program = *checked.program;
  expect_no_errors(program);
  EXPECT_EQ(program.mode, Mode::kScript);
  ASSERT_NE(program.main, nullptr);
  ASSERT_EQ(program.main->input.fields.size(), 2u);
  EXPECT_EQ(program.main->input.fields[0].name, "city");
  EXPECT_TRUE(program.main->has_output);
  EXPECT_TRUE(program.main->body);
  EXPECT_EQ(program.input_lines.at("days"), 2);
  EXPECT_EQ(program.output_line, 3);
  ASSERT_EQ(program.agents.size(), 3u);
  EXPECT_EQ(program.agents[1]->tools->at(0).name, "lookup");
  EXPECT_NE(program.find_tool("lookup"), nullptr);
  EXPECT_THAT(to_texts(program.warnings),
              ElementsAre(HasSubstr("5:37 TAC-VALIDATION agent 'guide': unknown key `colour`")));
}

TEST(ScriptMode, FindsErrorsInLiteralDeclarationsOnly) {
  const Checked checked = check_text(
      "input { a = { type = \"strng\" } }\n"
      "agent(\"x\", { temperature = \"hot\" })\n"
      "agent(\"y\", { temperature = unknown_before_the_run() })\n"
      "if true then agent(\"x\", {}) end\n"
      "return 1");
  EXPECT_THAT(to_texts(checked.program->errors),
              ElementsAre(HasSubstr("1:9 TAC-VALIDATION input: field 'a': unknown type 'strng'"),
                          HasSubstr("2:14 TAC-VALIDATION agent 'x': `temperature`")));
}

TEST(ScriptMode, DoesNotBlameAgentsThatItCannotRead) {
  const Checked checked = check_text("agent(\"y\", settings)\nreturn 1", DefaultProvider::kNone);
  expect_no_errors(*checked.program);
  EXPECT_EQ(checked.program->agents.size(), 1u);
}

TEST(ScriptMode, LeavesSchemasThatDependOnTheRunOpen) {
  const Checked checked = check_text("local s = { a = \"string\" }\ninput(s)\nreturn 1");
  expect_no_errors(*checked.program);
  EXPECT_TRUE(checked.program->main->input.empty());
}

// Objects that are numbers, and a record of what was declared.
class RecordingFactory final : public ObjectFactory {
 public:
  std::vector<std::string> declared;
  void push_agent(lua_State* state, std::shared_ptr<AgentDeclaration> agent) override {
    push(state, "agent " + agent->name);
  }
  void push_tool(lua_State* state, std::shared_ptr<ToolDeclaration> tool) override {
    push(state, "tool " + tool->name);
  }
  void push_model(lua_State* state, std::shared_ptr<ModelDeclaration> model) override {
    push(state, "model " + model->name);
  }
  void push_procedure(lua_State* state, std::shared_ptr<ProcedureDeclaration> procedure) override {
    push(state, "procedure " + procedure->name);
  }
  void script_input(lua_State* state, const schema::Schema& schema) override {
    declared.push_back("input " + std::to_string(schema.fields.size()));
    lua_newtable(state);
    lua_pushliteral(state, "Rome");
    lua_setfield(state, -2, "city");
    lua_setglobal(state, "input");
  }

 private:
  void push(lua_State* state, std::string what) {
    declared.push_back(std::move(what));
    lua_newtable(state);
  }
};

struct Loaded {
  std::unique_ptr<vm::Vm> vm;
  RecordingFactory factory;
  Program program;  // Gone before the interpreter.
};

std::unique_ptr<Loaded> load_text(std::string text) {
  auto loaded = std::make_unique<Loaded>();
  auto created = vm::Vm::create({});
  EXPECT_TRUE(created.has_value());
  loaded->vm = std::move(*created);
  load(*loaded->vm, {"script.tac", std::move(text)}, loaded->factory, loaded->program);
  return loaded;
}

Result<std::string> run(Loaded& loaded) {
  std::string text;
  auto given = loaded.vm->protect([&](lua_State* state) {
    loaded.program.input_function.push(state);
    lua_setglobal(state, "input");
  });
  if (!given) return fail(given.error());
  auto done = loaded.vm->call(loaded.program.main->body, {}, [&](lua_State* state, int count) {
    if (count > 0) text = vm::to_display_text(state, 1);
  });
  if (!done) return fail(done.error());
  return text;
}

TEST(ScriptMode, DeclaresWhenTheRunReachesIt) {
  const auto loaded = load_text(
      "input { city = { type = \"string\" } }\n"
      "Guide = agent \"guide\" { colour = 1 }\n"
      "local f = procedure(\"f\", function() end)\n"
      "return input.city");
  expect_no_errors(loaded->program);
  EXPECT_THAT(loaded->factory.declared, IsEmpty());
  EXPECT_EQ(loaded->program.main->input.fields.size(), 1u);
  EXPECT_EQ(run(*loaded), "Rome");
  EXPECT_THAT(loaded->factory.declared, ElementsAre("input 1", "agent guide", "procedure f"));
  EXPECT_NE(loaded->program.find_agent("guide"), nullptr);
  EXPECT_THAT(to_texts(loaded->program.warnings), ElementsAre(HasSubstr("unknown key")));
}

TEST(ScriptMode, RaisesErrorsOfDeclarationsAtTheirPlace) {
  const auto loaded =
      load_text("local x = 1\nagent(\"a\", {\n  temperature = \"hot\" })\nreturn 1");
  expect_no_errors(loaded->program);
  const auto result = run(*loaded);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kValidation);
  EXPECT_THAT(result.error().message, HasSubstr("`temperature` must be a number"));
  EXPECT_EQ(result.error().place, (Place{"script.tac", 3, 3}));
  EXPECT_THAT(result.error().hint, HasSubstr("temperature = 0.7"));
}

TEST(ScriptMode, RefusesAMainThatAppearsWhileItRuns) {
  const auto loaded =
      load_text("local function late() procedure(\"main\", function() end) end\nlate()\nreturn 1");
  EXPECT_EQ(loaded->program.mode, Mode::kScript);
  const auto result = run(*loaded);
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().message,
              HasSubstr("`main` cannot be declared while the program runs"));
}

TEST(ScriptMode, GivesTheNewestObjectTheNameWhenABodyRepeats) {
  const auto loaded = load_text(
      "local first, second\n"
      "for i = 1, 2 do\n"
      "  local a = agent(\"worker\", {})\n"
      "  if i == 1 then first = a else second = a end\n"
      "end\n"
      "return Worker == second and first ~= second");
  EXPECT_EQ(run(*loaded), "true");
  EXPECT_EQ(loaded->program.agents.size(), 1u);
}

TEST(MainMode, FreesTheNameInputForTheRun) {
  const auto loaded =
      load_text("input { a = \"string\" }\nmain = procedure(function() return input end)");
  expect_no_errors(loaded->program);
  EXPECT_EQ(run(*loaded), "nil");
  EXPECT_NE(loaded->program.main->input.find("a"), nullptr);
}

TEST(MainMode, DeclaresAgentsInsideBodies) {
  const auto loaded =
      load_text("main = procedure(function()\n  agent(\"inner\", {})\n  return Inner ~= nil\nend)");
  expect_no_errors(loaded->program);
  EXPECT_EQ(loaded->program.find_agent("inner"), nullptr);
  EXPECT_EQ(run(*loaded), "true");
  EXPECT_NE(loaded->program.find_agent("inner"), nullptr);
}

TEST(Load, SkipsTheByteOrderMarkAndTheFirstLineMark) {
  const auto loaded =
      load_text("\xEF\xBB\xBF#!/usr/bin/env tactus\nmain = procedure(function() error(\"x\") end)");
  expect_no_errors(loaded->program);
  const auto result = run(*loaded);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().place->line, 2);
}

}  // namespace
}  // namespace tactus::program
