// Every recorded Chat Completions stream decodes to what its manifest says, wherever its bytes are
// cut.
#include <gtest/gtest.h>

#include "recorded_streams.hpp"

namespace tactus::wire {
namespace {

RecordedApi openai_chat() { return {"openai-chat", llm::make_openai_provider({}), 100, {}, {}}; }

TEST(RecordedOpenAiChat, EveryStreamDecodesToWhatItsManifestSays) { expect_whole(openai_chat()); }

TEST(RecordedOpenAiChat, ByteByByteGivesTheSame) { expect_byte_by_byte(openai_chat()); }

class OpenAiChatCuts : public testing::TestWithParam<std::size_t> {};

TEST_P(OpenAiChatCuts, InTwoGiveTheSame) { expect_every_cut(openai_chat(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Recorded, OpenAiChatCuts, testing::Range(std::size_t{0}, kCutShares));

}  // namespace
}  // namespace tactus::wire
