// Tool calls of a turn (language.md 6.4).
#include <tactus/base/text.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

namespace {

// What the model sent; nothing at all is no arguments.
Result<Json> parse_arguments(const llm::ToolCall& call) {
  auto args = parse_json(call.arguments.empty() ? "{}" : call.arguments);
  if (args) return args;
  return fail(ErrorCode::kToolArgs, fmt::format("the arguments of '{}' are not JSON: {}", call.name,
                                                args.error().message));
}

// The arguments as the handler gets them, or what to tell the model.
Result<Json> checked_arguments(const ToolBinding& tool, Json args) {
  if (args.is_null()) args = JsonObject{};
  const schema::Schema& parameters = tool.parameters();
  schema::coerce_arguments(parameters, args);
  std::vector<std::string> unknown;
  const auto violations =
      schema::validate(parameters, args, parameters.empty() ? nullptr : &unknown);
  if (violations.empty()) return args;
  return fail(ErrorCode::kToolArgs, fmt::format("invalid arguments for '{}': {}", tool.name,
                                                schema::describe(violations)));
}

bool is_done(const ToolBinding* tool) { return tool && tool->is_done(); }

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
  for (std::size_t i = 0; i < response.calls.size(); ++i) {
    const llm::ToolCall& call = response.calls[i];
    TurnToolCall finished;
    Result<Json> outcome = Json(nullptr);
    const SteadyTime started = run_.clock().steady();
    co_await run_call(call, finished, outcome);
    finished.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(run_.clock().steady() - started)
            .count();
    finished.ok = outcome.has_value();
    any_succeeded = any_succeeded || finished.ok;
    if (outcome) {
      finished.result = std::move(*outcome);
      if (is_done(tools_.find(call.name))) result_.done = std::string(finished.result.as_string());
      done = result_.done.has_value();
    } else {
      finished.error = outcome.error().message;
    }
    append_tool_result(call, finished);
    result_.calls.push_back(std::move(finished));
    if (!outcome && ends_the_task(outcome.error().code)) {
      close_calls(std::span(response.calls).subspan(i + 1), "not run: the turn has ended");
      co_return fail(outcome.error());
    }
  }
  failed_tool_responses_ = any_succeeded ? 0 : failed_tool_responses_ + 1;
  if (failed_tool_responses_ >= std::max(1, agent_.declaration->tool_retries)) {
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

// One call from its checks to what it gave; references are to the caller's frame.
asio::awaitable<void> Turn::run_call(const llm::ToolCall& call, TurnToolCall& finished,
                                     Result<Json>& outcome) {
  finished.id = call.id;
  finished.name = call.name;
  const ToolBinding* tool = tools_.find(call.name);
  if (!tool) {
    outcome = fail(ErrorCode::kToolNotFound, fmt::format("there is no tool '{}'; there are: {}",
                                                         call.name, join(tools_.names(), ", ")));
    co_return;
  }
  auto sent = parse_arguments(call);
  if (!sent) {
    outcome = fail(sent.error());
    co_return;
  }
  auto args = checked_arguments(*tool, *sent);
  finished.args = args ? *args : *sent;
  if (!args) {
    outcome = fail(args.error());
    co_return;
  }
  // The event repeats what the model sent; the handler gets it converted and completed.
  JsonObject executing = call_event(call, "executing");
  executing["arguments"] = std::move(*sent);
  run_.append(journal::EventType::kAgentToolCall, std::move(executing), scope_);
  outcome = co_await run_.call_tool(*tool, std::move(*args), call.id, scope_);
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

// Every call that has begun to arrive ends in the log.
void Turn::close_calls(std::span<const llm::ToolCall> calls, std::string_view why) {
  for (const llm::ToolCall& call : calls) {
    JsonObject body = call_event(call, "failed");
    body["error"] = why;
    run_.append(journal::EventType::kAgentToolCall, std::move(body), scope_);
  }
}

// Calls of a cancelled answer never run; those that arrived whole are in the Result.
void Turn::discard_calls(const Response& response) {
  close_calls(response.calls, "cancelled before it ran");
  for (const llm::ToolCall& call : response.calls) {
    const auto args = parse_arguments(call);
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
