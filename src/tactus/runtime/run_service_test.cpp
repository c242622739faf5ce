// The life of runs beside their programs: tests/conformance holds what programs mean.
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/run_service.hpp>
#include <tactus/runtime/testing.hpp>

namespace tactus::runtime {
namespace {

namespace asio = boost::asio;
using ::testing::HasSubstr;

// A service on two threads, as in the product, with the log in memory.
class RunServiceTest : public testing::WorkspaceTest {
 protected:
  void SetUp() override {
    RunServiceOptions options;
    options.workspace = workspace_.path();
    options.demo_pace = 0;
    auto created = RunService::create(io_.get_executor(), options);
    ASSERT_TRUE(created) << to_string(created.error());
    service_ = std::move(*created);
  }
  void TearDown() override {
    asio::co_spawn(io_, service_->stop(std::chrono::seconds(5)), asio::use_future).get();
    work_.reset();
  }

  std::future<Result<Started>> begin(const std::string& source, const std::string& run_id = "") {
    StartRequest request;
    request.source = source;
    request.run_id = run_id;
    return asio::co_spawn(io_, service_->start(std::move(request)), asio::use_future);
  }
  Result<void> remove(const std::string& run_id) {
    return asio::co_spawn(io_, service_->remove(run_id), asio::use_future).get();
  }
  journal::RunRecord finish(const std::string& run_id) {
    asio::co_spawn(io_, service_->wait(run_id), asio::use_future).get();
    return *service_->find(run_id);
  }

  asio::io_context io_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{
      asio::make_work_guard(io_)};
  std::unique_ptr<RunService> service_;
  std::vector<std::jthread> threads_ = [this] {
    std::vector<std::jthread> made;
    for (int i = 0; i < 2; ++i) made.emplace_back([this] { io_.run(); });
    return made;
  }();
};

const char* const kBusy = "main = procedure('main', {}, function() while true do end end)";
const char* const kShort = "main = procedure('main', {}, function() return 1 end)";

TEST_F(RunServiceTest, StartsOneRunForOneIdHoweverManyAsk) {
  std::vector<std::future<Result<Started>>> asked;
  for (int i = 0; i < 16; ++i) asked.push_back(begin(kShort, "run_same"));
  int made = 0;
  for (auto& one : asked) {
    const auto started = one.get();
    ASSERT_TRUE(started) << to_string(started.error());
    EXPECT_EQ(started->run_id, "run_same");
    made += started->existed ? 0 : 1;
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(finish("run_same").result, Json(1));
  EXPECT_EQ(service_->list({})->size(), 1u);
}

TEST_F(RunServiceTest, AnswersBeforeAProgramThatComputesWaits) {
  const auto started = begin(kBusy).get();
  ASSERT_TRUE(started);
  EXPECT_EQ(service_->find(started->run_id)->status, journal::RunStatus::kRunning);
  ASSERT_TRUE(service_->cancel(started->run_id));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(finish(started->run_id).status, journal::RunStatus::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
}

TEST_F(RunServiceTest, CancelsIdempotently) {
  const std::string run_id = begin(kBusy).get()->run_id;
  const auto first = service_->cancel(run_id);
  const auto second = service_->cancel(run_id);
  finish(run_id);
  const auto third = service_->cancel(run_id);
  ASSERT_TRUE(first && second && third);
  EXPECT_NE(first->requested, "");
  EXPECT_EQ(first->requested, second->requested);
  EXPECT_EQ(first->requested, third->requested);
  EXPECT_NE(third->settled, "");
  EXPECT_EQ(service_->cancel("run_gone").error().code, ErrorCode::kRunNotFound);
}

TEST_F(RunServiceTest, RemovesEndedRunsOnly) {
  const std::string busy = begin(kBusy).get()->run_id;
  EXPECT_EQ(remove(busy).error().code, ErrorCode::kRunBusy);
  (void)service_->cancel(busy);
  finish(busy);
  EXPECT_TRUE(remove(busy).has_value());
  EXPECT_EQ(service_->find(busy).error().code, ErrorCode::kRunNotFound);
  EXPECT_EQ(service_->log(busy).error().code, ErrorCode::kRunNotFound);
  EXPECT_EQ(remove(busy).error().code, ErrorCode::kRunNotFound);
}

TEST_F(RunServiceTest, ListsWhatIsAskedFor) {
  const std::string done = begin(kShort).get()->run_id;
  finish(done);
  const std::string busy = begin(kBusy).get()->run_id;
  journal::RunQuery running;
  running.status = journal::RunStatus::kRunning;
  const auto listed = service_->list(running);
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ(listed->front().run_id, busy);
  EXPECT_EQ(service_->list({})->front().run_id, busy) << "newest first";
  (void)service_->cancel(busy);
}

TEST_F(RunServiceTest, RefusesWhatCannotRun) {
  EXPECT_EQ(begin("local x = =").get().error().code, ErrorCode::kSyntax);
  EXPECT_EQ(begin("agent('a', { tools = {} })").get().error().code, ErrorCode::kNoMain);
  StartRequest request;
  request.path = "../outside.tac";
  const auto outside =
      asio::co_spawn(io_, service_->start(std::move(request)), asio::use_future).get();
  EXPECT_EQ(outside.error().code, ErrorCode::kSandboxDenied);
  EXPECT_TRUE(service_->list({})->empty());
}

TEST_F(RunServiceTest, StopsRunningProgramsWhenItStops) {
  const std::string busy = begin(kBusy).get()->run_id;
  asio::co_spawn(io_, service_->stop(std::chrono::seconds(5)), asio::use_future).get();
  EXPECT_EQ(service_->find(busy)->status, journal::RunStatus::kInterrupted);
  const auto late = begin(kShort).get();
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("shutting down"));
}

TEST_F(RunServiceTest, TakesTheStreamSwitchOfTheEnvironment) {
  workspace_.write(".env", "TACTUS_STREAM=off\n");
  SetUp();
  const std::string run_id =
      begin("a = agent('a', { tools = {} }) main = procedure('main', {}, function() a.turn() end)")
          .get()
          ->run_id;
  EXPECT_EQ(finish(run_id).status, journal::RunStatus::kCompleted);
  bool found = false;
  for (const auto& event : (*service_->log(run_id))->read(0, {})) {
    const Json json = *parse_json(event.json);
    if (string_member(json, "stage") != "started") continue;
    found = true;
    EXPECT_EQ(*find_member(json, "streaming"), Json(false));
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace tactus::runtime
