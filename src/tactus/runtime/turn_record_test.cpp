// What is written of a turn is what is read of it.
#include <gtest/gtest.h>

#include <tactus/runtime/turn_record.hpp>

namespace tactus::runtime {
namespace {

// As it comes back from the store.
Json stored(JsonObject record) { return *parse_json(dump_json(Json(std::move(record)))); }

HistoryMessage message() {
  HistoryMessage made;
  made.id = "t3-h1";
  made.agent = "writer";
  made.created_at = "2026-01-02T03:04:05.000006Z";
  made.message.role = llm::Role::kAssistant;
  made.message.content = "Zwölf \"Boxkämpfer\"\n";
  made.message.tool_calls = {{"call_1", "look", "{\"n\": 1}"}, {"call_2", "done", ""}};
  made.message.interrupted = true;
  made.message.provider_parts = {{"anthropic", JsonObject{{"signature", "Eq"}}, 0, 0},
                                 {"gemini", "c2ln", 12, 2}};
  return made;
}

TEST(TurnRecordTest, KeepsMessages) {
  const HistoryMessage before = message();
  const HistoryMessage after = message_from_record(stored(message_record(before)));
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.agent, before.agent);
  EXPECT_EQ(after.created_at, before.created_at);
  EXPECT_EQ(after.message.role, before.message.role);
  EXPECT_EQ(after.message.content, before.message.content);
  EXPECT_EQ(after.message.tool_calls, before.message.tool_calls);
  EXPECT_TRUE(after.message.interrupted);
  EXPECT_EQ(after.message.provider_parts, before.message.provider_parts);
}

TEST(TurnRecordTest, KeepsToolResults) {
  HistoryMessage before;
  before.message.role = llm::Role::kTool;
  before.message.tool_call_id = "call_1";
  before.message.name = "look";
  before.message.content = "found";
  const HistoryMessage after = message_from_record(stored(message_record(before)));
  EXPECT_EQ(after.message.role, llm::Role::kTool);
  EXPECT_EQ(after.message.tool_call_id, "call_1");
  EXPECT_EQ(after.message.name, "look");
  EXPECT_TRUE(after.message.tool_calls.empty());
}

TEST(TurnRecordTest, TellsAnUnknownPriceFromNone) {
  Spent spent;
  spent.usage.prompt_tokens = 7;
  spent.usage.completion_tokens = 3;
  spent.usage.total_tokens = 10;
  spent.usage.cached_tokens = 2;
  spent.usage.cache_write_tokens = 4;
  spent.usage.reasoning_tokens = 1;
  spent.usage.estimated = true;
  spent.prompt_cost = 0.25;
  spent.completion_cost = 0.5;
  spent.total_cost = 0.75;
  Spent after = spent_from_record(stored(spent_record(spent)));
  EXPECT_EQ(after.usage, spent.usage);
  EXPECT_EQ(after.prompt_cost, 0.25);
  EXPECT_EQ(after.completion_cost, 0.5);
  EXPECT_EQ(after.total_cost, 0.75);
  spent.total_cost.reset();
  EXPECT_FALSE(spent_from_record(stored(spent_record(spent))).total_cost);
}

TEST(TurnRecordTest, KeepsTurns) {
  TurnResult before;
  before.text = "two";
  before.full_text = "one\n\ntwo";
  before.reasoning = "hm";
  before.data = JsonObject{{"n", 1}, {"x", 5.0}};
  before.structured = true;
  before.new_messages = {message()};
  before.provider = "scripted";
  before.model = "m";
  before.finish_reason = "tool_calls";
  before.done = "ready";
  before.interrupted = true;
  before.duration_ms = 12;
  before.ttft_ms = 0;
  before.requests = 3;
  before.retry_count = 2;
  before.validation_errors = {JsonObject{{"path", "a.b"}}};
  TurnToolCall call;
  call.id = "call_1";
  call.name = "look";
  call.args = JsonObject{{"n", 1}};
  call.error = "nothing";
  call.cancelled = true;
  call.duration_ms = 4;
  before.calls = {call};
  const TurnResult after = turn_from_record(stored(turn_record(before)));
  EXPECT_EQ(stored(turn_record(after)), stored(turn_record(before)));
  EXPECT_EQ(after.full_text, before.full_text);
  EXPECT_EQ(after.data, before.data);
  EXPECT_EQ(after.done, before.done);
  EXPECT_EQ(after.ttft_ms, before.ttft_ms);
  EXPECT_EQ(after.requests, 3);
  ASSERT_EQ(after.calls.size(), 1u);
  EXPECT_EQ(after.calls.front().args, call.args);
  EXPECT_TRUE(after.calls.front().cancelled);
  EXPECT_FALSE(after.calls.front().ok);
}

TEST(TurnRecordTest, KeepsWhatIsNotThere) {
  const TurnResult after = turn_from_record(stored(turn_record({})));
  EXPECT_FALSE(after.done);
  EXPECT_FALSE(after.ttft_ms);
  EXPECT_TRUE(after.data.is_null());
  EXPECT_TRUE(after.calls.empty());
}

}  // namespace
}  // namespace tactus::runtime
