#include "decoder_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto provider = tactus::llm::make_responses_provider({});
  return tactus::fuzz::try_decoder(*provider, data, size);
}
