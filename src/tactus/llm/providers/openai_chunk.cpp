#include <algorithm>

#include <tactus/llm/providers/openai_chunk.hpp>
#include <tactus/llm/providers/openai_usage.hpp>

namespace tactus::llm {
namespace {

std::string_view text_in(const Json& object, std::string_view key) {
  return string_member(object, key);
}

FinishReason reason_of(std::string_view raw) {
  if (raw == "length" || raw == "model_length" || raw == "max_tokens") return FinishReason::kLength;
  if (raw == "tool_calls" || raw == "function_call") return FinishReason::kToolCalls;
  if (raw == "content_filter") return FinishReason::kContentFilter;
  if (raw == "error" || raw == "insufficient_system_resource") return FinishReason::kError;
  return FinishReason::kStop;
}

// The one choice we asked for; servers that send several number them.
const Json* first_choice(const Json& chunk) {
  const Json* choices = find_member(chunk, "choices");
  if (!choices || !choices->is_array()) return nullptr;
  for (const Json& choice : choices->get_array()) {
    if (int_member(choice, "index", 0) == 0) return &choice;
  }
  return nullptr;
}

}  // namespace

Result<void> OpenAiChunkReader::read(std::string_view text, std::vector<ModelEvent>& events) {
  if (read_known(text, events)) return {};
  const std::size_t before = events.size();
  const auto chunk = parser_.parse(text);
  if (!chunk) return fail(chunk.error());
  auto done = read_value(*chunk, events);
  if (done && events.size() == before + 1) learn(text, events.back());
  return done;
}

bool OpenAiChunkReader::read_known(std::string_view text, std::vector<ModelEvent>& events) {
  if (const auto piece = text_template_.match(text)) {
    add_text(*piece, events);
    return true;
  }
  if (const auto piece = reasoning_template_.match(text)) {
    add_reasoning(*piece, events);
    return true;
  }
  return false;
}

void OpenAiChunkReader::learn(std::string_view text, const ModelEvent& only) {
  if (std::holds_alternative<TextDelta>(only)) text_template_.learn(text, "content");
  if (std::holds_alternative<ReasoningDelta>(only) && !reasoning_key_.empty()) {
    reasoning_template_.learn(text, reasoning_key_);
  }
}

Result<void> OpenAiChunkReader::read_value(const Json& chunk, std::vector<ModelEvent>& events) {
  if (auto error = read_error_body(chunk)) {
    fail_with(*std::move(error), events);
    return {};
  }
  if (!chunk.is_object()) {
    return fail(
        ErrorCode::kProviderStream,
        "the provider sent JSON that is no chunk of an answer: " + shown_bytes(dump_json(chunk)));
  }
  read_info(chunk, events);
  const Json* choice = first_choice(chunk);
  if (choice) {
    if (auto done = read_choice(*choice, events); !done) return done;
  }
  read_usage(chunk, choice, events);
  if (choice) read_finish(text_in(*choice, "finish_reason"), events);
  return {};
}

void OpenAiChunkReader::fail_with(ErrorBody body, std::vector<ModelEvent>& events) {
  failed_ = true;
  events.emplace_back(
      InBandError{repair_utf8(body.type), repair_utf8(body.code), repair_utf8(body.message)});
}

void OpenAiChunkReader::read_error(std::string_view text, std::vector<ModelEvent>& events) {
  const auto json = parser_.parse(text);
  auto body = json ? read_error_body(*json) : std::nullopt;
  if (!body) body = ErrorBody{"", "", std::string(text), {}};
  fail_with(*std::move(body), events);
}

// Some servers send the id or the model late, and some a new id in each chunk: the first counts.
void OpenAiChunkReader::read_info(const Json& chunk, std::vector<ModelEvent>& events) {
  if (!info_.response_id.empty() && !info_.model.empty()) return;
  const ResponseInfo before = info_;
  if (info_.response_id.empty()) info_.response_id = repair_utf8(text_in(chunk, "id"));
  if (info_.model.empty()) info_.model = repair_utf8(text_in(chunk, "model"));
  if (info_.response_id != before.response_id || info_.model != before.model) {
    events.emplace_back(info_);
  }
}

Result<void> OpenAiChunkReader::read_choice(const Json& choice, std::vector<ModelEvent>& events) {
  // Perplexity sends both; `message` then repeats all text so far.
  const Json* delta = find_member(choice, "delta");
  if (!delta || !delta->is_object()) delta = find_member(choice, "message");
  if (!delta || !delta->is_object()) return {};
  read_reasoning(*delta, events);
  if (const Json* content = find_member(*delta, "content")) read_content(*content, events);
  if (std::string refusal = refusal_.push(text_in(*delta, "refusal")); !refusal.empty()) {
    events.emplace_back(RefusalDelta{std::move(refusal)});
  }
  return read_tool_calls(*delta, events);
}

// One piece of reasoning may be sent in up to three fields at once: the first with text counts.
void OpenAiChunkReader::read_reasoning(const Json& delta, std::vector<ModelEvent>& events) {
  for (const std::string_view key : {"reasoning_content", "reasoning"}) {
    const std::string_view text = text_in(delta, key);
    if (text.empty()) continue;
    reasoning_key_ = key;
    return add_reasoning(text, events);
  }
  reasoning_key_.clear();
  const Json* details = find_member(delta, "reasoning_details");
  if (!details || !details->is_array()) return;
  for (const Json& detail : details->get_array()) {
    const std::string_view text = text_in(detail, "text");
    add_reasoning(text.empty() ? text_in(detail, "summary") : text, events);
  }
}

void OpenAiChunkReader::read_content(const Json& content, std::vector<ModelEvent>& events) {
  if (content.is_string()) return add_text(content.get_string(), events);
  if (!content.is_array()) return;
  for (const Json& part : content.get_array()) read_part(part, events);
}

// Mistral's parts: {type: "text", text} and {type: "thinking", thinking: [{type: "text", text}]}.
void OpenAiChunkReader::read_part(const Json& part, std::vector<ModelEvent>& events) {
  const std::string_view type = text_in(part, "type");
  if (type == "text" || type == "output_text") return add_text(text_in(part, "text"), events);
  if (type != "thinking") return;
  const Json* thinking = find_member(part, "thinking");
  if (!thinking) return;
  if (thinking->is_string()) return add_reasoning(thinking->get_string(), events);
  if (!thinking->is_array()) return;
  for (const Json& piece : thinking->get_array()) add_reasoning(text_in(piece, "text"), events);
}

Result<void> OpenAiChunkReader::read_tool_calls(const Json& delta,
                                                std::vector<ModelEvent>& events) {
  if (const Json* calls = find_member(delta, "tool_calls"); calls && calls->is_array()) {
    for (std::size_t i = 0; i < calls->get_array().size(); ++i) {
      if (auto done = read_fragment(calls->get_array()[i], i, events); !done) return done;
    }
  }
  const Json* function = find_member(delta, "function_call");
  if (!function || !function->is_object()) return {};
  return read_fragment(Json({{"index", 0}, {"function", *function}}), 0, events);
}

Result<void> OpenAiChunkReader::read_fragment(const Json& call, std::size_t position,
                                              std::vector<ModelEvent>& events) {
  ToolCallFragment fragment;
  fragment.position = position;
  const Json* index = find_member(call, "index");
  if (index && index->is_number()) fragment.index = int_member(call, "index");
  fragment.id = text_in(call, "id");
  const Json* function = find_member(call, "function");
  std::string object_text;
  if (function) {
    fragment.name = text_in(*function, "name");
    fragment.arguments = text_in(*function, "arguments");
    const Json* arguments = find_member(*function, "arguments");
    if (arguments && (arguments->is_object() || arguments->is_array())) {
      object_text = dump_json(*arguments);
      fragment.arguments = object_text;
    }
  }
  if (slots_.push(fragment, events)) return {};
  return fail(ErrorCode::kProviderStream,
              fmt::format("the provider sent more than {} tool calls", ToolCallSlots::kCallsMax));
}

void OpenAiChunkReader::read_usage(const Json& chunk, const Json* choice,
                                   std::vector<ModelEvent>& events) {
  const Json* usage = find_member(chunk, "usage");
  if ((!usage || !usage->is_object()) && choice) usage = find_member(*choice, "usage");
  if (!usage || !usage->is_object()) {
    const Json* groq = find_member(chunk, "x_groq");
    usage = groq ? find_member(*groq, "usage") : nullptr;
  }
  if (!usage) return;
  if (auto report = read_openai_usage(*usage)) events.emplace_back(*std::move(report));
}

void OpenAiChunkReader::read_finish(std::string_view reason, std::vector<ModelEvent>& events) {
  if (reason.empty() || finished_) return;  // Repeated by some on the chunk with the usage.
  finish(events);
  finished_ = true;
  events.emplace_back(Finish{reason_of(reason), repair_utf8(reason)});
}

void OpenAiChunkReader::done(std::vector<ModelEvent>& events) {
  finish(events);
  if (finished_ || failed_) return;
  finished_ = true;
  events.emplace_back(Finish{slots_.empty() ? FinishReason::kStop : FinishReason::kToolCalls, ""});
}

void OpenAiChunkReader::finish(std::vector<ModelEvent>& events) {
  if (std::string rest = reasoning_.finish(); !rest.empty()) {
    events.emplace_back(ReasoningDelta{std::move(rest)});
  }
  if (std::string rest = text_.finish(); !rest.empty()) {
    events.emplace_back(TextDelta{std::move(rest)});
  }
  if (std::string rest = refusal_.finish(); !rest.empty()) {
    events.emplace_back(RefusalDelta{std::move(rest)});
  }
  slots_.finish(events);
}

void OpenAiChunkReader::add_text(std::string_view text, std::vector<ModelEvent>& events) {
  std::string complete = text_.push(text);
  if (!complete.empty()) events.emplace_back(TextDelta{std::move(complete)});
}

void OpenAiChunkReader::add_reasoning(std::string_view text, std::vector<ModelEvent>& events) {
  std::string complete = reasoning_.push(text);
  if (!complete.empty()) events.emplace_back(ReasoningDelta{std::move(complete)});
}

}  // namespace tactus::llm
