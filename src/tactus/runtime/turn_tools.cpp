// Tool calls of a turn (language.md 6.4).
#include <tactus/base/text.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

namespace {

// The arguments as the handler gets them, or what to tell the model.
Result<Json> checked_arguments(const ToolBinding& tool, const llm::ToolCall& call) {
  auto args = parse_json(call.arguments.empty() ? "{}" : call.arguments);
  if (!args) {
    return fail(ErrorCode::kToolArgs, fmt::format("the arguments of '{}' are not JSON: {}",
                                                  call.name, args.error().message));
  }
  if (args->is_null()) args = JsonObject{};
  const schema::Schema& parameters = tool.parameters();
  schema::coerce_arguments(parameters, *args);
  std::vector<std::string> unknown;
  const auto violations =
      schema::validate(parameters, *args, parameters.empty() ? nullptr : &unknown);
  if (!violations.empty()) {
    return fail(ErrorCode::kToolArgs, fmt::format("invalid arguments for '{}': {}", call.name,
                                                  schema::describe(violations)));
  }
  return std::move(*args);
}

bool ends_the_task(ErrorCode code) {
  return code == ErrorCode::kCancelled || code == ErrorCode::kSandboxCpu ||
         code == ErrorCode::kBudget;
}

// What the model is sent as a call's result.
std::string result_text(const Json& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_null() ? "" : dump_json(value);
}

JsonObject call_event(const llm::ToolCall& call, std::string_view stage) {
  return {{"tool_call_id", call.id}, {"tool_name", call.name}, {"stage", stage}};
}

}  // namespace

asio::awaitable<Result<bool>> Turn::run_tools(const Response& response) {
  bool done = false;
  bool any_succeeded = false;
  for (const llm::ToolCall& call : response.calls) {
    TurnToolCall finished;
    finished.id = call.id;
    finished.name = call.name;
    const SteadyTime started = run_.clock().steady();
    Result<Json> outcome = Json(nullptr);
    const ToolBinding* tool = tools_.find(call.name);
    if (!tool) {
      outcome = fail(ErrorCode::kToolNotFound, fmt::format("there is no tool '{}'; there are: {}",
                                                           call.name, join(tools_.names(), ", ")));
    } else if (auto args = checked_arguments(*tool, call); !args) {
      outcome = fail(args.error());
    } else {
      finished.args = *args;
      JsonObject executing = call_event(call, "executing");
      executing["arguments"] = *args;
      run_.append(journal::EventType::kAgentToolCall, std::move(executing), scope_);
      outcome = co_await run_tool(*tool, call, std::move(*args));
      if (outcome && !tool->lua && !tool->procedure) done = true;
    }
    finished.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(run_.clock().steady() - started)
            .count();
    finished.ok = outcome.has_value();
    any_succeeded = any_succeeded || finished.ok;
    if (outcome) {
      finished.result = std::move(*outcome);
    } else {
      finished.error = outcome.error().message;
    }
    append_tool_result(call, finished);
    result_.calls.push_back(std::move(finished));
    if (!outcome && ends_the_task(outcome.error().code)) co_return fail(outcome.error());
  }
  failed_tool_responses_ = any_succeeded ? 0 : failed_tool_responses_ + 1;
  if (failed_tool_responses_ >= agent_.declaration->tool_retries) {
    co_return fail(Error{
        ErrorCode::kToolRetries,
        fmt::format("every tool call of agent '{}' failed in {} responses in a row; last: {}",
                    agent_.declaration->name, failed_tool_responses_, result_.calls.back().error),
        "look at the failed calls in the run log",
        {},
        ""});
  }
  co_return done;
}

asio::awaitable<Result<Json>> Turn::run_tool(const ToolBinding& tool, const llm::ToolCall& call,
                                             Json args) {
  if (tool.lua)
    co_return co_await run_.call_tool(tool.lua, std::move(args), agent_.declaration->name, call.id,
                                      turn_id_);
  if (tool.procedure) {
    run_.push_parent(call.id);
    auto output = co_await run_.invoke(tool.procedure,
                                       args.is_object() ? args.get_object() : JsonObject{}, false);
    run_.pop_parent();
    co_return output;
  }
  const std::string reason(string_member(args, "reason", "Task completed"));
  run_.stop_flag = {true, reason, bool_member(args, "success", true)};
  result_.done = reason;
  co_return Json(reason);
}

void Turn::append_tool_result(const llm::ToolCall& call, const TurnToolCall& finished) {
  JsonObject body = call_event(call, finished.ok ? "completed" : "failed");
  if (finished.ok) {
    body["result"] = finished.result;
  } else {
    body["error"] = finished.error;
  }
  body["duration_ms"] = finished.duration_ms;
  run_.append(journal::EventType::kAgentToolCall, std::move(body), scope_);

  run_.tools_used.insert(call.name);
  ToolRecord record;
  record.name = call.name;
  record.agent = agent_.declaration->name;
  record.timestamp = format_time(run_.clock().wall());
  record.args = finished.args;
  record.result = finished.result;
  record.ok = finished.ok;
  record.error = finished.error;
  run_.tool_records.push_back(std::move(record));

  llm::Message message;
  message.role = llm::Role::kTool;
  message.tool_call_id = call.id;
  message.name = call.name;
  message.content = finished.ok ? result_text(finished.result) : "Error: " + finished.error;
  append_message(std::move(message));
}

// Calls of a cancelled answer never run; those that had begun to arrive are closed in the log.
void Turn::discard_calls(const Response& response) {
  for (const llm::ToolCall& call : response.calls) {
    JsonObject body = call_event(call, "failed");
    body["error"] = "cancelled before it ran";
    run_.append(journal::EventType::kAgentToolCall, std::move(body), scope_);
    const auto args = parse_json(call.arguments.empty() ? "{}" : call.arguments);
    if (!args) continue;  // Unfinished: nothing that could have run.
    TurnToolCall cancelled;
    cancelled.id = call.id;
    cancelled.name = call.name;
    cancelled.args = *args;
    cancelled.cancelled = true;
    result_.calls.push_back(std::move(cancelled));
  }
}

}  // namespace tactus::runtime
