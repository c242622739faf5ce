#include <tactus/cli/sentence_hold.hpp>

namespace tactus::cli {
namespace {

// Bytes of `text` up to the end of its last line or sentence.
std::size_t whole_length(std::string_view text) {
  for (std::size_t end = text.size(); end > 0; --end) {
    const char last = text[end - 1];
    if (last == '\n') return end;
    const bool after_sentence =
        end > 1 && last == ' ' &&
        std::string_view(".!?:").find(text[end - 2]) != std::string_view::npos;
    if (after_sentence) return end;
  }
  return 0;
}

}  // namespace

std::string SentenceHold::add(std::string_view piece) {
  held_ += piece;
  std::string whole = held_.substr(0, whole_length(held_));
  held_.erase(0, whole.size());
  return whole;
}

}  // namespace tactus::cli
