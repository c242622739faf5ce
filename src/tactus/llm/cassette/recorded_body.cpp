#include <tactus/base/json.hpp>
#include <tactus/base/text.hpp>
#include <tactus/llm/cassette/recorded_body.hpp>

namespace tactus::llm::cassette {
namespace {

// Where the first whole event of `text` ends: after a blank line, or after a line where lines are
// the events. npos = none is whole.
std::size_t end_of_event(std::string_view text, bool lines) {
  if (lines) {
    const std::size_t end = text.find('\n');
    return end == std::string_view::npos ? end : end + 1;
  }
  std::size_t end = std::string_view::npos;
  for (const std::string_view blank : {"\n\n", "\r\n\r\n", "\r\r"}) {
    const std::size_t at = text.find(blank);
    if (at != std::string_view::npos) end = std::min(end, at + blank.size());
  }
  return end;
}

bool is_end_of_chat(const Json& event) {
  const Json* choices = find_member(event, "choices");
  if (!choices || !choices->is_array()) return false;
  if (choices->get_array().empty()) return find_member(event, "usage") != nullptr;
  return !string_member(choices->get_array().front(), "finish_reason").empty();
}

bool is_end_event(std::string_view data) {
  if (data == "[DONE]") return true;
  const auto event = parse_json(data);
  if (!event || !event->is_object()) return false;
  const std::string_view type = string_member(*event, "type");
  return type == "message_delta" || type == "message_stop" || type == "response.completed" ||
         type == "response.incomplete" || bool_member(*event, "done") || is_end_of_chat(*event);
}

}  // namespace

std::optional<SteadyTime> ReplayTimes::due(Recording::Time at) const {
  if (speed <= 0) return std::nullopt;
  const auto scaled = std::chrono::duration<double, std::micro>(at) / speed;
  return start + std::chrono::duration_cast<SteadyTime::duration>(scaled);
}

std::vector<Recording::Chunk> pieces_of(const Recording& recording, bool by_event) {
  if (!by_event || !recording.head) return recording.chunks;
  const std::string type =
      to_lower(net::find_header(recording.head->headers, "content-type").value_or(""));
  const bool lines = type.find("ndjson") != std::string::npos;
  if (!lines && type.find("event-stream") == std::string::npos) return recording.chunks;
  if (type.find("vnd.amazon") != std::string::npos) return recording.chunks;  // Binary frames.
  std::vector<Recording::Chunk> pieces;
  std::string open;
  Recording::Time last{0};
  for (const Recording::Chunk& chunk : recording.chunks) {
    open += chunk.bytes;
    last = chunk.at;
    for (std::size_t end; (end = end_of_event(open, lines)) != std::string::npos;) {
      pieces.push_back({last, open.substr(0, end)});
      open.erase(0, end);
    }
  }
  if (!open.empty()) pieces.push_back({last, std::move(open)});
  return pieces;
}

bool is_end_mark(std::string_view piece) {
  for (std::size_t from = 0; from < piece.size();) {
    const std::size_t end = std::min(piece.find('\n', from), piece.size());
    std::string_view line = trim(piece.substr(from, end - from));
    if (line.starts_with("data:")) line = trim(line.substr(5));
    if (is_end_event(line)) return true;
    from = end + 1;
  }
  return false;
}

std::optional<SteadyTime> RecordedBody::due() const {
  return at_ < pieces_.size() ? times_.due(pieces_[at_].at) : std::nullopt;
}

bool RecordedBody::next(std::string& out) {
  if (at_ == pieces_.size()) return false;
  out += pieces_[at_++].bytes;
  return true;
}

bool RecordedBody::at_end_mark() const {
  return at_ < pieces_.size() && is_end_mark(pieces_[at_].bytes);
}

void RecordedBody::error(std::string& out, const JsonObject& error) {
  TACTUS_ASSERT(writer_ != nullptr);
  writer_->error(out, error);
}

}  // namespace tactus::llm::cassette
