#include <tactus/llm/providers/message_parts.hpp>
#include <tactus/llm/providers/openai_request.hpp>
#include <tactus/llm/providers/responses_request.hpp>

namespace tactus::llm {
namespace {

JsonObject message_of(std::string_view role, std::string_view text) {
  return {{"role", role}, {"content", text}};
}

JsonObject call_of(const ToolCall& call) {
  return {{"type", "function_call"},
          {"call_id", call.id},
          {"name", call.name},
          {"arguments", parse_json(call.arguments) ? call.arguments : "{}"}};
}

void add_answer(const Message& message, JsonArray& input) {
  each_piece(
      message, kResponsesDialect,
      [&](std::string_view text) { input.push_back(message_of("assistant", text)); },
      [&](const ToolCall& call) { input.push_back(call_of(call)); },
      [&](const Json& item) { input.push_back(item); });
}

// What opens the conversation are its instructions; what a system says later stands where it was
// said.
void add_conversation(const ModelRequest& request, const OpenAiDialect& dialect, JsonObject& body) {
  std::string instructions;
  JsonArray input;
  for (const Message& message : request.messages) {
    switch (message.role) {
      case Role::kSystem:
        if (input.empty()) {
          instructions += (instructions.empty() ? "" : "\n\n") + message.content;
        } else {
          input.push_back(
              message_of(dialect.reasoning_models ? "developer" : "system", message.content));
        }
        break;
      case Role::kUser:
        input.push_back(message_of("user", message.content));
        break;
      case Role::kAssistant:
        add_answer(message, input);
        break;
      case Role::kTool:
        input.push_back(JsonObject{{"type", "function_call_output"},
                                   {"call_id", message.tool_call_id},
                                   {"output", message.content}});
        break;
    }
  }
  if (!instructions.empty()) body["instructions"] = std::move(instructions);
  body["input"] = std::move(input);
}

// Left out, `strict` would mean yes.
JsonObject tool_of(const ToolSpec& tool) {
  JsonObject entry{{"type", "function"}, {"name", tool.name}};
  if (!tool.description.empty()) entry["description"] = tool.description;
  JsonObject parameters = tool.parameters;
  if (!parameters.contains("type")) parameters["type"] = "object";
  if (!parameters.contains("properties")) parameters["properties"] = JsonObject();
  entry["strict"] = keeps_strict_rules(Json(parameters));
  entry["parameters"] = std::move(parameters);
  return entry;
}

void add_tools(const ModelRequest& request, JsonObject& body) {
  if (request.tools.empty()) return;
  JsonArray tools;
  for (const ToolSpec& tool : request.tools) tools.emplace_back(tool_of(tool));
  body["tools"] = std::move(tools);
  const std::string& choice = request.tool_choice;
  if (choice == "required" || choice == "auto" || choice == "none") {
    body["tool_choice"] = choice;
  } else if (!choice.empty()) {
    body["tool_choice"] = JsonObject{{"type", "function"}, {"name", choice}};
  }
  if (request.settings.parallel_tool_calls)
    body["parallel_tool_calls"] = *request.settings.parallel_tool_calls;
}

void add_output_schema(const ModelRequest& request, JsonObject& body) {
  if (!request.output_schema) return;
  JsonObject format{{"type", "json_schema"}, {"name", "output"}};
  format["strict"] = keeps_strict_rules(Json(*request.output_schema));
  format["schema"] = *request.output_schema;
  body["text"] = JsonObject{{"format", std::move(format)}};
}

// Models that do not reason refuse to be asked for what they have not.
bool has_reasoning(const ModelRequest& request) {
  const std::string effort = reasoning_effort_of(request.settings);
  return is_reasoning_model(request.model) || (!effort.empty() && effort != "none");
}

void add_reasoning(const ModelRequest& request, JsonObject& body) {
  const std::string effort = reasoning_effort_of(request.settings);
  if (!effort.empty()) {
    JsonObject reasoning{{"effort", effort}};
    if (effort != "none") reasoning["summary"] = "auto";
    body["reasoning"] = std::move(reasoning);
  }
  if (has_reasoning(request)) body["include"] = JsonArray({"reasoning.encrypted_content"});
}

bool takes_sampling(const ModelRequest& request, const OpenAiDialect& dialect) {
  return !dialect.reasoning_models || !is_reasoning_model(request.model) ||
         reasoning_effort_of(request.settings) == "none";
}

}  // namespace

JsonObject responses_request_body(const ModelRequest& request, const OpenAiDialect& dialect) {
  JsonObject body;
  body["model"] = request.model;
  add_conversation(request, dialect, body);
  add_tools(request, body);
  add_output_schema(request, body);
  add_reasoning(request, body);
  const Settings& settings = request.settings;
  if (takes_sampling(request, dialect)) {
    if (settings.temperature) body["temperature"] = *settings.temperature;
    if (settings.top_p) body["top_p"] = *settings.top_p;
  }
  if (settings.max_tokens) body["max_output_tokens"] = *settings.max_tokens;
  body["store"] = false;
  body["stream"] = request.stream;
  if (request.stream && dialect.obfuscation)
    body["stream_options"] = JsonObject{{"include_obfuscation", false}};
  for (const auto& extra : settings.extra_body) body[extra.key()] = extra.value();
  return body;
}

std::vector<std::string> responses_dropped_settings(const ModelRequest& request,
                                                    const OpenAiDialect& dialect) {
  const Settings& settings = request.settings;
  std::vector<std::string> dropped;
  const auto drop = [&](bool lost, const char* name) {
    if (lost) dropped.emplace_back(name);
  };
  const bool sampling = takes_sampling(request, dialect);
  drop(settings.temperature && !sampling, "temperature");
  drop(settings.top_p && !sampling, "top_p");
  drop(settings.presence_penalty.has_value(), "presence_penalty");
  drop(settings.frequency_penalty.has_value(), "frequency_penalty");
  drop(settings.seed.has_value(), "seed");
  drop(!settings.stop.empty(), "stop");
  return dropped;
}

}  // namespace tactus::llm
