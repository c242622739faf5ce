#include <tactus/runtime/agent.hpp>

namespace tactus::runtime {

JsonObject to_json(const HistoryMessage& entry) {
  const llm::Message& message = entry.message;
  JsonObject object;
  object["id"] = entry.id;
  object["role"] = llm::role_name(message.role);
  object["content"] = message.content;
  if (!entry.agent.empty()) object["agent"] = entry.agent;
  if (!message.name.empty()) object["name"] = message.name;
  if (!message.tool_call_id.empty()) object["tool_call_id"] = message.tool_call_id;
  if (!message.tool_calls.empty()) {
    JsonArray calls;
    for (const llm::ToolCall& call : message.tool_calls) {
      const auto args = parse_json(call.arguments.empty() ? "{}" : call.arguments);
      calls.push_back(JsonObject{
          {"id", call.id}, {"name", call.name}, {"args", args ? *args : Json(call.arguments)}});
    }
    object["tool_calls"] = std::move(calls);
  }
  if (message.interrupted) object["interrupted"] = true;
  object["created_at"] = entry.created_at;
  return object;
}

void Agent::add_usage(const llm::Usage& used) {
  usage.prompt_tokens += used.prompt_tokens;
  usage.completion_tokens += used.completion_tokens;
  usage.total_tokens += used.total_tokens;
}

void Spent::add(const Spent& other) {
  usage.prompt_tokens += other.usage.prompt_tokens;
  usage.completion_tokens += other.usage.completion_tokens;
  usage.total_tokens += other.usage.total_tokens;
  usage.cached_tokens += other.usage.cached_tokens;
  usage.cache_write_tokens += other.usage.cache_write_tokens;
  usage.reasoning_tokens += other.usage.reasoning_tokens;
  usage.estimated = usage.estimated || other.usage.estimated;
  prompt_cost += other.prompt_cost;
  completion_cost += other.completion_cost;
  if (total_cost && other.total_cost) {
    *total_cost += *other.total_cost;
  } else {
    total_cost.reset();
  }
}

Json TurnResult::output() const {
  if (structured) return data;
  if (text.empty() && done) return Json(*done);
  return Json(text);
}

}  // namespace tactus::runtime
