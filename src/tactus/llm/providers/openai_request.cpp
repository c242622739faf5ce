#include <algorithm>
#include <array>

#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/openai_request.hpp>

namespace tactus::llm {
namespace {

// A call whose arguments the model left unfinished must not go back as it is: servers parse the
// history, and answer with an error to JSON that is none.
std::string arguments_of(const ToolCall& call) {
  return parse_json(call.arguments) ? call.arguments : "{}";
}

JsonArray tool_calls_of(const Message& message) {
  JsonArray calls;
  for (const ToolCall& call : message.tool_calls) {
    JsonObject function;
    function["name"] = call.name;
    function["arguments"] = arguments_of(call);
    JsonObject entry;
    entry["id"] = call.id;
    entry["type"] = "function";
    entry["function"] = std::move(function);
    calls.emplace_back(std::move(entry));
  }
  return calls;
}

JsonObject message_of(const Message& message) {
  JsonObject entry;
  entry["role"] = role_name(message.role);
  const bool only_calls = message.content.empty() && !message.tool_calls.empty();
  if (only_calls) {
    entry["content"] = nullptr;
  } else {
    entry["content"] = message.content;
  }
  if (!message.tool_calls.empty()) entry["tool_calls"] = tool_calls_of(message);
  if (message.role == Role::kTool) entry["tool_call_id"] = message.tool_call_id;
  return entry;
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

Json tool_choice_of(const std::string& choice, const OpenAiDialect& dialect) {
  if (choice == "required") return Json(dialect.required_choice);
  if (choice == "auto" || choice == "none") return Json(choice);
  JsonObject function;
  function["name"] = choice;
  JsonObject entry;
  entry["type"] = "function";
  entry["function"] = std::move(function);
  return entry;
}

void add_tools(const ModelRequest& request, const OpenAiDialect& dialect, JsonObject& body) {
  if (request.tools.empty()) return;
  JsonArray tools;
  for (const ToolSpec& tool : request.tools) tools.emplace_back(tool_of(tool));
  body["tools"] = std::move(tools);
  if (!request.tool_choice.empty()) {
    body["tool_choice"] = tool_choice_of(request.tool_choice, dialect);
  }
  if (request.settings.parallel_tool_calls) {
    body["parallel_tool_calls"] = *request.settings.parallel_tool_calls;
  }
}

void add_output_schema(const ModelRequest& request, JsonObject& body) {
  if (!request.output_schema) return;
  JsonObject described;
  described["name"] = "output";
  described["schema"] = *request.output_schema;
  described["strict"] = keeps_strict_rules(Json(*request.output_schema));
  JsonObject format;
  format["type"] = "json_schema";
  format["json_schema"] = std::move(described);
  body["response_format"] = std::move(format);
}

// Sampling settings, which reasoning models refuse unless their reasoning is off.
bool takes_sampling(const ModelRequest& request, const OpenAiDialect& dialect) {
  return !dialect.reasoning_models || !is_reasoning_model(request.model) ||
         reasoning_effort_of(request.settings) == "none";
}

template <typename Add>
void each_sampling_setting(const Settings& settings, Add add) {
  if (settings.temperature) add("temperature", *settings.temperature);
  if (settings.top_p) add("top_p", *settings.top_p);
  if (settings.presence_penalty) add("presence_penalty", *settings.presence_penalty);
  if (settings.frequency_penalty) add("frequency_penalty", *settings.frequency_penalty);
}

void add_settings(const ModelRequest& request, const OpenAiDialect& dialect, JsonObject& body) {
  const Settings& settings = request.settings;
  if (takes_sampling(request, dialect)) {
    each_sampling_setting(settings,
                          [&](std::string_view name, double value) { body[name] = value; });
  }
  if (settings.max_tokens) {
    body[dialect.max_completion_tokens ? "max_completion_tokens" : "max_tokens"] =
        *settings.max_tokens;
  }
  if (settings.seed) body["seed"] = *settings.seed;
  if (!settings.stop.empty()) {
    body["stop"] = JsonArray(settings.stop.begin(), settings.stop.end());
  }
  if (std::string effort = reasoning_effort_of(settings); !effort.empty()) {
    body["reasoning_effort"] = std::move(effort);
  }
}

void add_streaming(const ModelRequest& request, const OpenAiDialect& dialect, JsonObject& body) {
  body["stream"] = request.stream;
  if (!request.stream || !dialect.stream_options) return;
  JsonObject options;
  options["include_usage"] = true;
  if (dialect.obfuscation) options["include_obfuscation"] = false;
  body["stream_options"] = std::move(options);
}

bool is_strict_keyword(std::string_view key) {
  static constexpr std::array<std::string_view, 20> kKnown = {"type",
                                                              "properties",
                                                              "required",
                                                              "additionalProperties",
                                                              "items",
                                                              "enum",
                                                              "const",
                                                              "anyOf",
                                                              "description",
                                                              "title",
                                                              "$defs",
                                                              "$ref",
                                                              "pattern",
                                                              "format",
                                                              "minimum",
                                                              "maximum",
                                                              "multipleOf",
                                                              "exclusiveMinimum",
                                                              "exclusiveMaximum",
                                                              "minItems"};
  return key == "maxItems" || std::find(kKnown.begin(), kKnown.end(), key) != kKnown.end();
}

bool all_keep_strict_rules(const Json& schemas) {
  if (const JsonArray* list = schemas.if_array()) {
    return std::all_of(list->begin(), list->end(), keeps_strict_rules);
  }
  const JsonObject* object = schemas.if_object();
  return object && std::all_of(object->begin(), object->end(), [](const auto& member) {
           return keeps_strict_rules(member.value());
         });
}

bool is_closed_object(const JsonObject& schema) {
  const Json* additional = schema.if_contains("additionalProperties");
  if (!additional || !additional->is_bool() || additional->get_bool()) return false;
  const Json* properties = schema.if_contains("properties");
  const Json* required = schema.if_contains("required");
  if (!properties || !properties->is_object()) return false;
  const std::size_t names = required && required->is_array() ? required->get_array().size() : 0;
  return names == properties->get_object().size();
}

}  // namespace

bool keeps_strict_rules(const Json& schema) {
  const JsonObject* keywords = schema.if_object();
  if (!keywords) return false;
  const bool typed = keywords->contains("type") || keywords->contains("anyOf") ||
                     keywords->contains("$ref") || keywords->contains("enum") ||
                     keywords->contains("const");
  if (!typed) return false;
  if (string_member(schema, "type") == "object" && !is_closed_object(*keywords)) return false;
  for (const auto& keyword : *keywords) {
    const std::string_view key = keyword.key();
    if (!is_strict_keyword(key)) return false;
    if (key == "items" && !keeps_strict_rules(keyword.value())) return false;
    const bool nested = key == "properties" || key == "anyOf" || key == "$defs";
    if (nested && !all_keep_strict_rules(keyword.value())) return false;
  }
  return true;
}

JsonObject openai_request_body(const ModelRequest& request, const OpenAiDialect& dialect) {
  JsonObject body;
  body["model"] = request.model;
  JsonArray messages;
  for (const Message& message : request.messages) messages.emplace_back(message_of(message));
  body["messages"] = std::move(messages);
  add_tools(request, dialect, body);
  add_output_schema(request, body);
  add_settings(request, dialect, body);
  add_streaming(request, dialect, body);
  for (const auto& extra : request.settings.extra_body) body[extra.key()] = extra.value();
  return body;
}

std::vector<std::string> openai_dropped_settings(const ModelRequest& request,
                                                 const OpenAiDialect& dialect) {
  std::vector<std::string> dropped;
  if (takes_sampling(request, dialect)) return dropped;
  each_sampling_setting(request.settings,
                        [&](std::string_view name, double) { dropped.emplace_back(name); });
  return dropped;
}

}  // namespace tactus::llm
