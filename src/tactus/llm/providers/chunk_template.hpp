// The token path: most chunks of a stream are byte for byte the one before, except for one string.
// A chunk that a full parse found to be nothing but a piece of text is remembered as what stands
// before and after that string; a chunk with the same surroundings needs no parse. Identical bytes
// around one string literal are identical JSON, so this can never read a chunk differently.
// Private to the providers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tactus::llm {

class ChunkTemplate {
 public:
  // Remembers `chunk`, valid JSON whose only effect is the string value of `key`. Forgets when that
  // value cannot be found without doubt.
  void learn(std::string_view chunk, std::string_view key);

  // The string in `chunk`, unescaped, if the rest is as remembered; nothing when a parse is needed.
  // The view lives until the next call, or as long as `chunk`.
  std::optional<std::string_view> match(std::string_view chunk);

 private:
  std::string before_, after_;
  std::string unescaped_;
};

}  // namespace tactus::llm
