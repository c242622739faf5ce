#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/history_filters.hpp>

namespace tactus::runtime {
namespace {

using program::HistoryFilter;
using Kind = HistoryFilter::Kind;

// "u1:text": role by its first letter and number as id; calls as "a2!c1,c2", results as "t3>c1".
HistoryMessage message(const std::string& text) {
  HistoryMessage entry;
  const std::size_t end = text.find_first_of(":!>");
  entry.id = text.substr(0, end);
  entry.message.role = text[0] == 'u'   ? llm::Role::kUser
                       : text[0] == 'a' ? llm::Role::kAssistant
                       : text[0] == 's' ? llm::Role::kSystem
                                        : llm::Role::kTool;
  if (end == std::string::npos) return entry;
  const std::string rest = text.substr(end + 1);
  if (text[end] == ':') entry.message.content = rest;
  if (text[end] == '>') {
    entry.message.tool_call_id = rest;
    entry.message.content = "found";
  }
  for (std::size_t at = 0; text[end] == '!' && at < rest.size(); at += 3)
    entry.message.tool_calls.push_back({rest.substr(at, 2), "look", "{}"});
  return entry;
}

Messages messages(const std::vector<std::string>& texts) {
  Messages all;
  for (const std::string& text : texts) all.push_back(message(text));
  return all;
}

// Ids; calls that are left after '!', a result that became a note with '~'.
std::string shown(const Messages& all) {
  std::string text;
  for (const HistoryMessage& entry : all) {
    if (!text.empty()) text += ' ';
    text += entry.id;
    for (const llm::ToolCall& call : entry.message.tool_calls) text += "!" + call.id;
    if (entry.message.content == kRemovedResult) text += '~';
  }
  return text;
}

Result<Messages> no_function(const vm::Ref&, const Messages&) {
  return fail(ErrorCode::kLua, "called");
}

HistoryFilter filter(Kind kind, std::int64_t count, std::string role = {}) {
  HistoryFilter made;
  made.kind = kind;
  made.count = count;
  made.role = std::move(role);
  return made;
}

std::string selected(const std::vector<std::string>& all, const HistoryFilter* filter,
                     std::optional<std::int64_t> max_tokens = std::nullopt) {
  const auto kept = select_messages(messages(all), filter, max_tokens, no_function);
  return kept ? shown(*kept) : to_string(kept.error());
}

const std::vector<std::string> kTalk = {"u1:Find it", "a2!c1,c2", "t3>c1", "t4>c2",    "a5:Found",
                                        "u6:More",    "a7!c1",    "t8>c1", "a9:There", "u10:Last"};

TEST(HistoryFilters, SendEverythingWithoutAFilter) {
  EXPECT_EQ(selected(kTalk, nullptr), "u1 a2!c1!c2 t3 t4 a5 u6 a7!c1 t8 a9 u10");
  EXPECT_EQ(selected({}, nullptr), "");
}

TEST(HistoryFilters, KeepTheLastMessagesWithoutHalvesOfCalls) {
  const HistoryFilter three = filter(Kind::kLastN, 3);
  EXPECT_EQ(selected(kTalk, &three), "a9 u10") << "t8 has lost its call";
  const HistoryFilter four = filter(Kind::kLastN, 4);
  EXPECT_EQ(selected(kTalk, &four), "a7!c1 t8 a9 u10");
  const HistoryFilter none = filter(Kind::kLastN, 0);
  EXPECT_EQ(selected(kTalk, &none), "u10");
  const HistoryFilter many = filter(Kind::kLastN, 100);
  EXPECT_EQ(selected(kTalk, &many), selected(kTalk, nullptr));
}

TEST(HistoryFilters, KeepTheNewestUserMessageAtItsPlace) {
  const std::vector<std::string> in_tools = {"u1:x", "a2:y", "u3:Look", "a4!c1", "t5>c1"};
  const HistoryFilter two = filter(Kind::kLastN, 2);
  EXPECT_EQ(selected(in_tools, &two), "u3 a4!c1 t5");
  const HistoryFilter assistant = filter(Kind::kByRole, 0, "assistant");
  EXPECT_EQ(selected(kTalk, &assistant), "a5 a9 u10") << "calls without results go";
  const HistoryFilter tool = filter(Kind::kByRole, 0, "tool");
  EXPECT_EQ(selected(kTalk, &tool), "u10");
  EXPECT_EQ(selected({"u1:far too long for it", "a2:ok"}, nullptr, 1), "u1 a2");
}

TEST(HistoryFilters, CountFourCharactersAsAToken) {
  EXPECT_EQ(estimated_tokens(message("u1:12345")), 2);
  EXPECT_EQ(estimated_tokens(message("u1:öööö")), 1) << "characters, not bytes";
  EXPECT_EQ(estimated_tokens(message("a1!c1")), 2) << "look{}";
  const std::vector<std::string> talk = {"u1:1234", "a2:1234", "u3:1234", "a4:1234"};
  EXPECT_EQ(selected(talk, nullptr, 3), "a2 u3 a4");
  EXPECT_EQ(selected(talk, nullptr, 4), "u1 a2 u3 a4");
  const HistoryFilter two = filter(Kind::kTokenBudget, 2);
  EXPECT_EQ(selected(talk, &two), "u3 a4");
  EXPECT_EQ(selected(talk, &two, 1), "u3 a4") << "the newest user message is kept beyond it";
}

TEST(HistoryFilters, ReplaceOlderToolResultsByANote) {
  const HistoryFilter one = filter(Kind::kLimitToolResults, 1);
  EXPECT_EQ(selected(kTalk, &one), "u1 a2!c1!c2 t3~ t4~ a5 u6 a7!c1 t8 a9 u10");
  const HistoryFilter none = filter(Kind::kLimitToolResults, 0);
  EXPECT_EQ(selected(kTalk, &none), "u1 a2!c1!c2 t3~ t4~ a5 u6 a7!c1 t8~ a9 u10");
}

TEST(HistoryFilters, ComposeFromLeftToRight) {
  HistoryFilter both;
  both.chain.push_back(filter(Kind::kByRole, 0, "user"));
  both.chain.push_back(filter(Kind::kLastN, 2));
  EXPECT_EQ(selected(kTalk, &both), "u6 u10");
  std::swap(both.chain[0], both.chain[1]);
  EXPECT_EQ(selected(kTalk, &both), "u10");
  HistoryFilter nothing;
  EXPECT_EQ(selected(kTalk, &nothing), selected(kTalk, nullptr));
}

TEST(HistoryFilters, AskTheProgramForItsFunctionAndFailWithIt) {
  HistoryFilter function;
  function.kind = Kind::kFunction;
  EXPECT_EQ(selected(kTalk, &function), to_string(Error{ErrorCode::kLua, "called", "", {}, ""}));
  const auto backwards =
      select_messages(messages({"u1:x", "a2:y"}), &function, std::nullopt,
                      [](const vm::Ref&, const Messages& all) -> Result<Messages> {
                        return Messages(all.rbegin(), all.rend());
                      });
  EXPECT_EQ(shown(*backwards), "a2 u1") << "its order counts";
}

TEST(HistoryFilters, RemoveCallsAndResultsWithoutPartner) {
  const auto whole = [](const std::vector<std::string>& texts) {
    Messages all = messages(texts);
    remove_orphans(all);
    return shown(all);
  };
  EXPECT_EQ(whole({"t1>c1", "u2:x"}), "u2");
  EXPECT_EQ(whole({"a1!c1", "u2:x"}), "u2");
  EXPECT_EQ(whole({"a1!c1,c2", "t2>c2"}), "a1!c2 t2");
  EXPECT_EQ(whole({"a1!c1", "u2:x", "t3>c1"}), "u2") << "something stands between them";
  EXPECT_EQ(whole({"a1!c1", "t2>c1", "a3!c1", "t4>c1"}), "a1!c1 t2 a3!c1 t4")
      << "an id may be used again";
  EXPECT_EQ(whole({"a1!c1", "t2>c1", "t3>c1"}), "a1!c1 t2") << "one answer a call";
  EXPECT_EQ(whole({"a1:"}), "a1") << "an empty text is no lost call";
  Messages with_text = messages({"a1!c1"});
  with_text[0].message.content = "I look";
  remove_orphans(with_text);
  EXPECT_EQ(shown(with_text), "a1") << "the text stays without its call";
}

}  // namespace
}  // namespace tactus::runtime
