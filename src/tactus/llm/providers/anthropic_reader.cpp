#include <algorithm>

#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/anthropic_reader.hpp>
#include <tactus/llm/providers/anthropic_request.hpp>
#include <tactus/llm/providers/error_body.hpp>
#include <tactus/llm/providers/json_parser.hpp>

namespace tactus::llm {
namespace {

FinishReason reason_of(std::string_view raw) {
  if (raw == "tool_use") return FinishReason::kToolCalls;
  if (raw == "refusal") return FinishReason::kContentFilter;
  // A pause of the provider's own tools and a compaction leave the answer unfinished, too.
  if (raw == "max_tokens" || raw == "model_context_window_exceeded" || raw == "pause_turn" ||
      raw == "compaction") {
    return FinishReason::kLength;
  }
  return FinishReason::kStop;
}

std::int64_t count(const Json& object, std::string_view key) {
  return std::max<std::int64_t>(0, int_member(object, key, 0));
}

tl::unexpected<Error> strange(std::string what) {
  return fail(ErrorCode::kProviderStream, "the provider " + std::move(what));
}

bool is_thinking(std::string_view type) {
  return type == "thinking" || type == "redacted_thinking";
}

}  // namespace

Result<void> AnthropicReader::read(const Json& event, std::vector<ModelEvent>& events) {
  if (!event.is_object())
    return strange("sent JSON that is no event: " + shown_bytes(dump_json(event)));
  const std::string_view type = string_member(event, "type");
  if (type == "error" || (type.empty() && find_member(event, "error"))) {
    read_error(event, events);
    return {};
  }
  if (type == "message_start") {
    const Json* message = find_member(event, "message");
    return message ? start_message(*message, events) : Result<void>();
  }
  if (type == "content_block_start") return start_block(event, events);
  if (type == "content_block_delta" || type == "content_block_stop") {
    const auto block = open_.find(int_member(event, "index", -1));
    if (block == open_.end()) return {};
    if (type == "content_block_delta") {
      if (const Json* delta = find_member(event, "delta"))
        read_delta(block->second, *delta, events);
    } else {
      stop_block(block->second, events);
      open_.erase(block);
    }
  } else if (type == "message_delta") {
    read_end(event, events);
  } else if (type == "message_stop") {
    finish(events);
    stopped_ = true;
    if (!finished_) read_stop_reason("", events);
  }
  return {};
}

// Some gateways try again on their own and send the new answer after what there was of the first.
Result<void> AnthropicReader::start_message(const Json& message, std::vector<ModelEvent>& events) {
  if (blocks_ > 0) return strange("began its answer anew in the middle of it");
  ResponseInfo info{repair_utf8(string_member(message, "id")),
                    repair_utf8(string_member(message, "model"))};
  if (!info.response_id.empty() || !info.model.empty()) events.emplace_back(std::move(info));
  if (const Json* usage = find_member(message, "usage")) read_usage(*usage, events);
  return {};
}

Result<void> AnthropicReader::start_block(const Json& event, std::vector<ModelEvent>& events) {
  const Json* content = find_member(event, "content_block");
  if (!content || !content->is_object()) return {};
  if (++blocks_ > kBlocksMax)
    return strange(fmt::format("sent more than {} blocks in one answer", kBlocksMax));
  using Kind = Block::Kind;
  Block& block = open_[int_member(event, "index", -1)];
  block = Block();
  const std::string_view type = string_member(*content, "type");
  if (type == "text") {
    block.kind = Kind::kText;
    add_piece(block, string_member(*content, "text"), events);
  } else if (type == "tool_use") {
    open_call(block, *content, events);
  } else {
    block.value = kept(*content).as_object();
    if (type == "thinking") {
      block.kind = Kind::kThinking;
      add_piece(block, string_member(*content, "thinking"), events);
    }
  }
  return {};
}

void AnthropicReader::open_call(Block& block, const Json& content,
                                std::vector<ModelEvent>& events) {
  const std::string_view name = string_member(content, "name");
  if (!output_tool_.empty() && name == output_tool_) {
    block.kind = Block::Kind::kOutput;
  } else {
    block.kind = Block::Kind::kCall;
    block.call = calls_++;
    events.emplace_back(
        ToolCallStart{block.call, repair_utf8(string_member(content, "id")), repair_utf8(name)});
  }
  // Calls that a program of the model made come with all their input.
  const Json* input = find_member(content, "input");
  if (input && input->is_object() && !input->get_object().empty())
    add_piece(block, dump_json(*input), events);
}

void AnthropicReader::read_delta(Block& block, const Json& delta, std::vector<ModelEvent>& events) {
  using Kind = Block::Kind;
  const std::string_view type = string_member(delta, "type");
  if (type == "text_delta" && block.kind == Kind::kText) {
    add_piece(block, string_member(delta, "text"), events);
  } else if (type == "thinking_delta" && block.kind == Kind::kThinking) {
    add_piece(block, string_member(delta, "thinking"), events);
  } else if (type == "signature_delta" && block.kind == Kind::kThinking) {
    std::string signature(string_member(Json(block.value), "signature"));
    signature += string_member(delta, "signature");
    block.value["signature"] = repair_utf8(signature);
  } else if (type == "input_json_delta") {
    add_piece(block, string_member(delta, "partial_json"), events);
  } else if (type == "compaction_delta") {
    add_piece(block, string_member(delta, "content"), events);
  }
}

void AnthropicReader::add_piece(Block& block, std::string_view text,
                                std::vector<ModelEvent>& events) {
  using Kind = Block::Kind;
  if (block.kind == Kind::kThinking || block.kind == Kind::kOpaque) block.pieces += text;
  if (block.kind == Kind::kOpaque) return;
  hand_on(block, block.joiner.push(text), events);
}

void AnthropicReader::hand_on(const Block& block, std::string text,
                              std::vector<ModelEvent>& events) {
  using Kind = Block::Kind;
  if (text.empty()) return;
  if (block.kind == Kind::kText || block.kind == Kind::kOutput) {
    events.emplace_back(TextDelta{std::move(text)});
  } else if (block.kind == Kind::kThinking) {
    events.emplace_back(ReasoningDelta{std::move(text)});
  } else if (block.kind == Kind::kCall) {
    events.emplace_back(ToolCallArguments{block.call, std::move(text)});
  }
}

// A block that is not ours to understand is whole now and can go back in the next request: thoughts
// with their signature, and what the provider did on its own.
void AnthropicReader::stop_block(Block& block, std::vector<ModelEvent>& events) {
  using Kind = Block::Kind;
  hand_on(block, block.joiner.finish(), events);
  if (block.kind != Kind::kThinking && block.kind != Kind::kOpaque) return;
  const std::string type(string_member(Json(block.value), "type"));
  if (block.kind == Kind::kThinking) {
    block.value["thinking"] = repair_utf8(block.pieces);
    if (!block.value.contains("signature")) return;  // Not accepted without one.
  } else if (type == "compaction" && !block.pieces.empty()) {
    block.value["content"] = repair_utf8(block.pieces);
  } else if (!block.pieces.empty()) {
    block.value["input"] = parse_json(repair_utf8(block.pieces)).value_or(Json(JsonObject()));
  }
  const bool wanted_back = is_thinking(type) || type == "compaction" ||
                           type.ends_with("_tool_use") || type.ends_with("_tool_result");
  if (!wanted_back) return;
  ProviderPart part{std::string(kAnthropicDialect), Json(block.value)};
  if (type.ends_with("_tool_use")) part.note = string_member(Json(block.value), "name");
  events.emplace_back(std::move(part));
}

void AnthropicReader::read_end(const Json& event, std::vector<ModelEvent>& events) {
  if (const Json* usage = find_member(event, "usage")) read_usage(*usage, events);
  const Json* delta = find_member(event, "delta");
  const std::string_view reason = delta ? string_member(*delta, "stop_reason") : "";
  if (!reason.empty() && !finished_) {
    finish(events);
    read_stop_reason(reason, events);
  }
}

// Each report overlays the one before. What was read from the cache or written to it is not in
// `input_tokens`.
void AnthropicReader::read_usage(const Json& usage, std::vector<ModelEvent>& events) {
  if (!usage.is_object()) return;
  for (const auto& member : usage.get_object()) {
    if (!member.value().is_null()) usage_[member.key()] = kept(member.value());
  }
  const Json all(usage_);
  UsageReport report;
  Usage& tokens = report.usage;
  tokens.cached_tokens = count(all, "cache_read_input_tokens");
  tokens.cache_write_tokens = count(all, "cache_creation_input_tokens");
  tokens.prompt_tokens =
      count(all, "input_tokens") + tokens.cached_tokens + tokens.cache_write_tokens;
  tokens.completion_tokens = count(all, "output_tokens");
  tokens.total_tokens = tokens.prompt_tokens + tokens.completion_tokens;
  if (const Json* details = find_member(all, "output_tokens_details"))
    tokens.reasoning_tokens = count(*details, "thinking_tokens");
  const Json* cost = find_member(all, "cost");  // OpenRouter's.
  if (cost && cost->is_number()) report.cost = double_member(all, "cost");
  events.emplace_back(report);
}

void AnthropicReader::read_stop_reason(std::string_view reason, std::vector<ModelEvent>& events) {
  finished_ = true;
  FinishReason ours = reason_of(reason);
  // The call by which the answer was given is none to the caller.
  if (ours == FinishReason::kToolCalls && calls_ == 0) ours = FinishReason::kStop;
  events.emplace_back(Finish{ours, repair_utf8(reason)});
}

void AnthropicReader::read_error(const Json& event, std::vector<ModelEvent>& events) {
  failed_ = true;
  const ErrorBody body =
      read_error_body(event).value_or(ErrorBody{"", "", shown_bytes(dump_json(event)), {}});
  events.emplace_back(
      InBandError{repair_utf8(body.type), repair_utf8(body.code), repair_utf8(body.message)});
}

Result<void> AnthropicReader::read_whole(const Json& message, std::vector<ModelEvent>& events) {
  const Json* content = find_member(message, "content");
  if (!content || !content->is_array()) {
    if (!find_member(message, "error"))
      return strange("sent JSON that is no answer: " + shown_bytes(dump_json(message)));
    read_error(message, events);
    return {};
  }
  if (auto started = start_message(message, events); !started) return started;
  std::int64_t index = 0;
  for (const Json& block : content->get_array()) {
    const Json start(JsonObject{{"index", index}, {"content_block", block}});
    if (auto begun = start_block(start, events); !begun) return begun;
    if (const auto open = open_.find(index++); open != open_.end()) {
      stop_block(open->second, events);
      open_.erase(open);
    }
  }
  stopped_ = true;
  read_stop_reason(string_member(message, "stop_reason"), events);
  return {};
}

void AnthropicReader::finish(std::vector<ModelEvent>& events) {
  for (auto& [index, block] : open_) hand_on(block, block.joiner.finish(), events);
}

}  // namespace tactus::llm
