// Turns as values of the checkpoint log: written when they end, read when a run is resumed. Uses:
// agent.
#pragma once

#include <tactus/llm/model.hpp>
#include <tactus/runtime/agent.hpp>

namespace tactus::runtime {

// A member of a record as a value of its kind; empty when it is missing or of another kind.
std::string text_of(const Json& record, std::string_view key);
JsonArray array_of(const Json& record, std::string_view key);
Json value_of(const Json& record, std::string_view key);  // Missing = null.

// Everything of a message, unlike `to_json`, which is what programs see.
JsonObject message_record(const HistoryMessage& message);
HistoryMessage message_from_record(const Json& record);
JsonArray messages_record(const std::vector<HistoryMessage>& messages);
std::vector<HistoryMessage> messages_from_record(const Json& record);

JsonObject spent_record(const Spent& spent);
Spent spent_from_record(const Json& record);

JsonArray calls_record(const std::vector<llm::ToolCall>& calls);
std::vector<llm::ToolCall> calls_from_record(const Json& record);

JsonArray parts_record(const std::vector<llm::ProviderPart>& parts);
std::vector<llm::ProviderPart> parts_from_record(const Json& record);

// Without `all_messages`, which the agent's history has.
JsonObject turn_record(const TurnResult& result);
TurnResult turn_from_record(const Json& record);

}  // namespace tactus::runtime
