#include <algorithm>
#include <array>

#include <tactus/journal/turn_laws.hpp>

namespace tactus::journal {
namespace {

// Finish reasons that stand for a provider's own end marker.
constexpr std::array<std::string_view, 4> kProviderReasons = {"stop", "length", "tool_calls",
                                                              "content_filter"};

bool is_provider_reason(std::string_view reason) {
  return std::find(kProviderReasons.begin(), kProviderReasons.end(), reason) !=
         kProviderReasons.end();
}

// Equal as JSON; a number is a number, whichever of Boost.JSON's kinds holds it.
bool is_same_json(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.kind() != b.kind()) return false;
  if (const JsonArray* items = a.if_array()) {
    const JsonArray& others = b.get_array();
    return std::equal(items->begin(), items->end(), others.begin(), others.end(), is_same_json);
  }
  if (const JsonObject* object = a.if_object()) {
    const JsonObject& other = b.get_object();
    return object->size() == other.size() &&
           std::all_of(object->begin(), object->end(), [&](const auto& member) {
             const Json* value = other.if_contains(member.key());
             return value && is_same_json(member.value(), *value);
           });
  }
  return a == b;
}

}  // namespace

void TurnLaws::report(int law, std::string what) {
  findings_.push_back(fmt::format("law {}: {}", law, std::move(what)));
}

std::vector<std::string> TurnLaws::check(const Json& event) {
  findings_.clear();
  const std::string_view type = string_member(event, "event_type");
  const std::int64_t attempt = int_member(event, "attempt");
  if (type == "agent_turn") {
    check_turn(event);
    return findings_;
  }
  if (type == "cost") {
    check_cost();
    return findings_;
  }
  if (!started_) report(2, "before its agent_turn(started)");
  if (!end_stage_.empty()) report(2, "after its terminal agent_turn");
  if (type == "attempt_superseded") {
    check_superseded(event);
    return findings_;
  }
  if (attempt != attempt_) {
    report(2, fmt::format("belongs to attempt {}, but attempt {} is the current one", attempt,
                          attempt_));
  }
  if (type == "agent_stream_chunk" || type == "agent_reasoning_chunk") check_chunk(event);
  if (type == "agent_tool_call") check_tool_call(event);
  if (type == "agent_output_delta") check_output_delta(event);
  return findings_;
}

void TurnLaws::begin_generation() {
  ++generation_;
  was_cut_ = is_open();
  was_cut_before_cost_ = end_stage_ == "completed" && costs_ == 0;
}

std::vector<std::string> TurnLaws::check_outside(const Json& event) {
  findings_.clear();
  check_tool_call(event);
  return findings_;
}

void TurnLaws::check_turn(const Json& event) {
  const std::string_view stage = string_member(event, "stage");
  const bool is_end = stage == "completed" || stage == "failed" || stage == "cancelled";
  if (stage != "started" && !is_end) {
    report(2, fmt::format("unknown stage '{}'", stage));
    return;
  }
  if (!is_end) {
    if (started_) report(2, "started twice");
    started_ = true;
    attempt_ = int_member(event, "attempt");
    return;
  }
  if (!started_) report(2, "ends without its agent_turn(started)");
  if (!end_stage_.empty()) report(2, "ends twice");
  check_end(event);
}

void TurnLaws::check_end(const Json& event) {
  end_stage_ = string_member(event, "stage");
  const std::string_view reason = string_member(event, "finish_reason");
  if (end_stage_ == "completed") {
    if (!is_provider_reason(reason)) {
      report(5, fmt::format("completed with finish_reason '{}', which is not a provider's end",
                            reason));
    }
    for (const auto& [id, call] : calls_) {
      if (!call.is_void && call.stage != "completed" && call.stage != "failed") {
        report(4, fmt::format("completed while tool call '{}' stands at '{}'", id, call.stage));
      }
    }
  } else if (end_stage_ == "cancelled") {
    if (reason == "truncated" || reason == "error") {
      report(5, fmt::format("cancelled with finish_reason '{}'", reason));
    }
  } else if (reason == "cancelled") {
    report(5, "failed with finish_reason 'cancelled'");
  }
}

void TurnLaws::check_cost() {
  if (end_stage_.empty()) report(2, "its cost does not follow its terminal agent_turn");
  if (++costs_ > 1) report(2, "a second cost");
}

void TurnLaws::check_superseded(const Json& event) {
  const std::int64_t attempt = int_member(event, "attempt");
  if (attempt != attempt_) {
    report(2, fmt::format("supersedes attempt {}, but attempt {} is the current one", attempt,
                          attempt_));
  }
  if (string_member(event, "reason") == "crash") check_crash(event);
  make_void(event);
  output_.clear();
  output_given_up_ = false;
  attempt_ = attempt + 1;
}

void TurnLaws::check_crash(const Json& event) {
  if (!was_cut_) report(2, "superseded by a crash, but no generation has cut it off");
  was_cut_ = false;
  const auto names_some = [&](std::string_view key) {
    const Json* ids = find_member(event, key);
    return ids && ids->is_array() && !ids->get_array().empty();
  };
  if (!names_some("message_ids") && !names_some("tool_call_ids")) {
    report(2, "superseded by a crash without naming what");
  }
}

// What the lists name; without lists, the whole attempt.
void TurnLaws::make_void(const Json& event) {
  const std::int64_t attempt = int_member(event, "attempt");
  const Json* message_ids = find_member(event, "message_ids");
  const Json* call_ids = find_member(event, "tool_call_ids");
  const auto is_named = [&](const Json* ids, const std::string& id, std::int64_t attempt_of_it) {
    if (!message_ids && !call_ids) return attempt_of_it == attempt;
    if (!ids || !ids->is_array()) return false;
    const JsonArray& list = ids->get_array();
    return std::find(list.begin(), list.end(), Json(id)) != list.end();
  };
  for (auto& [id, message] : messages_) {
    if (is_named(message_ids, id, message.attempt)) message.is_void = true;
  }
  for (auto& [id, call] : calls_) {
    if (is_named(call_ids, id, call.attempt)) call.is_void = true;
  }
}

void TurnLaws::check_chunk(const Json& event) {
  const std::string_view type = string_member(event, "event_type");
  const std::string id(string_member(event, "message_id"));
  if (id.empty()) report(3, "no message_id");
  const std::int64_t attempt = int_member(event, "attempt");
  auto [found, is_new] =
      messages_.try_emplace(id, Message{attempt, generation_, std::string(type), {}, false});
  Message& message = found->second;
  if (message.attempt != attempt || message.event_type != type) {
    report(3, fmt::format("message '{}' began in attempt {} as {}", id, message.attempt,
                          message.event_type));
  } else if (message.generation != generation_) {
    report(3, fmt::format("message '{}' was cut off with an earlier generation", id));
  } else if (message.is_void) {
    report(3, fmt::format("message '{}' was superseded", id));
  }
  const Json* text = find_member(event, "chunk_text");
  if (!text || !text->is_string() || text->get_string().empty()) report(3, "no chunk_text");
  message.text += string_member(event, "chunk_text");
  const Json* accumulated = find_member(event, "accumulated_text");
  if (accumulated && string_member(event, "accumulated_text") != message.text) {
    report(3, fmt::format("accumulated_text of message '{}' is not its chunks joined", id));
  }
}

void TurnLaws::check_tool_call(const Json& event) {
  const std::string id(string_member(event, "tool_call_id"));
  const std::string stage(string_member(event, "stage"));
  const std::int64_t attempt = int_member(event, "attempt");
  if (id.empty()) report(4, "no tool_call_id");
  const auto found = calls_.find(id);
  if (stage == "started") {
    if (found != calls_.end()) report(4, fmt::format("tool call '{}' started twice", id));
    calls_[id] = {attempt, generation_, generation_, stage, {}, false};
    return;
  }
  if (found == calls_.end()) {
    report(4, fmt::format("'{}' of tool call '{}' that was not started", stage, id));
    return;
  }
  ToolCall& call = found->second;
  if (call.is_void)
    report(4, fmt::format("'{}' of tool call '{}', which was superseded", stage, id));
  if (!is_in_order(call, stage)) {
    report(4, fmt::format("'{}' of tool call '{}' after '{}'", stage, id, call.stage));
  }
  if (stage == "arguments" && call.received_in != generation_) {
    report(4, fmt::format("tool call '{}' was cut off with an earlier generation", id));
  }
  if (stage == "arguments") call.arguments_text += string_member(event, "arguments_delta");
  if (stage == "executing") {
    check_arguments(event, call);
    call.executed_in = generation_;
  }
  call.stage = stage;
}

// A partial output is built from its root inward, and nothing changes that is closed.
void TurnLaws::check_output_delta(const Json& event) {
  const std::string path(string_member(event, "path"));
  const std::string_view op = string_member(event, "op");
  const Json* value = find_member(event, "value");
  const bool is_invalid = !bool_member(event, "valid", true);
  if (path.empty() && op == "set" && value) {  // A new beginning.
    output_.clear();
    output_given_up_ = false;
  }
  if (output_given_up_)
    report(9, fmt::format("'{}' at '{}' of an output that was given up", op, path));
  output_given_up_ = is_invalid;
  const auto found = output_.find(path);
  const bool is_open = found != output_.end() && found->second;
  const std::string_view outer =
      std::string_view(path).substr(0, path.rfind('/') + (path.empty() ? 1 : 0));
  if (!path.empty()) {
    const auto around = output_.find(outer);
    if (around == output_.end() || !around->second)
      report(9, fmt::format("'{}' at '{}', which is in nothing that is open", op, path));
  }
  if (op == "append") {
    if (!is_open) report(9, fmt::format("append at '{}', which is not open", path));
    if (!value || !value->is_string()) report(9, "append without text");
  } else if (op == "set") {
    // Without a value it only says that what stands there, or was to come there, is refused.
    if (value ? found != output_.end() : !is_invalid)
      report(9, fmt::format("'{}' is set again, or to nothing", path));
    output_[path] = true;
  } else if (op == "complete") {
    if (value ? found != output_.end() : !is_open)
      report(9, fmt::format("complete of '{}', which is not open", path));
    output_[path] = false;
  } else {
    report(9, fmt::format("unknown op '{}'", op));
  }
}

bool TurnLaws::is_in_order(const ToolCall& call, std::string_view stage) const {
  const bool receiving = call.stage == "started" || call.stage == "arguments";
  const bool running = call.stage == "executing" || call.stage == "progress";
  // A call whose arguments are not JSON, or whose tool does not exist, fails without executing.
  if (receiving) return stage == "arguments" || stage == "executing" || stage == "failed";
  if (!running) return false;
  // A tool whose process ended while it ran is executed again, or just ends.
  if (stage == "executing") return call.executed_in != generation_;
  return stage == "progress" || stage == "completed" || stage == "failed";
}

void TurnLaws::check_arguments(const Json& event, const ToolCall& call) {
  const Json* arguments = find_member(event, "arguments");
  if (!arguments) {
    report(4, "executing without arguments");
    return;
  }
  // A call of the program itself has no argument deltas at all.
  if (!find_member(event, "turn_id") && call.arguments_text.empty()) return;
  // Providers send nothing at all for a call without arguments.
  const Result<Json> sent =
      call.arguments_text.empty() ? Json(JsonObject{}) : parse_json(call.arguments_text);
  if (!sent || !is_same_json(*sent, *arguments)) {
    report(4, fmt::format("the argument deltas '{}' are not the JSON text of arguments",
                          call.arguments_text));
  }
}

std::vector<std::string> TurnLaws::finish() const {
  std::vector<std::string> findings;
  if (end_stage_ == "completed" && costs_ == 0 && !was_cut_before_cost_)
    findings.push_back("law 2: completed without cost");
  return findings;
}

}  // namespace tactus::journal
