#include <algorithm>
#include <charconv>

#include <tactus/llm/output_mode.hpp>
#include <tactus/llm/providers/body_merge.hpp>
#include <tactus/llm/providers/gemini_history.hpp>
#include <tactus/llm/providers/gemini_request.hpp>

namespace tactus::llm {
namespace {

// "gemini-2.5-flash-lite" as what matters of it. Unknown names, tuned models among them, are of
// version 0; "gemini-flash-latest" is of the newest.
struct Family {
  double version = 0;
  bool pro = false, lite = false;
  bool thinks = false;
};

Family family_of(std::string_view model) {
  const std::size_t name = model.find("gemini-");
  Family family;
  if (name == std::string_view::npos) return family;
  model.remove_prefix(name + std::string_view("gemini-").size());
  const auto says = [&](std::string_view word) {
    return model.find(word) != std::string_view::npos;
  };
  std::from_chars(model.data(), model.data() + model.size(), family.version);
  if (family.version == 0 && model.ends_with("-latest")) family.version = 3;  // Or later.
  family.pro = says("pro");
  family.lite = says("lite");
  const bool other_output = says("image") || says("tts") || says("audio") || says("embedding");
  family.thinks = family.version >= 2.5 && !other_output;
  return family;
}

JsonObject declaration_of(const ToolSpec& tool) {
  JsonObject function;
  function["name"] = tool.name;
  if (!tool.description.empty()) function["description"] = tool.description;
  // Left out when there is nothing in it: an object without properties is refused.
  const Json* properties = tool.parameters.if_contains("properties");
  if (properties && properties->is_object() && !properties->get_object().empty()) {
    function["parametersJsonSchema"] = tool.parameters;
  }
  return function;
}

JsonObject calling_of(const std::string& choice) {
  JsonObject calling;
  if (choice == "auto" || choice == "none") {
    calling["mode"] = choice == "auto" ? "AUTO" : "NONE";
  } else {
    calling["mode"] = "ANY";
    if (choice != "required") calling["allowedFunctionNames"] = JsonArray{Json(choice)};
  }
  return calling;
}

void add_tools(const ModelRequest& request, JsonObject& body) {
  if (request.tools.empty()) return;
  JsonArray functions;
  for (const ToolSpec& tool : request.tools) functions.emplace_back(declaration_of(tool));
  JsonObject tools;
  tools["functionDeclarations"] = std::move(functions);
  body["tools"] = JsonArray{Json(std::move(tools))};
  if (request.tool_choice.empty()) return;
  JsonObject config;
  config["functionCallingConfig"] = calling_of(request.tool_choice);
  body["toolConfig"] = std::move(config);
}

// Within the bounds of the model: 2.5 Pro cannot be kept from thinking.
std::int64_t budget_for(const Family& family, std::int64_t tokens) {
  if (family.version != 2.5) return tokens;
  if (family.pro) return std::clamp<std::int64_t>(tokens, 128, 32'768);
  if (family.lite && tokens > 0) return std::clamp<std::int64_t>(tokens, 512, 24'576);
  return std::clamp<std::int64_t>(tokens, 0, 24'576);
}

// Gemini 3 takes levels. The Pro models know two of them, and none can be kept from thinking.
std::string_view level_for(const Family& family, std::string_view effort) {
  if (effort == "none" || effort == "minimal") return family.pro ? "low" : "minimal";
  if (effort == "low") return "low";
  if (effort == "medium") return family.pro && family.version < 3.1 ? "high" : "medium";
  return "high";
}

JsonObject thinking_of(const ModelRequest& request) {
  const Settings& settings = request.settings;
  const Family family = family_of(request.model);
  JsonObject thinking;
  bool off = false;
  if (family.version >= 3 && !settings.reasoning_budget && !settings.reasoning_effort.empty()) {
    thinking["thinkingLevel"] = level_for(family, settings.reasoning_effort);
  } else if (const auto wanted = reasoning_budget_of(settings)) {
    const std::int64_t budget = budget_for(family, *wanted);
    thinking["thinkingBudget"] = budget;
    off = budget == 0;
  }
  const bool asked = !thinking.empty();
  if ((asked || family.thinks) && !off) thinking["includeThoughts"] = true;
  return thinking;
}

// Before Gemini 3 a reply cannot be bound to a schema while there are tools.
bool binds_schema(const ModelRequest& request) {
  return request.output_mode == OutputMode::kNative || request.tools.empty() ||
         family_of(request.model).version >= 3;
}

JsonObject generation_config(const ModelRequest& request) {
  const Settings& settings = request.settings;
  JsonObject config;
  if (settings.temperature) config["temperature"] = *settings.temperature;
  if (settings.top_p) config["topP"] = *settings.top_p;
  if (settings.presence_penalty) config["presencePenalty"] = *settings.presence_penalty;
  if (settings.frequency_penalty) config["frequencyPenalty"] = *settings.frequency_penalty;
  if (settings.max_tokens) config["maxOutputTokens"] = *settings.max_tokens;
  if (settings.seed) config["seed"] = *settings.seed;
  if (!settings.stop.empty()) {
    config["stopSequences"] = JsonArray(settings.stop.begin(), settings.stop.end());
  }
  if (request.output_schema && binds_schema(request)) {
    config["responseMimeType"] = "application/json";
    config["responseJsonSchema"] = *request.output_schema;
  }
  JsonObject thinking = thinking_of(request);
  if (!thinking.empty()) config["thinkingConfig"] = std::move(thinking);
  return config;
}

}  // namespace

JsonObject gemini_request_body(const ModelRequest& request) {
  GeminiHistory history = gemini_history(request.messages, family_of(request.model).version >= 3);
  if (request.output_schema && !binds_schema(request)) {
    JsonObject part;
    part["text"] = schema_instruction(*request.output_schema);
    history.system.emplace_back(std::move(part));
  }
  JsonObject body;
  body["contents"] = std::move(history.contents);
  if (!history.system.empty()) {
    JsonObject system;
    system["parts"] = std::move(history.system);
    body["systemInstruction"] = std::move(system);
  }
  add_tools(request, body);
  JsonObject config = generation_config(request);
  if (!config.empty()) body["generationConfig"] = std::move(config);
  merge_into(body, request.settings.extra_body);
  return body;
}

std::vector<std::string> gemini_dropped_settings(const ModelRequest& request) {
  if (!request.settings.parallel_tool_calls) return {};
  return {"parallel_tool_calls"};
}

}  // namespace tactus::llm
