// How a turn ends: structured output checked, last events, metrics.
#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {
namespace {

std::int64_t milliseconds(SteadyTime from, SteadyTime to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

// The JSON in a reply that may be wrapped in a code fence or prose.
std::string_view json_part(std::string_view text) {
  text = trim(text);
  const std::size_t open = text.find_first_of("{[");
  const std::size_t close = text.find_last_of("}]");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return text;
  return text.substr(open, close - open + 1);
}

JsonObject gap_quantiles(std::vector<float> gaps) {
  JsonObject quantiles;
  if (gaps.empty()) return quantiles;
  std::sort(gaps.begin(), gaps.end());
  const auto at = [&](double share) {
    return gaps[static_cast<std::size_t>(share * static_cast<double>(gaps.size() - 1))];
  };
  quantiles["p50"] = at(0.5);
  quantiles["p95"] = at(0.95);
  quantiles["max"] = gaps.back();
  return quantiles;
}

}  // namespace

// The object in a whole reply, completed, or everything that is wrong with it.
std::vector<schema::Violation> Turn::read_output(const std::string& text, Json& value) const {
  partial::Document document(output_rules_);
  const partial::DeltaSink ignore = [](const partial::Delta&) {};
  document.push(text, ignore);
  document.finish(ignore);
  if (document.state() == partial::Document::State::kComplete) {
    value = document.value();
  } else {
    // It knows the first violation only; the model shall hear of all.
    auto parsed = parse_json(json_part(text));
    if (!parsed) return {*document.violation()};
    value = std::move(*parsed);
  }
  std::vector<std::string> unknown;
  auto violations = schema::validate(*output_schema_, value, &unknown);
  if (violations.empty() && document.violation()) violations.push_back(*document.violation());
  return violations;
}

void Turn::accept_output(Json value) {
  // A program that follows the object gets it once when it does not stream.
  if (!stream_.output)
    call_back({.kind = ResponsePiece::Kind::kOutput, .partial = &value, .complete = true});
  if (callback_ended()) {
    result_.interrupted = true;
    result_.finish_reason = "cancelled";
    result_.partial = std::move(value);
    return;
  }
  JsonObject body;
  body["output"] = value;
  body["retry_count"] = output_attempts_ - 1;
  body["validation_errors"] = result_.validation_errors;
  result_.data = std::move(value);
  if (!trace_ || !trace_->has_output) append(journal::EventType::kAgentOutput, std::move(body));
}

Result<std::optional<std::string>> Turn::check_output(
    const std::string& text, const std::optional<schema::Violation>& rejection) {
  output_attempts_ += 1;
  std::vector<schema::Violation> violations;
  Json value;
  if (rejection) {
    violations.push_back(*rejection);
  } else if (result_.finish_reason == "length") {
    violations.push_back({"", "the reply was cut by the length limit"});
  } else {
    violations = read_output(text, value);
  }
  if (violations.empty()) {
    accept_output(std::move(value));
    return std::optional<std::string>{};
  }
  for (const schema::Violation& violation : violations) {
    result_.validation_errors.push_back(JsonObject{
        {"attempt", output_attempts_}, {"path", violation.path}, {"message", violation.message}});
  }
  Error error{ErrorCode::kAgentOutput,
              fmt::format("agent '{}' did not return its declared output in {} attempt(s): {}",
                          agent_.declaration->name, output_attempts_, schema::describe(violations)),
              "simplify `output`, describe its fields, or raise `output_retries`", place_of(agent_),
              violations.front().path};
  if (output_attempts_ > agent_.declaration->output_retries || result_.done) {
    if (!result_.done) {
      error.details = dump_json(JsonObject{
          {"attempts", output_attempts_}, {"text", text}, {"errors", result_.validation_errors}});
    }
    return fail(std::move(error));
  }
  // The raw text of a structured reply is not in the log as a message: there is nothing to name.
  // Its partial output is void with the attempt.
  supersede("validation", error, {}, {});
  result_.retry_count += 1;
  return std::optional<std::string>(fmt::format(
      "The reply does not fit the required schema: {}. Reply again with only the corrected JSON.",
      schema::describe(violations)));
}

void Turn::append_turn_end(std::string_view stage, const Error* error) {
  JsonObject body;
  body["stage"] = stage;
  body["duration_ms"] = milliseconds(started_, run_.clock().steady());
  if (first_delta_) body["ttft_ms"] = milliseconds(first_request_, *first_delta_);
  if (error) {
    const bool truncated = error->code == ErrorCode::kProviderStream;
    body["finish_reason"] = truncated ? "truncated" : "error";
    body["error"] = to_json(*error);
  } else if (stage == "cancelled") {
    body["finish_reason"] = "cancelled";
    if (!cancel_details_.empty()) body["cancel"] = cancel_details_;
  } else {
    body["finish_reason"] = result_.done ? "tool_calls" : result_.finish_reason;
  }
  result_.duration_ms = milliseconds(started_, run_.clock().steady());
  if (first_delta_ && stream_.requests_stream())
    result_.ttft_ms = milliseconds(first_request_, *first_delta_);
  const std::string finish_reason(body["finish_reason"].as_string());
  if (!told_) run_.append(journal::EventType::kAgentTurn, std::move(body), scope_);
  if (sent_request_ && !(trace_ && trace_->has_cost)) append_cost(finish_reason);
}

void Turn::append(journal::EventType type, JsonObject body) {
  if (told_ || (trace_ && run_.replaying_in(open_.scope))) return;
  run_.append(type, std::move(body), scope_);
}

void Turn::append_cost(std::string_view finish_reason) {
  const Spent& spent = result_.spent;
  const std::string served = served_model_.empty() ? model_.model : served_model_;
  JsonObject body;
  body["provider"] = model_.provider;
  body["model"] = model_.model;
  body["prompt_tokens"] = spent.usage.prompt_tokens;
  body["completion_tokens"] = spent.usage.completion_tokens;
  body["total_tokens"] = spent.usage.total_tokens;
  body["cached_tokens"] = spent.usage.cached_tokens;
  body["reasoning_tokens"] = spent.usage.reasoning_tokens;
  const bool priced = spent.total_cost.has_value();
  body["prompt_cost"] = priced ? Json(spent.prompt_cost) : Json(nullptr);
  body["completion_cost"] = priced ? Json(spent.completion_cost) : Json(nullptr);
  body["total_cost"] = priced ? Json(*spent.total_cost) : Json(nullptr);
  body["currency"] = "USD";
  body["provenance"] = !priced ? "unknown" : spent.usage.estimated ? "estimated" : "measured";
  body["tokens_estimated"] = spent.usage.estimated;
  body["duration_ms"] = milliseconds(started_, run_.clock().steady());
  if (first_delta_) body["ttft_ms"] = milliseconds(first_request_, *first_delta_);
  if (!gaps_ms_.empty()) body["inter_token_ms"] = gap_quantiles(gaps_ms_);
  body["requests"] = result_.requests;
  body["retry_count"] = result_.retry_count;
  body["validation_errors"] = result_.validation_errors;
  body["message_count"] = history_of(task_, agent_).size() + new_messages_.size();
  body["new_message_count"] = new_messages_.size();
  if (!request_id_.empty()) body["request_id"] = request_id_;
  body["model_version"] = served;
  const llm::Settings used = settings();
  if (used.temperature) body["temperature"] = *used.temperature;
  if (used.max_tokens) body["max_tokens"] = *used.max_tokens;
  body["finish_reason"] = finish_reason;
  run_.append(journal::EventType::kCost, std::move(body), scope_);
  run_.record_spent(agent_.declaration->name, model_.provider, served, spent);
}

}  // namespace tactus::runtime
