// Every recorded Gemini stream, with and without `alt=sse`, decodes to what its manifest says,
// wherever its bytes are cut.
#include <gtest/gtest.h>

#include "recorded_streams.hpp"

namespace tactus::wire {
namespace {

RecordedApi gemini() {
  return {"gemini",
          llm::make_gemini_provider({}, llm::GeminiAccess::kApiKey),
          50,
          {},
          {{"other", "stop"}}};
}

TEST(RecordedGemini, EveryStreamDecodesToWhatItsManifestSays) { expect_whole(gemini()); }

TEST(RecordedGemini, ByteByByteGivesTheSame) { expect_byte_by_byte(gemini()); }

class GeminiCuts : public testing::TestWithParam<std::size_t> {};

TEST_P(GeminiCuts, InTwoGiveTheSame) { expect_every_cut(gemini(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Recorded, GeminiCuts, testing::Range(std::size_t{0}, kCutShares));

}  // namespace
}  // namespace tactus::wire
