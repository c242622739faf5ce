#include <tactus/base/text.hpp>
#include <tactus/llm/providers/openai_decoder.hpp>

namespace tactus::llm {

Result<void> OpenAiDecoder::read_event(const net::SseEventView& event,
                                       std::vector<ModelEvent>& events) {
  if (!event.error.empty()) {
    reader_.read_error(event.error, events);
  } else if (event.data == "[DONE]" || trim(event.data) == "[DONE]") {
    done_ = true;
    reader_.done(events);
  } else if (event.name == "error") {
    reader_.read_error(event.data, events);
  } else {
    return reader_.read(event.data, events);
  }
  return {};
}

}  // namespace tactus::llm
