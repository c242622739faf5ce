// What an earlier generation has done of a turn, and how it goes on (language.md 13.4).
#include <algorithm>

#include <tactus/runtime/turn.hpp>
#include <tactus/runtime/turn_record.hpp>

namespace tactus::runtime {

// Whether the program itself ended the turn in an earlier generation: the end of such an answer is
// recorded, that of one that was stopped with the run is not.
bool Turn::was_left() const {
  for (int i = 0;; ++i) {
    const auto* entry = run_.replay().find(position_in(open_.entry.position, i));
    if (!entry) return false;
    if (entry->type == "model_response" && bool_member(entry->result, "cancelled")) return true;
  }
}

// The turn as an earlier generation left it: still open in the log, or ended there without its
// result having been kept.
void Turn::take_up() {
  const auto& turns = run_.trace().turns;
  const std::string newest = LogTrace::newest(turns, turn_id_);
  if (newest.empty()) return;
  const TurnTrace& found = turns.at(newest);
  // Of a failure the log may know before its entry does; what is recorded leads to it again.
  const bool fails_again =
      found.end == "failed" && open_.again && run_.replay().has_from(open_.entry.position, 0);
  // What ended well but is not recorded any more is done anew.
  const bool ended_well = found.end == "completed" && open_.again;
  const bool left_again = found.end == "cancelled" && was_left();
  if (found.end.empty() || ended_well || fails_again || left_again) {
    turn_id_ = newest;
    trace_ = &found;
    told_ = !found.end.empty();
    run_.take_up_turn(turn_id_);
  } else {
    turn_id_ += "r" + std::to_string(run_.parts().record.generation);
  }
}

// What a crash has cut off is history before its repetition begins.
void Turn::supersede_cut_off() {
  if (!trace_ || taken_up_) return;
  taken_up_ = true;
  std::vector<std::string> messages, calls;
  const auto unknown_to = [](const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) == ids.end();
  };
  for (const std::string& id : trace_->message_ids)
    if (unknown_to(kept_message_ids_, id)) messages.push_back(id);
  for (const std::string& id : trace_->tool_call_ids)
    if (unknown_to(kept_call_ids_, id)) calls.push_back(id);
  if (attempt_ > trace_->attempt) return;  // What was recorded has been superseded only now.
  start_attempt(trace_->attempt);
  if (trace_->superseded.contains(trace_->attempt)) {
    start_attempt(trace_->attempt + 1);  // Nothing has arrived since.
  } else if (!messages.empty() || !calls.empty()) {
    supersede("crash",
              Error{ErrorCode::kInternal, "the process ended while the answer arrived", "", {}, ""},
              std::move(messages), std::move(calls));
  }
}

// What the turn has used so far, for what is told of it when it fails.
JsonObject Turn::usage_record() const {
  return {{"requests", result_.requests},
          {"retry_count", result_.retry_count},
          {"spent", spent_record(result_.spent)},
          {"model", served_model_},
          {"request_id", request_id_}};
}

// The same of an earlier generation; null = none.
void Turn::take_usage(const Json& usage) {
  if (!usage.is_object()) return;
  result_.requests = static_cast<int>(int_member(usage, "requests"));
  result_.retry_count = static_cast<int>(int_member(usage, "retry_count"));
  if (const Json* spent = find_member(usage, "spent")) result_.spent = spent_from_record(*spent);
  served_model_ = string_member(usage, "model");
  request_id_ = string_member(usage, "request_id");
  sent_request_ = true;
}

JsonObject Turn::answer_record(const Answer& answer) const {
  JsonObject record{{"text", answer.response.text},
                    {"reasoning", answer.response.reasoning},
                    {"refusal", answer.response.refusal},
                    {"calls", calls_record(answer.response.calls)},
                    {"finish_reason", llm::finish_reason_name(answer.finish_reason)},
                    {"cancelled", answer.cancelled},
                    {"attempt", attempt_},
                    {"usage", usage_record()}};
  if (answer.rejection) {
    record["rejection"] =
        JsonObject{{"path", answer.rejection->path}, {"message", answer.rejection->message}};
  }
  if (!answer.partial.is_null()) record["partial"] = answer.partial;
  if (model_index_ > 0) record["model_index"] = model_index_;
  record["message_ids"] = JsonArray(kept_message_ids_.begin(), kept_message_ids_.end());
  record["call_ids"] = JsonArray(kept_call_ids_.begin(), kept_call_ids_.end());
  if (!answer.response.provider_parts.empty())
    record["provider_parts"] = parts_record(answer.response.provider_parts);
  if (first_delta_) {
    record["ttft_ms"] =
        std::chrono::duration_cast<std::chrono::milliseconds>(*first_delta_ - first_request_)
            .count();
  }
  return record;
}

Turn::Answer Turn::recorded_answer(const Json& record) {
  const auto texts = [&](std::string_view key) {
    std::vector<std::string> values;
    if (const Json* list = find_member(record, key); list && list->is_array()) {
      for (const Json& value : list->get_array()) values.emplace_back(value.as_string());
    }
    return values;
  };
  Answer answer;
  answer.response.text = string_member(record, "text");
  answer.response.reasoning = string_member(record, "reasoning");
  answer.response.refusal = string_member(record, "refusal");
  if (const Json* calls = find_member(record, "calls"))
    answer.response.calls = calls_from_record(*calls);
  answer.response.provider_parts = parts_from_record(value_of(record, "provider_parts"));
  answer.finish_reason = llm::finish_reason_from_name(string_member(record, "finish_reason"))
                             .value_or(llm::FinishReason::kStop);
  answer.cancelled = bool_member(record, "cancelled");
  if (const Json* partial = find_member(record, "partial")) answer.partial = *partial;
  if (const Json* rejection = find_member(record, "rejection")) {
    answer.rejection = schema::Violation{std::string(string_member(*rejection, "path")),
                                         std::string(string_member(*rejection, "message"))};
  }
  // The rest of the turn is asked of the model that answered; if it is gone, of the agent's own.
  const auto model_index = static_cast<std::size_t>(int_member(record, "model_index"));
  if (model_index > 0 && model_index <= agent_.declaration->fallback.size())
    static_cast<void>(take_model(model_index));
  if (const Json* usage = find_member(record, "usage")) take_usage(*usage);
  kept_message_ids_ = texts("message_ids");
  kept_call_ids_ = texts("call_ids");
  if (const Json* ttft = find_member(record, "ttft_ms"); ttft && !first_delta_) {
    first_request_ = started_;
    first_delta_ = started_ + std::chrono::milliseconds(ttft->to_number<std::int64_t>());
  }
  if (trace_) {
    start_attempt(static_cast<int>(int_member(record, "attempt")));
  } else {
    tell_again(answer.response);
  }
  return answer;
}

// A turn that was stopped goes on under another id, under which nothing has been told yet.
void Turn::tell_again(Response& response) {
  std::vector<llm::ModelEvent> events;
  if (!response.reasoning.empty()) events.push_back(llm::ReasoningDelta{response.reasoning});
  if (!response.text.empty()) events.push_back(llm::TextDelta{response.text});
  int index = 0;
  for (const llm::ToolCall& call : response.calls) {
    events.push_back(llm::ToolCallStart{index, call.id, call.name});
    events.push_back(llm::ToolCallArguments{index++, call.arguments});
  }
  ResponseStream::Options options = stream_options();
  options.on_piece = nullptr;  // The program has had it.
  ResponseStream stream(run_.log(), run_.clock(), std::move(options));
  stream.add(events);
  stream.finish(ResponseStream::Calls::kKeep, "");
  response.calls = stream.take().calls;
}

}  // namespace tactus::runtime
