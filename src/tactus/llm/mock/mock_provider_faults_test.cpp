// When the mock provider's replies come, and how they fail.
#include <tactus/llm/mock/mock_provider_test_support.hpp>

namespace tactus::llm::mock {
namespace {

using namespace testing_support;

// How a paced reply came: how late its last token was, and in how many pieces it arrived.
struct Paced {
  milliseconds lateness{0};
  std::size_t pieces = 0;
};

// Judges a reply of one token every 5 ms that was asked for at `begin`: token number i is due
// i·5 ms after that, and never comes before.
Paced judge_pace(const Answer& answer, Steady::time_point begin) {
  Paced paced{.pieces = answer.pieces.size()};
  std::size_t token = 0;
  net::SseDecoder decoder;
  for (const Piece& piece : answer.pieces) {
    const auto events = decoder.push(piece.bytes);
    EXPECT_TRUE(events);
    for (const net::SseEvent& event : *events) {
      if (event.data.find(R"("content":")") == std::string::npos ||
          event.data.find("\"role\"") != std::string::npos)
        continue;
      const auto due = begin + milliseconds(5) * static_cast<int>(token++);
      EXPECT_GE(piece.at, due - milliseconds(1)) << token;
      paced.lateness = std::chrono::duration_cast<milliseconds>(piece.at - due);
    }
  }
  EXPECT_EQ(token, 101u);
  return paced;
}

TEST_F(MockProviderTest, KeepsThePaceWithoutDrift) {
  start({.pace = 200, .generate_tokens = 101});
  // A late token delays no other, so only drift makes the last one late every time; a busy machine
  // does so now and then.
  bool kept = false;
  for (int attempt = 0; attempt < 5 && !kept; ++attempt) {
    const auto begin = Steady::now();
    const Paced paced = judge_pace(post(kStory), begin);
    kept = paced.lateness < milliseconds(100) && paced.pieces >= 20;
  }
  EXPECT_TRUE(kept);
}

TEST_F(MockProviderTest, HonoursThePaceOfARequestAndTheDelaysOfAScript) {
  start({.script_json =
             R"([{"chunks":["a","b","c"]},{"chunks":["a","b","c"],"ttft_ms":40,"delay_ms":20}])"});
  auto begin = Steady::now();
  post(with(kStory, "x_tactus", JsonObject{{"pace", 50}}));
  EXPECT_GE(Steady::now() - begin, milliseconds(40));
  begin = Steady::now();
  Answer answer = post(kStory);
  EXPECT_GE(Steady::now() - begin, milliseconds(80));
  EXPECT_EQ(hear(answer.body).text, "abc");
}

TEST_F(MockProviderTest, APacedDemoReplyBeginsAfterItsFirstTokenDelay) {
  start({.pace = 1000, .first_token = milliseconds(60)});
  auto begin = Steady::now();
  post(kStory);
  EXPECT_GE(Steady::now() - begin, milliseconds(60));
}

TEST_F(MockProviderTest, StampsTokensWithTheMonotonicClock) {
  start({.generate_tokens = 3, .stamp_tokens = true});
  const auto before = Steady::now().time_since_epoch().count();
  std::istringstream stamps(hear(post(kStory).body).text);
  const auto after = Steady::now().time_since_epoch().count();
  std::int64_t stamp = 0;
  std::size_t count = 0;
  while (stamps >> stamp) {
    ++count;
    EXPECT_GE(stamp, before);
    EXPECT_LE(stamp, after);
  }
  EXPECT_EQ(count, 3u);
}

TEST_F(MockProviderTest, GeneratesEveryTokenInOrder) {
  start({.generate_tokens = 50'000});
  std::istringstream numbers(hear(post(kStory).body).text);
  std::size_t expected = 0;
  for (std::size_t number = 0; numbers >> number; ++expected) ASSERT_EQ(number, expected);
  EXPECT_EQ(expected, 50'000u);
}

TEST_F(MockProviderTest, StopsWorkWhenTheClientLeaves) {
  // stop() waits for running replies: it would take its whole grace, every time, if one went on.
  bool soon = false;
  for (int attempt = 0; attempt < 5 && !soon; ++attempt) {
    start({.pace = 20, .generate_tokens = 1'000'000});
    Client client = open(kStory);
    ASSERT_TRUE(client.read_more());
    client.leave();
    const auto begin = Steady::now();
    while (get("/health").status != 200) {
    }
    asio::co_spawn(io_, provider_->stop(), asio::use_future).get();
    soon = Steady::now() - begin < milliseconds(400);
  }
  EXPECT_TRUE(soon);
}

TEST_F(MockProviderTest, AnswersWithTheStatusOfAFaultForItsFirstRequests) {
  start({.fault = *parse_fault("429:retry-after=0.5:times=2")});
  for (int i = 0; i < 2; ++i) {
    Answer answer = post(kStory);
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.headers["retry-after"], "0.5");
    EXPECT_EQ(string_member(parse_json(answer.body)->at("error"), "code"), "rate_limit_exceeded");
  }
  EXPECT_EQ(post(kStory).status, 200);
}

TEST_F(MockProviderTest, CutsTheConnectionAtAByteAndAfterDeltas) {
  start({});
  Answer answer = post(with(kStory, "x_tactus", JsonObject{{"fault", "cut:bytes=300"}}));
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(answer.body.size(), 300u);
  answer = post(with(kStory, "x_tactus", JsonObject{{"fault", "cut:chunks=5"}}));
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(hear(answer.body).contents, 5u);
  Json whole = with(kStory, "x_tactus", JsonObject{{"fault", "cut:bytes=100"}});
  whole.as_object()["stream"] = false;
  answer = post(whole);
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(answer.body.size(), 100u);
}

TEST_F(MockProviderTest, ReportsAnErrorInsideTheStream) {
  start({.fault = *parse_fault("error:after=3")});
  Answer answer = post(kStory);
  const Heard heard = hear(answer.body);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(heard.contents, 3u);
  EXPECT_FALSE(heard.error.empty());
  EXPECT_FALSE(heard.done);
}

TEST_F(MockProviderTest, TheErrorInsideTheStreamMayBeThatOfAnyStatus) {
  start({.fault = *parse_fault("error:after=3:status=429")});
  EXPECT_THAT(post(kStory).body, HasSubstr("rate_limit_exceeded"));
}

TEST_F(MockProviderTest, SendsADeltaTwice) {
  start(
      {.script_json = R"([{"chunks":["a","b","c"]}])", .fault = *parse_fault("duplicate:after=1")});
  const Heard heard = hear(post(kStory).body);
  EXPECT_EQ(heard.text, "abbc");
  EXPECT_TRUE(heard.done);
}

TEST_F(MockProviderTest, GivesArgumentsToAnotherCall) {
  start({.script_json = R"([{"tool_calls":[{"name":"f","args_chunks":["{","}"]}]}])",
         .fault = *parse_fault("tool-index:after=2")});
  const Heard heard = hear(post(kStory).body);
  EXPECT_EQ(heard.names.at(0), "f");
  EXPECT_EQ(heard.arguments.at(0), "{") << "before the place of the fault";
  EXPECT_EQ(heard.arguments.at(1), "}");
}

TEST_F(MockProviderTest, EndsWithoutAnEndMark) {
  start({.fault = *parse_fault("no-end")});
  Answer answer = post(kStory);
  const Heard heard = hear(answer.body);
  EXPECT_TRUE(answer.whole);
  EXPECT_GT(heard.contents, 100u);
  EXPECT_EQ(heard.finish_reason, "");
  EXPECT_FALSE(heard.done);
}

TEST_F(MockProviderTest, StallsAfterDeltasAndGoesOnIfToldSo) {
  start({});
  const auto begin = Steady::now();
  const Answer answer =
      post(with(kStory, "x_tactus", JsonObject{{"fault", "stall:after=4:seconds=1"}}));
  EXPECT_GE(Steady::now() - begin, milliseconds(1000));
  // What came before the longest pause; no other is as long, however busy the machine.
  std::string before;
  std::string at_longest;
  Steady::duration longest{0};
  for (std::size_t i = 0; i + 1 < answer.pieces.size(); ++i) {
    before += answer.pieces[i].bytes;
    const Steady::duration pause = answer.pieces[i + 1].at - answer.pieces[i].at;
    if (pause <= longest) continue;
    longest = pause;
    at_longest = before;
  }
  EXPECT_EQ(hear(at_longest).contents, 4u);
  EXPECT_TRUE(hear(answer.body).done);
}

TEST_F(MockProviderTest, StallsUntilTheClientLeaves) {
  start({.fault = *parse_fault("stall:after=2")});
  Client client = open(kStory);
  while (hear(client.body()).contents < 2) ASSERT_TRUE(client.read_more());
  timeval patience{0, 100'000};
  ASSERT_EQ(setsockopt(client.socket().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience,
                       sizeof patience),
            0);
  char byte = 0;
  EXPECT_EQ(recv(client.socket().native_handle(), &byte, 1, 0), -1);
  EXPECT_TRUE(errno == EAGAIN || errno == EWOULDBLOCK);
  client.leave();
}

TEST_F(MockProviderTest, AnswersLateWhenSlow) {
  start({.fault = *parse_fault("slow:seconds=0.15")});
  const auto begin = Steady::now();
  Client client = open(kStory);
  EXPECT_GE(Steady::now() - begin, milliseconds(150));
  EXPECT_TRUE(hear(client.read_all().body).done);
}

TEST_F(MockProviderTest, SplitsCharactersBetweenWrites) {
  start({.script_json = R"([{"chunks":["naïve"," café","東京"]}])",
         .fault = *parse_fault("split-utf8")});
  Answer answer = post(kStory);
  EXPECT_EQ(hear(answer.body).text, "naïve café東京");
  std::size_t cut = 0;
  for (const Piece& piece : answer.pieces) {
    if (complete_utf8_length(piece.bytes) != piece.bytes.size()) ++cut;
  }
  EXPECT_GE(cut, 1u);
}

TEST(MockFault, IsReadFromItsForms) {
  using Kind = Fault::Kind;
  EXPECT_EQ(parse_fault("")->kind, Kind::kNone);
  EXPECT_EQ(parse_fault("split-utf8")->kind, Kind::kSplitUtf8);
  EXPECT_EQ(parse_fault("cut:bytes=300")->kind, Kind::kCutAtByte);
  EXPECT_EQ(parse_fault("cut:bytes=300")->at, 300u);
  EXPECT_EQ(parse_fault("cut:chunks=5")->kind, Kind::kCutAfterChunks);
  const Fault fault = *parse_fault("429:retry-after=2,times=1");
  EXPECT_EQ(fault.status, 429);
  EXPECT_EQ(fault.retry_after_s, 2.0);
  EXPECT_EQ(fault.times, 1u);
  EXPECT_EQ(parse_fault("error:after=5:status=429")->status, 429);
  EXPECT_EQ(parse_fault("duplicate:after=3")->kind, Kind::kDuplicate);
  EXPECT_EQ(parse_fault("tool-index:after=3")->at, 3u);
  for (const char* text :
       {"error:status=200", "duplicate:bytes=1", "x", "200", "999", "stall:after=-1",
        "stall:after=", "slow:after=1", "cut:bytes", "429:retry-after=2x", "no-end:bytes=1"}) {
    const auto bad = parse_fault(text);
    ASSERT_FALSE(bad) << text;
    EXPECT_EQ(bad.error().code, ErrorCode::kUsage);
    EXPECT_THAT(bad.error().hint, HasSubstr("split-utf8"));
  }
}

}  // namespace
}  // namespace tactus::llm::mock
