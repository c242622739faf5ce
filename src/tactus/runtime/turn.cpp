#include <lauxlib.h>
#include <lua.h>

#include <tactus/program/options.hpp>
#include <tactus/runtime/agent_functions.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/turn.hpp>
#include <tactus/runtime/turn_record.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kFirstMessage = "Hello";
constexpr std::string_view kNextMessage = "Continue.";
constexpr double kTimeoutMaxSeconds = 30 * 86'400;  // Of a request: what a clock can count.

program::StreamSetting whole() { return {false, false, false, false}; }

JsonObject to_json(const program::StreamSetting& setting) {
  return {{"text", setting.text},
          {"tools", setting.tools},
          {"reasoning", setting.reasoning},
          {"output", setting.output}};
}

JsonArray names_json(const std::vector<std::string>& names) {
  JsonArray array;
  for (const std::string& name : names) array.push_back(Json(name));
  return array;
}

}  // namespace

Turn::Turn(OpenEntry& open, Agent& agent, TurnOptions& options)
    : run_(open.run), open_(open), task_(open.task), agent_(agent), options_(options) {
  turn_id_ = "t" + open.entry.position;
}

asio::awaitable<Result<TurnResult>> Turn::run() {
  if (agent_.busy) {
    co_return fail(
        Error{ErrorCode::kAgentBusy,
              fmt::format("agent '{}' is already taking a turn", agent_.declaration->name),
              "a tool of an agent cannot call a turn of the same agent; declare a second agent",
              {},
              ""});
  }
  agent_.busy = true;
  if (options_.feed) {
    options_.feed->on_leave([this] {
      callback_stopped_ = true;
      if (stop_) stop_->stop();
    });
  }
  take_up();
  auto outcome = co_await [](Turn& turn) -> asio::awaitable<Result<void>> {
    if (auto offered = co_await turn.find_tools(); !offered) co_return offered;
    if (auto begun = turn.begin(); !begun) co_return begun;
    if (auto prepared = co_await turn.prepare(); !prepared) co_return prepared;
    co_return co_await turn.loop();
  }(*this);
  agent_.busy = false;
  if (options_.feed) options_.feed->on_leave(nullptr);
  note_requests();
  const bool stopped = run_.stopped(task_);
  // A process that goes down leaves the turn open, as a crash would: it will be taken up again.
  if (scope_ && !run_.interrupted()) {
    if (outcome && !result_.interrupted) {
      append_turn_end("completed", nullptr);
    } else if (result_.interrupted || stopped) {
      append_turn_end("cancelled", nullptr);
    } else {
      append_turn_end("failed", &outcome.error());
    }
  }
  if (stopped) co_return fail(ErrorCode::kCancelled, "the run was stopped");
  if (!outcome) {
    return_pending();
    co_return fail(outcome.error());
  }
  co_return conclude();
}

void Turn::note_requests() {
  run_.note_requests(task_, asked_agent(), options_.apart ? options_.apart->task : task_);
}

Result<void> Turn::check_limits() const {
  if (options_.extra) return {};
  const program::AgentDeclaration& declaration = *agent_.declaration;
  const Invocation& invocation = *task_.invocation();
  const auto taken = invocation.agent_turns.find(&agent_);
  if (declaration.max_turns && taken != invocation.agent_turns.end() &&
      taken->second >= *declaration.max_turns) {
    return fail(Error{
        ErrorCode::kAgentTurns,
        fmt::format("agent '{}' has taken its {} turns", declaration.name, *declaration.max_turns),
        "raise `max_turns`, or set it to false",
        {},
        ""});
  }
  if (invocation.procedure->max_turns && invocation.turns >= *invocation.procedure->max_turns) {
    return fail(
        Error{ErrorCode::kAgentTurns,
              fmt::format("procedure '{}' has taken its {} turns",
                          invocation.procedure->shown_name(), *invocation.procedure->max_turns),
              "raise `max_turns` of the procedure",
              {},
              ""});
  }
  return {};
}

// Model, provider, tools and settings of the turn.
Result<void> Turn::resolve() {
  const program::AgentDeclaration& declaration = *agent_.declaration;
  const Config& config = run_.parts().config;
  if (auto taken = take_model(0); !taken) return taken;
  if (options_.output) {
    output_schema_ = &*options_.output;
  } else if (declaration.output && !options_.without_output) {
    output_schema_ = &*declaration.output;
  }
  if (output_schema_) output_rules_ = partial::Rules::compile(*output_schema_);
  const std::optional<bool>& forced = run_.parts().overrides.stream;
  stream_ = options_.stream.value_or(
      declaration.stream.value_or(config.stream.value_or(program::StreamSetting{})));
  if (forced) stream_ = *forced ? program::StreamSetting{} : whole();
  if (declaration.disable_streaming) stream_ = whole();
  return {};
}

// Everything that can be wrong before a request is worth a loading indicator.
Result<void> Turn::begin() {
  TACTUS_ASSERT(task_.invocation() != nullptr);
  if (auto allowed = check_limits(); !allowed) return allowed;
  if (auto resolved = resolve(); !resolved) return resolved;
  run_.add_iterations(task_, 1);
  if (!model_.warning.empty()) {
    const Place place = place_of(agent_);
    run_.warn(&task_, ErrorCode::kValidation, model_.warning, place.line, place.file);
  }
  warn_of_tools();

  start_attempt(0);
  started_ = run_.clock().steady();
  if (!trace_) announce();
  return {};
}

void Turn::announce() {
  JsonObject body;
  body["stage"] = "started";
  body["provider"] = model_.provider;
  body["model"] = model_.model;
  body["streaming"] = stream_.requests_stream();
  body["stream"] = to_json(stream_);
  body["tools"] = names_json(tools_.names());
  if (model_.demo) body["demo"] = true;
  run_.append(journal::EventType::kAgentTurn, std::move(body), scope_);
}

// Runs `prepare` and renders what the model will be told; what an earlier generation told it is not
// made again.
asio::awaitable<Result<void>> Turn::prepare() {
  if (open_.again && open_.entry.start.is_object()) {
    system_prompt_ = string_member(open_.entry.start, "system_prompt");
    if (const Json* messages = find_member(open_.entry.start, "messages"))
      new_messages_ = messages_from_record(*messages);
    take_pending_of(task_.conversation, new_messages_);
    pending_taken_ = static_cast<std::size_t>(int_member(open_.entry.start, "pending"));
    co_return Result<void>{};
  }
  if (auto made = co_await make_system_prompt(); !made) co_return made;
  if (!options_.apart) take_pending();
  auto user = user_message();
  if (!user) co_return fail(user.error());
  if (!user->empty()) {
    llm::Message message;
    message.role = llm::Role::kUser;
    message.content = std::move(*user);
    append_message(std::move(message));
  }
  open_.begin(JsonObject{{"turn_id", turn_id_},
                         {"system_prompt", system_prompt_},
                         {"messages", messages_record(new_messages_)},
                         {"pending", pending_taken_},
                         {"tools", names_json(tools_.names())}});
  co_return Result<void>{};
}

asio::awaitable<Result<void>> Turn::make_system_prompt() {
  if (options_.apart) {
    system_prompt_ = options_.apart->system_prompt;
    co_return Result<void>{};
  }
  if (auto values = co_await run_prepare(); !values) co_return values;
  std::string prompt = agent_.declaration->system_prompt;
  if (agent_.declaration->system_prompt_function) {
    Result<void> usable;
    const auto called = co_await run_.vm().run_task(
        agent_.declaration->system_prompt_function, [](lua_State*) { return 0; },
        [&](lua_State* L, int count) { usable = take_prompt(agent_, L, count, prompt); }, &task_);
    if (!called) co_return fail(called.error());
    if (!usable) co_return usable;
  }
  system_prompt_ = run_.render(task_, prompt, &agent_, &prepared_);
  co_return Result<void>{};
}

asio::awaitable<Result<void>> Turn::run_prepare() {
  if (!agent_.declaration->prepare) co_return Result<void>{};
  Result<void> usable;
  const auto called = co_await run_.vm().run_task(
      agent_.declaration->prepare, [](lua_State*) { return 0; },
      [&](lua_State* L, int count) { usable = take_prepared(agent_, L, count, prepared_); },
      &task_);
  if (!called) co_return fail(called.error());
  co_return usable;
}

// What this turn says to the model; empty when the conversation speaks for itself.
Result<std::string> Turn::user_message() {
  if (options_.inject) return *options_.inject;
  auto conversation = remembered(run_, task_, agent_);
  if (!conversation) return fail(conversation.error());
  const Messages& end = new_messages_.empty() ? *conversation : new_messages_;
  const bool ends_in_user = !end.empty() && end.back().message.role == llm::Role::kUser;
  const bool is_first = !agent_.last;  // A turn that failed has left nothing to go on from.
  if (is_first && agent_.declaration->initial_message) {
    return run_.render(task_, *agent_.declaration->initial_message, &agent_, &prepared_);
  }
  if (ends_in_user) return std::string();
  return std::string(is_first ? kFirstMessage : kNextMessage);
}

asio::awaitable<Result<void>> Turn::loop() {
  bool asked_again_when_empty = false;
  for (;;) {
    auto answered = co_await request();
    if (!answered) co_return fail(answered.error());
    Answer& answer = *answered;
    const Response& response = answer.response;
    result_.finish_reason = llm::finish_reason_name(answer.finish_reason);
    result_.reasoning += response.reasoning;
    if (!response.text.empty()) {
      result_.text = response.text;
      result_.full_text += (result_.full_text.empty() ? "" : "\n\n") + response.text;
    }
    llm::Message message;
    message.role = llm::Role::kAssistant;
    message.content = response.text;
    message.interrupted = answer.cancelled;
    if (!answer.cancelled) message.tool_calls = response.calls;
    message.provider_parts = response.provider_parts;
    if (!response.text.empty() || !message.tool_calls.empty()) append_message(std::move(message));
    if (answer.cancelled) {
      result_.interrupted = true;
      result_.partial = std::move(answer.partial);
      discard_calls(response);
      co_return Result<void>{};
    }
    if (!response.calls.empty()) {
      auto done = co_await run_tools(response);
      if (!done) co_return fail(done.error());
      if (*done) {
        if (structured()) {
          const auto feedback = check_output(*result_.done);
          if (!feedback || *feedback) {
            run_.warn(&task_, ErrorCode::kAgentOutput,
                      fmt::format("agent '{}' ended with `done`, whose reason is not the declared "
                                  "output; data is nil",
                                  agent_.declaration->name));
          }
        }
        co_return Result<void>{};
      }
      continue;
    }
    if (structured()) {
      const auto feedback = check_output(response.text, answer.rejection);
      if (callback_error_) co_return fail(*callback_error_);
      if (!feedback) co_return fail(feedback.error());
      if (!*feedback) co_return Result<void>{};
      llm::Message correction;
      correction.role = llm::Role::kUser;
      correction.content = **feedback;
      append_message(std::move(correction));
      continue;
    }
    if (!response.text.empty() || asked_again_when_empty) co_return Result<void>{};
    asked_again_when_empty = true;
  }
}

void Turn::append_message(llm::Message message) {
  HistoryMessage entry;
  entry.id = turn_id_ + "-h" + std::to_string(new_messages_.size() + 1);
  entry.agent = agent_.declaration->name;
  entry.created_at = format_time(open_.scope.clock);
  entry.message = std::move(message);
  new_messages_.push_back(std::move(entry));
}

void Turn::start_attempt(int attempt) {
  attempt_ = attempt;
  auto scope = std::make_shared<journal::TurnScope>();
  scope->agent_name = agent_.declaration->name;
  scope->turn_id = turn_id_;
  scope->attempt = attempt;
  scope->parent = task_.parent();
  scope_ = std::move(scope);
}

llm::Settings Turn::settings() const {
  program::ModelSettings all =
      program::merge_settings(agent_.declaration->settings, options_.settings);
  const auto& providers = run_.parts().config.providers;
  if (const auto found = providers.find(model_.provider); found != providers.end())
    all = program::merge_settings(found->second.settings, all);
  llm::Settings settings;
  settings.temperature = all.temperature;
  settings.top_p = all.top_p;
  settings.presence_penalty = all.presence_penalty;
  settings.frequency_penalty = all.frequency_penalty;
  settings.max_tokens = all.max_tokens;
  settings.seed = all.seed;
  settings.stop = all.stop.value_or(std::vector<std::string>{});
  settings.parallel_tool_calls = all.parallel_tool_calls;
  settings.reasoning_effort = all.reasoning_effort.value_or("");
  settings.reasoning_budget = all.thinking_budget;
  settings.extra_body = all.extra_body;
  if (all.timeout_s) {
    const double seconds = std::min(*all.timeout_s, kTimeoutMaxSeconds);
    settings.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  }
  if (const Json* rate = all.provider_options.if_contains("rate");
      model_.demo && rate && rate->is_number()) {
    settings.extra_body["x_tactus"] = JsonObject{{"pace", *rate}};
  }
  return settings;
}

Result<llm::ModelRequest> Turn::build_request() {
  llm::ModelRequest request;
  request.model = model_.model;
  if (!system_prompt_.empty()) {
    llm::Message system;
    system.role = llm::Role::kSystem;
    system.content = system_prompt_;
    request.messages.push_back(std::move(system));
  }
  auto messages = messages_to_send();
  if (!messages) return fail(messages.error());
  std::move(messages->begin(), messages->end(), std::back_inserter(request.messages));
  for (const ToolBinding& tool : tools_.tools) request.tools.push_back(tool.spec);
  if (!tools_.tools.empty()) request.tool_choice = agent_.declaration->tool_choice.value_or("");
  if (structured()) request.output_schema = schema::to_json_schema(*output_schema_);
  request.output_mode =
      llm::output_mode_from_name(agent_.declaration->output_mode).value_or(llm::OutputMode::kAuto);
  request.settings = settings();
  request.stream = stream_.requests_stream();
  return request;
}

TurnResult Turn::conclude() {
  result_.new_messages = std::move(new_messages_);
  result_.provider = model_.provider;
  result_.model = served_model_.empty() ? model_.model : served_model_;
  result_.structured = structured();
  if (result_.done) result_.finish_reason = "tool_calls";
  return std::move(result_);
}

}  // namespace tactus::runtime
