// Wrong scripts of the provider `scripted` and what is said about them, each at its place.
#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

// The findings about a script with this one reply, which begins in line 2.
std::vector<std::string> findings_about(const std::string& reply) {
  const Checked checked =
      check_text("agent(\"a\", { provider = \"scripted\", script = {\n" + reply + "\n} })" + kMain);
  std::vector<std::string> all = to_texts(checked.program->errors);
  for (std::string& warning : to_texts(checked.program->warnings))
    all.push_back(std::move(warning));
  return all;
}

TEST(ScriptFindings, AreNoneForEverythingAReplyMayHold) {
  const Checked checked = check_text(
      "agent(\"a\", { provider = \"scripted\", script = { \"one\", { text = \"two\", reasoning = "
      "\"hm\", "
      "ttft_ms = 1, delay_ms = 2.5, finish = \"length\", expect = \"x\", truncate = true },\n"
      "{ chunks = {}, tool_calls = { { name = \"t\" }, { name = \"t\", id = \"i\", args = {} }, "
      "{ name = \"t\", args = \"{\" }, { name = \"t\", args_chunks = { \"{\", \"}\" } } } },\n"
      "{ data = { a = 1 }, usage = { prompt_tokens = 1, completion_tokens = 2, total_tokens = 3, "
      "cached_tokens = 0, reasoning_tokens = 1 } }, { data = false },\n"
      "{ error = { status = 503, message = \"m\", retry_after = 0.5, after = 2 } } } })" +
      kMain);
  expect_no_errors(*checked.program);
  EXPECT_THAT(to_texts(checked.program->warnings), IsEmpty());
  ASSERT_TRUE(checked.program->agents.at(0)->script.has_value());
  EXPECT_EQ(dump_json(checked.program->agents[0]->script->at(1).at("text")), "\"two\"");
  EXPECT_EQ(checked.program->agents[0]->script->size(), 6u);
}

TEST(ScriptFindings, StandAtTheKeyOfTheReply) {
  struct {
    const char *reply, *expected;
  } const cases[] = {
      {"{ txt = \"x\" }",
       "2:3 TAC-VALIDATION agent 'a': `script[1]`: unknown key `txt` | did you mean `text`?"},
      {"{ text = \"x\",\n color = 1 }",
       "3:2 TAC-VALIDATION agent 'a': `script[1]`: unknown key `color`, which is ignored"},
      {"{ text = 5 }",
       "2:3 TAC-VALIDATION agent 'a': `script[1]`: `text` must be text, got the number 5"},
      {"{ text = \"x\", chunks = {} }",
       "2:15 TAC-VALIDATION agent 'a': `script[1]`: `text` and `chunks` cannot both be given"},
      {"{ chunks = { \"a\", 1 } }",
       "2:3 TAC-VALIDATION agent 'a': `script[1]`: `chunks` must be a list of texts, got a table"},
      {"5",
       "2:1 TAC-VALIDATION agent 'a': `script`: must be a list of texts and tables such as { text "
       "= \"…\" }, got the number 5 at position 1"},
      {"{ delay_ms = -1 }",
       "2:3 TAC-VALIDATION agent 'a': `script[1]`: `delay_ms` must not be negative"},
      {"{ finish = \"stopp\" }",
       "2:3 TAC-VALIDATION agent 'a': `script[1]`: `finish` must be one of stop, length, "
       "tool_calls, content_filter, got \"stopp\" | did you mean \"stop\"?"},
      {"{ truncate = 1 }",
       "2:3 TAC-VALIDATION agent 'a': `script[1]`: `truncate` must be true or false"},
      {"{ error = { status = 200 } }",
       "2:13 TAC-VALIDATION agent 'a': `script[1]`: `error`: `status` must be a whole number of at "
       "least 400"},
      {"{ error = { status = 600 } }",
       "2:13 TAC-VALIDATION agent 'a': `script[1]`: `error`: `status` must be from 400 to 599"},
      {"{ error = { mesage = \"x\" } }",
       "2:13 TAC-VALIDATION agent 'a': `script[1]`: `error`: unknown key `mesage`"},
      {"{ usage = { prompt_tokens = \"a\" } }",
       "2:13 TAC-VALIDATION agent 'a': `script[1]`: `usage`: `prompt_tokens` must be"},
      {"{ tool_calls = { { args = {} } } }",
       "2:18 TAC-VALIDATION agent 'a': `script[1]`: `tool_calls[1]`: has no `name`"},
      {"{ tool_calls = { { name = \"x\", args = 5 } } }",
       "2:32 TAC-VALIDATION agent 'a': `script[1]`: `tool_calls[1]`: `args` must be a table"},
      {"{ tool_calls = { \"y\" } }",
       "2:18 TAC-VALIDATION agent 'a': `script[1]`: `tool_calls`: must be a list of tables"},
      {"{ data = print }",
       "2:3 TAC-VALIDATION agent 'a': `script`: [1].data: functions cannot be stored"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.reply);
    EXPECT_THAT(findings_about(c.reply), ElementsAre(StartsWith(c.expected)));
  }
}

TEST(ScriptFindings, SayWhenScriptAndProviderDoNotMeet) {
  const Checked other =
      check_text("agent(\"a\", { provider = \"openai\", script = { \"x\" } })" + kMain);
  EXPECT_THAT(
      to_texts(other.program->warnings),
      ElementsAre(StartsWith("1:35 TAC-VALIDATION agent 'a': `script` has no effect with the "
                             "provider 'openai'")));
  const Checked none = check_text("agent(\"a\", {}) default_provider(\"scripted\")" + kMain);
  EXPECT_THAT(
      to_texts(none.program->warnings),
      ElementsAre(StartsWith("1:1 TAC-VALIDATION agent 'a' has no `script` to answer from")));
  for (const char* wrong : {"\"x\"", "{ text = \"x\" }"}) {
    const Checked checked = check_text(
        std::string("agent(\"a\", { provider = \"scripted\", script = ") + wrong + " })" + kMain);
    EXPECT_THAT(
        to_texts(checked.program->errors),
        ElementsAre(StartsWith("1:37 TAC-VALIDATION agent 'a': `script` must be a list of")));
  }
}

}  // namespace
}  // namespace tactus::program
