#include <algorithm>

#include <tactus/journal/fold.hpp>

namespace tactus::journal {
namespace {

bool is_chunk(const Json& event) {
  const std::string_view type = string_member(event, "event_type");
  return type == "agent_stream_chunk" || type == "agent_reasoning_chunk";
}

bool is_arguments_delta(const Json& event) {
  return string_member(event, "event_type") == "agent_tool_call" &&
         string_member(event, "stage") == "arguments";
}

bool is_output_text(const Json& event) {
  return string_member(event, "event_type") == "agent_output_delta" &&
         string_member(event, "op") == "append" &&
         bool_member(event, "valid", true);  // With a verdict it is an event of its own.
}

JsonArray& course_of(JsonObject& turns, std::string_view turn_id) {
  Json& course = turns[turn_id];
  if (!course.is_array()) course = JsonArray{};
  return course.get_array();
}

bool is_same_stream(const Json& last, const JsonObject& item) {
  return find_member(last, "text") && *find_member(last, "event_type") == item.at("event_type") &&
         *find_member(last, "attempt") == item.at("attempt") &&
         *find_member(last, "id") == item.at("id");
}

void fold_delta(JsonArray& course, const Json& event) {
  const bool chunk = is_chunk(event), output = is_output_text(event);
  const std::string_view text = string_member(event, chunk    ? "chunk_text"
                                                     : output ? "value"
                                                              : "arguments_delta");
  JsonObject item;
  item["event_type"] = string_member(event, "event_type");
  item["attempt"] = int_member(event, "attempt");
  item["id"] = string_member(event, chunk ? "message_id" : output ? "path" : "tool_call_id");
  if (!course.empty() && is_same_stream(course.back(), item)) {
    course.back().get_object()["text"].get_string().append(text);
    return;
  }
  item["text"] = text;
  course.push_back(std::move(item));
}

}  // namespace

Result<Json> fold_events(std::span<const std::string> json_lines) {
  JsonArray events;
  JsonObject turns;
  std::int64_t last_seq = 0;
  for (const std::string& line : json_lines) {
    Result<Json> event = parse_json(line);
    if (!event) return event;
    if (!event->is_object()) return fail(ErrorCode::kJson, "not an event: " + line);
    last_seq = std::max(last_seq, int_member(*event, "seq"));
    const std::string turn_id(string_member(*event, "turn_id"));
    if (is_chunk(*event) || is_arguments_delta(*event) || is_output_text(*event)) {
      fold_delta(course_of(turns, turn_id), *event);
      continue;
    }
    if (!turn_id.empty()) {
      course_of(turns, turn_id).push_back(JsonObject{{"seq", int_member(*event, "seq")}});
    }
    events.push_back(*std::move(event));
  }
  JsonObject view;
  view["events"] = std::move(events);
  view["turns"] = std::move(turns);
  view["last_seq"] = last_seq;
  return Json(std::move(view));
}

std::map<std::string, std::string> message_texts(std::span<const std::string> json_lines) {
  std::map<std::string, std::string> texts;
  for (const std::string& line : json_lines) {
    const Result<Json> event = parse_json(line);
    if (!event || !is_chunk(*event)) continue;
    texts[std::string(string_member(*event, "message_id"))] += string_member(*event, "chunk_text");
  }
  return texts;
}

}  // namespace tactus::journal
