#include <tactus/runtime/turn_record.hpp>

namespace tactus::runtime {
namespace {

JsonObject call_record(const TurnToolCall& call) {
  return {{"id", call.id},       {"name", call.name},
          {"args", call.args},   {"result", call.result},
          {"ok", call.ok},       {"cancelled", call.cancelled},
          {"error", call.error}, {"duration_ms", call.duration_ms}};
}

TurnToolCall call_from_record(const Json& record) {
  TurnToolCall call;
  call.id = text_of(record, "id");
  call.name = text_of(record, "name");
  call.args = value_of(record, "args");
  call.result = value_of(record, "result");
  call.ok = bool_member(record, "ok");
  call.cancelled = bool_member(record, "cancelled");
  call.error = text_of(record, "error");
  call.duration_ms = int_member(record, "duration_ms");
  return call;
}

}  // namespace

std::string text_of(const Json& record, std::string_view key) {
  return std::string(string_member(record, key));
}

JsonArray array_of(const Json& record, std::string_view key) {
  const Json* member = find_member(record, key);
  return member && member->is_array() ? member->get_array() : JsonArray();
}

Json value_of(const Json& record, std::string_view key) {
  const Json* member = find_member(record, key);
  return member ? *member : Json(nullptr);
}

JsonArray calls_record(const std::vector<llm::ToolCall>& calls) {
  JsonArray array;
  for (const llm::ToolCall& call : calls) {
    array.push_back(
        JsonObject{{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
  }
  return array;
}

std::vector<llm::ToolCall> calls_from_record(const Json& record) {
  std::vector<llm::ToolCall> calls;
  if (!record.is_array()) return calls;
  for (const Json& call : record.get_array()) {
    calls.push_back({text_of(call, "id"), text_of(call, "name"), text_of(call, "arguments")});
  }
  return calls;
}

JsonArray parts_record(const std::vector<llm::ProviderPart>& parts) {
  JsonArray array;
  for (const llm::ProviderPart& part : parts) {
    array.push_back(JsonObject{{"dialect", part.dialect},
                               {"value", part.value},
                               {"text_bytes", part.text_bytes},
                               {"calls", part.calls}});
  }
  return array;
}

std::vector<llm::ProviderPart> parts_from_record(const Json& record) {
  std::vector<llm::ProviderPart> parts;
  if (!record.is_array()) return parts;
  for (const Json& part : record.get_array()) {
    parts.push_back({text_of(part, "dialect"), value_of(part, "value"),
                     static_cast<std::size_t>(int_member(part, "text_bytes")),
                     static_cast<std::size_t>(int_member(part, "calls"))});
  }
  return parts;
}

JsonObject message_record(const HistoryMessage& entry) {
  const llm::Message& message = entry.message;
  JsonObject record{{"id", entry.id},
                    {"role", llm::role_name(message.role)},
                    {"content", message.content},
                    {"agent", entry.agent},
                    {"created_at", entry.created_at}};
  if (!message.tool_calls.empty()) record["calls"] = calls_record(message.tool_calls);
  if (!message.tool_call_id.empty()) record["call_id"] = message.tool_call_id;
  if (!message.name.empty()) record["name"] = message.name;
  if (message.interrupted) record["interrupted"] = true;
  if (!message.provider_parts.empty())
    record["provider_parts"] = parts_record(message.provider_parts);
  return record;
}

HistoryMessage message_from_record(const Json& record) {
  HistoryMessage entry;
  entry.id = text_of(record, "id");
  entry.agent = text_of(record, "agent");
  entry.created_at = text_of(record, "created_at");
  entry.message.role =
      llm::role_from_name(string_member(record, "role")).value_or(llm::Role::kUser);
  entry.message.content = text_of(record, "content");
  entry.message.tool_calls = calls_from_record(value_of(record, "calls"));
  entry.message.tool_call_id = text_of(record, "call_id");
  entry.message.name = text_of(record, "name");
  entry.message.interrupted = bool_member(record, "interrupted");
  entry.message.provider_parts = parts_from_record(value_of(record, "provider_parts"));
  return entry;
}

JsonArray messages_record(const std::vector<HistoryMessage>& messages) {
  JsonArray array;
  for (const HistoryMessage& message : messages) array.push_back(message_record(message));
  return array;
}

std::vector<HistoryMessage> messages_from_record(const Json& record) {
  std::vector<HistoryMessage> messages;
  if (!record.is_array()) return messages;
  for (const Json& message : record.get_array()) messages.push_back(message_from_record(message));
  return messages;
}

JsonObject spent_record(const Spent& spent) {
  return {{"prompt_tokens", spent.usage.prompt_tokens},
          {"completion_tokens", spent.usage.completion_tokens},
          {"total_tokens", spent.usage.total_tokens},
          {"cached_tokens", spent.usage.cached_tokens},
          {"cache_write_tokens", spent.usage.cache_write_tokens},
          {"reasoning_tokens", spent.usage.reasoning_tokens},
          {"estimated", spent.usage.estimated},
          {"prompt_cost", spent.prompt_cost},
          {"completion_cost", spent.completion_cost},
          {"total_cost", spent.total_cost ? Json(*spent.total_cost) : Json(nullptr)}};
}

Spent spent_from_record(const Json& record) {
  Spent spent;
  spent.usage.prompt_tokens = int_member(record, "prompt_tokens");
  spent.usage.completion_tokens = int_member(record, "completion_tokens");
  spent.usage.total_tokens = int_member(record, "total_tokens");
  spent.usage.cached_tokens = int_member(record, "cached_tokens");
  spent.usage.cache_write_tokens = int_member(record, "cache_write_tokens");
  spent.usage.reasoning_tokens = int_member(record, "reasoning_tokens");
  spent.usage.estimated = bool_member(record, "estimated");
  spent.prompt_cost = double_member(record, "prompt_cost");
  spent.completion_cost = double_member(record, "completion_cost");
  spent.total_cost.reset();
  const Json total = value_of(record, "total_cost");
  if (total.is_number()) spent.total_cost = total.to_number<double>();
  return spent;
}

JsonObject turn_record(const TurnResult& result) {
  JsonObject record{{"text", result.text},
                    {"full_text", result.full_text},
                    {"reasoning", result.reasoning},
                    {"data", result.data},
                    {"partial", result.partial},
                    {"structured", result.structured},
                    {"messages", messages_record(result.new_messages)},
                    {"spent", spent_record(result.spent)},
                    {"provider", result.provider},
                    {"model", result.model},
                    {"finish_reason", result.finish_reason},
                    {"interrupted", result.interrupted},
                    {"duration_ms", result.duration_ms},
                    {"requests", result.requests},
                    {"retry_count", result.retry_count},
                    {"validation_errors", result.validation_errors}};
  JsonArray calls;
  for (const TurnToolCall& call : result.calls) calls.push_back(call_record(call));
  record["calls"] = std::move(calls);
  if (result.done) record["done"] = *result.done;
  if (result.ttft_ms) record["ttft_ms"] = *result.ttft_ms;
  return record;
}

TurnResult turn_from_record(const Json& record) {
  TurnResult result;
  result.text = text_of(record, "text");
  result.full_text = text_of(record, "full_text");
  result.reasoning = text_of(record, "reasoning");
  result.data = value_of(record, "data");
  result.partial = value_of(record, "partial");
  result.structured = bool_member(record, "structured");
  result.new_messages = messages_from_record(value_of(record, "messages"));
  result.spent = spent_from_record(value_of(record, "spent"));
  result.provider = text_of(record, "provider");
  result.model = text_of(record, "model");
  result.finish_reason = text_of(record, "finish_reason");
  result.interrupted = bool_member(record, "interrupted");
  result.duration_ms = int_member(record, "duration_ms");
  result.requests = static_cast<int>(int_member(record, "requests"));
  result.retry_count = static_cast<int>(int_member(record, "retry_count"));
  result.validation_errors = array_of(record, "validation_errors");
  for (const Json& call : array_of(record, "calls")) result.calls.push_back(call_from_record(call));
  if (const Json* done = find_member(record, "done"); done && done->is_string())
    result.done = std::string(done->get_string());
  if (const Json* ttft = find_member(record, "ttft_ms"))
    result.ttft_ms = ttft->to_number<std::int64_t>();
  return result;
}

}  // namespace tactus::runtime
