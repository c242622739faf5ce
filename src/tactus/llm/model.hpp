// Provider-neutral messages, tools, requests and what a model sends back. Values. Uses: base.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::llm {

enum class Role : std::uint8_t { kSystem, kUser, kAssistant, kTool };
std::string_view role_name(Role role);  // "system", "user", "assistant", "tool".
std::optional<Role> role_from_name(std::string_view name);

struct ToolCall {
  std::string id;  // Empty when the provider sent none.
  std::string name;
  std::string arguments;  // JSON text as the model wrote it; "" means {}.
  friend bool operator==(const ToolCall&, const ToolCall&) = default;
};

// What only the provider that sent it understands and wants back, as it was, in later requests:
// reasoning with its signature, encrypted reasoning, the signature of a call. `dialect` says who
// understands it; others leave it out. `text_bytes` and `calls` say where it stood in the answer:
// after so many bytes of text and so many tool calls.
struct ProviderPart {
  std::string dialect;         // "anthropic", "openai-responses", "gemini" …
  Json value;                  // Null: nothing goes back, there is only a note.
  std::size_t text_bytes = 0;  // Both are filled in by who collects an answer.
  std::size_t calls = 0;
  std::string note = {};  // What the provider did on its own, for people: the name of its tool.
  friend bool operator==(const ProviderPart&, const ProviderPart&) = default;
};

struct Message {
  Role role = Role::kUser;
  std::string content;
  std::vector<ToolCall> tool_calls;               // Assistant only.
  std::string tool_call_id;                       // Tool only: the call this answers.
  std::string name;                               // Tool only: the tool's name.
  bool interrupted = false;                       // Assistant only: cancelled in mid-text.
  std::vector<ProviderPart> provider_parts = {};  // Assistant only, in order.
};

struct ToolSpec {
  std::string name;
  std::string description;
  JsonObject parameters;  // JSON Schema of an object.
};

struct Settings {
  std::optional<double> temperature, top_p, presence_penalty, frequency_penalty;
  std::optional<std::int64_t> max_tokens, seed;
  std::vector<std::string> stop;
  std::optional<bool> parallel_tool_calls;
  // How much to think before the answer, as a word or in tokens (0 = not at all); usually one of
  // the two is set. `reasoning_effort_of` and `reasoning_budget_of` give each for either.
  std::string reasoning_effort;  // "none", "minimal", "low", "medium", "high" …; empty = not set.
  std::optional<std::int64_t> reasoning_budget;
  JsonObject extra_body;  // Members of the request body as they are; they win over ours.
  // Of one attempt, from sending it to the end of its answer; nothing = no limit of that kind.
  std::optional<std::chrono::milliseconds> timeout;
};

// The word for providers that take one: the one that is set, or the nearest to the budget; empty
// when neither is set.
std::string reasoning_effort_of(const Settings& settings);
// Tokens for providers that take a budget: the one that is set, or what the word stands for.
// Nothing when neither is set or the word is not known.
std::optional<std::int64_t> reasoning_budget_of(const Settings& settings);

// How a reply of a schema is asked for: as the provider does it best for this model, by its own
// mechanism, by a tool whose arguments are the reply, or in words.
enum class OutputMode : std::uint8_t { kAuto, kNative, kTool, kPrompt };
std::optional<OutputMode> output_mode_from_name(std::string_view name);  // "auto", "native" …

struct ModelRequest {
  std::string model;
  std::vector<Message> messages;
  std::vector<ToolSpec> tools;
  std::string tool_choice;                  // "", "auto", "required", "none" or a tool's name.
  std::optional<JsonObject> output_schema;  // JSON Schema of the reply.
  OutputMode output_mode = OutputMode::kAuto;
  Settings settings;
  bool stream = true;
};

enum class FinishReason : std::uint8_t {
  kStop,
  kLength,
  kToolCalls,
  kContentFilter,
  kCancelled,
  kTruncated,
  kError
};
// "stop", "length", "tool_calls", "content_filter", "cancelled", "truncated", "error".
std::string_view finish_reason_name(FinishReason reason);
std::optional<FinishReason> finish_reason_from_name(std::string_view name);

// Tokens of one request. Cached and reasoning tokens are parts of prompt and completion tokens.
struct Usage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t total_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t cache_write_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  bool estimated = false;
  friend bool operator==(const Usage&, const Usage&) = default;
};

// What a stream decoder makes of the provider's bytes, in provider order. Texts are valid UTF-8,
// not empty, and hold only what is new.
struct TextDelta {
  std::string text;
};
struct ReasoningDelta {
  std::string text;
};
struct RefusalDelta {
  std::string text;
};
// Once per call, before its arguments. `id` is empty when the provider sends none.
struct ToolCallStart {
  int index = 0;  // 0, 1 … in order of appearance.
  std::string id;
  std::string name;
};
struct ToolCallArguments {
  int index = 0;
  std::string text;
};
// Running totals: the last one counts.
struct UsageReport {
  Usage usage;
  std::optional<double> cost;  // The provider's own figure, USD.
};
// Again when a later chunk completes it.
struct ResponseInfo {
  std::string response_id;
  std::string model;
};
// The provider's own end marker, at most once. `raw` is its word, empty when it ended without one.
struct Finish {
  FinishReason reason = FinishReason::kStop;
  std::string raw;
};
struct InBandError {
  std::string type;
  std::string code;
  std::string message;
};
using ModelEvent =
    std::variant<TextDelta, ReasoningDelta, RefusalDelta, ToolCallStart, ToolCallArguments,
                 ProviderPart, UsageReport, ResponseInfo, Finish, InBandError>;

}  // namespace tactus::llm
