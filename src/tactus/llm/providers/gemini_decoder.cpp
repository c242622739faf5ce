#include <tactus/llm/providers/gemini_decoder.hpp>

namespace tactus::llm {

Result<std::vector<ModelEvent>> GeminiDecoder::push(std::string_view chunk) {
  if (failure_) return fail(*failure_);
  std::vector<ModelEvent> events;
  if (!in_objects_) {
    push_events(take_event_lines(chunk), events);
    if (in_objects_) end_events(events);
  }
  if (in_objects_ && !failure_) push_objects(chunk, events);
  return settle(std::move(events));
}

// No line of an event stream can begin with a bracket: no field is called so.
std::string_view GeminiDecoder::take_event_lines(std::string_view& chunk) {
  std::size_t at = 0;
  while (at < chunk.size()) {
    if (at_line_start_ && (chunk[at] == '{' || chunk[at] == '[')) {
      in_objects_ = true;
      break;
    }
    const std::size_t end = chunk.find_first_of("\r\n", at);
    at_line_start_ = end != std::string_view::npos;
    at = at_line_start_ ? end + 1 : chunk.size();
  }
  const std::string_view lines = chunk.substr(0, at);
  chunk.remove_prefix(at);
  return lines;
}

void GeminiDecoder::push_events(std::string_view chunk, std::vector<ModelEvent>& events) {
  const auto pushed =
      sse_.push_views(chunk, [&](const net::SseEventView& event) { read(event.data, events); });
  if (!pushed && !failure_) failure_ = pushed.error();
}

void GeminiDecoder::push_objects(std::string_view chunk, std::vector<ModelEvent>& events) {
  const auto pushed = objects_.push(chunk, [&](std::string_view object) { read(object, events); });
  if (!pushed && !failure_) failure_ = pushed.error();
}

// An event without the blank line that ends it counts if it is whole; else it was cut.
void GeminiDecoder::end_events(std::vector<ModelEvent>& events) {
  const auto last = sse_.finish();
  if (!last || failure_) return;
  read(last->data, events);
  cut_ = failure_.has_value();
  failure_.reset();
}

void GeminiDecoder::read(std::string_view text, std::vector<ModelEvent>& events) {
  if (failure_ || reader_.failed() || text.empty()) return;
  if (auto done = reader_.read(text, events); !done) failure_ = done.error();
}

Result<std::vector<ModelEvent>> GeminiDecoder::finish() {
  if (failure_) return fail(*failure_);
  std::vector<ModelEvent> events;
  if (in_objects_) {
    cut_ = cut_ || objects_.unfinished();
  } else {
    end_events(events);
  }
  reader_.finish(events);
  return settle(std::move(events));
}

Result<std::vector<ModelEvent>> GeminiDecoder::settle(std::vector<ModelEvent> events) {
  if (failure_ && events.empty()) return fail(*failure_);
  return events;
}

}  // namespace tactus::llm
