#include <map>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/base64.hpp>
#include <tactus/llm/cassette/subject.hpp>
#include <tactus/net/url.hpp>

namespace tactus::llm::cassette {
namespace {

class Calls {
 public:
  std::string name(const std::string& id) {
    return "call-" + std::to_string(names_.try_emplace(id, names_.size() + 1).first->second);
  }

 private:
  std::map<std::string, std::size_t> names_;
};

JsonObject message_json(const Message& message, Calls& calls) {
  JsonObject out{{"role", role_name(message.role)}, {"content", message.content}};
  JsonArray made;
  for (const ToolCall& call : message.tool_calls) {
    made.push_back(JsonObject{
        {"id", calls.name(call.id)}, {"name", call.name}, {"arguments", call.arguments}});
  }
  if (!made.empty()) out["tool_calls"] = std::move(made);
  if (message.role == Role::kTool) out["tool_call"] = calls.name(message.tool_call_id);
  if (!message.name.empty()) out["name"] = message.name;
  if (message.interrupted) out["interrupted"] = true;
  JsonArray parts;
  for (const ProviderPart& part : message.provider_parts) {
    if (!part.value.is_null())
      parts.push_back(JsonObject{{"dialect", part.dialect}, {"value", part.value}});
  }
  if (!parts.empty()) out["provider_parts"] = std::move(parts);
  return out;
}

template <typename Value>
void add(JsonObject& out, std::string_view key, const std::optional<Value>& value) {
  if (value) out[key] = *value;
}

JsonObject settings_json(const Settings& settings) {
  JsonObject out;
  add(out, "temperature", settings.temperature);
  add(out, "top_p", settings.top_p);
  add(out, "presence_penalty", settings.presence_penalty);
  add(out, "frequency_penalty", settings.frequency_penalty);
  add(out, "max_tokens", settings.max_tokens);
  add(out, "seed", settings.seed);
  add(out, "parallel_tool_calls", settings.parallel_tool_calls);
  if (!settings.stop.empty()) out["stop"] = JsonArray(settings.stop.begin(), settings.stop.end());
  if (!settings.reasoning_effort.empty()) out["reasoning_effort"] = settings.reasoning_effort;
  add(out, "reasoning_budget", settings.reasoning_budget);
  return out;
}

std::string_view mode_name(OutputMode mode) {
  switch (mode) {
    case OutputMode::kAuto:
      return "auto";
    case OutputMode::kNative:
      return "native";
    case OutputMode::kTool:
      return "tool";
    case OutputMode::kPrompt:
      return "prompt";
  }
  return "";
}

JsonObject asked_of(const ModelRequest& request) {
  JsonObject out{{"model", request.model}, {"stream", request.stream}};
  Calls calls;
  JsonArray messages;
  for (const Message& message : request.messages) messages.push_back(message_json(message, calls));
  out["messages"] = std::move(messages);
  JsonArray tools;
  for (const ToolSpec& tool : request.tools) {
    tools.push_back(JsonObject{
        {"name", tool.name}, {"description", tool.description}, {"parameters", tool.parameters}});
  }
  if (!tools.empty()) out["tools"] = std::move(tools);
  if (!request.tool_choice.empty()) out["tool_choice"] = request.tool_choice;
  if (request.output_schema) {
    out["output_schema"] = *request.output_schema;
    out["output_mode"] = mode_name(request.output_mode);
  }
  JsonObject settings = settings_json(request.settings);
  if (!settings.empty()) out["settings"] = std::move(settings);
  if (!request.settings.extra_body.empty()) out["extra_body"] = request.settings.extra_body;
  return out;
}

}  // namespace

net::RequestSubject model_subject(const std::string& provider, const ModelRequest& request,
                                  const std::string& place) {
  return {"model", provider, place, asked_of(request)};
}

net::RequestSubject http_subject(const net::HttpRequest& request, const std::string& place) {
  JsonObject asked{{"method", request.method}, {"url", request.url}};
  const auto type = net::find_header(request.headers, "content-type");
  const bool form = type && to_lower(*type).starts_with("application/x-www-form-urlencoded");
  auto json = parse_json(request.body);
  if (request.body.empty()) {
    // Nothing is sent.
  } else if (json) {
    asked["body"] = std::move(*json);
  } else if (!is_valid_utf8(request.body)) {
    asked["body_base64"] = to_base64(request.body);
  } else {
    asked[form ? "form" : "body"] = request.body;
  }
  const auto url = net::parse_url(request.url);
  return {"http", url ? url->host : "", place, std::move(asked)};
}

}  // namespace tactus::llm::cassette
