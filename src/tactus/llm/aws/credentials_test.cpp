#include <cstdio>
#include <deque>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <tactus/llm/model_client.hpp>

namespace tactus::llm::aws {
namespace {

using namespace std::chrono_literals;

const ProfileFiles kFiles{
    "[default]\naws_access_key_id = AKIA1\naws_secret_access_key=s=1\n\n[work]\n"
    "aws_access_key_id = AKIA2\naws_secret_access_key = s2\naws_session_token = t2\n",
    "# comment\n[default]\nregion = eu-west-1\ns3 =\n  region = no\n[profile work]\r\n"
    "region = us-west-2\r\n[profile role]\nrole_arn = arn:aws:iam::1:role/x\n"};

TEST(AwsProfile, BothFilesAreRead) {
  const auto standard = read_profile(kFiles, "default");
  EXPECT_EQ(standard.at("region"), "eu-west-1");
  EXPECT_EQ(profile_credentials(standard, "default")->value(),
            (Credentials{"AKIA1", "s=1", "", std::nullopt}));
  const auto work = read_profile(kFiles, "work");
  EXPECT_EQ(work.at("region"), "us-west-2");
  EXPECT_EQ(profile_credentials(work, "work")->value(),
            (Credentials{"AKIA2", "s2", "t2", std::nullopt}));
}

TEST(AwsProfile, OneThatHasNoneIsNotAnError) {
  EXPECT_TRUE(read_profile(kFiles, "absent").empty());
  EXPECT_EQ(*profile_credentials({}, "absent"), std::nullopt);
  EXPECT_EQ(*profile_credentials({{"aws_access_key_id", "AKIA"}}, "half"), std::nullopt);
}

TEST(AwsProfile, WhatIsNotSupportedIsNamedWithAWayOut) {
  const auto refused = profile_credentials(read_profile(kFiles, "role"), "role");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kProviderAuth);
  EXPECT_NE(refused.error().message.find("role_arn"), std::string::npos);
  EXPECT_NE(refused.error().hint.find("export-credentials --profile role"), std::string::npos);
}

TEST(ContainerEndpoint, IsNotReachedInTheClearOverANetwork) {
  for (const char* url : {"http://169.254.170.2/v2/x", "http://169.254.170.23/v1/credentials",
                          "http://[fd00:ec2::23]/v1/credentials", "http://127.0.0.1:80/x",
                          "http://localhost/x", "https://example.com/x"}) {
    EXPECT_TRUE(check_container_endpoint(url)) << url;
  }
  for (const char* url : {"http://example.com/x", "http://169.254.169.254/x", "ftp://x", "x"}) {
    const auto refused = check_container_endpoint(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::kProviderAuth);
  }
}

std::string answer(const std::string& key, WallTime expires_at) {
  return R"({"AccessKeyId":")" + key + R"(","SecretAccessKey":"s","Token":"t","Expiration":")" +
         format_time(expires_at) + R"("})";
}

TEST(ContainerAnswer, HasCredentialsAndTheirEnd) {
  const auto read = read_container_answer(
      R"({"RoleArn":"r","AccessKeyId":"A","SecretAccessKey":"s","Token":"t",
          "Expiration":"2025-06-15T15:06:40Z"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (Credentials{"A", "s", "t", WallTime(1'750'000'000s)}));
  for (const char* body : {"", "{}", "<html>", R"({"AccessKeyId":"A"})",
                           R"({"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"soon"})"}) {
    const auto refused = read_container_answer(body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kProviderAuth);
    EXPECT_EQ(refused.error().message.find("\"A\""), std::string::npos);
  }
}

// Answers when `release` is called, or has been.
class HeldExchange final : public net::HttpExchange {
 public:
  explicit HeldExchange(boost::asio::io_context& io) : gate_(io, Timer::time_point::max()) {}

  int status = 200;
  std::string body;
  std::optional<Error> failure;

  void release() {
    released_ = true;
    gate_.cancel();
  }
  awaitable<Result<net::HttpHead>> head() override {
    if (!released_ && !cancelled_) {
      boost::system::error_code woken;
      co_await gate_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    if (cancelled_) co_return fail(ErrorCode::kCancelled, "cancelled");
    if (failure) co_return fail(*failure);
    co_return net::HttpHead{status, {}};
  }
  awaitable<Result<std::string>> read() override { co_return std::exchange(body, ""); }
  void cancel() override {
    cancelled_ = true;
    gate_.cancel();
  }
  std::optional<SteadyTime> closed_at() const override { return std::nullopt; }

 private:
  using Timer = boost::asio::steady_timer;
  Timer gate_;
  bool released_ = false, cancelled_ = false;
};

class FakeHttp final : public net::HttpClient {
 public:
  std::deque<std::shared_ptr<HeldExchange>> next;
  std::vector<net::HttpRequest> sent;
  std::shared_ptr<net::HttpExchange> start(net::HttpRequest request) override {
    sent.push_back(std::move(request));
    if (next.empty()) throw std::logic_error("one request too many");
    auto exchange = next.front();
    next.pop_front();
    return exchange;
  }
};

class ContainerCredentialsTest : public testing::Test {
 protected:
  using Outcome = std::optional<Result<Credentials>>;

  std::shared_ptr<HeldExchange> will_answer(std::string body) {
    http_.next.push_back(std::make_shared<HeldExchange>(io_));
    http_.next.back()->body = std::move(body);
    return http_.next.back();
  }
  void will_answer_at_once(std::string body) { will_answer(std::move(body))->release(); }

  // Starts to ask; the outcome is there once somebody ran the loop.
  void ask(Outcome& outcome, StopToken& stop) {
    boost::asio::co_spawn(
        io_,
        [this, &outcome, &stop]() -> awaitable<void> {
          outcome = co_await source_->get(http_, stop);
        },
        [](std::exception_ptr problem) { EXPECT_FALSE(problem); });
  }
  void run() {
    io_.restart();
    io_.poll();
  }
  // The key, or the error's code.
  std::string key() {
    StopToken stop;
    Outcome outcome;
    ask(outcome, stop);
    run();
    return shown(outcome);
  }
  static std::string shown(const Outcome& outcome) {
    if (!outcome) return "nothing yet";
    return *outcome ? (*outcome)->access_key_id
                    : std::string(error_code_name(outcome->error().code));
  }
  void use(ContainerEndpoint endpoint) {
    source_ = container_credentials(std::move(endpoint), io_.get_executor(), clock_);
  }

  boost::asio::io_context io_;
  ManualClock clock_;
  FakeHttp http_;
  std::shared_ptr<CredentialSource> source_ =
      container_credentials({"http://169.254.170.2/v2/x", "", ""}, io_.get_executor(), clock_);
};

TEST_F(ContainerCredentialsTest, AreKeptUntilShortlyBeforeTheyExpire) {
  will_answer_at_once(answer("A", clock_.wall() + 1h));
  EXPECT_EQ(key(), "A");
  EXPECT_EQ(key(), "A");
  clock_.advance(54min);
  EXPECT_EQ(key(), "A");
  EXPECT_EQ(http_.sent.size(), 1u);
  EXPECT_EQ(http_.sent[0].method, "GET");
  EXPECT_EQ(http_.sent[0].url, "http://169.254.170.2/v2/x");
  EXPECT_FALSE(net::find_header(http_.sent[0].headers, "authorization"));
  clock_.advance(2min);
  will_answer_at_once(answer("B", clock_.wall() + 1h));
  EXPECT_EQ(key(), "B");
}

TEST_F(ContainerCredentialsTest, AreAskedForOnceForAllWhoWait) {
  const auto held = will_answer(answer("A", clock_.wall() + 1h));
  StopToken stops[3];
  Outcome outcomes[3];
  for (int i = 0; i < 3; ++i) ask(outcomes[i], stops[i]);
  run();
  EXPECT_EQ(shown(outcomes[0]), "nothing yet");
  held->release();
  run();
  for (const Outcome& outcome : outcomes) EXPECT_EQ(shown(outcome), "A");
  EXPECT_EQ(http_.sent.size(), 1u);
}

TEST_F(ContainerCredentialsTest, OldOnesServeWhileNewOnesAreAskedFor) {
  will_answer_at_once(answer("A", clock_.wall() + 6min));
  EXPECT_EQ(key(), "A");
  clock_.advance(2min);
  const auto held = will_answer(answer("B", clock_.wall() + 1h));
  StopToken stop;
  Outcome renewed;
  ask(renewed, stop);
  run();
  EXPECT_EQ(key(), "A") << "nobody else waits";
  held->release();
  run();
  EXPECT_EQ(shown(renewed), "B");
  EXPECT_EQ(key(), "B");
}

TEST_F(ContainerCredentialsTest, AFailureToRenewIsNoneWhileTheOldAreValid) {
  will_answer_at_once(answer("A", clock_.wall() + 6min));
  EXPECT_EQ(key(), "A");
  clock_.advance(2min);
  will_answer_at_once("{}");
  EXPECT_EQ(key(), "A");
  clock_.advance(5min);
  will_answer_at_once("{}");
  EXPECT_EQ(key(), "TAC-PROVIDER-AUTH");
}

TEST_F(ContainerCredentialsTest, AFailureIsToldToAllWhoWait) {
  const auto held = will_answer("");
  held->failure = Error{ErrorCode::kProviderNetwork, "no route", "", {}, ""};
  StopToken stops[2];
  Outcome outcomes[2];
  for (int i = 0; i < 2; ++i) ask(outcomes[i], stops[i]);
  run();
  held->release();
  run();
  for (const Outcome& outcome : outcomes) EXPECT_EQ(shown(outcome), "TAC-PROVIDER-NETWORK");
  const auto refusing = will_answer("");
  refusing->status = 403;
  refusing->release();
  EXPECT_EQ(key(), "TAC-PROVIDER-AUTH");
}

TEST_F(ContainerCredentialsTest, WhoIsStoppedStopsNobodyElse) {
  const auto first = will_answer("");
  const auto second = will_answer(answer("B", clock_.wall() + 1h));
  StopToken stops[3];
  Outcome outcomes[3];
  for (int i = 0; i < 3; ++i) ask(outcomes[i], stops[i]);
  run();
  stops[1].stop();
  run();
  EXPECT_EQ(shown(outcomes[1]), "TAC-CANCELLED") << "a wait ends at once";
  EXPECT_EQ(shown(outcomes[0]), "nothing yet");
  stops[0].stop();
  run();
  EXPECT_EQ(shown(outcomes[0]), "TAC-CANCELLED");
  EXPECT_EQ(http_.sent.size(), 2u) << "the next one asks";
  second->release();
  run();
  EXPECT_EQ(shown(outcomes[2]), "B");
}

TEST_F(ContainerCredentialsTest, TheTokenOfTheEndpointIsSent) {
  use({"http://169.254.170.23/v1/credentials", "token-1", ""});
  will_answer_at_once(answer("A", clock_.wall() + 1h));
  EXPECT_EQ(key(), "A");
  EXPECT_EQ(net::find_header(http_.sent[0].headers, "authorization"), "token-1");
  use({"http://169.254.170.23/v1/credentials", "", "/does/not/exist"});
  EXPECT_EQ(key(), "TAC-PROVIDER-AUTH");
  use({"http://example.com/credentials", "token-1", ""});
  EXPECT_EQ(key(), "TAC-PROVIDER-AUTH");
  EXPECT_EQ(http_.sent.size(), 1u) << "a token goes nowhere else";
}

TEST_F(ContainerCredentialsTest, ATokenFileIsReadEachTime) {
  const std::string path = testing::TempDir() + "/tactus-container-token";
  const auto write = [&](const char* token) { std::ofstream(path) << token; };
  use({"http://169.254.170.23/v1/credentials", "", path});
  write("one\n");
  will_answer_at_once(answer("A", clock_.wall() + 1min));
  EXPECT_EQ(key(), "A");
  write("two");
  clock_.advance(2min);
  will_answer_at_once(answer("B", clock_.wall() + 1h));
  EXPECT_EQ(key(), "B");
  EXPECT_EQ(net::find_header(http_.sent[0].headers, "authorization"), "one");
  EXPECT_EQ(net::find_header(http_.sent[1].headers, "authorization"), "two");
  std::remove(path.c_str());
}

TEST_F(ContainerCredentialsTest, FixedOnesAreAlwaysThere) {
  source_ = fixed_credentials({"F", "s", "", std::nullopt});
  EXPECT_EQ(key(), "F");
  EXPECT_TRUE(http_.sent.empty());
}

}  // namespace
}  // namespace tactus::llm::aws
