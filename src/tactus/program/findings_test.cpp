// Wrong files and what is said about them: the whole text, so that each message is read by a person
// when it changes.
#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct FindingCase {
  const char* text;      // Followed by a main, if it has none.
  const char* expected;  // The start of the finding.
};

void expect_first(const FindingCase& c, bool warning) {
  SCOPED_TRACE(c.text);
  std::string text = c.text;
  if (text.find("procedure") == std::string::npos) text += kMain;
  const Checked checked = check_text(text);
  const auto& findings = warning ? checked.program->warnings : checked.program->errors;
  if (warning) expect_no_errors(*checked.program);
  ASSERT_THAT(to_texts(findings), testing::SizeIs(1));
  EXPECT_THAT(to_text(findings[0]), StartsWith(c.expected));
}

TEST(Findings, TellWrongTypesOfEachAgentKeyAtTheKey) {
  const FindingCase cases[] = {
      {"agent(\"a\", { provider = 5 })",
       "1:14 TAC-VALIDATION agent 'a': `provider` must be text, got the number 5 | for example: "
       "provider = \"openai\""},
      {"agent(\"a\", {\n  model = true })",
       "2:3 TAC-VALIDATION agent 'a': `model` must be a model's name or a table with one, got "
       "true"},
      {"agent(\"a\", { model = { temperature = 1 } })",
       "1:14 TAC-VALIDATION agent 'a': `model` has no `name`"},
      {"agent(\"a\", { model = { name = 1 } })",
       "1:24 TAC-VALIDATION agent 'a': `model`: `name` must be text"},
      {"agent(\"a\", { model = { name = \"m\",\n temperature = \"hot\" } })",
       "2:2 TAC-VALIDATION agent 'a': `model`: `temperature` must be a number, got the text "
       "\"hot\" "
       "| for example: temperature = 0.7"},
      {"agent(\"a\", { model_settings = 1 })",
       "1:14 TAC-VALIDATION agent 'a': `model_settings` must be a table"},
      {"agent(\"a\", { model_settings = { top_p = {} } })",
       "1:33 TAC-VALIDATION agent 'a': `model_settings`: `top_p` must be a number, got a table"},
      {"agent(\"a\", { temperature = 0/0 })",
       "1:14 TAC-VALIDATION agent 'a': `temperature` must be"},
      {"agent(\"a\", { max_tokens = 0 })",
       "1:14 TAC-VALIDATION agent 'a': `max_tokens` must be a whole number of at least 1, got the "
       "number 0"},
      {"agent(\"a\", { max_tokens = 1.5 })", "1:14 TAC-VALIDATION agent 'a': `max_tokens` must be"},
      {"agent(\"a\", { presence_penalty = \"1\" })",
       "1:14 TAC-VALIDATION agent 'a': `presence_penalty` must be a number, got the text \"1\""},
      {"agent(\"a\", { frequency_penalty = {} })",
       "1:14 TAC-VALIDATION agent 'a': `frequency_penalty` must be a number"},
      {"agent(\"a\", { seed = 1.5 })",
       "1:14 TAC-VALIDATION agent 'a': `seed` must be a whole number,"},
      {"agent(\"a\", { stop = 5 })",
       "1:14 TAC-VALIDATION agent 'a': `stop` must be a text or a list of texts"},
      {"agent(\"a\", { stop = { \"x\", 1 } })", "1:14 TAC-VALIDATION agent 'a': `stop` must be"},
      {"agent(\"a\", { parallel_tool_calls = 1 })",
       "1:14 TAC-VALIDATION agent 'a': `parallel_tool_calls` must be true or false"},
      {"agent(\"a\", { openai_reasoning_effort = 1 })",
       "1:14 TAC-VALIDATION agent 'a': `openai_reasoning_effort` must be text"},
      {"agent(\"a\", { thinking_budget = -1 })",
       "1:14 TAC-VALIDATION agent 'a': `thinking_budget` must be"},
      {"agent(\"a\", { reasoning = true })",
       "1:14 TAC-VALIDATION agent 'a': `reasoning` must be a word or a number of tokens"},
      {"agent(\"a\", { reasoning = \"hihg\" })",
       "1:14 TAC-VALIDATION agent 'a': `reasoning` must be one of"},
      {"agent(\"a\", { timeout = \"soon\" })",
       "1:14 TAC-VALIDATION agent 'a': `timeout` must be a duration, got the text \"soon\" | a "
       "number "
       "of seconds, or text such as \"500ms\""},
      {"agent(\"a\", { extra_body = 1 })",
       "1:14 TAC-VALIDATION agent 'a': `extra_body` must be a table"},
      {"agent(\"a\", { system_prompt = 5 })",
       "1:14 TAC-VALIDATION agent 'a': `system_prompt` must be text or a function that returns "
       "text"},
      {"agent(\"a\", { initial_message = {} })",
       "1:14 TAC-VALIDATION agent 'a': `initial_message` must be text"},
      {"agent(\"a\", { tools = \"done\" })",
       "1:14 TAC-VALIDATION agent 'a': `tools`: a tool list must be a table of names, got the text "
       "\"done\" | write braces around it: { \"lookup\", \"done\" }"},
      {"agent(\"a\", { tools = { \"done\",\n  5 } })",
       "2:3 TAC-VALIDATION agent 'a': `tools`: a tool list holds names, tools and inline tools, "
       "not "
       "the number 5"},
      {"agent(\"a\", { tools = { name = \"x\" } })",
       "1:24 TAC-VALIDATION agent 'a': `tools`: a tool list has no keys, but `name` is one"},
      {"agent(\"a\", { tools = { { name = \"x\", handler = 5 } } })",
       "1:38 TAC-VALIDATION agent 'a': `tools`: tool 'x': `handler` must be a function"},
      {"agent(\"a\", { tools = { { handler = function() end } } })",
       "1:24 TAC-VALIDATION agent 'a': `tools`: an inline tool needs a `name`"},
      {"agent(\"a\", { tools = { { include = {} } } })",
       "1:24 TAC-VALIDATION agent 'a': `tools`: a table in a tool list must be an inline tool with "
       "a `handler`, or name what it selects from"},
      {"agent(\"a\", { tools = { { name = \"s\", includ = {} } } })",
       "1:38 TAC-VALIDATION agent 'a': `tools`: unknown key `includ` in an entry of a tool list | "
       "did you mean `include`?"},
      {"agent(\"a\", { tools = { { name = \"s\", include = \"x\" } } })",
       "1:38 TAC-VALIDATION agent 'a': `tools`: `include` must be a list of names"},
      {"agent(\"a\", { tools = { { name = \"s\", prefix = \"a.\" } } })",
       "1:38 TAC-VALIDATION agent 'a': `tools`: `prefix` must be made of letters"},
      {"agent(\"a\", { tools = { { name = \"s\", rename = { a = \"b c\" } } } })",
       "1:38 TAC-VALIDATION agent 'a': `tools`: `rename` must be a table"},
      {"agent(\"a\", { tools = { { name = { name = \"s\" } } } })",
       "1:26 TAC-VALIDATION agent 'a': `tools`: `name` must be a name or an object"},
      {"agent(\"a\", { toolsets = 1 })",
       "1:14 TAC-VALIDATION agent 'a': `toolsets`: a tool list must"},
      {"agent(\"a\", { tool_choice = {} })",
       "1:14 TAC-VALIDATION agent 'a': `tool_choice` must be text"},
      {"agent(\"a\", { output = 1 })",
       "1:14 TAC-VALIDATION agent 'a': `output`: a schema is a table of fields by name, got the "
       "number 1"},
      {"agent(\"a\", { output = { t = {\n type = \"strin\" } } })",
       "1:25 TAC-VALIDATION agent 'a': `output`: field 't': unknown type 'strin'; did you mean "
       "'string'?"},
      {"agent(\"a\", { output_type = {}, output = {} })",
       "1:14 TAC-VALIDATION agent 'a': `output` and `output_type` are two names of one key"},
      {"agent(\"a\", { replay_stream = 1 })",
       "1:14 TAC-VALIDATION agent 'a': `replay_stream` must be true or false, got the number 1 | "
       "for example: replay_stream = true"},
      {"agent(\"a\", { output_mode = \"natve\" })",
       "1:14 TAC-VALIDATION agent 'a': `output_mode` must be one of auto, native, tool, prompt, "
       "got "
       "\"natve\" | did you mean \"native\"?"},
      {"agent(\"a\", { output_retries = -1 })",
       "1:14 TAC-VALIDATION agent 'a': `output_retries` must"},
      {"agent(\"a\", { stream = \"yes\" })",
       "1:14 TAC-VALIDATION agent 'a': `stream`: `stream` must be true, false, \"text\" or a "
       "table"},
      {"agent(\"a\", { stream = { txt = true } })",
       "1:25 TAC-VALIDATION agent 'a': `stream`: unknown key `txt` in `stream` | did you mean "
       "`text`?"},
      {"agent(\"a\", { stream = { tools = 1 } })",
       "1:25 TAC-VALIDATION agent 'a': `stream`: `tools` must be true or false"},
      {"agent(\"a\", { stream = { smooth = \"word\" } })",
       "1:25 TAC-VALIDATION agent 'a': `stream`: `smooth` can only be \"none\""},
      {"agent(\"a\", { disable_streaming = \"no\" })",
       "1:14 TAC-VALIDATION agent 'a': `disable_streaming` must be true or false"},
      {"agent(\"a\", { prepare = \"x\" })",
       "1:14 TAC-VALIDATION agent 'a': `prepare` must be a function"},
      {"agent(\"a\", { max_turns = true })",
       "1:14 TAC-VALIDATION agent 'a': `max_turns` must be a whole number of at least 1, got true"},
      {"agent(\"a\", { request_limit = 0 })",
       "1:14 TAC-VALIDATION agent 'a': `request_limit` must be"},
      {"agent(\"a\", { tool_retries = \"3\" })",
       "1:14 TAC-VALIDATION agent 'a': `tool_retries` must be"},
      {"agent(\"a\", { retries = 1e12 })", "1:14 TAC-VALIDATION agent 'a': `retries` must be"},
      {"agent(\"a\", { retry_delay = -1 })",
       "1:14 TAC-VALIDATION agent 'a': `retry_delay` must be"},
      {"agent(\"a\", { idle_timeout = {} })",
       "1:14 TAC-VALIDATION agent 'a': `idle_timeout` must be"},
      {"agent(\"a\", { fallback = \"gpt-4o\" })",
       "1:14 TAC-VALIDATION agent 'a': `fallback` must be a list of \"provider:model\""},
      {"agent(\"a\", { fallback = { \"openai:gpt-4o\", 5 } })",
       "1:14 TAC-VALIDATION agent 'a': `fallback` must be a list of \"provider:model\""},
      {"agent(\"a\", { fallback = {} })",
       "1:14 TAC-VALIDATION agent 'a': `fallback` must be a list of \"provider:model\""},
      {"agent(\"a\", { budget = 5 })", "1:14 TAC-VALIDATION agent 'a': `budget` must be a table"},
      {"agent(\"a\", { budget = { max_cost_usd = -1 } })",
       "1:25 TAC-VALIDATION agent 'a': `budget`: `max_cost_usd` must be at least 0"},
      {"agent(\"a\", { budget = { max_tokens = 0 } })",
       "1:25 TAC-VALIDATION agent 'a': `budget`: `max_tokens` must be"},
      {"agent(\"a\", { response = { retries = \"x\" } })",
       "1:27 TAC-VALIDATION agent 'a': `response`: `retries` must be"},
      {"agent(\"a\", { description = 1 })",
       "1:14 TAC-VALIDATION agent 'a': `description` must be text"},
      {"agent \"a\" {\n\n  temperature = \"0.7\" }",
       "3:3 TAC-VALIDATION agent 'a': `temperature` must be a number, got the text \"0.7\""},
  };
  for (const FindingCase& c : cases) expect_first(c, false);
}

TEST(Findings, TellUnknownKeysAtTheirOwnLineWithTheClosestOne) {
  const FindingCase cases[] = {
      {"agent(\"a\", {\n  tools = {},\n  colour = \"red\" })",
       "3:3 TAC-VALIDATION agent 'a': unknown key `colour`, which is ignored | keys of an agent: "},
      {"agent(\"a\", { model = { name = \"demo\", temprature = 1 } })",
       "1:39 TAC-VALIDATION agent 'a': `model`: `temprature` is no setting"},
      {"tool(\"t\", { zzzzzzzz = 1 }, function() end)",
       "1:13 TAC-VALIDATION tool 't': unknown key `zzzzzzzz`, which is ignored | keys of a tool: "
       "description, handler, input, parameters, params, run, timeout"},
      {"procedure(\"main\", { inptu = {} }, function() end)",
       "1:21 TAC-VALIDATION procedure 'main': unknown key `inptu`, which is ignored | did you mean "
       "`input`?"},
      {"agent(\"a\", { tools = { \"don\" } })",
       "1:14 TAC-TOOL-NOT-FOUND agent 'a' lists the tool 'don', which does not exist | did you "
       "mean "
       "'done'?"},
      {"agent(\"a\", { system_prompt = \"{imput.x}\" })",
       "1:14 TAC-VALIDATION agent 'a': the marker {imput.x} in `system_prompt` never has a value: "
       "nothing is named `imput` | did you mean `{input.x}`?"},
      {"agent(\"a\", { initial_message = \"{prepared.x} {input.anything} {x} {state.y}\" })",
       "1:14 TAC-VALIDATION agent 'a': the marker {prepared.x} in `initial_message` never"},
      {"agent(\"a\", { system_prompt = \"{input.topik}\" })\n"
       "procedure({ input = { topic = \"string\" } }, function() end)",
       "1:14 TAC-VALIDATION agent 'a': the marker {input.topik} in `system_prompt` never has a "
       "value: "
       "no procedure declares the input `topik` | did you mean `{input.topic}`?"},
      {"procedure(\"main\", { input = {\n n = { type = \"number\", default = \"x\" } } }, "
       "function() end)",
       "2:2 TAC-VALIDATION procedure 'main': `input`: field 'n': the default does not fit"},
      {"agent(\"my_a\", {})\nagent(\"myA\", {})",
       "2:1 TAC-VALIDATION agent 'myA' is not reachable as `MyA`: that is agent 'my_a'"},
      {"model(\"m\", { type = \"pytorch\" })",
       "1:14 TAC-VALIDATION model 'm': the type 'pytorch' is not available, so that `predict`"},
      {"model(\"m\", {})", "1:1 TAC-VALIDATION model 'm': it has no `type`"},
      {"hitl \"h\" { type = \"approval\", mesage = \"x\" }",
       "1:31 TAC-VALIDATION hitl 'h': unknown key `mesage`, which is ignored | did you mean"},
  };
  for (const FindingCase& c : cases) expect_first(c, true);
  const Checked log = check_text("agent(\"log\", {})" + kMain);
  EXPECT_THAT(to_texts(log.program->warnings),
              Contains(HasSubstr("agent 'log' is not reachable as `Log`, which already has")));
  const Checked author = check_text("agent(\"author\", {})" + kMain);
  EXPECT_THAT(to_texts(author.program->warnings), IsEmpty());  // Reachable as `Author`.
}

TEST(Findings, TellWrongDeclarations) {
  const FindingCase cases[] = {
      {"agent { tools = {} }",
       "1:1 TAC-VALIDATION agent: the first argument is its name, got a table | agent(\"writer\","},
      {"agent(\"a b\", {})", "1:1 TAC-VALIDATION agent 'a b': this is not a valid name"},
      {"agent(\"a\", function() end)",
       "1:1 TAC-VALIDATION agent 'a': after the name comes a table, not a function"},
      {"agent(\"a\", {}, {})",
       "1:1 TAC-VALIDATION agent 'a': after the name comes a table, not a second"},
      {"agent \"a\"", "1:1 TAC-VALIDATION agent 'a' has no configuration | agent(\"a\", { … })"},
      {"agent(\"a\", undefined)", "1:1 TAC-VALIDATION agent 'a' has no configuration"},
      {"agent(\"a\", {})\nagent(\"a\", {})",
       "2:1 TAC-VALIDATION agent 'a' is declared twice; the first is in line 1 | rename one of "
       "them"},
      {"tool(\"t\", {}, function() end)\ntool(\"t\", {}, function() end)",
       "2:1 TAC-VALIDATION tool 't' is declared twice; the first is in line 1"},
      {"procedure(function() end)\nprocedure(function() end)",
       "2:1 TAC-VALIDATION procedure 'main' is declared twice; the first is in line 1 | a "
       "procedure "
       "without a name is `main`"},
      {"tool(\"done\", {}, function() end)",
       "1:1 TAC-VALIDATION the tool name 'done' is reserved: it is the tool that ends a turn"},
      {"tool(\"t\", { description = \"x\" })", "1:1 TAC-VALIDATION tool 't' has no function"},
      {"tool(\"t\", { handler = 5 })",
       "1:13 TAC-VALIDATION tool 't': `handler` must be a function, got the number 5"},
      {"tool(\"t\", { handler = print }, print)",
       "1:13 TAC-VALIDATION tool 't': there are two handlers"},
      {"tool(\"t\", { parameters = { a = { type = \"nmber\" } } }, print)",
       "1:28 TAC-VALIDATION tool 't': `parameters`: field 'a': unknown type 'nmber'; did you mean "
       "'number'?"},
      {"toolset(\"s\", { type = \"mcp\" })",
       "1:1 TAC-VALIDATION toolset 's': a toolset of type \"mcp\" needs `server`"},
      {"toolset(\"s\", { type = \"filterd\" })",
       "1:16 TAC-VALIDATION toolset 's': there is no type of toolsets \"filterd\" | did you mean "
       "\"filtered\"?"},
      {"toolset(\"s\", { type = \"filtered\", source = \"done\", pattern = \"(\" })",
       "1:52 TAC-VALIDATION toolset 's': the pattern '(' is not a regular expression"},
      {"toolset(\"s\", { type = \"filtered\", source = \"done\" })",
       "1:1 TAC-VALIDATION toolset 's': a toolset of type \"filtered\" needs `pattern` or "
       "`filter`"},
      {"toolset(\"s\", { type = \"combined\" })",
       "1:1 TAC-VALIDATION toolset 's': a toolset of type \"combined\" needs `sources`"},
      {"toolset(\"s\", { type = \"plugin\", paths = \"x\" })",
       "1:33 TAC-VALIDATION toolset 's': `paths` must be a list of files and folders"},
      {"toolset(\"s\", { tools = { { name = \"done\", handler = print } } })",
       "1:1 TAC-VALIDATION the tool name 'done' is reserved"},
      {"toolset(\"s\", { tools = {} })\ntoolset(\"s\", { tools = {} })",
       "2:1 TAC-VALIDATION toolset 's' is declared twice"},
      {"toolset(\"s\", { type = \"lua\" })",
       "1:1 TAC-VALIDATION toolset 's': a toolset of type \"lua\""},
      {"prompt(\"p\")", "1:1 TAC-VALIDATION prompt 'p' has no text"},
      {"prompt(\"p\", {})",
       "1:1 TAC-VALIDATION prompt 'p': after the name comes a text, not a table"},
      {"stages(\"a\", 5)", "1:1 TAC-VALIDATION stages: name 2 must be a text, got the number 5"},
      {"default_provider(5)",
       "1:1 TAC-VALIDATION default_provider: it takes one text, got the number 5 "
       "| default_provider(\"openai\")"},
      {"max_turns(\"3\")", "1:1 TAC-VALIDATION max_turns: it takes a whole number of at least 1"},
      {"input { n = { type = \"numbr\" } }",
       "1:9 TAC-VALIDATION input: field 'n': unknown type 'numbr'; did you mean 'number'?"},
      {"input(5)",
       "1:1 TAC-VALIDATION input: a schema is a table of fields by name, got the number 5"},
      {"output { f = print }", "1:10 TAC-VALIDATION output: f: functions"},
      {"procedure(\"main\", { input = 5 }, function() end)",
       "1:21 TAC-VALIDATION procedure 'main': `input`: a schema is a table"},
      {"procedure(\"main\", { params = {}, input = {} }, function() end)",
       "1:21 TAC-VALIDATION procedure 'main': `input` and `params` are two names of one key | keep "
       "`input`"},
      {"procedure(\"main\", { run = 5 })",
       "1:21 TAC-VALIDATION procedure 'main': `run` must be a function, got the number 5"},
      {"procedure(\"main\", { run = print }, print)",
       "1:21 TAC-VALIDATION procedure 'main': there are two bodies"},
      {"procedure(\"main\", { guards = print }, print)",
       "1:21 TAC-VALIDATION procedure 'main': `guards` must be a list of functions, got a "
       "function"},
      {"procedure(\"main\", { guards = { 1 } }, print)",
       "1:21 TAC-VALIDATION procedure 'main': `guards` must be a list of functions, got a table"},
      {"procedure(\"main\", { max_turns = false }, print)",
       "1:21 TAC-VALIDATION procedure 'main': `max_turns` must be a whole number"},
      {"procedure(\"main\", { description = {} }, print)",
       "1:21 TAC-VALIDATION procedure 'main': `description` must be text"},
      {"procedure(\"main\", {}, body)\nlocal function body() end",
       "1:1 TAC-VALIDATION procedure 'main' has no function | procedure(\"main\", { … }, "
       "function() … "
       "end); if a variable holds the function, it must be defined above this line"},
      {"procedure(\"main\", { function() end, run = print })",
       "1:21 TAC-VALIDATION procedure 'main': a function stands here without a key | write `run "
       "= "},
      {"procedure(\"main\", 5)",
       "1:1 TAC-VALIDATION procedure 'main': after the name comes a table, a function, or both, "
       "not "
       "the number 5"},
  };
  for (const FindingCase& c : cases) expect_first(c, false);
}

TEST(Findings, TellErrorsOfTheTopLevelWithTheirLine) {
  const FindingCase cases[] = {
      {"local procedure = 1\nagnet(\"a\", {})\nprocedure(\"main\", {}, print)",
       "2:0 TAC-LUA attempt to call a nil value (global 'agnet') | did you mean `agent`?"},
      {"error(\"broken\")\nprocedure(print)", "1:0 TAC-LUA broken"},
      {"A = agent(\"a\", {})\nA.turn()\nprocedure(print)",
       "2:0 TAC-PHASE `turn` of agent 'a' cannot be used while the file is being declared | move "
       "it "
       "into the body of a procedure"},
      {"agent \"a\".turn()\nprocedure(print)", "1:0 TAC-VALIDATION agent 'a' has no body yet"},
      {"local x = require \"x\"\nprocedure(print)",
       "1:0 TAC-REQUIRE require: 'x' cannot be loaded: no files can be read here | put the code"},
      {"while true do end\nprocedure(print)", "1:0 TAC-SANDBOX-CPU"},
      {"local s = (\"x\"):rep(1 << 30)\nprocedure(print)", "1:0 TAC-SANDBOX-MEMORY"},
      {"File.read(\"x\")\nprocedure(print)", "1:0 TAC-PHASE `read` of `File` cannot be used"},
      {"Sleep(1)\nprocedure(print)", "1:0 TAC-PHASE `Sleep` cannot be used"},
      {"local x = input.x\nprocedure(print)",
       "1:0 TAC-LUA attempt to index a function value (global 'input') | `input` holds the "
       "parameters "
       "while a procedure runs: read it in the body"},
      {"local x = state.x\nprocedure(print)", "1:0 TAC-PHASE `state` cannot be used"},
      {"model(\"m\", {}).predict()\nprocedure(print)",
       "1:0 TAC-PHASE `predict` of model 'm' cannot be used"},
      {"State.set(\"x\", print)\nprocedure(print)", "1:0 TAC-JSON x: functions"},
      {"local t = tool(\"t\", {}, print)\nt{}\nprocedure(print)",
       "2:0 TAC-PHASE tool 't' cannot be used while the file is being declared"},
  };
  for (const FindingCase& c : cases) expect_first(c, false);
}

TEST(Findings, TellSyntaxErrorsWithColumnAndHint) {
  const FindingCase cases[] = {
      {"procedure(\"main\", {}, function()\n  local x = = 1\nend)",
       "2:13 TAC-SYNTAX unexpected symbol near '=' | a comparison is written =="},
      {"agent(\"a\", {\n  provider = \"openai\"\n  model = \"m\" })\nprocedure()",
       "3:3 TAC-SYNTAX '}' expected (to close '{' at line 1) near 'model' | is a comma missing "
       "before "
       "`model`?"},
      {"x = x + 1 +\nprocedure = = 2", "2:11 TAC-SYNTAX"},
      {"if a != b then end -- procedure", "1:6 TAC-SYNTAX"},
      {"procedure(function()\n  if true then\n  return 1\nend)",
       "4:4 TAC-SYNTAX unexpected symbol near ')' | is an `end` missing?"},
      {"x += 1 -- procedure", "1:3 TAC-SYNTAX syntax error near '+' | Lua has no ++ and no +="},
      {"procedure(\"main\", function()", "1:0 TAC-SYNTAX"},
      {"local s = \"procedure", "1:11 TAC-SYNTAX unfinished string near <eof> | close the text"},
      {"local s = \"procedure\nx = 1",
       "1:11 TAC-SYNTAX unfinished string near '\"procedure' | close"},
      {"x = [[procedure\n\n",
       "1:5 TAC-SYNTAX unfinished long string (starting at line 1) near <eof> | close it with ]]"},
      {"end procedure", "1:1 TAC-SYNTAX"},
      {"# procedure\n\nx = = 1", "3:5 TAC-SYNTAX"},
  };
  for (const FindingCase& c : cases) expect_first(c, false);
}

TEST(Findings, TellWhereBytesAreNoText) {
  const Checked checked = check_text("-- a\n-- \xFF\n" + kMain);
  EXPECT_THAT(
      to_texts(checked.program->errors),
      ElementsAre("2:0 TAC-SYNTAX the file is not UTF-8 text | save it in the encoding UTF-8"));
}

TEST(Findings, RequireAMain) {
  const Checked agent = check_text("agent(\"a\", {})");
  EXPECT_THAT(to_texts(agent.program->errors),
              ElementsAre(HasSubstr("TAC-NO-MAIN a main procedure declaration is required")));
  const Checked plain = check_text("\nfunction main() end");
  EXPECT_THAT(
      to_texts(plain.program->errors),
      ElementsAre(StartsWith("2:0 TAC-NO-MAIN a main procedure declaration is required; `main` "
                             "here is a plain Lua function")));
  const Checked other = check_text("procedure(\"other\", function() end)");
  EXPECT_THAT(to_texts(other.program->errors),
              ElementsAre(HasSubstr("name the procedure 'other' \"main\"")));
  const Checked empty = check_text("");
  EXPECT_EQ(empty.program->errors.size(), 1u);
  EXPECT_EQ(empty.program->main, nullptr);
}

TEST(Findings, RefuseMisspeltKeysOfAgents) {
  const FindingCase cases[] = {
      {"agent(\"a\", {\n  tools = {},\n  systemprompt = \"x\" })",
       "3:3 TAC-VALIDATION agent 'a': unknown key `systemprompt` | did you mean `system_prompt`?"},
      {"agent(\"a\", { model_settings = {\n temprature = 1 } })",
       "2:2 TAC-VALIDATION agent 'a': `model_settings`: unknown key `temprature` | did you mean "
       "`temperature`?"},
  };
  for (const FindingCase& c : cases) expect_first(c, false);
}

TEST(Findings, SuggestTheKeyAndTellTheMissingProvider) {
  const Checked checked = check_text("agent(\"a\", {\n  provder = \"openai\" })" + kMain);
  EXPECT_THAT(to_texts(checked.program->warnings),
              ElementsAre(HasSubstr("did you mean `provider`?")));
  EXPECT_EQ(checked.program->warnings[0].line, 2);
  EXPECT_THAT(to_texts(checked.program->errors),
              ElementsAre("2:3 TAC-VALIDATION agent 'a' has no provider | write `provider` instead "
                          "of `provder`"));
}

TEST(Findings, AcceptEveryWayToAProvider) {
  for (const char* text :
       {"agent(\"a\", { provider = \"openai\" })", "agent(\"a\", { model = \"openai:gpt-4o\" })",
        "agent(\"a\", {}) default_provider(\"openai\")",
        "agent(\"a\", {}) default_model(\"openai:gpt-4o\")"}) {
    SCOPED_TRACE(text);
    const Checked checked = check_text(text + kMain, DefaultProvider::kNone);
    expect_no_errors(*checked.program);
    EXPECT_THAT(to_texts(checked.program->warnings), IsEmpty());
  }
  const Checked inferred =
      check_text("agent(\"a\", { model = \"claude-x\" })" + kMain, DefaultProvider::kNone);
  expect_no_errors(*inferred.program);
  EXPECT_THAT(
      to_texts(inferred.program->warnings),
      ElementsAre(StartsWith("1:14 TAC-VALIDATION agent 'a' has no provider; 'anthropic' is "
                             "assumed from its model 'claude-x'")));
}

TEST(Findings, ReportEverythingOfAFileInItsOrder) {
  const Checked checked = check_text(
      "agent(\"b\", { temperature = \"x\", max_tokens = 0 })\n"
      "tool(\"t\", {})\n"
      "agent(\"a\", { stream = 1 })\n");
  EXPECT_THAT(to_texts(checked.program->errors),
              ElementsAre(HasSubstr("TAC-NO-MAIN"), HasSubstr("`temperature`"),
                          HasSubstr("`max_tokens`"), HasSubstr("tool 't'"), HasSubstr("`stream`")));
}

}  // namespace
}  // namespace tactus::program
