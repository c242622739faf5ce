// What the demo model sees of a Chat Completions request. Values. Uses: base.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::llm::mock {

struct OfferedTool {
  std::string name;
  std::string description;
  JsonObject parameters;  // JSON Schema; empty when the tool takes nothing.
};

struct ToolResult {
  std::string name;  // Of the tool; "tool" when the request does not say.
  std::string text;
};

// One request, read leniently: what is absent or of the wrong kind counts as not said.
struct Conversation {
  std::string system;                // All system and developer messages, joined.
  std::vector<std::string> users;    // User messages in order, without the demo model's own notes.
  std::vector<std::string> answers;  // Assistant texts in order, without notes.
  std::string prompt;  // The user message that says what is wanted: the newest that is no filler.
  bool continuation = false;               // The newest user message only asks to go on.
  std::vector<std::string> called;         // Tools called since the newest user message.
  std::vector<std::string> called_before;  // Tools called earlier.
  std::vector<ToolResult> results;         // Since the newest user message.
  std::vector<OfferedTool> tools;
  std::string tool_choice = "auto";  // "auto", "none", "required" or a tool's name.
  bool parallel_tool_calls = true;
  std::optional<JsonObject> schema;  // Of the reply.
  bool json_reply = false;           // Any JSON object is wanted.
  std::optional<std::int64_t> max_tokens;
  std::vector<std::string> stop;
  std::uint64_t seed =
      0;  // Of the whole conversation and its settings, not of how the reply is delivered.
  std::int64_t prompt_tokens = 0;  // A quarter of the characters of messages and tools, at least 1.

  const OfferedTool* find_tool(std::string_view name) const;
  bool was_called(std::string_view name) const;  // In this turn; for a continuation, ever.
  // Everything users said, newest first, one message a line.
  std::string said() const;
};

Conversation read_conversation(const Json& request);

// The line by which replies of the demo model name their origin. Recognised by `strip_notes`.
inline constexpr std::string_view kNote = "*— Tactus’ offline demo model, not a real one.*";
inline constexpr std::string_view kFirstNote =
    "*— Written by Tactus’ offline demo model, not a real one. Set `OPENAI_API_KEY` to ask a real "
    "model.*";

// `text` without the demo model's notes.
std::string strip_notes(std::string_view text);

}  // namespace tactus::llm::mock
