#include <algorithm>

#include <tactus/llm/providers/bedrock_decoder.hpp>
#include <tactus/llm/providers/bedrock_request.hpp>

namespace tactus::llm {
namespace {

std::int64_t count(const Json& usage, std::string_view key) {
  return std::max<std::int64_t>(0, int_member(usage, key));
}

FinishReason reason_of(std::string_view raw) {
  if (raw == "tool_use") return FinishReason::kToolCalls;
  if (raw == "max_tokens" || raw == "model_context_window_exceeded") return FinishReason::kLength;
  if (raw == "guardrail_intervened" || raw == "content_filtered") {
    return FinishReason::kContentFilter;
  }
  return raw.starts_with("malformed_") ? FinishReason::kError : FinishReason::kStop;
}

}  // namespace

// Of the events, `messageStart` says nothing new; others may be added.
Result<void> BedrockDecoder::read_event(std::string_view type, const Json& payload,
                                        Events& events) {
  const std::int64_t index = int_member(payload, "contentBlockIndex");
  if (type == "contentBlockStart") {
    const Json* start = find_member(payload, "start");
    const Json* tool = start ? find_member(*start, "toolUse") : nullptr;
    if (tool) return start_tool(*tool, blocks_[index], events);
  } else if (type == "contentBlockDelta") {
    if (const Json* delta = find_member(payload, "delta")) {
      read_delta(*delta, blocks_[index], events);
    }
  } else if (type == "contentBlockStop") {
    end_block(index, events);
  } else if (type == "messageStop") {
    read_stop(string_member(payload, "stopReason"), events);
  } else if (type == "metadata") {
    measured_ = true;
    if (const Json* usage = find_member(payload, "usage")) read_usage(*usage, events);
  }
  return {};
}

// Blocks of text have no start. Tools that the provider runs itself are not for the client.
Result<void> BedrockDecoder::start_tool(const Json& tool, Block& block, Events& events) {
  if (string_member(tool, "type") == "server_tool_use") return {};
  if (calls_ == kCallsMax) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("the answer has more than {} tool calls", kCallsMax));
  }
  block.call = calls_++;
  events.emplace_back(ToolCallStart{*block.call, std::string(string_member(tool, "toolUseId")),
                                    std::string(string_member(tool, "name"))});
  return {};
}

void BedrockDecoder::read_delta(const Json& delta, Block& block, Events& events) {
  if (const auto text = string_member(delta, "text"); !text.empty()) {
    events.emplace_back(TextDelta{std::string(text)});
  }
  if (const Json* tool = find_member(delta, "toolUse"); tool && block.call) {
    const std::string_view input = string_member(*tool, "input");
    if (!input.empty()) events.emplace_back(ToolCallArguments{*block.call, std::string(input)});
  }
  if (const Json* reasoning = find_member(delta, "reasoningContent")) {
    read_reasoning(*reasoning, block, events);
  }
}

void BedrockDecoder::read_reasoning(const Json& reasoning, Block& block, Events& events) {
  if (const auto text = string_member(reasoning, "text"); !text.empty()) {
    block.reasoning += text;
    events.emplace_back(ReasoningDelta{std::string(text)});
  }
  block.signature += string_member(reasoning, "signature");
  block.redacted += string_member(reasoning, "redactedContent");
}

// Reasoning that is signed or unreadable must be sent back as it was.
void BedrockDecoder::end_block(std::int64_t index, Events& events) {
  const auto found = blocks_.find(index);
  if (found == blocks_.end()) return;
  const Block block = std::move(found->second);
  blocks_.erase(found);
  if (!block.redacted.empty()) events.emplace_back(bedrock_redacted_part(block.redacted));
  if (!block.signature.empty()) {
    events.emplace_back(bedrock_reasoning_part(block.reasoning, block.signature));
  }
}

void BedrockDecoder::read_stop(std::string_view reason, Events& events) {
  if (stopped_) return;
  stopped_ = true;
  events.emplace_back(Finish{reason_of(reason), std::string(reason)});
}

// What was cached is not part of the input here.
void BedrockDecoder::read_usage(const Json& usage, Events& events) {
  Usage tokens;
  tokens.cached_tokens = count(usage, "cacheReadInputTokens");
  tokens.cache_write_tokens = count(usage, "cacheWriteInputTokens");
  tokens.prompt_tokens =
      count(usage, "inputTokens") + tokens.cached_tokens + tokens.cache_write_tokens;
  tokens.completion_tokens = count(usage, "outputTokens");
  tokens.total_tokens = find_member(usage, "totalTokens")
                            ? count(usage, "totalTokens")
                            : tokens.prompt_tokens + tokens.completion_tokens;
  events.emplace_back(UsageReport{tokens, std::nullopt});
}

// An answer of `converse`: the same things, all at once. Without an output it tells a failure.
Result<void> BedrockDecoder::read_whole(const Json& answer, Events& events) {
  const Json* output = find_member(answer, "output");
  const Json* message = output ? find_member(*output, "message") : nullptr;
  if (!message) {
    std::string said(string_member(answer, "message"));
    if (said.empty()) said = string_member(answer, "Message", "the answer has no output");
    fail_with({"", "", std::move(said)}, events);
    return {};
  }
  if (const Json* blocks = find_member(*message, "content"); blocks && blocks->is_array()) {
    std::int64_t index = 0;
    for (const Json& content : blocks->get_array()) {
      if (auto done = read_content(content, index++, events); !done) return done;
    }
  }
  if (const Json* usage = find_member(answer, "usage")) read_usage(*usage, events);
  measured_ = true;
  if (const auto reason = string_member(answer, "stopReason"); !reason.empty()) {
    read_stop(reason, events);
  }
  return {};
}

Result<void> BedrockDecoder::read_content(const Json& content, std::int64_t index, Events& events) {
  Block& block = blocks_[index];
  if (const auto text = string_member(content, "text"); !text.empty()) {
    events.emplace_back(TextDelta{std::string(text)});
  }
  if (const Json* tool = find_member(content, "toolUse")) {
    if (auto started = start_tool(*tool, block, events); !started) return started;
    const Json* input = find_member(*tool, "input");
    if (block.call && input) {
      events.emplace_back(ToolCallArguments{*block.call, dump_json(*input)});
    }
  }
  if (const Json* reasoning = find_member(content, "reasoningContent")) {
    const Json* text = find_member(*reasoning, "reasoningText");
    read_reasoning(text ? *text : *reasoning, block, events);
  }
  end_block(index, events);
  return {};
}

}  // namespace tactus::llm
