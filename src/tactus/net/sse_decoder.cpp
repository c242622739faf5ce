// A chunk is cut into lines with two memchr cursors (LF and CR) that only move forward, so a body
// whose lines end in CR alone is no slower. The usual event, one `data` line whole in one chunk, is
// handed on as a view into that chunk.
#include <algorithm>
#include <charconv>
#include <cstring>

#include <tactus/net/sse_decoder.hpp>

namespace tactus::net {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::size_t kMarkDone = kMark.size();

// Position of the next `byte` at or after `from`, text.size() if none.
std::size_t find_from(std::string_view text, char byte, std::size_t from) {
  const void* found = std::memchr(text.data() + from, byte, text.size() - from);
  return found == nullptr ? text.size()
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::string_view without_leading_space(std::string_view value) {
  if (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

}  // namespace

Result<std::vector<SseEvent>> SseDecoder::push(std::string_view chunk) {
  std::vector<SseEvent> events;
  Result<void> done = push_views(chunk, [&events](const SseEventView& event) {
    events.push_back({std::string(event.name), std::string(event.data), std::string(event.id),
                      std::string(event.error)});
  });
  if (!done) return fail(std::move(done.error()));
  return events;
}

std::optional<SseEvent> SseDecoder::finish() {
  std::optional<SseEvent> last;
  auto keep = [&last](const SseEventView& event) {
    last = SseEvent{std::string(event.name), std::string(event.data), std::string(event.id),
                    std::string(event.error)};
  };
  const Sink sink{&keep, [](void* context, const SseEventView& event) {
                    (*static_cast<decltype(keep)*>(context))(event);
                  }};
  if (!failed_) {
    const std::string rest = std::move(line_);
    if (!rest.empty()) (void)line(rest, Storage::kTemporary, sink);
    if (!failed_) dispatch(sink);
  }
  line_.clear();
  reset_event();
  mark_bytes_ = 0;
  skip_lf_ = failed_ = false;
  return last;
}

Result<void> SseDecoder::decode(std::string_view chunk, Sink sink) {
  if (failed_) return fail(ErrorCode::kLimitExceeded, "the event stream has already failed");
  if (mark_bytes_ < kMarkDone) chunk = skip_byte_order_mark(chunk);

  std::size_t at = 0;
  std::size_t next_lf = 0;
  std::size_t next_cr = 0;
  bool searched = false;
  while (at < chunk.size()) {
    if (skip_lf_) {
      skip_lf_ = false;
      if (chunk[at] == '\n') {
        ++at;
        continue;
      }
    }
    if (!searched || next_lf < at) next_lf = find_from(chunk, '\n', at);
    if (!searched || next_cr < at) next_cr = find_from(chunk, '\r', at);
    searched = true;
    const std::size_t end = std::min(next_lf, next_cr);
    const std::string_view text = chunk.substr(at, end - at);
    if (end == chunk.size()) {
      line_ += text;
      break;
    }
    skip_lf_ = chunk[end] == '\r';
    at = end + 1;
    Result<void> done;
    if (line_.empty()) {
      done = line(text, Storage::kChunk, sink);
    } else {
      line_ += text;
      done = line(line_, Storage::kTemporary, sink);
      line_.clear();
    }
    if (!done) return done;
  }
  keep_direct_data();
  if (over_limit(line_.size())) return line(line_, Storage::kTemporary, sink);
  return {};
}

// The part of `chunk` after a byte order mark, which may come in pieces; bytes that only looked
// like one go to `line_`.
std::string_view SseDecoder::skip_byte_order_mark(std::string_view chunk) {
  while (mark_bytes_ < kMarkDone && !chunk.empty()) {
    if (chunk.front() != kMark[mark_bytes_]) {
      line_.assign(kMark.substr(0, mark_bytes_));
      mark_bytes_ = kMarkDone;
      break;
    }
    ++mark_bytes_;
    chunk.remove_prefix(1);
  }
  return chunk;
}

bool SseDecoder::over_limit(std::size_t line_bytes) const {
  const std::size_t values = data_.size() + direct_.size() + name_.size() + error_.size();
  return line_bytes > event_bytes_max_ || values > event_bytes_max_ - line_bytes;
}

Result<void> SseDecoder::line(std::string_view text, Storage storage, Sink sink) {
  if (over_limit(text.size())) {
    failed_ = true;
    return fail(ErrorCode::kLimitExceeded, "one server-sent event is larger than " +
                                               std::to_string(event_bytes_max_) + " bytes");
  }
  if (text.empty()) {
    dispatch(sink);
    return {};
  }
  if (text.starts_with("data:")) {
    data_line(without_leading_space(text.substr(5)), storage);
    return {};
  }
  const std::size_t colon = find_from(text, ':', 0);
  if (colon == 0) return {};  // A comment.
  const std::string_view name = text.substr(0, colon);
  const std::string_view value =
      colon == text.size() ? std::string_view{} : without_leading_space(text.substr(colon + 1));
  if (name == "data") {
    data_line(value, storage);
  } else {
    field(name, value);
  }
  return {};
}

void SseDecoder::field(std::string_view name, std::string_view value) {
  if (name == "event") {
    name_ = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) last_id_ = value;
  } else if (name == "retry") {
    int ms = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), ms);
    const bool digits = value.find_first_not_of("0123456789") == std::string_view::npos;
    if (digits && error == std::errc{} && end == value.data() + value.size()) retry_ms_ = ms;
  } else if (name == "error") {
    if (has_error_) error_ += '\n';
    error_ += value;
    has_error_ = true;
  }
}

void SseDecoder::data_line(std::string_view value, Storage storage) {
  if (!has_data_) {
    has_data_ = true;
    if (storage == Storage::kChunk) {
      direct_ = value;
    } else {
      data_ = value;
    }
    return;
  }
  keep_direct_data();
  data_ += '\n';
  data_ += value;
}

void SseDecoder::keep_direct_data() {
  if (direct_.empty()) return;
  data_ = direct_;
  direct_ = {};
}

void SseDecoder::dispatch(Sink sink) {
  if (has_data_ || has_error_) {
    const std::string_view data = direct_.empty() ? std::string_view(data_) : direct_;
    sink.emit(sink.context, {name_, data, last_id_, error_});
  }
  reset_event();
}

void SseDecoder::reset_event() {
  has_data_ = has_error_ = false;
  direct_ = {};
  data_.clear();
  name_.clear();
  error_.clear();
}

}  // namespace tactus::net
