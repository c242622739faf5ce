// Faults in recorded answers, and how two requests are compared.
#include <tactus/llm/cassette/cassette_test_support.hpp>
#include <tactus/llm/cassette/nearest.hpp>
#include <tactus/llm/cassette/recorded_body.hpp>

namespace tactus::llm::cassette {
namespace {

using namespace testing_support;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string event_of(const std::string& text) {
  return "data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
}
const std::string kCall =
    R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f"}}]}}]})"
    "\n\n";
const std::string kArguments =
    R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]})"
    "\n\n";
const std::string kFinish = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const std::string kDone = "data: [DONE]\n\n";

class CassetteFaults : public CassetteTest {
 protected:
  // Two reads, so that the events of one are told apart by the faults.
  void SetUp() override {
    CassetteTest::SetUp();
    record("who?", {event_of("a") + event_of("på"), event_of("c") + kFinish + kDone});
  }
  Heard ask_with(std::string_view fault) { return ask(*player(0, fault), "who?"); }
};

TEST_F(CassetteFaults, AnEarlierStatusComesInsteadOfTheAnswer) {
  const auto replay = player(0, "429:retry-after=2:times=1");
  const Heard refused = ask(*replay, "who?");
  EXPECT_EQ(refused.head->status, 429);
  EXPECT_EQ(net::find_header(refused.head->headers, "retry-after"), "2");
  EXPECT_THAT(refused.text(), HasSubstr("rate_limit"));
  const Heard answered = ask(*replay, "who?");
  EXPECT_EQ(answered.head->status, 200) << "the same recording answers the next attempt";
  EXPECT_EQ(answered.reads.size(), 2u) << "as it was recorded";
}

TEST_F(CassetteFaults, TheConnectionIsCutAtAByteOrAfterEvents) {
  const Heard at_byte = ask_with("cut:bytes=70");
  EXPECT_EQ(at_byte.text(), (event_of("a") + event_of("på")).substr(0, 70));
  ASSERT_TRUE(at_byte.error);
  EXPECT_EQ(at_byte.error->code, ErrorCode::kProviderStream);
  const Heard after_events = ask_with("cut:chunks=3");
  EXPECT_THAT(after_events.reads, ElementsAre(event_of("a"), event_of("på"), event_of("c")));
  EXPECT_EQ(after_events.error->code, ErrorCode::kProviderStream);
}

TEST_F(CassetteFaults, AnErrorComesInMidStream) {
  const Heard heard = ask_with("error:after=2:status=429");
  ASSERT_EQ(heard.reads.size(), 3u);
  EXPECT_THAT(heard.reads[2], HasSubstr("rate_limit_exceeded"));
  EXPECT_FALSE(heard.error) << "the body ends in order";
}

TEST_F(CassetteFaults, CharactersAreSplit) {
  const Heard heard = ask_with("split-utf8");
  EXPECT_EQ(heard.text(), event_of("a") + event_of("på") + event_of("c") + kFinish + kDone);
  const auto is_cut = [](const std::string& read) { return read.ends_with('\xC3'); };
  EXPECT_EQ(std::count_if(heard.reads.begin(), heard.reads.end(), is_cut), 1);
}

TEST_F(CassetteFaults, TheEndMarkIsLeftOut) {
  const Heard heard = ask_with("no-end");
  EXPECT_EQ(heard.text(), event_of("a") + event_of("på") + event_of("c"));
  EXPECT_FALSE(heard.error);
}

TEST_F(CassetteFaults, AnEventComesTwice) {
  EXPECT_EQ(ask_with("duplicate:after=1").text(),
            event_of("a") + event_of("på") + event_of("på") + event_of("c") + kFinish + kDone);
}

TEST_F(CassetteFaults, AStallEndsByTheTimeoutOfTheRequest) {
  const auto replay = player(0, "stall:after=1");
  net::HttpRequest impatient = request("who?");
  impatient.timeouts.idle = std::chrono::milliseconds(20);
  const Heard heard = hear(replay->start(std::move(impatient)));
  EXPECT_THAT(heard.reads, ElementsAre(event_of("a")));
  ASSERT_TRUE(heard.error);
  EXPECT_EQ(heard.error->code, ErrorCode::kProviderStream);
  EXPECT_THAT(heard.error->message, HasSubstr("sent nothing for 20 ms"));
}

TEST_F(CassetteFaults, ArgumentsAreGivenToAnotherCall) {
  record("call!", {kCall + kArguments + kFinish + kDone});
  const std::string heard = ask(*player(0, "tool-index"), "call!").text();
  EXPECT_THAT(heard, HasSubstr(R"({"index":1,"function":{"arguments":"{}"}})"));
  EXPECT_TRUE(heard.starts_with(kCall)) << "the call itself stays";
}

TEST_F(CassetteFaults, AnErrorNeedsAFormatThatIsKnown) {
  const auto replay = player(0, "error:after=1");
  net::HttpRequest elsewhere = request("who?");
  elsewhere.url = "http://model.example/api/chat";
  const Heard heard = hear(replay->start(std::move(elsewhere)));
  ASSERT_TRUE(heard.error);
  EXPECT_EQ(heard.error->code, ErrorCode::kUsage);
}

TEST(RecordedBody, KnowsTheEndMarksOfTheFormats) {
  for (const std::string& mark :
       {kFinish, kDone, std::string("data: {\"choices\":[],\"usage\":{}}\n\n"),
        std::string("event: message_delta\ndata: {\"type\":\"message_delta\"}\n\n"),
        std::string("event: message_stop\r\ndata: {\"type\":\"message_stop\"}\r\n\r\n"),
        std::string("data: {\"type\":\"response.completed\"}\n\n"),
        std::string("{\"done\":true}\n")})
    EXPECT_TRUE(is_end_mark(mark)) << mark;
  for (const std::string& other : {event_of("x"), kCall, std::string(": comment\n\n"),
                                   std::string("{\"done\":false}\n"), std::string("\xFF")})
    EXPECT_FALSE(is_end_mark(other)) << other;
}

TEST(RecordedBody, EventsAreDueWhenTheyAreWhole) {
  Recording recording;
  recording.head = net::HttpHead{200, {{"content-type", "text/event-stream"}}};
  const auto at = [](int value) { return Recording::Time(value); };
  recording.chunks = {{at(1), "a\n\nb"}, {at(2), "\r\n\r\nc\n"}, {at(3), "\nd"}};
  const auto pieces = pieces_of(recording, true);
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_EQ(pieces[0].bytes, "a\n\n");
  EXPECT_EQ(pieces[1].bytes, "b\r\n\r\n");
  EXPECT_EQ(pieces[2].bytes, "c\n\n");
  EXPECT_EQ(pieces[3].bytes, "d");
  EXPECT_EQ(pieces[0].at, at(1));
  EXPECT_EQ(pieces[1].at, at(2));
  EXPECT_EQ(pieces[2].at, at(3));
  EXPECT_EQ(pieces_of(recording, false).size(), 3u);
  recording.head->headers = {{"content-type", "application/vnd.amazon.eventstream"}};
  EXPECT_EQ(pieces_of(recording, true).size(), 3u) << "binary frames are left alone";
}

TEST(CassetteDifferences, AreToldByTheirPlace) {
  const auto compared = [](const char* recorded, const char* asked) {
    return differences(*parse_json(recorded), *parse_json(asked));
  };
  EXPECT_THAT(compared(R"({"a":[1]})", R"({"a":[1]})"), IsEmpty());
  EXPECT_THAT(compared(R"({"model":"x"})", R"({"model":"y"})"),
              ElementsAre(R"(model is "y", recorded "x")"));
  EXPECT_THAT(
      compared(R"({"m":[{"role":"user","name":"n","content":"a"}]})",
               R"({"m":[{"role":"user","name":"n","content":"b"},{"role":"tool"}]})"),
      ElementsAre(R"(m[1].content is "b", recorded "a")", R"(m[2] is new: {"role":"tool"})"));
  EXPECT_THAT(compared(R"({"tools":[{"name":"f"},{"name":"g","d":1}]})",
                       R"({"tools":[{"name":"g","d":2},{"name":"h"}]})"),
              ElementsAre("tools.f is missing", "tools.g.d is 2, recorded 1",
                          R"(tools.h is new: {"name":"h"})"));
  const std::string same(100, 'x');
  const auto far = differences(Json(same + "å1" + same), Json(same + "å2" + same));
  ASSERT_EQ(far.size(), 1u);
  EXPECT_THAT(far[0], HasSubstr("xå2x"));
  EXPECT_LT(far[0].size(), 200u);
}

}  // namespace
}  // namespace tactus::llm::cassette
