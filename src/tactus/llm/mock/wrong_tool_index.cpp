#include <tactus/base/json.hpp>
#include <tactus/llm/mock/wrong_tool_index.hpp>

namespace tactus::llm::mock {
namespace {

void raise(JsonObject& object, std::string_view key) {
  Json* index = object.if_contains(key);
  if (index && index->is_int64()) *index = index->get_int64() + 1;
}

// Chat Completions: pieces of arguments have no id.
bool move_in_choices(JsonObject& event) {
  const Json* choices = event.if_contains("choices");
  if (!choices || !choices->is_array() || choices->get_array().empty()) return false;
  Json& choice = event["choices"].get_array().front();
  const Json* delta = find_member(choice, "delta");
  const Json* calls = delta ? find_member(*delta, "tool_calls") : nullptr;
  if (!calls || !calls->is_array()) return false;
  bool moved = false;
  for (Json& call : choice.get_object()["delta"].get_object()["tool_calls"].get_array()) {
    if (!call.is_object() || call.get_object().contains("id")) continue;
    raise(call.get_object(), "index");
    moved = true;
  }
  return moved;
}

bool move(JsonObject& event) {
  const Json* type = event.if_contains("type");
  if (!type || !type->is_string()) return move_in_choices(event);
  if (type->get_string() == "response.function_call_arguments.delta") {
    raise(event, "output_index");
    return true;
  }
  const Json* delta = event.if_contains("delta");
  if (!delta || string_member(*delta, "type") != "input_json_delta") return false;
  raise(event, "index");
  return true;
}

std::string moved_line(std::string_view line) {
  constexpr std::string_view kData = "data: ";
  if (!line.starts_with(kData)) return std::string(line);
  auto event = parse_json(line.substr(kData.size()));
  if (!event || !event->is_object() || !move(event->get_object())) return std::string(line);
  return std::string(kData) + dump_json(*event);
}

}  // namespace

std::string with_wrong_tool_index(std::string_view events) {
  std::string out;
  for (std::size_t from = 0; from < events.size();) {
    const std::size_t end = std::min(events.find('\n', from), events.size());
    out += moved_line(events.substr(from, end - from));
    if (end < events.size()) out += '\n';
    from = end + 1;
  }
  return out;
}

}  // namespace tactus::llm::mock
