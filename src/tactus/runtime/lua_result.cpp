// The Result object of a turn (language.md 9).
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

JsonArray messages_json(const std::vector<HistoryMessage>& messages) {
  JsonArray array;
  for (const HistoryMessage& message : messages) array.push_back(to_json(message));
  return array;
}

JsonObject usage_json(const llm::Usage& usage) {
  JsonObject object{{"prompt_tokens", usage.prompt_tokens},
                    {"completion_tokens", usage.completion_tokens},
                    {"total_tokens", usage.total_tokens},
                    {"cached_tokens", usage.cached_tokens},
                    {"reasoning_tokens", usage.reasoning_tokens}};
  if (usage.estimated) object["estimated"] = true;
  return object;
}

JsonObject cost_json(const Spent& spent) {
  JsonObject object = usage_json(spent.usage);
  object["currency"] = "USD";
  object["pricing_found"] = spent.total_cost.has_value();
  if (spent.total_cost) {
    object["prompt_cost"] = spent.prompt_cost;
    object["completion_cost"] = spent.completion_cost;
    object["total_cost"] = *spent.total_cost;
  }
  return object;
}

JsonArray calls_json(const std::vector<TurnToolCall>& calls) {
  JsonArray array;
  for (const TurnToolCall& call : calls) {
    JsonObject object{{"id", call.id},     {"name", call.name},
                      {"args", call.args}, {"result", call.result},
                      {"ok", call.ok},     {"duration_ms", call.duration_ms}};
    if (!call.error.empty()) object["error"] = call.error;
    if (call.cancelled) object["cancelled"] = true;
    array.push_back(std::move(object));
  }
  return array;
}

JsonObject fields_json(const TurnResult& result) {
  JsonObject fields{{"text", result.text},
                    {"content", result.text},
                    {"full_text", result.full_text},
                    {"reasoning", result.reasoning},
                    {"usage", usage_json(result.spent.usage)},
                    {"model", result.model},
                    {"provider", result.provider},
                    {"finish_reason", result.finish_reason},
                    {"interrupted", result.interrupted},
                    {"duration_ms", result.duration_ms},
                    {"requests", result.requests},
                    {"retry_count", result.retry_count}};
  const Json output = result.output();
  if (!output.is_null()) {
    fields["output"] = output;
    fields["data"] = output;
  }
  if (!result.partial.is_null()) fields["partial"] = result.partial;
  fields["tool_calls"] = calls_json(result.calls);
  fields["validation_errors"] = result.validation_errors;
  if (result.spent.total_cost) fields["cost_usd"] = *result.spent.total_cost;
  if (result.done) fields["done"] = *result.done;
  if (result.ttft_ms) fields["ttft_ms"] = *result.ttft_ms;
  return fields;
}

// Functions of a Result hold what they give as JSON text: messages are rarely asked for, and text
// has no reference to the run.
int give_json(lua_State* L) {
  const auto value = parse_json(lua_tostring(L, lua_upvalueindex(1)));
  return push_value(L, value ? *value : Json(nullptr));
}

void set_getter(lua_State* L, const char* name, const Json& value) {
  push_text(L, dump_json(value));
  lua_pushcclosure(L, vm::guarded<give_json>, 1);
  lua_setfield(L, -2, name);
}

int result_text(lua_State* L) {
  lua_getfield(L, 1, "text");
  return 1;
}

}  // namespace

void push_turn_result(lua_State* L, std::shared_ptr<const TurnResult> result) {
  vm::push_json(L, Json(fields_json(*result)));
  set_getter(L, "cost", Json(cost_json(result->spent)));
  set_getter(L, "new_messages", Json(messages_json(result->new_messages)));
  set_getter(L, "all_messages", Json(messages_json(result->all_messages)));
  // A Result is stored and returned as its output, and prints as its text.
  lua_createtable(L, 0, 3);
  set_getter(L, "__json", result->output());
  lua_pushcfunction(L, vm::guarded<result_text>);
  lua_setfield(L, -2, "__tostring");
  lua_pushliteral(L, "result");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
}

}  // namespace tactus::runtime
