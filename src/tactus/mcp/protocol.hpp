// The messages of the Model Context Protocol as values: JSON-RPC 2.0 and what a client of tools
// needs of it. No I/O; pure functions, safe on any thread. Uses: base.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::mcp {

// The revision this client asks for, and those it also understands when a server answers with one.
inline constexpr std::string_view kProtocolVersion = "2025-11-25";
bool understands_version(std::string_view version);

// One tool as its server describes it.
struct Tool {
  std::string name;
  std::string description;  // Falls back to the title; may be empty.
  JsonObject input_schema;  // JSON Schema of an object; {"type": "object"} when there is none.
};

// One page of `tools/list`.
struct ToolPage {
  std::vector<Tool> tools;
  std::string next_cursor;  // Empty = the last page.
};
// Fails with kMcpConnect when `result` is no such page.
Result<ToolPage> read_tool_page(const Json& result);

// What a `tools/call` gave: structured content as it is, else the content as one text. Texts are
// joined by line breaks; what is no text is named in brackets. A failure reported by the tool is
// kToolFailed with its text.
Result<Json> read_tool_result(const Json& result);

// Something a server sent.
struct Incoming {
  enum class Kind : std::uint8_t { kResult, kError, kRequest, kNotification };
  Kind kind = Kind::kNotification;
  Json id;             // Of a result, an error or a request; null for an error without one.
  std::string method;  // Of a request or a notification.
  Json body;           // The result, the error object or the parameters.
};
// Fails with kMcpConnect when `message` is no JSON-RPC message.
Result<Incoming> read_message(const Json& message);

// The texts that go out.
std::string request_text(std::int64_t id, std::string_view method, JsonObject params);
std::string notification_text(std::string_view method, JsonObject params);
std::string result_text(const Json& id, JsonObject result);
std::string method_not_found_text(const Json& id, std::string_view method);

// The sentence in a JSON-RPC error object: "message (code)".
std::string describe_error(const Json& error);

}  // namespace tactus::mcp
