// Every recorded Bedrock stream decodes to what its manifest says, wherever its bytes are cut.
#include <gtest/gtest.h>

#include <tactus/llm/bedrock_anthropic_provider.hpp>

#include "recorded_streams.hpp"

namespace tactus::wire {
namespace {

RecordedApi bedrock() {
  return {"bedrock-converse", llm::make_bedrock_provider(llm::BedrockOptions({})), 26, {}, {}};
}

RecordedApi invoked_claude() {
  return {"bedrock-invoke-anthropic",
          llm::make_bedrock_anthropic_provider(llm::BedrockOptions({})),
          6,
          {},
          {}};
}

TEST(RecordedBedrock, EveryStreamDecodesToWhatItsManifestSays) { expect_whole(bedrock()); }

TEST(RecordedBedrock, ByteByByteGivesTheSame) { expect_byte_by_byte(bedrock()); }

class BedrockCuts : public testing::TestWithParam<std::size_t> {};

TEST_P(BedrockCuts, InTwoGiveTheSame) { expect_every_cut(bedrock(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Recorded, BedrockCuts, testing::Range(std::size_t{0}, kCutShares));

TEST(RecordedInvokedClaude, EveryStreamDecodesToWhatItsManifestSays) {
  expect_whole(invoked_claude());
}

TEST(RecordedInvokedClaude, ByteByByteGivesTheSame) { expect_byte_by_byte(invoked_claude()); }

class InvokedClaudeCuts : public testing::TestWithParam<std::size_t> {};

TEST_P(InvokedClaudeCuts, InTwoGiveTheSame) { expect_every_cut(invoked_claude(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Recorded, InvokedClaudeCuts, testing::Range(std::size_t{0}, kCutShares));

}  // namespace
}  // namespace tactus::wire
