#include <gtest/gtest.h>

#include <tactus/journal/delta_chunks.hpp>

namespace tactus::journal {
namespace {

TEST(DeltaChunks, RefusesDamagedBytes) {
  DeltaChunks chunks(1);
  chunks.add(1, WallTime{}, "abc");
  std::vector<StoredEntry> entries;
  const auto split = [&](std::string_view bytes, std::string_view text) {
    return split_deltas({1, bytes, text}, 1, EventType::kAgentStreamChunk, entries).has_value();
  };
  EXPECT_TRUE(split(chunks.chunks(), "abc"));
  EXPECT_FALSE(split(chunks.chunks(), "ab"));
  EXPECT_FALSE(split(chunks.chunks().substr(0, 2), "abc"));
  EXPECT_FALSE(split("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "abc"));
}

}  // namespace
}  // namespace tactus::journal
