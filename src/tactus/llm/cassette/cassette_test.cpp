// Recording and replaying through the clients: bytes, boundaries, times, ends, and which recording
// answers which request.
#include <tactus/llm/cassette/cassette_test_support.hpp>

namespace tactus::llm::cassette {
namespace {

using namespace testing_support;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kBinary("\0\xFF\x80 frame", 9);

TEST_F(CassetteTest, AReplayGivesTheSameReadsAndSendsNothing) {
  record("who?", {"data: \xC3", "\xA5\n\n", kBinary, "data: [DONE]\n\n"});
  const std::size_t sent = network_.requests.size();
  const Heard heard = ask(*player(), "who?");
  EXPECT_THAT(heard.reads, ElementsAre("data: \xC3", "\xA5\n\n", kBinary, "data: [DONE]\n\n"));
  EXPECT_EQ(heard.head->status, 200);
  EXPECT_EQ(net::find_header(heard.head->headers, "content-type"), "text/event-stream");
  EXPECT_FALSE(heard.error);
  EXPECT_EQ(network_.requests.size(), sent);
}

TEST_F(CassetteTest, NoSecretIsInTheFolder) {
  Script script;
  script.head = net::HttpHead{401, {{"set-cookie", "id=abcdef0123"}, {"x-request-id", "r1"}}};
  script.reads = {"no such key: sk-01234", "56789"};
  network_.scripts.push_back(std::move(script));
  recorder_ = recorder();
  const Heard live = ask(*recorder_, "my key is sk-0123456789");
  EXPECT_EQ(live.text(), "no such key: sk-0123456789") << "only the copy is changed";
  const std::string kept = content(files().at(0));
  EXPECT_THAT(kept, HasSubstr("no such key: ********"));
  for (const char* secret : {"sk-01", "56789", "abcdef", "uthorization", "cookie"})
    EXPECT_THAT(kept, Not(HasSubstr(secret)));
}

TEST_F(CassetteTest, FailuresComeBackAsTheyWere) {
  recorder_ = recorder();
  Script refused;
  refused.head =
      fail(Error{ErrorCode::kProviderNetwork, "cannot connect to a", "start it", {}, ""});
  Script broken;
  broken.reads = {"data: 1\n\n"};
  broken.failure = Error{ErrorCode::kProviderStream, "lost in mid-response", "", {}, ""};
  Script limited;
  limited.head = net::HttpHead{429, {{"retry-after", "2"}}};
  limited.reads = {"slow down"};
  for (const Script& script : {refused, broken, limited}) network_.scripts.push_back(script);
  for (int i = 0; i < 3; ++i) ask(*recorder_, "again?");

  const auto replay = player();
  EXPECT_EQ(ask(*replay, "again?").error, refused.head.error());
  const Heard second = ask(*replay, "again?");
  EXPECT_THAT(second.reads, ElementsAre("data: 1\n\n"));
  EXPECT_EQ(second.error, broken.failure);
  const Heard third = ask(*replay, "again?");
  EXPECT_EQ(third.head->status, 429);
  EXPECT_EQ(net::find_header(third.head->headers, "retry-after"), "2");
  EXPECT_EQ(third.text(), "slow down");
}

TEST_F(CassetteTest, WhereAnAnswerWasLeftTheReplayWaitsToBeLeft) {
  will_answer({"one", "two", "three"});
  recorder_ = recorder();
  EXPECT_THAT(hear(recorder_->start(request("long?")), 2).reads, ElementsAre("one", "two"));
  EXPECT_EQ(network_.cancelled, 2) << "by the reader, and as the exchange went";
  EXPECT_THAT(content(files().at(0)), HasSubstr(R"("end":"cancelled")"));

  const auto replay = player();
  EXPECT_THAT(hear(replay->start(request("long?")), 2).reads, ElementsAre("one", "two"));
  const auto again = player();
  const Heard patient = ask(*again, "long?");
  EXPECT_THAT(patient.reads, ElementsAre("one", "two"));
  ASSERT_TRUE(patient.error);
  EXPECT_EQ(patient.error->code, ErrorCode::kProviderStream);
}

TEST_F(CassetteTest, EqualRequestsAreToldApartByTheirPlaceThenByTheirOrder) {
  record("same", {"of 2, first"}, "2");
  record("same", {"of 1"}, "1");
  record("same", {"of 2, second"}, "2");
  const auto replay = player();
  EXPECT_EQ(ask(*replay, "same", "1").text(), "of 1");
  EXPECT_EQ(ask(*replay, "same", "2").text(), "of 2, first");
  EXPECT_EQ(ask(*replay, "same", "9").text(), "of 2, second") << "what is left";
  const Heard missed = ask(*replay, "same", "1");
  ASSERT_TRUE(missed.error);
  EXPECT_EQ(missed.error->code, ErrorCode::kCassetteMiss);
  EXPECT_THAT(missed.error->message, HasSubstr("has this request to openai (m) 3 times"));
}

TEST_F(CassetteTest, AMissNamesTheNearestAndWhatDiffers) {
  record("Name a river", {"Rhine"});
  record("Count to one hundred, slowly", {"1"});
  const Heard missed = ask(*player(), "Name a lake");
  ASSERT_TRUE(missed.error);
  EXPECT_EQ(missed.error->code, ErrorCode::kCassetteMiss);
  EXPECT_THAT(missed.error->message,
              HasSubstr(R"(question is "Name a lake", recorded "Name a river")"));
  EXPECT_THAT(missed.error->hint, HasSubstr("--seed"));
  EXPECT_THAT(missed.error->details, HasSubstr("\"nearest\":\"model-openai-"));
}

TEST_F(CassetteTest, WhatHasNoSubjectIsSentUnrecordedAndNeverInAReplay) {
  will_answer({"credentials"});
  recorder_ = recorder();
  net::HttpRequest plain;
  plain.url = "http://169.254.170.2/secret";
  EXPECT_EQ(hear(recorder_->start(plain)).text(), "credentials");
  EXPECT_TRUE(files().empty());
  const Heard refused = hear(player()->start(plain));
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->code, ErrorCode::kCassetteMiss);
  EXPECT_THAT(refused.error->message, Not(HasSubstr("secret")));
}

TEST_F(CassetteTest, ANewRecordingNeedsAFolderWithoutCassettes) {
  record("who?", {"me"});
  CassetteOptions options;
  options.mode = CassetteOptions::Mode::kRecord;
  options.folder = tapes();
  const auto opened = open_cassettes(io_.get_executor(), network_, options, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kFile);
  EXPECT_EQ(files().size(), 1u);
}

TEST_F(CassetteTest, ARunThatGoesOnAddsAndReplacesWhatWasCutOff) {
  record("first", {"done"}, "1");
  will_answer({"half", "more"});
  hear(recorder_->start(request("second", "2")), 1);
  recorder_ = recorder(true);
  record("second", {"whole"}, "2");
  record("first", {"once more"}, "3");
  EXPECT_EQ(files().size(), 3u);
  const auto replay = player();
  EXPECT_EQ(ask(*replay, "first", "1").text(), "done");
  EXPECT_EQ(ask(*replay, "second", "2").text(), "whole");
  EXPECT_EQ(ask(*replay, "first", "3").text(), "once more");
}

TEST_F(CassetteTest, AnAnswerThatCannotBeKeptFails) {
  will_answer({"lost"});
  recorder_ = recorder();
  fs::remove_all(tapes());
  const Heard heard = ask(*recorder_, "who?");
  ASSERT_TRUE(heard.error);
  EXPECT_EQ(heard.error->code, ErrorCode::kFile);
  EXPECT_THAT(heard.error->message, HasSubstr("cannot be written"));
}

TEST_F(CassetteTest, NothingButWholeCassettesIsLeftInTheFolder) {
  record("who?", {"me"});
  EXPECT_THAT(files(), ElementsAre(HasSubstr(kSuffix)));
}

TEST_F(CassetteTest, FoldersThatAreMissingOrDamagedAreRefused) {
  CassetteOptions options;
  options.folder = folder_ + "/nowhere";
  const auto missing = open_cassettes(io_.get_executor(), network_, options, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kFile);
  EXPECT_THAT(missing.error().hint, HasSubstr("--record"));

  record("who?", {"me"});
  const std::string path = tapes() + "/" + files().at(0);
  fs::resize_file(path, fs::file_size(path) - 1);
  options.folder = tapes();
  const auto damaged = open_cassettes(io_.get_executor(), network_, options, {});
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::kFile);
  EXPECT_EQ(damaged.error().place->file, path);
}

// A recording whose pieces came at these milliseconds.
void write_paced(const std::string& folder, const net::RequestSubject& subject,
                 std::vector<int> milliseconds) {
  Recording paced;
  paced.subject = subject;
  paced.key = key_of(subject);
  paced.head = net::HttpHead{200, {}};
  for (const int at : milliseconds) paced.chunks.push_back({std::chrono::milliseconds(at), "x"});
  paced.end_at = paced.chunks.back().at;
  fs::create_directories(folder);
  std::ofstream(folder + "/" + file_name(paced)) << format_recording(paced);
}

TEST_F(CassetteTest, TimesAreKeptScaledOrLeftOut) {
  using Clock = std::chrono::steady_clock;
  constexpr int kHour = 3'600'000;
  write_paced(tapes(), request("slow?").subject(), {10, kHour});
  EXPECT_EQ(ask(*player(), "slow?").text(), "xx") << "an hour at once";

  fs::remove_all(tapes());
  write_paced(tapes(), request("slow?").subject(), {20, 80});
  // Never early, however busy the machine is.
  auto begin = Clock::now();
  EXPECT_EQ(ask(*player(1), "slow?").text(), "xx");
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(80));
  begin = Clock::now();
  EXPECT_EQ(ask(*player(4), "slow?").text(), "xx");
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(20));

  fs::remove_all(tapes());
  write_paced(tapes(), request("slow?").subject(), {kHour});
  EXPECT_EQ(ask(*player(1e6), "slow?").text(), "x") << "an hour in 3.6 ms";
}

TEST_F(CassetteTest, PausesBeforeRetriesFollowTheSpeed) {
  using std::chrono::milliseconds;
  record("who?", {"me"});
  EXPECT_EQ(player()->pause(milliseconds(2000)), milliseconds(0));
  EXPECT_EQ(player(1)->pause(milliseconds(2000)), milliseconds(2000));
  EXPECT_EQ(player(4)->pause(milliseconds(2000)), milliseconds(500));
  EXPECT_FALSE(player()->sends());
  EXPECT_TRUE(recorder_->sends());
  EXPECT_EQ(recorder_->pause(milliseconds(2000)), milliseconds(2000));
}

TEST_F(CassetteTest, ACancelledReplayEndsAtOnceAlsoWhileItWaits) {
  write_paced(tapes(), request("slow?").subject(), {0, 3'600'000});
  const auto replay = player(1);
  const auto exchange = replay->start(request("slow?"));
  asio::steady_timer timer(io_, std::chrono::milliseconds(5));
  timer.async_wait([&](auto) { exchange->cancel(); });
  const Heard heard = hear(exchange);
  ASSERT_TRUE(heard.error);
  EXPECT_EQ(heard.error->code, ErrorCode::kCancelled);
  EXPECT_TRUE(exchange->closed_at());
}

TEST_F(CassetteTest, WhoseAnswersThereAreIsKnown) {
  record("who?", {"me"});
  EXPECT_TRUE(player()->has_answers_of("openai"));
  EXPECT_FALSE(player()->has_answers_of("demo"));
}

}  // namespace
}  // namespace tactus::llm::cassette
