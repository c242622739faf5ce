#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/response_stream.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// One attempt that says "Hi ", thinks, calls a tool, and says "there".
class ResponseStreamTest : public ::testing::Test {
 protected:
  ResponseStream::Options options(program::StreamSetting setting) {
    ResponseStream::Options made;
    made.turn = std::make_shared<journal::TurnScope>(journal::TurnScope{"a", "t1", 0, ""});
    made.ids = {"m", "r", [](const std::string& id) { return "u-" + id; }};
    made.stream = setting;
    return made;
  }

  void feed(ResponseStream& stream) {
    std::vector<llm::ModelEvent> first, second;
    first.emplace_back(llm::TextDelta{"Hi "});
    first.emplace_back(llm::ReasoningDelta{"hm"});
    llm::ToolCallStart start;
    start.index = 0;
    start.id = "c";
    start.name = "look";
    first.emplace_back(start);
    for (const char* text : {"{\"q\":", "1}"}) {
      llm::ToolCallArguments piece;
      piece.index = 0;
      piece.text = text;
      second.emplace_back(piece);
    }
    second.emplace_back(llm::TextDelta{"there"});
    stream.add(first);
    stream.add(second);
  }

  // The log as "stage or channel: text".
  std::vector<std::string> entries() {
    std::vector<std::string> shown;
    journal::EventSeq seen = 0;
    for (;;) {
      const auto events = log_.read(seen, {.bytes_max = 1});
      if (events.empty()) return shown;
      seen = events.back().cursor;
      const Json event = *parse_json(events.front().json);
      const std::string type(string_member(event, "event_type"));
      const std::string stage(string_member(event, "stage"));
      shown.push_back((type == "agent_stream_chunk"      ? "text"
                       : type == "agent_reasoning_chunk" ? "reasoning"
                                                         : stage) +
                      ":" + std::string(string_member(event, "chunk_text")) +
                      std::string(string_member(event, "arguments_delta")) +
                      std::string(string_member(event, "error")));
    }
  }

  ManualClock clock_;
  journal::RunLog log_{{"run", "p"}, 1, clock_, nullptr};
};

TEST_F(ResponseStreamTest, PassesEveryPieceOnAsItComes) {
  ResponseStream stream(log_, clock_, options({}));
  feed(stream);
  const std::vector<std::string> all = {
      "text:Hi ", "reasoning:hm", "started:", "arguments:{\"q\":", "arguments:1}", "text:there"};
  EXPECT_EQ(entries(), all) << "before the end of the answer";
  stream.finish(ResponseStream::Calls::kKeep, "");
  EXPECT_EQ(entries(), all);
  EXPECT_EQ(stream.response().text, "Hi there");
  EXPECT_EQ(stream.response().reasoning, "hm");
  EXPECT_EQ(stream.response().calls.at(0).id, "u-c");
  EXPECT_EQ(stream.response().calls.at(0).arguments, "{\"q\":1}");
  EXPECT_THAT(stream.message_ids(), ElementsAre("m", "r"));
  EXPECT_THAT(stream.tool_call_ids(), ElementsAre("u-c"));
}

TEST_F(ResponseStreamTest, HoldsBackWhatDoesNotStream) {
  ResponseStream stream(log_, clock_, options({false, false, false, false}));
  feed(stream);
  EXPECT_THAT(entries(), ElementsAre("started:"));
  stream.finish(ResponseStream::Calls::kKeep, "");
  EXPECT_THAT(entries(),
              ElementsAre("started:", "reasoning:hm", "text:Hi there", "arguments:{\"q\":1}"));
}

TEST_F(ResponseStreamTest, StreamsTextAloneWithTheSettingText) {
  ResponseStream stream(log_, clock_, options({true, false, false, false}));
  feed(stream);
  stream.finish(ResponseStream::Calls::kKeep, "");
  EXPECT_THAT(entries(), ElementsAre("text:Hi ", "started:", "text:there", "reasoning:hm",
                                     "arguments:{\"q\":1}"));
}

TEST_F(ResponseStreamTest, NeverShowsTheRawTextOfAnObject) {
  auto structured = options({});
  structured.output = partial::Rules::compile(JsonObject());
  ResponseStream stream(log_, clock_, std::move(structured));
  feed(stream);
  stream.finish(ResponseStream::Calls::kKeep, "");
  EXPECT_THAT(entries(),
              ElementsAre("reasoning:hm", "started:", "arguments:{\"q\":", "arguments:1}"));
  EXPECT_EQ(stream.response().text, "Hi there");
}

TEST_F(ResponseStreamTest, KeepsWhatOnlyTheProviderUnderstandsWithItsPlace) {
  ResponseStream stream(log_, system_clock(), options({}));
  const std::vector<llm::ModelEvent> opaque = {llm::ProviderPart{"x", "sealed"}};
  stream.add(opaque);
  feed(stream);
  stream.add(opaque);
  const std::vector<llm::ProviderPart> expected = {{"x", "sealed", 0, 0}, {"x", "sealed", 8, 1}};
  EXPECT_EQ(stream.response().provider_parts, expected);
}

TEST_F(ResponseStreamTest, TellsOfToolsThatTheProviderRuns) {
  ResponseStream stream(log_, system_clock(), options({}));
  llm::ProviderPart part{"x", "sealed"};
  part.note = "web_search";
  const std::vector<llm::ModelEvent> events = {llm::TextDelta{"Let me see."}, part};
  stream.add(events);
  const Json last = *parse_json(log_.read(1, {}).back().json);
  EXPECT_EQ(string_member(last, "event_type"), "log");
  EXPECT_EQ(string_member(last, "message"),
            "agent 'a': the provider used its own tool 'web_search'");
}

TEST_F(ResponseStreamTest, EndsDiscardedCalls) {
  ResponseStream stream(log_, clock_, options({}));
  feed(stream);
  stream.finish(ResponseStream::Calls::kDiscard, "cut");
  EXPECT_EQ(entries().back(), "failed:cut");
}

TEST_F(ResponseStreamTest, StopsWhereTheCallbackSaysSo) {
  auto watched = options({});
  std::vector<std::string> seen;
  watched.on_piece = [&](const ResponsePiece& piece) {
    seen.emplace_back(piece.text);
    return piece.text != "hm";
  };
  ResponseStream stream(log_, clock_, std::move(watched));
  feed(stream);
  stream.finish(ResponseStream::Calls::kKeep, "");
  EXPECT_THAT(seen, ElementsAre("Hi ", "hm"));
  EXPECT_THAT(entries(), ElementsAre("text:Hi ", "reasoning:hm"));
  EXPECT_EQ(stream.response().text, "Hi ");
  EXPECT_TRUE(stream.response().calls.empty()) << "what came later in the same read does not count";
}

TEST_F(ResponseStreamTest, GivesACallbackWholeTextWhenNothingStreams) {
  auto watched = options({false, false, false, false});
  std::vector<std::string> seen;
  watched.on_piece = [&](const ResponsePiece& piece) {
    seen.push_back(piece.event ? dump_json(*piece.event) : std::string(piece.text));
    return true;
  };
  ResponseStream stream(log_, clock_, std::move(watched));
  feed(stream);
  EXPECT_THAT(seen, ElementsAre(HasSubstr("started")));
  stream.finish(ResponseStream::Calls::kKeep, "");
  EXPECT_THAT(seen, ElementsAre(HasSubstr("started"), "Hi there", HasSubstr("arguments_delta")));
}

TEST_F(ResponseStreamTest, MeasuresTheGapsBetweenPieces) {
  ResponseStream stream(log_, clock_, options({}));
  std::vector<llm::ModelEvent> one;
  one.emplace_back(llm::TextDelta{"x"});
  for (int i = 0; i < 3; ++i) {
    stream.add(one);
    clock_.advance(std::chrono::milliseconds(20));
  }
  EXPECT_THAT(stream.arrivals().gaps_ms, ElementsAre(20.0f, 20.0f));
}

}  // namespace
}  // namespace tactus::runtime
