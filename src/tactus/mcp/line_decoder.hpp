// Splits bytes into lines, whatever their chunking. No I/O. Uses: base.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/error.hpp>

namespace tactus::mcp {

class LineDecoder {
 public:
  explicit LineDecoder(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // The lines that `chunk` completes, without "\n" or "\r\n"; empty ones are left out. Fails with
  // kLimitExceeded when a line is longer than allowed; the decoder is then unusable.
  Result<std::vector<std::string>> push(std::string_view chunk);
  // At the end: what stands behind the last line break.
  std::string finish();

 private:
  std::size_t line_bytes_max_;
  std::string rest_;
};

// The last bytes of a text that may be long.
class TextTail {
 public:
  explicit TextTail(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  void append(std::string_view text);
  // Valid UTF-8 without the white space around it; begins at a line where that loses little.
  std::string text() const;

 private:
  std::size_t bytes_max_;
  bool cut_ = false;
  std::string text_;
};

}  // namespace tactus::mcp
