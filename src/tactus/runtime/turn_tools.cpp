// Tool calls of a turn (language.md 6.4).
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

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
         code == ErrorCode::kBudget || code == ErrorCode::kReplayMismatch ||
         code == ErrorCode::kDeterminism;
}

// What the model is sent as a call's result.
std::string result_text(const Json& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_null() ? "" : dump_json(value);
}

// Hands the progress of a call on for as long as it runs.
class CallWatch {
 public:
  CallWatch(RunTask& task, const std::string& id, std::function<void(const JsonObject&)> watch)
      : task_(task), id_(id) {
    task_.call_watches[id_] = std::move(watch);
  }
  ~CallWatch() { task_.call_watches.erase(id_); }
  CallWatch(const CallWatch&) = delete;
  CallWatch& operator=(const CallWatch&) = delete;

 private:
  RunTask& task_;
  const std::string& id_;
};

JsonObject call_event(const llm::ToolCall& call, std::string_view stage) {
  return {{"tool_call_id", call.id}, {"tool_name", call.name}, {"stage", stage}};
}

}  // namespace

// One call of a response, from its checks to what it gave.
struct Turn::Call {
  const llm::ToolCall* asked = nullptr;
  const ToolBinding* tool = nullptr;  // Null: it cannot run, and `outcome` says why.
  Json sent, args;                    // As the model wrote them; converted and completed.
  int index = -1;                     // Of its entry in the turn's scope.
  TurnToolCall finished;
  Result<Json> outcome = Json(nullptr);
  bool ran = false;
};

asio::awaitable<Result<bool>> Turn::run_tools(const Response& response) {
  std::vector<Call> calls;
  calls.reserve(response.calls.size());
  for (const llm::ToolCall& asked : response.calls) calls.push_back(checked_call(asked));
  co_await run_calls(calls);
  auto collected = collect(calls);
  if (collected && callback_error_) co_return fail(*callback_error_);
  co_return collected;
}

Turn::Call Turn::checked_call(const llm::ToolCall& asked) {
  Call call;
  call.asked = &asked;
  call.finished.id = asked.id;
  call.finished.name = asked.name;
  const ToolBinding* tool = tools_.find(asked.name);
  if (!tool) {
    call.outcome =
        fail(ErrorCode::kToolNotFound, fmt::format("there is no tool '{}'; there are: {}",
                                                   asked.name, join(tools_.names(), ", ")));
    return call;
  }
  auto sent = parse_arguments(asked);
  if (!sent) {
    call.outcome = fail(sent.error());
    return call;
  }
  auto args = checked_arguments(*tool, *sent);
  call.finished.args = args ? *args : *sent;
  if (!args) {
    call.outcome = fail(args.error());
    return call;
  }
  call.tool = tool;
  call.sent = std::move(*sent);
  call.args = std::move(*args);
  call.index = open_.scope.next_index++;  // In call order, whichever begins or ends first.
  return call;
}

// Native calls run beside everything else; those with Lua in them one after another.
asio::awaitable<void> Turn::run_calls(std::vector<Call>& calls) {
  const bool together = settings().parallel_tool_calls.value_or(true);
  const auto beside = [&](const Call& call) { return together && call.tool && call.tool->native; };
  std::size_t open = 0;
  asio::steady_timer ended(run_.parts().strand, asio::steady_timer::time_point::max());
  for (Call& call : calls) {
    if (!beside(call)) continue;
    ++open;
    asio::co_spawn(run_.parts().strand, run_call(call), [&](std::exception_ptr) {
      --open;
      ended.cancel();
    });
  }
  bool ends = false;
  for (Call& call : calls) {
    if (!call.tool || beside(call) || ends) continue;
    co_await run_call(call);
    ends = !call.outcome && ends_the_task(call.outcome.error().code);
  }
  while (open > 0) {
    boost::system::error_code ignored;
    co_await ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

asio::awaitable<void> Turn::run_call(Call& call) {
  call.ran = true;
  const SteadyTime started = run_.clock().steady();
  // The event repeats what the model sent; the handler gets it converted and completed.
  append_tool_event(*call.asked, "executing", {{"arguments", call.sent}});
  EntryHead head;
  head.type = "tool_call";
  head.name = call.tool->name;
  head.input = call.args;
  head.index = call.index;
  head.scope = &open_.scope;
  head.in_scope = !call.tool->native;
  const EntryBody body = [&](OpenEntry&) -> asio::awaitable<Result<Json>> {
    const CallWatch watch(task_, call.asked->id, [this](const JsonObject& event) {
      if (!callback_ended()) call_on_tool(event);
    });
    co_return co_await run_.call_tool(task_, *call.tool, call.args, call.asked->id, scope_);
  };
  call.outcome = co_await run_.recorded(task_, std::move(head), body);
  call.finished.duration_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(run_.clock().steady() - started)
          .count();
  finish_call(call);
}

// Its result, in the log at once.
void Turn::finish_call(Call& call) {
  TurnToolCall& finished = call.finished;
  finished.ok = call.outcome.has_value();
  if (finished.ok) {
    finished.result = *call.outcome;
  } else {
    finished.error = call.outcome.error().message;
  }
  if (run_.interrupted()) return;
  append_tool_event(
      *call.asked, finished.ok ? "completed" : "failed",
      {{finished.ok ? "result" : "error", finished.ok ? finished.result : Json(finished.error)},
       {"duration_ms", finished.duration_ms}});
}

// What the calls gave, in call order; true when `done` was among them.
Result<bool> Turn::collect(std::vector<Call>& calls) {
  bool any_succeeded = false;
  std::optional<Error> end;
  for (Call& call : calls) {
    if (!call.ran && call.tool) {
      close_calls(std::span(call.asked, 1), "not run: the turn has ended");
      continue;
    }
    if (!call.ran) finish_call(call);
    any_succeeded = any_succeeded || call.finished.ok;
    if (call.finished.ok && is_done(call.tool))
      result_.done = std::string(call.finished.result.as_string());
    append_tool_result(*call.asked, call.finished);
    if (!call.outcome && ends_the_task(call.outcome.error().code) && !end)
      end = call.outcome.error();
    result_.calls.push_back(std::move(call.finished));
  }
  if (end) return fail(*end);
  failed_tool_responses_ = any_succeeded ? 0 : failed_tool_responses_ + 1;
  if (failed_tool_responses_ < std::max(1, agent_.declaration->tool_retries))
    return result_.done.has_value();
  Error error;
  error.code = ErrorCode::kToolRetries;
  error.message =
      fmt::format("every tool call of agent '{}' failed in {} responses in a row; last: {}",
                  agent_.declaration->name, failed_tool_responses_, result_.calls.back().error);
  error.hint = "look at the failed calls in the run log";
  return fail(std::move(error));
}

// `body` without the keys that all events of a call have.
void Turn::append_tool_event(const llm::ToolCall& call, std::string_view stage, JsonObject body) {
  if (run_.trace().tool_call_reached(call.id, stage)) return;
  JsonObject event = call_event(call, stage);
  for (auto& member : body) event[member.key()] = std::move(member.value());
  if (!run_.replaying_in(open_.scope) && !callback_ended()) call_on_tool(event);
  append(journal::EventType::kAgentToolCall, std::move(event));
}

void Turn::append_tool_result(const llm::ToolCall& call, const TurnToolCall& finished) {
  ToolRecord record;
  record.name = call.name;
  record.agent = agent_.declaration->name;
  record.timestamp = format_time(open_.scope.clock);
  record.args = finished.args;
  record.result = finished.result;
  record.ok = finished.ok;
  record.error = finished.error;
  run_.add_tool_record(task_, std::move(record));

  llm::Message message;
  message.role = llm::Role::kTool;
  message.tool_call_id = call.id;
  message.name = call.name;
  message.content = finished.ok ? result_text(finished.result) : "Error: " + finished.error;
  append_message(std::move(message));
}

// Every call that has begun to arrive ends in the log.
void Turn::close_calls(std::span<const llm::ToolCall> calls, std::string_view why) {
  for (const llm::ToolCall& call : calls) append_tool_event(call, "failed", {{"error", why}});
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
