// Pieces of one text made valid UTF-8: a sequence that a provider cut between two chunks is held
// back until its rest arrives, malformed bytes become U+FFFD. Private to the providers.
#pragma once

#include <string>
#include <string_view>

#include <tactus/base/utf8.hpp>

namespace tactus::llm {

class Utf8Joiner {
 public:
  // What can be handed on now. At most 3 bytes are held back.
  std::string push(std::string_view piece) {
    if (held_.empty() && is_valid_utf8(piece)) return std::string(piece);
    held_ += piece;
    const std::size_t complete = complete_utf8_length(held_);
    std::string text = repair_utf8(std::string_view(held_).substr(0, complete));
    held_.erase(0, complete);
    return text;
  }

  // What is left at the end of the text: U+FFFD for a sequence that never got its rest.
  std::string finish() {
    std::string text = held_.empty() ? "" : "\xEF\xBF\xBD";
    held_.clear();
    return text;
  }

 private:
  std::string held_;
};

}  // namespace tactus::llm
