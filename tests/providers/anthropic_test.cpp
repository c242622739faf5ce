// Every recorded Anthropic Messages stream decodes to what its manifest says, wherever its bytes
// are cut.
#include <gtest/gtest.h>

#include "recorded_streams.hpp"

namespace tactus::wire {
namespace {

RecordedApi anthropic() {
  return {"anthropic-messages",
          llm::make_anthropic_provider({}),
          39,
          {},
          {{"refusal", "content_filter"}}};
}

TEST(RecordedAnthropic, EveryStreamDecodesToWhatItsManifestSays) { expect_whole(anthropic()); }

TEST(RecordedAnthropic, ByteByByteGivesTheSame) { expect_byte_by_byte(anthropic()); }

class AnthropicCuts : public testing::TestWithParam<std::size_t> {};

TEST_P(AnthropicCuts, InTwoGiveTheSame) { expect_every_cut(anthropic(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Recorded, AnthropicCuts, testing::Range(std::size_t{0}, kCutShares));

}  // namespace
}  // namespace tactus::wire
