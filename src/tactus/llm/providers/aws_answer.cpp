#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/aws_answer.hpp>
#include <tactus/llm/providers/lenient_json.hpp>

namespace tactus::llm {
namespace {

InBandError exception_of(const aws::EventMessage& message) {
  InBandError error;
  error.type = repair_utf8(message.text(":exception-type"));
  const auto payload = parse_lenient_json(message.payload);
  if (payload) {
    error.message = string_member(*payload, "message");
    if (error.message.empty()) error.message = string_member(*payload, "Message");
  } else {
    error.message = repair_utf8(message.payload);
  }
  return error;
}

}  // namespace

Result<std::vector<ModelEvent>> AwsAnswerDecoder::push(std::string_view chunk) {
  if (failure_) return fail(*failure_);
  Events events;
  if (chunk.empty()) return events;
  if (form_ == Form::kUnknown) form_ = chunk.front() == '{' ? Form::kWhole : Form::kStream;
  auto done = form_ == Form::kWhole ? push_whole(chunk) : push_stream(chunk, events);
  if (!done) failure_ = std::move(done.error());
  if (failure_ && events.empty()) return fail(*failure_);
  return events;
}

Result<std::vector<ModelEvent>> AwsAnswerDecoder::finish() {
  if (failure_) return fail(*failure_);
  if (auto ended = messages_.finish(); !ended) return fail(ended.error());
  Events events;
  if (form_ == Form::kWhole) {
    const auto answer = parse_lenient_json(whole_);
    if (!answer) return fail(answer.error());
    if (auto done = read_whole(*answer, events); !done) return fail(done.error());
  }
  read_end(events);
  return events;
}

Result<void> AwsAnswerDecoder::push_whole(std::string_view chunk) {
  if (chunk.size() > kWholeBytesMax - whole_.size()) {
    return fail(ErrorCode::kLimitExceeded, "the provider's answer is larger than 64 MiB");
  }
  whole_ += chunk;
  return {};
}

Result<void> AwsAnswerDecoder::push_stream(std::string_view chunk, Events& events) {
  const auto messages = messages_.push(chunk);
  if (!messages) return fail(messages.error());
  for (const aws::EventMessage& message : *messages) {
    if (failed_) return {};  // Nothing comes after a failure.
    if (auto done = read_message(message, events); !done) return done;
  }
  return {};
}

Result<void> AwsAnswerDecoder::read_message(const aws::EventMessage& message, Events& events) {
  const std::string_view kind = message.text(":message-type");
  if (kind == "exception") {
    fail_with(exception_of(message), events);
    return {};
  }
  if (kind == "error") {
    InBandError error;
    error.code = repair_utf8(message.text(":error-code"));
    error.message = repair_utf8(message.text(":error-message"));
    fail_with(std::move(error), events);
    return {};
  }
  const auto payload = parse_lenient_json(message.payload.empty() ? "{}" : message.payload);
  if (!payload) return fail(payload.error());
  return read_event(message.text(":event-type"), *payload, events);
}

void AwsAnswerDecoder::fail_with(InBandError error, Events& events) {
  failed_ = true;
  events.emplace_back(std::move(error));
}

}  // namespace tactus::llm
