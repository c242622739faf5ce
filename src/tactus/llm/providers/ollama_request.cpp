#include <map>

#include <tactus/llm/output_mode.hpp>
#include <tactus/llm/providers/body_merge.hpp>
#include <tactus/llm/providers/ollama_request.hpp>

namespace tactus::llm {
namespace {

JsonObject message_of(std::string_view role, std::string_view content) {
  JsonObject entry;
  entry["role"] = role;
  entry["content"] = content;
  return entry;
}

JsonArray tool_calls_of(const Message& message) {
  JsonArray calls;
  for (const ToolCall& call : message.tool_calls) {
    JsonObject function;
    function["name"] = call.name;
    const auto arguments = parse_json(call.arguments);
    function["arguments"] = arguments && arguments->is_object() ? *arguments : Json(JsonObject());
    JsonObject entry;
    entry["type"] = "function";
    entry["function"] = std::move(function);
    calls.emplace_back(std::move(entry));
  }
  return calls;
}

JsonObject answer_of(const Message& message) {
  JsonObject entry = message_of("assistant", message.content);
  for (const ProviderPart& part : message.provider_parts) {
    if (part.dialect != kOllamaDialect) continue;
    if (const Json* thinking = find_member(part.value, "thinking")) entry["thinking"] = *thinking;
  }
  if (!message.tool_calls.empty()) entry["tool_calls"] = tool_calls_of(message);
  return entry;
}

JsonArray messages_of(const std::vector<Message>& messages) {
  JsonArray entries;
  std::map<std::string, std::string> names;  // Of the tools, by call.
  for (const Message& message : messages) {
    for (const ToolCall& call : message.tool_calls) names[call.id] = call.name;
    if (message.role == Role::kAssistant) {
      entries.emplace_back(answer_of(message));
      continue;
    }
    JsonObject entry = message_of(role_name(message.role), message.content);
    if (message.role == Role::kTool) {
      const auto called = names.find(message.tool_call_id);
      entry["tool_name"] = called == names.end() ? message.name : called->second;
    }
    entries.emplace_back(std::move(entry));
  }
  return entries;
}

JsonObject tool_of(const ToolSpec& tool) {
  JsonObject function;
  function["name"] = tool.name;
  if (!tool.description.empty()) function["description"] = tool.description;
  JsonObject parameters = tool.parameters;
  if (!parameters.contains("type")) parameters["type"] = "object";
  if (!parameters.contains("properties")) parameters["properties"] = JsonObject();
  function["parameters"] = std::move(parameters);
  JsonObject entry;
  entry["type"] = "function";
  entry["function"] = std::move(function);
  return entry;
}

// There is no choice of tools, but what must not be called need not be offered.
bool offers_tools(const ModelRequest& request) {
  return !request.tools.empty() && request.tool_choice != "none";
}

// A format would keep the model from calling tools, so beside tools the schema is asked for in
// words.
void add_output_schema(const ModelRequest& request, JsonObject& body) {
  if (!request.output_schema) return;
  if (!offers_tools(request) || request.output_mode == OutputMode::kNative) {
    body["format"] = *request.output_schema;
    return;
  }
  const std::string instruction = schema_instruction(*request.output_schema);
  JsonArray& messages = body["messages"].get_array();
  const bool has_system = !messages.empty() && string_member(messages[0], "role") == "system";
  if (has_system) {
    const std::string said(string_member(messages[0], "content"));
    messages[0].get_object()["content"] = said + "\n\n" + instruction;
  } else {
    messages.insert(messages.begin(), Json(message_of("system", instruction)));
  }
}

// Most models can only think or not; gpt-oss knows three levels and always thinks.
void add_thinking(const ModelRequest& request, JsonObject& body) {
  const std::string effort = reasoning_effort_of(request.settings);
  if (effort.empty()) return;
  if (request.model.find("gpt-oss") == std::string::npos) {
    body["think"] = effort != "none";
  } else {
    const bool low = effort == "none" || effort == "minimal" || effort == "low";
    body["think"] = low ? "low" : effort == "medium" ? "medium" : "high";
  }
}

JsonObject options_of(const Settings& settings) {
  JsonObject options;
  if (settings.temperature) options["temperature"] = *settings.temperature;
  if (settings.top_p) options["top_p"] = *settings.top_p;
  if (settings.presence_penalty) options["presence_penalty"] = *settings.presence_penalty;
  if (settings.frequency_penalty) options["frequency_penalty"] = *settings.frequency_penalty;
  if (settings.max_tokens) options["num_predict"] = *settings.max_tokens;
  if (settings.seed) options["seed"] = *settings.seed;
  if (!settings.stop.empty()) {
    options["stop"] = JsonArray(settings.stop.begin(), settings.stop.end());
  }
  return options;
}

}  // namespace

JsonObject ollama_request_body(const ModelRequest& request) {
  JsonObject body;
  body["model"] = request.model;
  body["messages"] = messages_of(request.messages);
  body["stream"] = request.stream;
  if (offers_tools(request)) {
    JsonArray tools;
    for (const ToolSpec& tool : request.tools) tools.emplace_back(tool_of(tool));
    body["tools"] = std::move(tools);
  }
  add_output_schema(request, body);
  add_thinking(request, body);
  JsonObject options = options_of(request.settings);
  if (!options.empty()) body["options"] = std::move(options);
  merge_into(body, request.settings.extra_body);
  return body;
}

std::vector<std::string> ollama_dropped_settings(const ModelRequest& request) {
  std::vector<std::string> dropped;
  if (request.settings.parallel_tool_calls) dropped.emplace_back("parallel_tool_calls");
  const std::string& choice = request.tool_choice;
  const bool forced = !choice.empty() && choice != "auto" && choice != "none";
  if (offers_tools(request) && forced) dropped.emplace_back("tool_choice");
  return dropped;
}

}  // namespace tactus::llm
