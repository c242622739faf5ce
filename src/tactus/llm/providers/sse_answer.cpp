#include <tactus/llm/providers/sse_answer.hpp>

namespace tactus::llm {

Result<std::vector<ModelEvent>> SseAnswerDecoder::push(std::string_view chunk) {
  std::vector<ModelEvent> events;
  if (failure_) return fail(*failure_);
  if (form_ == Form::kUnknown) decide(chunk);
  if (form_ == Form::kWhole) {
    push_whole(chunk);
  } else if (form_ == Form::kStream) {
    push_stream(chunk, events);
  }
  return settle(std::move(events));
}

Result<std::vector<ModelEvent>> SseAnswerDecoder::finish() {
  std::vector<ModelEvent> events;
  if (failure_) return fail(*failure_);
  if (form_ == Form::kWhole) {
    if (auto read = read_whole(whole_, events); !read) failure_ = read.error();
  } else if (const auto last = sse_.finish()) {
    on_event({last->name, last->data, last->id, last->error}, events);
    failure_.reset();  // An event cut in the middle is a truncation, not a wrong dialect.
  }
  read_end(events);
  return settle(std::move(events));
}

// Blank lines and a byte order mark before the first event mean nothing, so they can be dropped.
void SseAnswerDecoder::decide(std::string_view& chunk) {
  const std::size_t first = chunk.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos) return;
  chunk.remove_prefix(first);
  form_ = chunk.front() == '{' || chunk.front() == '[' ? Form::kWhole : Form::kStream;
}

void SseAnswerDecoder::push_whole(std::string_view chunk) {
  if (chunk.size() > kWholeBytesMax - whole_.size()) {
    failure_ = Error{ErrorCode::kLimitExceeded, "the provider's answer is larger than 64 MiB", "",
                     std::nullopt, ""};
    return;
  }
  whole_ += chunk;
}

void SseAnswerDecoder::push_stream(std::string_view chunk, std::vector<ModelEvent>& events) {
  const auto pushed =
      sse_.push_views(chunk, [&](const net::SseEventView& event) { on_event(event, events); });
  if (!pushed && !failure_) failure_ = pushed.error();
}

void SseAnswerDecoder::on_event(const net::SseEventView& event, std::vector<ModelEvent>& events) {
  if (over() || failure_) return;
  if (event.error.empty() && event.data.empty()) return;
  if (auto read = read_event(event, events); !read) failure_ = read.error();
}

Result<std::vector<ModelEvent>> SseAnswerDecoder::settle(std::vector<ModelEvent> events) {
  if (failure_ && events.empty()) return fail(*failure_);
  return events;
}

}  // namespace tactus::llm
