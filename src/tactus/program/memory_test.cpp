// `message_history`, `session` and `filter`: what is read, and what is said about wrong ones.
#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using Kind = HistoryFilter::Kind;

// "last_n 3", "compose(by_role user, function)".
std::string shown(const HistoryFilter& filter) {
  switch (filter.kind) {
    case Kind::kLastN:
      return fmt::format("last_n {}", filter.count);
    case Kind::kTokenBudget:
      return fmt::format("token_budget {}", filter.count);
    case Kind::kByRole:
      return "by_role " + filter.role;
    case Kind::kLimitToolResults:
      return fmt::format("limit_tool_results {}", filter.count);
    case Kind::kFunction:
      return "function";
    case Kind::kCompose:
      break;
  }
  std::string parts;
  for (const HistoryFilter& part : filter.chain) parts += (parts.empty() ? "" : ", ") + shown(part);
  return "compose(" + parts + ")";
}

TEST(Memory, ReadsEveryFormOfAFilter) {
  struct {
    const char *filter, *expected;
  } const cases[] = {
      {"filters.last_n(3)", "last_n 3"},
      {"filters.token_budget(400)", "token_budget 400"},
      {"filters.by_role('user')", "by_role user"},
      {"filters.limit_tool_results(0)", "limit_tool_results 0"},
      {"function(m) return m end", "function"},
      {"filters.compose(filters.last_n(2), function(m) return m end)",
       "compose(last_n 2, function)"},
      {"{ class = 'LastN', count = 2 }", "last_n 2"},
      {"{ class = 'TokenBudget', max_tokens = 5 }", "token_budget 5"},
      {"{ class = 'ByRole', role = 'tool' }", "by_role tool"},
      {"{ class = 'LimitToolResults', count = 1 }", "limit_tool_results 1"},
      {"{ class = 'StandardFilter' }", "token_budget 120000"},
      {"{ class = 'ComposedFilter', chain = { { class = 'StandardFilter' }, filters.last_n(1) } }",
       "compose(token_budget 120000, last_n 1)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.filter);
    for (const std::string form : {"filter = {}", "message_history = { filter = {} }",
                                   "session = { source = 'shared', filter = {} }"}) {
      std::string key = form;
      key.replace(key.find("{}"), 2, c.filter);
      const Checked checked = check_text("agent('a', { " + key + " })" + kMain);
      expect_no_errors(*checked.program);
      EXPECT_THAT(to_texts(checked.program->warnings), IsEmpty());
      const auto& filter = checked.program->agents.at(0)->memory.filter;
      ASSERT_TRUE(filter.has_value());
      EXPECT_EQ(shown(*filter), c.expected);
    }
  }
}

TEST(Memory, ReadsTheMemoryOfProcedures) {
  const Checked checked = check_text(
      "main = procedure('main', { message_history = { mode = 'shared', max_tokens = 9, filter = "
      "filters.last_n(1) } }, function() end)");
  expect_no_errors(*checked.program);
  const ProcedureMemory& memory = checked.program->main->memory;
  EXPECT_TRUE(memory.shared);
  EXPECT_EQ(memory.max_tokens, 9);
  EXPECT_EQ(shown(*memory.filter), "last_n 1");
}

TEST(Memory, TellsWhatIsWrongAtItsPlace) {
  struct {
    const char *config, *expected;
  } const cases[] = {
      {"filter = 5",
       "2:1 TAC-VALIDATION agent 'a': `filter`: must be a filter, got the number 5 | "
       "filters.last_n(20)"},
      {"filter = {}", "2:1 TAC-VALIDATION agent 'a': `filter`: must be a filter, got"},
      {"filter = filters.last_n('x')",
       "2:1 TAC-VALIDATION agent 'a': `filter`: filters.last_n needs a whole number of at least 0, "
       "got the text \"x\""},
      {"filter = filters.by_role('boss')",
       "2:1 TAC-VALIDATION agent 'a': `filter`: filters.by_role needs a role, got the text "
       "\"boss\" | one of user"},
      {"filter = { class = 'LastM' }",
       "2:12 TAC-VALIDATION agent 'a': `filter`: there is no filter class 'LastM' | did you mean "
       "'LastN'?"},
      {"filter = { class = 'ComposedFilter', chain = { { class = 'LastN',\n count = -1 } } }",
       "3:2 TAC-VALIDATION agent 'a': `filter`: LastN needs a whole number of at least 0"},
      {"filter = { class = 'ComposedFilter' }",
       "2:1 TAC-VALIDATION agent 'a': `filter`: `chain` must be a list of filters"},
      {"message_history = { filter = filters.last_n(1) }, filter = filters.last_n(2)",
       "2:51 TAC-VALIDATION agent 'a': `filter` is given here and in `message_history`"},
      {"session = { sources = 'x' }",
       "2:13 TAC-VALIDATION agent 'a': `session`: unknown key `sources` | did you mean `source`?"},
      {"message_history = {}, session = {}",
       "2:23 TAC-VALIDATION agent 'a': `message_history` and `session` are two names of one key"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.config);
    const Checked checked = check_text("agent('a', {\n" + std::string(c.config) + "})" + kMain);
    EXPECT_THAT(to_texts(checked.program->errors), ElementsAre(StartsWith(c.expected)));
  }
  const Checked mode = check_text(
      "main = procedure('main', {\n message_history = { mode = 'share' } }, function() end)");
  EXPECT_THAT(to_texts(mode.program->errors),
              ElementsAre(StartsWith("2:22 TAC-VALIDATION procedure 'main': `message_history`: "
                                     "`mode` must be one of isolated, shared, got \"share\"")));
  const Checked endless = check_text(
      "local f = { class = 'ComposedFilter' }\nf.chain = { f }\nagent('a', { filter = f })" +
      kMain);
  ASSERT_EQ(endless.program->errors.size(), 1u);
}

TEST(Memory, WarnsOfASourceThatIsNoAgent) {
  const Checked checked = check_text(
      "agent('writer', {}) agent('a', {\n message_history = { source = 'writr' } })\n"
      "agent('b', { session = { source = 'late' } }) agent('late', {})" +
      kMain);
  EXPECT_THAT(to_texts(checked.program->warnings),
              ElementsAre(StartsWith("2:2 TAC-VALIDATION agent 'a' takes the history of 'writr', "
                                     "which is no agent | did you mean 'writer'?")));
}

}  // namespace
}  // namespace tactus::program
