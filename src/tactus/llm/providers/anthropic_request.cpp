#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/output_mode.hpp>
#include <tactus/llm/providers/anthropic_messages.hpp>
#include <tactus/llm/providers/anthropic_model.hpp>
#include <tactus/llm/providers/anthropic_request.hpp>

namespace tactus::llm {
namespace {

constexpr std::int64_t kBudgetMin = 1024;

// How a request says how much to think.
struct Thinking {
  enum class Kind : std::uint8_t { kUnsaid, kBudget, kAdaptive, kOff };
  Kind kind = Kind::kUnsaid;
  std::int64_t budget = 0;
  std::string effort;

  bool on() const { return kind == Kind::kBudget || kind == Kind::kAdaptive; }
};

std::int64_t max_tokens_of(const ModelRequest& request) {
  return request.settings.max_tokens.value_or(anthropic_model(request.model).usual_max_tokens());
}

// "minimal" is no word of Anthropic's, and "xhigh" none of models that still take a budget.
std::string effort_word(std::string word, const AnthropicModel& model) {
  if (word == "minimal") return "low";
  if (word == "xhigh" && model.takes_budget()) return "high";
  return word;
}

// A budget lies below the limit of the whole answer, which thoughts are part of. A model does not
// go on in thoughts with calls that it began without.
std::int64_t budget_for(const ModelRequest& request, std::int64_t wished) {
  if (wished <= 0 || lacks_thoughts(request.messages)) return 0;
  const std::int64_t budget = std::min(std::max(wished, kBudgetMin), max_tokens_of(request) - 1);
  return budget >= kBudgetMin ? budget : 0;
}

bool is_forced(const ModelRequest& request) {
  const std::string& choice = request.tool_choice;
  return !request.tools.empty() && !choice.empty() && choice != "auto" && choice != "none";
}

Thinking thinking_of(const ModelRequest& request) {
  const AnthropicModel model = anthropic_model(request.model);
  const Settings& settings = request.settings;
  const std::string effort = reasoning_effort_of(settings);
  Thinking thinking;
  // Who forces a call and does not speak of thoughts wants the call: both do not go together.
  if (effort.empty() && is_forced(request) && model.thinks_unasked())
    thinking.kind = Thinking::Kind::kOff;
  if (effort.empty() || !model.thinks()) return thinking;
  if (effort == "none") {
    if (model.thinks_unasked()) thinking.kind = Thinking::Kind::kOff;
    return thinking;
  }
  const bool in_tokens = settings.reasoning_budget && settings.reasoning_effort.empty();
  if (model.adapts() && !(in_tokens && model.takes_budget())) {
    thinking.kind = Thinking::Kind::kAdaptive;
    thinking.effort = effort_word(effort, model);
    return thinking;
  }
  const auto wished = reasoning_budget_of(settings);
  thinking.budget = budget_for(request, wished.value_or(0));
  if (thinking.budget > 0) thinking.kind = Thinking::Kind::kBudget;
  return thinking;
}

// Whether `schema` is one that its compiler takes: closed objects and no limits on values.
bool is_plain_schema(const Json& schema) {
  static constexpr std::array<std::string_view, 12> kKnown = {
      "type",  "properties", "required", "additionalProperties", "items", "enum",
      "const", "anyOf",      "$defs",    "description",          "title", "$ref"};
  const JsonObject* keywords = schema.if_object();
  if (!keywords || keywords->empty()) return false;
  const auto all_plain = [](const Json& nested) {
    if (const JsonArray* list = nested.if_array())
      return std::all_of(list->begin(), list->end(), is_plain_schema);
    const JsonObject* object = nested.if_object();
    return object && std::all_of(object->begin(), object->end(), [](const auto& member) {
             return is_plain_schema(member.value());
           });
  };
  if (string_member(schema, "type") == "object") {
    const Json* additional = keywords->if_contains("additionalProperties");
    if (!additional || !additional->is_bool() || additional->get_bool()) return false;
  }
  for (const auto& keyword : *keywords) {
    const std::string_view key = keyword.key();
    if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) return false;
    if (key == "items" && !is_plain_schema(keyword.value())) return false;
    const bool nested = key == "properties" || key == "anyOf" || key == "$defs";
    if (nested && !all_plain(keyword.value())) return false;
  }
  return true;
}

bool takes_schema(const ModelRequest& request) {
  if (request.output_mode == OutputMode::kNative) return true;
  return anthropic_model(request.model).takes_output_schema() &&
         is_plain_schema(Json(*request.output_schema));
}

JsonObject tool_of(const ToolSpec& tool, bool eager) {
  JsonObject entry;
  entry["name"] = tool.name;
  if (!tool.description.empty()) entry["description"] = tool.description;
  JsonObject parameters = tool.parameters;
  if (!parameters.contains("type")) parameters["type"] = "object";
  if (!parameters.contains("properties")) parameters["properties"] = JsonObject();
  entry["input_schema"] = std::move(parameters);
  // Else the arguments come in one piece, once they are known to be JSON.
  if (eager) entry["eager_input_streaming"] = true;
  return entry;
}

// Models that think cannot be forced to call.
Json tool_choice_of(const ModelRequest& request, bool forced_output, bool thinks) {
  const bool may_force = !thinks;
  std::string choice = request.tool_choice;
  JsonObject entry;
  if (choice == "none") {
    entry["type"] = "none";
    return entry;
  }
  if (forced_output && (choice.empty() || choice == "auto")) choice = "required";
  if (choice == "required" && may_force) {
    entry["type"] = "any";
  } else if (choice.empty() || choice == "auto" || choice == "required" || !may_force) {
    entry["type"] = "auto";
  } else {
    entry["type"] = "tool";
    entry["name"] = choice;
  }
  if (request.settings.parallel_tool_calls == false) entry["disable_parallel_tool_use"] = true;
  return entry;
}

void add_tools(const ModelRequest& request, const AnthropicDialect& dialect, bool thinks,
               JsonObject& body) {
  const std::string output = anthropic_output_tool(request);
  if (request.tools.empty() && output.empty()) return;
  JsonArray tools;
  for (const ToolSpec& tool : request.tools)
    tools.emplace_back(tool_of(tool, dialect.own_host && request.stream));
  // "none" is about the program's own tools, not about how the answer is given.
  const bool none = request.tool_choice == "none";
  if (!output.empty()) {
    if (none) tools.clear();
    tools.emplace_back(tool_of(output_tool(output, *request.output_schema), false));
  }
  body["tools"] = std::move(tools);
  ModelRequest choosing;
  choosing.settings = request.settings;
  choosing.tool_choice = none && !output.empty() ? "" : request.tool_choice;
  const bool says_nothing = choosing.tool_choice.empty() && output.empty() &&
                            choosing.settings.parallel_tool_calls != false;
  if (!says_nothing) body["tool_choice"] = tool_choice_of(choosing, !output.empty(), thinks);
}

void add_thinking(const Thinking& thinking, JsonObject& body, JsonObject& output_config) {
  JsonObject entry;
  switch (thinking.kind) {
    case Thinking::Kind::kUnsaid:
      return;
    case Thinking::Kind::kOff:
      entry["type"] = "disabled";
      break;
    case Thinking::Kind::kBudget:
      entry["type"] = "enabled";
      entry["budget_tokens"] = thinking.budget;
      break;
    case Thinking::Kind::kAdaptive:
      entry["type"] = "adaptive";
      entry["display"] = "summarized";  // Else the newest models send no text of it.
      output_config["effort"] = thinking.effort;
      break;
  }
  body["thinking"] = std::move(entry);
}

// Sampling as this request may have it.
struct Sampling {
  std::optional<double> temperature, top_p;
};

Sampling sampling_of(const ModelRequest& request, bool thinks) {
  const AnthropicModel model = anthropic_model(request.model);
  Sampling sampling;
  if (thinks || !model.takes_sampling()) return sampling;
  sampling.temperature = request.settings.temperature;
  const bool both = sampling.temperature && !model.takes_temperature_with_top_p();
  if (!both) sampling.top_p = request.settings.top_p;
  return sampling;
}

void mark_last(JsonArray& blocks) {
  if (blocks.empty()) return;
  JsonObject& block = blocks.back().as_object();
  const std::string_view type = block["type"].as_string();
  if (type == "thinking" || type == "redacted_thinking") return;
  block["cache_control"] = JsonObject{{"type", "ephemeral"}};
}

// What a following request will repeat is marked as worth keeping: writing it costs a quarter more,
// reading it a tenth. A first question without tools has no following request to hope for.
void mark_for_cache(const ModelRequest& request, JsonArray& system, JsonArray& messages) {
  const auto said = std::count_if(request.messages.begin(), request.messages.end(),
                                  [](const Message& m) { return m.role != Role::kSystem; });
  if (request.settings.extra_body.contains("cache_control")) return;
  if (request.tools.empty() && said < 2) return;
  mark_last(system);
  if (!messages.empty()) mark_last(messages.back().as_object()["content"].as_array());
}

}  // namespace

std::string anthropic_output_tool(const ModelRequest& request) {
  if (!request.output_schema || takes_schema(request)) return "";
  return output_tool_name(request);
}

JsonObject anthropic_request_body(const ModelRequest& request, const AnthropicDialect& dialect) {
  const Thinking thinking = thinking_of(request);
  JsonObject body, output_config;
  body["model"] = request.model;
  body["max_tokens"] = max_tokens_of(request);
  JsonArray system = anthropic_system(request.messages);
  JsonArray messages = anthropic_messages(request.messages);
  mark_for_cache(request, system, messages);
  if (!system.empty()) body["system"] = std::move(system);
  body["messages"] = std::move(messages);
  const bool thinks = thinking.on() || (anthropic_model(request.model).thinks_unasked() &&
                                        thinking.kind != Thinking::Kind::kOff);
  add_tools(request, dialect, thinks, body);
  add_thinking(thinking, body, output_config);
  if (request.output_schema && takes_schema(request)) {
    output_config["format"] =
        JsonObject{{"type", "json_schema"}, {"schema", *request.output_schema}};
  }
  if (!output_config.empty()) body["output_config"] = std::move(output_config);
  const Sampling sampling = sampling_of(request, thinking.on());
  if (sampling.temperature) body["temperature"] = *sampling.temperature;
  if (sampling.top_p) body["top_p"] = *sampling.top_p;
  const Settings& settings = request.settings;
  if (!settings.stop.empty())
    body["stop_sequences"] = JsonArray(settings.stop.begin(), settings.stop.end());
  body["stream"] = request.stream;
  for (const auto& extra : settings.extra_body) {
    if (extra.key() == "cache_control" && extra.value().is_null()) continue;  // Just no marks.
    body[extra.key()] = extra.value();
  }
  return body;
}

std::vector<std::string> anthropic_dropped_settings(const ModelRequest& request) {
  const Settings& settings = request.settings;
  const Thinking thinking = thinking_of(request);
  const Sampling sampling = sampling_of(request, thinking.on());
  std::vector<std::string> dropped;
  const auto drop = [&](bool lost, const char* name) {
    if (lost) dropped.emplace_back(name);
  };
  drop(settings.temperature && !sampling.temperature, "temperature");
  drop(settings.top_p && !sampling.top_p, "top_p");
  drop(settings.presence_penalty.has_value(), "presence_penalty");
  drop(settings.frequency_penalty.has_value(), "frequency_penalty");
  drop(settings.seed.has_value(), "seed");
  const std::string effort = reasoning_effort_of(settings);
  drop(!effort.empty() && effort != "none" && !thinking.on(), "reasoning");
  drop(is_forced(request) && thinking.on(), "tool_choice");
  return dropped;
}

}  // namespace tactus::llm
