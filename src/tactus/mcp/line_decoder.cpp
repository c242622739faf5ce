#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/mcp/line_decoder.hpp>

namespace tactus::mcp {

Result<std::vector<std::string>> LineDecoder::push(std::string_view chunk) {
  std::vector<std::string> lines;
  while (!chunk.empty()) {
    const std::size_t end = chunk.find('\n');
    const std::string_view part = chunk.substr(0, end);
    if (rest_.size() + part.size() > line_bytes_max_) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("a line is longer than {} bytes", line_bytes_max_));
    }
    rest_ += part;
    if (end == std::string_view::npos) break;
    chunk.remove_prefix(end + 1);
    if (std::string line = finish(); !line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

std::string LineDecoder::finish() {
  std::string line = std::move(rest_);
  rest_.clear();
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

void TextTail::append(std::string_view text) {
  if (text.size() > bytes_max_) {
    text.remove_prefix(text.size() - bytes_max_);
    text_.clear();
    cut_ = true;
  }
  text_ += text;
  if (text_.size() <= bytes_max_) return;
  text_.erase(0, text_.size() - bytes_max_);
  cut_ = true;
}

std::string TextTail::text() const {
  std::string_view shown = text_;
  const std::size_t line = shown.find('\n');
  if (cut_ && line != std::string_view::npos && line < shown.size() / 2) {
    shown.remove_prefix(line + 1);
  }
  return repair_utf8(std::string(trim(shown)));
}

}  // namespace tactus::mcp
