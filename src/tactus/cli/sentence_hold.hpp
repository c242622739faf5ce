// Text that arrives in pieces, given on in whole sentences and lines: what reads it aloud would
// otherwise stop in the middle of words. Pure.
#pragma once

#include <string>
#include <string_view>

namespace tactus::cli {

class SentenceHold {
 public:
  // Takes more text and gives what is whole by now: up to the last end of a line, or of a sentence
  // that a space follows. The rest waits for more; who ends with a newline leaves nothing behind.
  std::string add(std::string_view piece);

 private:
  std::string held_;
};

}  // namespace tactus::cli
