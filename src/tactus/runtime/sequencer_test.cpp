#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <tactus/runtime/sequencer.hpp>

namespace tactus::runtime {
namespace {

namespace asio = boost::asio;

class SequencerTest : public testing::Test {
 protected:
  // An operation that ended as `order` and then goes on.
  asio::awaitable<void> goes_on(std::int64_t order) {
    co_await sequencer_.reach(order);
    trail_ += std::to_string(order) + " ";
    sequencer_.pass(order);
    trail_ += std::to_string(order) + "' ";
  }
  void start(std::int64_t order) { asio::co_spawn(io_, goes_on(order), asio::detached); }
  std::string settled() {
    io_.restart();
    io_.run();
    return trail_;
  }

  asio::io_context io_;
  Sequencer sequencer_{io_.get_executor()};
  std::string trail_;
};

TEST_F(SequencerTest, GoesOnInTheExpectedOrder) {
  sequencer_.expect({2, 5, 9}, 9);
  for (const int order : {9, 5, 2}) start(order);
  EXPECT_EQ(settled(), "2 2' 5 5' 9 9' ");
  EXPECT_EQ(sequencer_.reached(), 9);
}

TEST_F(SequencerTest, WaitsForThoseThatComeLater) {
  sequencer_.expect({1, 2}, 2);
  start(2);
  io_.poll();
  EXPECT_EQ(trail_, "");
  start(1);
  EXPECT_EQ(settled(), "1 1' 2 2' ");
}

TEST_F(SequencerTest, NumbersNewOnesBehindTheLast) {
  sequencer_.expect({3}, 7);
  EXPECT_EQ(sequencer_.next(), 8);
  EXPECT_EQ(sequencer_.next(), 9);
  for (const int order : {9, 8, 3}) start(order);
  EXPECT_EQ(settled(), "3 3' 8 8' 9 9' ");
}

TEST_F(SequencerTest, DoesNotWaitForWhatIsSkipped) {
  sequencer_.expect({1, 2, 3, 4}, 4);
  start(4);
  io_.poll();
  sequencer_.skip({1, 3});
  io_.poll();
  EXPECT_EQ(trail_, "");
  sequencer_.skip({2});
  EXPECT_EQ(settled(), "4 4' ");
}

TEST_F(SequencerTest, WakesWhatNobodyExpects) {
  sequencer_.expect({1, 8}, 8);
  start(5);
  io_.poll();
  start(1);
  io_.poll();
  EXPECT_EQ(trail_, "1 1' 5 5' ");
}

TEST_F(SequencerTest, NobodyWaitsOnceItIsOpen) {
  sequencer_.expect({1, 2}, 2);
  start(2);
  io_.poll();
  sequencer_.open();
  EXPECT_EQ(settled(), "2 2' ");
}

}  // namespace
}  // namespace tactus::runtime
