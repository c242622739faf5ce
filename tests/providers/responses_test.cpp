// Every recorded Responses stream decodes to what its manifest says, wherever its bytes
// are cut.
#include <gtest/gtest.h>

#include "recorded_streams.hpp"

namespace tactus::wire {
namespace {

RecordedApi responses() {
  return {
      "openai-responses",
      llm::make_responses_provider({}),
      54,
      {{"openai-responses/azure/azure-reasoning-encrypted-content-1",
        "the answers of several requests one after another; an answer ends with its first end"}},
      {}};
}

TEST(RecordedResponses, EveryStreamDecodesToWhatItsManifestSays) { expect_whole(responses()); }

TEST(RecordedResponses, ByteByByteGivesTheSame) { expect_byte_by_byte(responses()); }

class ResponsesCuts : public testing::TestWithParam<std::size_t> {};

TEST_P(ResponsesCuts, InTwoGiveTheSame) { expect_every_cut(responses(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Recorded, ResponsesCuts, testing::Range(std::size_t{0}, kCutShares));

}  // namespace
}  // namespace tactus::wire
