#include <lua.h>

#include <tactus/runtime/agent_functions.hpp>
#include <tactus/runtime/closing_prompts.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {
namespace {

constexpr std::string_view kStatusPrompt =
    "Briefly describe your current progress and remaining work.";

// After these nothing more is asked of anybody.
bool ends_the_run(ErrorCode code) {
  return code == ErrorCode::kCancelled || code == ErrorCode::kSandboxCpu ||
         code == ErrorCode::kBudget || code == ErrorCode::kReplayMismatch ||
         code == ErrorCode::kDeterminism;
}

// One question outside of what the program does: without tools, answered in text.
TurnOptions question(std::string text) {
  TurnOptions options;
  options.inject = std::move(text);
  options.tools.emplace();
  options.without_output = true;
  options.extra = true;
  return options;
}

// Nothing more happens than that it is told.
Result<std::string> unanswered(Run& run, RunTask& task, const std::string& agent,
                               const Error& error) {
  if (ends_the_run(error.code)) return fail(error);
  run.warn(&task, error.code,
           fmt::format("agent '{}' did not answer: {}", agent, to_string(error)));
  return std::string();
}

awaitable<Result<std::string>> extra_turn(Run& run, RunTask& task, Agent& agent,
                                          TurnOptions options) {
  const auto result = co_await run.turn(task, agent, std::move(options));
  if (result) co_return (*result)->text;
  co_return unanswered(run, task, agent.declaration->name, result.error());
}

// The system prompt as the agent would be given it now. Its functions cannot wait: their task is in
// the middle of something else.
Result<std::string> system_prompt_of(Run& run, RunTask& about, Agent& agent) {
  const program::AgentDeclaration& declared = *agent.declaration;
  JsonObject prepared;
  std::string prompt = declared.system_prompt;
  Result<void> usable;
  if (declared.prepare) {
    const auto called = run.vm().call(
        declared.prepare, {},
        [&](lua_State* L, int count) { usable = take_prepared(agent, L, count, prepared); },
        &about);
    if (!called) return fail(called.error());
    if (!usable) return fail(usable.error());
  }
  if (declared.system_prompt_function) {
    const auto called = run.vm().call(
        declared.system_prompt_function, {},
        [&](lua_State* L, int count) { usable = take_prompt(agent, L, count, prompt); }, &about);
    if (!called) return fail(called.error());
    if (!usable) return fail(usable.error());
  }
  return run.render(about, prompt, &agent, &prepared);
}

}  // namespace

awaitable<Result<Json>> close_body(Run& run, RunTask& task, Result<Json> outcome,
                                   std::string& summary) {
  const Invocation& invocation = *task.invocation();
  const program::ProcedureDeclaration& procedure = *invocation.procedure;
  const auto& prompt = outcome ? procedure.return_prompt : procedure.error_prompt;
  Agent* agent = invocation.last_agent;
  if (!prompt || run.stopped(task) || (!outcome && ends_the_run(outcome.error().code)))
    co_return outcome;
  if (!agent) {
    run.emit_log(&task, "DEBUG",
                 fmt::format("procedure '{}' took no turn: its {} is not used",
                             procedure.shown_name(), outcome ? "return_prompt" : "error_prompt"),
                 nullptr);
    co_return outcome;
  }
  TurnOptions options =
      question(run.render(task, *prompt, agent, nullptr, outcome ? &*outcome : nullptr));
  options.explains = !outcome;
  const auto text = co_await extra_turn(run, task, *agent, std::move(options));
  if (!text) co_return fail(text.error());
  if (text->empty()) co_return outcome;
  if (!outcome) co_return fail(with_detail(outcome.error(), "explanation", Json(*text)));
  summary = *text;
  if (outcome->is_null() && !procedure.has_output) outcome = Json(*text);
  co_return outcome;
}

awaitable<Result<std::string>> report_on(OpenEntry& open, RunTask& about) {
  Run& run = open.run;
  Agent* asked = about.conversation.last_agent;
  if (!asked || about.invocations.empty()) {
    run.emit_log(&open.task, "DEBUG",
                 fmt::format("the task '{}' has no agent that could report on it", about.name),
                 nullptr);
    co_return std::string();
  }
  Agent copy;
  copy.declaration = asked->declaration;
  copy.realm = asked->realm;
  copy.owner = asked->owner;
  copy.last = asked->last;
  const auto prompt = about.invocations.front().procedure->status_prompt;
  const auto conversation = remembered(run, about, *asked);
  const auto system_prompt = system_prompt_of(run, about, copy);
  const std::string name = copy.declaration->name;
  if (!conversation) co_return unanswered(run, open.task, name, conversation.error());
  if (!system_prompt) co_return unanswered(run, open.task, name, system_prompt.error());
  TurnOptions options =
      question(run.render(about, prompt.value_or(std::string(kStatusPrompt)), &copy, nullptr));
  options.apart.emplace(TurnOptions::Apart{about, *asked, *conversation, *system_prompt});
  Turn turn(open, copy, options);
  const auto result = co_await turn.run();
  if (result) co_return result->text;
  co_return unanswered(run, open.task, name, result.error());
}

}  // namespace tactus::runtime
