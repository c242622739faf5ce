#include <gtest/gtest.h>

#include <tactus/journal/event.hpp>
#include <tactus/journal/store.hpp>

namespace tactus::journal {
namespace {

TEST(EventType, HasANameThatLeadsBackToIt) {
  for (int i = 0; i <= static_cast<int>(EventType::kReset); ++i) {
    const auto type = static_cast<EventType>(i);
    EXPECT_EQ(event_type_from_name(event_type_name(type)), type);
  }
  EXPECT_EQ(event_type_name(EventType::kAgentStreamChunk), "agent_stream_chunk");
  EXPECT_EQ(event_type_name(EventType::kReset), "reset");
  EXPECT_EQ(event_type_from_name("agent"), std::nullopt);
}

TEST(RunStatus, HasANameThatLeadsBackToIt) {
  for (int i = 0; i <= static_cast<int>(RunStatus::kCancelled); ++i) {
    const auto status = static_cast<RunStatus>(i);
    EXPECT_EQ(run_status_from_name(run_status_name(status)), status);
  }
  EXPECT_EQ(run_status_name(RunStatus::kInterrupted), "interrupted");
  EXPECT_EQ(run_status_from_name("done"), std::nullopt);
}

}  // namespace
}  // namespace tactus::journal
