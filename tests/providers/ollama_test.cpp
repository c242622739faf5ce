// Every recorded Ollama stream decodes to what its manifest says, wherever its bytes are cut.
#include <gtest/gtest.h>

#include "recorded_streams.hpp"

namespace tactus::wire {
namespace {

RecordedApi ollama() { return {"ollama-chat", llm::make_ollama_provider({}), 18, {}, {}}; }

TEST(RecordedOllama, EveryStreamDecodesToWhatItsManifestSays) { expect_whole(ollama()); }

TEST(RecordedOllama, ByteByByteGivesTheSame) { expect_byte_by_byte(ollama()); }

class OllamaCuts : public testing::TestWithParam<std::size_t> {};

TEST_P(OllamaCuts, InTwoGiveTheSame) { expect_every_cut(ollama(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Recorded, OllamaCuts, testing::Range(std::size_t{0}, kCutShares));

}  // namespace
}  // namespace tactus::wire
