#include <array>

#include <tactus/mcp/protocol.hpp>

namespace tactus::mcp {
namespace {

constexpr std::array<std::string_view, 4> kVersions = {kProtocolVersion, "2025-06-18", "2025-03-26",
                                                       "2024-11-05"};
constexpr int kMethodNotFound = -32601;

std::string message_text(const Json* id, JsonObject members) {
  JsonObject message{{"jsonrpc", "2.0"}};
  if (id) message["id"] = *id;
  for (auto& member : members) message[member.key()] = std::move(member.value());
  return dump_json(Json(std::move(message)));
}

// One element of `content` as text.
std::string content_text(const Json& item) {
  const std::string_view type = string_member(item, "type");
  if (type == "text") return std::string(string_member(item, "text"));
  if (type == "resource") {
    const Json* resource = find_member(item, "resource");
    if (resource && find_member(*resource, "text")) {
      return std::string(string_member(*resource, "text"));
    }
    const std::string_view uri = resource ? string_member(*resource, "uri") : std::string_view();
    return fmt::format("[resource {}]", uri);
  }
  if (type == "resource_link") return fmt::format("[resource {}]", string_member(item, "uri"));
  // Base64: three bytes in four characters.
  const std::size_t bytes = string_member(item, "data").size() / 4 * 3;
  return fmt::format("[{} {}, about {} bytes]", type.empty() ? "content" : type,
                     string_member(item, "mimeType", "of unknown type"), bytes);
}

std::string joined_content(const Json& result) {
  const Json* content = find_member(result, "content");
  if (!content || !content->is_array()) return "";
  std::string text;
  bool first = true;
  for (const Json& item : content->get_array()) {
    if (!first) text += '\n';
    first = false;
    text += content_text(item);
  }
  return text;
}

JsonObject input_schema_of(const Json& tool) {
  const Json* schema = find_member(tool, "inputSchema");
  if (schema && schema->is_object() && !schema->get_object().empty()) return schema->get_object();
  return JsonObject{{"type", "object"}};
}

}  // namespace

bool understands_version(std::string_view version) {
  return std::find(kVersions.begin(), kVersions.end(), version) != kVersions.end();
}

Result<ToolPage> read_tool_page(const Json& result) {
  const Json* listed = find_member(result, "tools");
  if (!listed || !listed->is_array()) {
    return fail(ErrorCode::kMcpConnect, "its answer to tools/list has no list of tools");
  }
  ToolPage page;
  for (const Json& item : listed->get_array()) {
    Tool tool;
    tool.name = string_member(item, "name");
    if (tool.name.empty()) {
      return fail(ErrorCode::kMcpConnect,
                  fmt::format("tool {} of its list has no name", page.tools.size() + 1));
    }
    tool.description = string_member(item, "description", string_member(item, "title"));
    tool.input_schema = input_schema_of(item);
    page.tools.push_back(std::move(tool));
  }
  page.next_cursor = string_member(result, "nextCursor");
  return page;
}

Result<Json> read_tool_result(const Json& result) {
  if (!result.is_object()) {
    return fail(ErrorCode::kToolFailed,
                "the server answered the call with something else than a "
                "tool's result");
  }
  if (bool_member(result, "isError")) {
    std::string text = joined_content(result);
    if (text.empty()) text = "the tool reported an error without saying which";
    return fail(ErrorCode::kToolFailed, std::move(text));
  }
  if (const Json* structured = find_member(result, "structuredContent");
      structured && !structured->is_null()) {
    return *structured;
  }
  return Json(joined_content(result));
}

Result<Incoming> read_message(const Json& message) {
  if (!message.is_object()) return fail(ErrorCode::kMcpConnect, "not a JSON-RPC message");
  Incoming incoming;
  const Json* id = find_member(message, "id");
  const Json* method = find_member(message, "method");
  if (id) incoming.id = *id;
  if (method && method->is_string()) {
    incoming.kind = id && !id->is_null() ? Incoming::Kind::kRequest : Incoming::Kind::kNotification;
    incoming.method = method->get_string();
    if (const Json* params = find_member(message, "params")) incoming.body = *params;
    return incoming;
  }
  if (const Json* error = find_member(message, "error"); error && !error->is_null()) {
    incoming.kind = Incoming::Kind::kError;
    incoming.body = *error;
    return incoming;
  }
  const Json* result = find_member(message, "result");
  if (!result || !id) return fail(ErrorCode::kMcpConnect, "not a JSON-RPC message");
  incoming.kind = Incoming::Kind::kResult;
  incoming.body = *result;
  return incoming;
}

std::string request_text(std::int64_t id, std::string_view method, JsonObject params) {
  const Json key(id);
  return message_text(&key, {{"method", method}, {"params", std::move(params)}});
}

std::string notification_text(std::string_view method, JsonObject params) {
  JsonObject members{{"method", method}};
  if (!params.empty()) members["params"] = std::move(params);
  return message_text(nullptr, std::move(members));
}

std::string result_text(const Json& id, JsonObject result) {
  return message_text(&id, {{"result", std::move(result)}});
}

std::string method_not_found_text(const Json& id, std::string_view method) {
  const std::string said = fmt::format("this client does not offer {}", method);
  return message_text(&id, {{"error", JsonObject{{"code", kMethodNotFound}, {"message", said}}}});
}

std::string describe_error(const Json& error) {
  return fmt::format("{} ({})", string_member(error, "message", "an error without a message"),
                     int_member(error, "code"));
}

}  // namespace tactus::mcp
