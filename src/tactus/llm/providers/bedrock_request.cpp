#include <algorithm>

#include <tactus/llm/output_mode.hpp>
#include <tactus/llm/providers/bedrock_history.hpp>
#include <tactus/llm/providers/bedrock_model.hpp>
#include <tactus/llm/providers/bedrock_request.hpp>
#include <tactus/llm/providers/body_merge.hpp>

namespace tactus::llm {
namespace {

using Reasoning = BedrockModel::Reasoning;

constexpr std::int64_t kBudgetMin = 1024;  // Of Claude; less is refused.

// Whether calls of the running turn were made without thoughts: a Claude with a budget does not go
// on in thoughts with calls that were begun without.
bool began_without_thoughts(const ModelRequest& request) {
  for (auto message = request.messages.rbegin(); message != request.messages.rend(); ++message) {
    if (message->role == Role::kUser) return false;
    if (message->role != Role::kAssistant || message->tool_calls.empty()) continue;
    const auto& parts = message->provider_parts;
    const auto is_ours = [](const ProviderPart& part) { return part.dialect == kBedrockDialect; };
    if (std::none_of(parts.begin(), parts.end(), is_ours)) return true;
  }
  return false;
}

bool thinks(const ModelRequest& request) {
  const std::string effort = reasoning_effort_of(request.settings);
  const Reasoning reasoning = bedrock_model(request.model).reasoning;
  if (effort.empty() || effort == "none" || reasoning == Reasoning::kNone) return false;
  return reasoning != Reasoning::kBudget || !began_without_thoughts(request);
}

// Whether this is a Claude that will think: then it takes no sampling and no forced tool.
bool claude_thinks(const ModelRequest& request) {
  return bedrock_model(request.model).claude && thinks(request);
}

// Sampling as this request may have it. The newest Claudes take none, some only one of both.
struct Sampling {
  std::optional<double> temperature, top_p;
};

Sampling sampling_of(const ModelRequest& request) {
  const std::optional<AnthropicModel> claude = bedrock_model(request.model).claude;
  Sampling sampling;
  if (claude && (claude_thinks(request) || !claude->takes_sampling())) return sampling;
  sampling.temperature = request.settings.temperature;
  const bool one = claude && sampling.temperature && !claude->takes_temperature_with_top_p();
  if (!one) sampling.top_p = request.settings.top_p;
  return sampling;
}

JsonObject tool_of(std::string_view name, std::string_view description, JsonObject parameters) {
  if (!parameters.contains("type")) parameters["type"] = "object";
  if (!parameters.contains("properties")) parameters["properties"] = JsonObject();
  JsonObject schema;
  schema["json"] = std::move(parameters);
  JsonObject spec;
  spec["name"] = name;
  if (!description.empty()) spec["description"] = description;
  spec["inputSchema"] = std::move(schema);
  JsonObject tool;
  tool["toolSpec"] = std::move(spec);
  return tool;
}

// There is no way to say that no tool may be called, and a history with calls is refused without
// tools: then those that were called are named again, for what they are.
JsonArray tools_of(const ModelRequest& request, const std::vector<std::string>& called) {
  JsonArray tools;
  if (request.tool_choice != "none") {
    for (const ToolSpec& tool : request.tools) {
      tools.emplace_back(tool_of(tool.name, tool.description, tool.parameters));
    }
  }
  if (!tools.empty()) return tools;
  for (const std::string& name : called) {
    tools.emplace_back(tool_of(name, "Not available any more: must not be called.", {}));
  }
  return tools;
}

bool forces_tool(const ModelRequest& request) {
  const std::string& choice = request.tool_choice;
  return !request.tools.empty() && !choice.empty() && choice != "none" && choice != "auto";
}

// Claude cannot be made to call a tool while it thinks.
void add_choice(const ModelRequest& request, JsonObject& config) {
  const std::string& choice = request.tool_choice;
  if (request.tools.empty() || choice.empty() || choice == "none") return;
  JsonObject wanted;
  if (choice == "auto" || claude_thinks(request)) {
    wanted["auto"] = JsonObject();
  } else if (choice == "required") {
    wanted["any"] = JsonObject();
  } else {
    JsonObject tool;
    tool["name"] = choice;
    wanted["tool"] = std::move(tool);
  }
  config["toolChoice"] = std::move(wanted);
}

// The limit counts the thoughts as well, and must be larger than their budget.
std::int64_t max_tokens_of(const ModelRequest& request, std::int64_t budget) {
  constexpr std::int64_t kAnswerTokens = 4096;
  const auto wanted = request.settings.max_tokens;
  return wanted && *wanted > budget ? *wanted : budget + wanted.value_or(kAnswerTokens);
}

std::int64_t claude_budget(const Settings& settings) {
  return std::max(kBudgetMin, reasoning_budget_of(settings).value_or(kBudgetMin));
}

JsonObject inference_config(const ModelRequest& request) {
  const Settings& settings = request.settings;
  JsonObject config;
  const Sampling sampling = sampling_of(request);
  if (sampling.temperature) config["temperature"] = *sampling.temperature;
  if (sampling.top_p) config["topP"] = *sampling.top_p;
  const bool budget =
      thinks(request) && bedrock_model(request.model).reasoning == Reasoning::kBudget;
  if (budget) {
    config["maxTokens"] = max_tokens_of(request, claude_budget(settings));
  } else if (settings.max_tokens) {
    config["maxTokens"] = *settings.max_tokens;
  }
  if (!settings.stop.empty()) {
    config["stopSequences"] = JsonArray(settings.stop.begin(), settings.stop.end());
  }
  return config;
}

std::string_view three_levels(std::string_view effort) {
  if (effort == "minimal" || effort == "low") return "low";
  return effort == "medium" ? "medium" : "high";
}

// Each vendor's own words for how much to think.
JsonObject reasoning_fields(const ModelRequest& request) {
  const std::string effort = reasoning_effort_of(request.settings);
  const std::optional<AnthropicModel> claude = bedrock_model(request.model).claude;
  JsonObject fields, words;
  if (claude && claude->thinks_unasked() && effort == "none") {
    words["type"] = "disabled";
    fields["thinking"] = std::move(words);
  }
  if (!thinks(request)) return fields;
  switch (bedrock_model(request.model).reasoning) {
    case Reasoning::kNone:
      break;
    case Reasoning::kBudget:
      words["type"] = "enabled";
      words["budget_tokens"] = claude_budget(request.settings);
      fields["thinking"] = std::move(words);
      break;
    case Reasoning::kAdaptive:
      words["type"] = "adaptive";
      words["display"] = "summarized";  // Else the newest models send no text of it.
      fields["thinking"] = std::move(words);
      fields["output_config"] = JsonObject{{"effort", effort == "minimal" ? "low" : effort}};
      break;
    case Reasoning::kNova:
      words["type"] = "enabled";
      words["maxReasoningEffort"] = three_levels(effort);
      fields["reasoningConfig"] = std::move(words);
      break;
    case Reasoning::kEffort:
      fields["reasoning_effort"] = three_levels(effort);
      break;
  }
  return fields;
}

// The schema travels as text.
JsonObject output_config(const JsonObject& schema) {
  JsonObject named;
  named["name"] = "output";
  named["schema"] = dump_json(schema);
  JsonObject structure;
  structure["jsonSchema"] = std::move(named);
  JsonObject format;
  format["type"] = "json_schema";
  format["structure"] = std::move(structure);
  JsonObject config;
  config["textFormat"] = std::move(format);
  return config;
}

// What a following request will repeat is marked as worth keeping: writing it costs a quarter more,
// reading it a tenth. A first question without tools has no following request to hope for. Who says
// something of `cache_control` decides alone.
void mark_for_cache(const ModelRequest& request, BedrockHistory& history) {
  const std::size_t said = history.messages.size();
  if (!bedrock_model(request.model).caches || (request.tools.empty() && said < 2) ||
      request.settings.extra_body.contains("cache_control")) {
    return;
  }
  JsonObject mark;
  mark["cachePoint"] = JsonObject{{"type", "default"}};
  if (!history.system.empty()) history.system.emplace_back(mark);
  if (said > 0) history.messages.back().at("content").as_array().emplace_back(std::move(mark));
}

void add_if_any(JsonObject& body, std::string_view key, JsonObject value) {
  if (!value.empty()) body[key] = std::move(value);
}

}  // namespace

JsonObject bedrock_request_body(const ModelRequest& request) {
  BedrockHistory history = bedrock_history(request.messages);
  const bool binds_schema =
      request.output_mode == OutputMode::kNative || bedrock_model(request.model).binds_schema;
  if (request.output_schema && !binds_schema) {
    JsonObject block;
    block["text"] = schema_instruction(*request.output_schema);
    history.system.emplace_back(std::move(block));
  }
  mark_for_cache(request, history);
  JsonObject body;
  body["messages"] = std::move(history.messages);
  if (!history.system.empty()) body["system"] = std::move(history.system);
  add_if_any(body, "inferenceConfig", inference_config(request));
  if (JsonArray tools = tools_of(request, history.tool_names); !tools.empty()) {
    JsonObject config;
    config["tools"] = std::move(tools);
    add_choice(request, config);
    body["toolConfig"] = std::move(config);
  }
  if (request.output_schema && binds_schema) {
    body["outputConfig"] = output_config(*request.output_schema);
  }
  add_if_any(body, "additionalModelRequestFields", reasoning_fields(request));
  merge_into(body, request.settings.extra_body);
  body.erase("cache_control");
  return body;
}

std::vector<std::string> bedrock_dropped_settings(const ModelRequest& request) {
  const Settings& settings = request.settings;
  std::vector<std::string> dropped;
  const auto drop = [&](bool given, std::string_view name) {
    if (given) dropped.emplace_back(name);
  };
  const Sampling sampling = sampling_of(request);
  drop(settings.temperature && !sampling.temperature, "temperature");
  drop(settings.top_p && !sampling.top_p, "top_p");
  drop(settings.presence_penalty.has_value(), "presence_penalty");
  drop(settings.frequency_penalty.has_value(), "frequency_penalty");
  drop(settings.seed.has_value(), "seed");
  drop(settings.parallel_tool_calls.has_value(), "parallel_tool_calls");
  const std::string effort = reasoning_effort_of(settings);
  drop(!effort.empty() && effort != "none" && !thinks(request), "reasoning");
  drop(forces_tool(request) && claude_thinks(request), "tool_choice");
  return dropped;
}

}  // namespace tactus::llm
