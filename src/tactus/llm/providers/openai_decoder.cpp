#include <tactus/base/text.hpp>
#include <tactus/llm/providers/openai_decoder.hpp>

namespace tactus::llm {

Result<std::vector<ModelEvent>> OpenAiDecoder::push(std::string_view chunk) {
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

Result<std::vector<ModelEvent>> OpenAiDecoder::finish() {
  std::vector<ModelEvent> events;
  if (failure_) return fail(*failure_);
  if (form_ == Form::kWhole) {
    if (auto read = reader_.read(whole_, events); !read) failure_ = read.error();
  } else if (const auto last = sse_.finish()) {
    on_event({last->name, last->data, last->id, last->error}, events);
    failure_.reset();  // An event cut in the middle is a truncation, not a wrong dialect.
  }
  reader_.finish(events);
  return settle(std::move(events));
}

// Blank lines and a byte order mark before the first event mean nothing, so they can be dropped.
void OpenAiDecoder::decide(std::string_view& chunk) {
  const std::size_t first = chunk.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos) return;
  chunk.remove_prefix(first);
  form_ = chunk.front() == '{' || chunk.front() == '[' ? Form::kWhole : Form::kStream;
}

void OpenAiDecoder::push_whole(std::string_view chunk) {
  if (chunk.size() > kWholeBytesMax - whole_.size()) {
    failure_ = Error{ErrorCode::kLimitExceeded, "the provider's answer is larger than 64 MiB", "",
                     std::nullopt, ""};
    return;
  }
  whole_ += chunk;
}

void OpenAiDecoder::push_stream(std::string_view chunk, std::vector<ModelEvent>& events) {
  const auto pushed =
      sse_.push_views(chunk, [&](const net::SseEventView& event) { on_event(event, events); });
  if (!pushed && !failure_) failure_ = pushed.error();
}

void OpenAiDecoder::on_event(const net::SseEventView& event, std::vector<ModelEvent>& events) {
  if (done_ || failure_) return;
  if (!event.error.empty()) return reader_.read_error(event.error, events);
  if (event.data.empty()) return;
  if (event.data == "[DONE]" || trim(event.data) == "[DONE]") {
    done_ = true;
    return reader_.done(events);
  }
  if (event.name == "error") return reader_.read_error(event.data, events);
  if (auto read = reader_.read(event.data, events); !read) failure_ = read.error();
}

Result<std::vector<ModelEvent>> OpenAiDecoder::settle(std::vector<ModelEvent> events) {
  if (failure_ && events.empty()) return fail(*failure_);
  return events;
}

}  // namespace tactus::llm
