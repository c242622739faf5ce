#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/mcp/line_decoder.hpp>
#include <tactus/mcp/protocol.hpp>

namespace tactus::mcp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json json(std::string_view text) { return *parse_json(text); }

TEST(McpProtocol, JoinsTextsAndNamesWhatIsNone) {
  const auto value = read_tool_result(json(R"({"content": [
      {"type": "text", "text": "one"},
      {"type": "image", "mimeType": "image/png", "data": "AAAAAAAA"},
      {"type": "resource", "resource": {"uri": "file:///a", "text": "inside"}},
      {"type": "resource", "resource": {"uri": "file:///b", "blob": "AAAA"}},
      {"type": "resource_link", "uri": "file:///c"}]})"));
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, Json("one\n[image image/png, about 6 bytes]\ninside\n[resource file:///b]\n"
                         "[resource file:///c]"));
  EXPECT_EQ(*read_tool_result(json(R"({"content": []})")), Json(""));
}

TEST(McpProtocol, PrefersStructuredContent) {
  const auto value = read_tool_result(
      json(R"({"content": [{"type": "text", "text": "{}"}], "structuredContent": {"sum": 5}})"));
  EXPECT_EQ(*value, json(R"({"sum": 5})"));
}

TEST(McpProtocol, ATextMarkedAsAnErrorIsAFailure) {
  const auto value =
      read_tool_result(json(R"({"isError": true, "content": [{"type": "text", "text": "no"}]})"));
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::kToolFailed);
  EXPECT_EQ(value.error().message, "no");
  EXPECT_THAT(read_tool_result(json(R"({"isError": true})")).error().message,
              HasSubstr("without saying which"));
  EXPECT_FALSE(read_tool_result(json("5")));
}

TEST(McpProtocol, TellsTheKindsOfMessagesApart) {
  using Kind = Incoming::Kind;
  EXPECT_EQ(read_message(json(R"({"id": 1, "result": {}})"))->kind, Kind::kResult);
  EXPECT_EQ(read_message(json(R"({"id": 1, "error": {"code": -1}})"))->kind, Kind::kError);
  EXPECT_EQ(read_message(json(R"({"id": "a", "method": "ping"})"))->kind, Kind::kRequest);
  EXPECT_EQ(read_message(json(R"({"method": "x"})"))->kind, Kind::kNotification);
  for (const char* stray : {"5", "[]", "{}", R"({"id": 1})", R"({"result": {}})"}) {
    EXPECT_FALSE(read_message(json(stray))) << stray;
  }
}

TEST(McpProtocol, ReadsToolsAndFillsWhatIsMissing) {
  const auto page = read_tool_page(json(R"({"tools": [
      {"name": "a", "title": "A tool", "inputSchema": {"type": "object", "properties": {}}},
      {"name": "b", "description": "does b"}], "nextCursor": "2"})"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->next_cursor, "2");
  EXPECT_EQ(page->tools[0].description, "A tool");
  EXPECT_EQ(page->tools[1].description, "does b");
  EXPECT_EQ(page->tools[1].input_schema, JsonObject({{"type", "object"}}));
  EXPECT_FALSE(read_tool_page(json("{}")));
  EXPECT_THAT(read_tool_page(json(R"({"tools": [{}]})")).error().message, HasSubstr("no name"));
}

TEST(McpLines, AreTheSameForEverySplit) {
  const std::string text = "one\r\n\ntwo\nthree";
  for (std::size_t split = 0; split <= text.size(); ++split) {
    SCOPED_TRACE(split);
    LineDecoder decoder(100);
    auto lines = *decoder.push(std::string_view(text).substr(0, split));
    const auto more = *decoder.push(std::string_view(text).substr(split));
    lines.insert(lines.end(), more.begin(), more.end());
    EXPECT_THAT(lines, ElementsAre("one", "two"));
    EXPECT_EQ(decoder.finish(), "three");
  }
}

TEST(McpLines, AreBounded) {
  LineDecoder decoder(4);
  EXPECT_TRUE(decoder.push("1234\n123"));
  EXPECT_EQ(decoder.push("45").error().code, ErrorCode::kLimitExceeded);
}

TEST(McpTail, KeepsTheEndFromALine) {
  TextTail tail(12);
  tail.append("a long beginning\n");
  tail.append("the end \xff\n");
  EXPECT_EQ(tail.text(), "the end \xEF\xBF\xBD");
  TextTail whole(100);
  whole.append("one\ntwo\n");
  EXPECT_EQ(whole.text(), "one\ntwo");
}

}  // namespace
}  // namespace tactus::mcp
