// One run: its interpreter, its tasks, its log, its checkpoints. Lives on one strand; only
// `cancel`, `interrupt` and `cancel_times` may be called from elsewhere. Uses: everything below
// runtime.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include <tactus/runtime/agent.hpp>
#include <tactus/runtime/budget.hpp>
#include <tactus/runtime/human.hpp>
#include <tactus/runtime/log_trace.hpp>
#include <tactus/runtime/outside_tools.hpp>
#include <tactus/runtime/program_files.hpp>
#include <tactus/runtime/recorded.hpp>
#include <tactus/runtime/replay.hpp>
#include <tactus/runtime/run_parts.hpp>
#include <tactus/runtime/run_task.hpp>
#include <tactus/runtime/sequencer.hpp>
#include <tactus/runtime/tool_set.hpp>
#include <tactus/vm/vm.hpp>

namespace tactus::runtime {

using ProcedurePtr = std::shared_ptr<const program::ProcedureDeclaration>;

class Run final : public program::ObjectFactory, public std::enable_shared_from_this<Run> {
 public:
  explicit Run(RunParts parts);
  ~Run() override;

  // Executes the program from its first line to the last event of the log. Never throws; every
  // outcome is in the log and in `record()`.
  awaitable<void> execute();

  // Any thread. Latched: upstream connections are closed before it returns.
  CancelTimes cancel();
  // The process is going down: like cancel, but the log is left open and the run is recorded as
  // interrupted.
  void interrupt();
  CancelTimes cancel_times() const;
  journal::RunRecord record() const;  // Any thread.

  // --- For the parts of the runtime, on the strand. ---
  journal::RunLog& log() { return *parts_.log; }
  const Clock& clock() const { return parts_.clock; }
  vm::Vm& vm() { return *vm_; }
  const RunParts& parts() const { return parts_; }
  RunTask& main_task() { return main_task_; }
  Realm& main_realm() { return files_.main(); }
  // Whose procedures the task is executing; the main file's while it is declared.
  Realm& realm_of(RunTask& task);
  // The agent as `task` knows it: with that task's history.
  Agent& agent_in(RunTask& task, Agent& agent);
  bool cancelled() const;
  bool interrupted() const;  // Cancelled, because the process is going down.
  bool ending() const;       // Any thread: how it ends is decided.
  // Whether nothing of the task may go on: the run, or it, was cancelled.
  bool stopped(const RunTask& task) const { return task.cancelled || cancelled(); }
  bool declaring() const { return declaring_ || files_.loading() != nullptr; }
  RunTask& declaring_task() { return files_.loading_for() ? *files_.loading_for() : main_task_; }
  // The procedure that is called; its file is loaded when it is first used. Fails with
  // kProcedureNotFound, kSandboxDenied, kFile, or what is wrong with the file.
  Result<ProcedurePtr> procedure_of(RunTask& task, const Callee& callee);

  // Runs an operation once and records it, or gives what an earlier generation recorded of it; then
  // `replayed` becomes true. The result is durable when this completes. Fails with the body's error
  // (recorded, too), kCancelled, kReplayMismatch, kStorage.
  awaitable<Result<Json>> recorded(RunTask& task, EntryHead head, EntryBody body,
                                   bool* replayed = nullptr);
  // Whether what the task does now was done by an earlier generation, whose events are in the log.
  bool replaying(const RunTask& task) const { return replaying_in(*task.scope); }
  bool replaying_in(const Scope& scope) const;
  // Says that a turn the log left open goes on.
  void take_up_turn(const std::string& turn_id) { turns_again_.insert(turn_id); }
  // Notes a change that is not the result of the operation around it, for its effects.
  void note_effect(RunTask& task, JsonObject effect);
  const LogTrace& trace() const { return trace_; }
  const Replay& replay() const { return replay_; }

  // Runs a procedure with `input` and gives its output; recorded, except for main.
  awaitable<Result<Json>> invoke(RunTask& task, Callee callee, JsonObject input);
  awaitable<Result<Json>> invoke_main();
  // Runs one turn of an agent; see turn.hpp.
  awaitable<Result<std::shared_ptr<const TurnResult>>> turn(RunTask& task, Agent& agent,
                                                            TurnOptions options);
  // Runs what stands behind a tool with checked arguments, nested under the call `call_id`. `scope`
  // is the turn whose model called it; null = the program itself.
  awaitable<Result<Json>> call_tool(RunTask& task, const ToolBinding& tool, Json args,
                                    const std::string& call_id, const journal::TurnScopePtr& scope);
  // A tool called by the program itself: checked, run, recorded, with its events. Fails with
  // kToolArgs, kToolFailed.
  awaitable<Result<Json>> call_tool_directly(RunTask& task, ToolBinding tool, Json args);
  // What the run is made of besides its program: a resume is told when it has changed.
  void note_file(const program::IncludedFile& file);
  ToolSource& tool_source() { return outside_tools_; }  // Of servers and plugins.
  // Only while its handler is running may a call report progress.
  bool is_executing(const std::string& call_id) const { return executing_.contains(call_id); }
  // The first value of a function called as part of the task, as JSON; `path` and `what` tell of it
  // in errors.
  awaitable<Result<Json>> call_function(RunTask& task, const vm::Ref& function, std::string path,
                                        std::string what = "recorded");
  // A wait that a crash does not begin anew.
  awaitable<Result<Json>> recorded_sleep(RunTask& task, std::chrono::duration<double> duration);
  // Waits until then by the wall clock; `why` is what the run's status says meanwhile.
  awaitable<Result<void>> sleep_until(RunTask& task, WallTime until, RunTask::Wait why);
  // Drops the entry at `position` and all that began later (empty: all there are) for the next
  // resume, with everything that is still to come.
  void forget_entries(RunTask& task, const std::string& position);
  // Asks a human; recorded. Gives {value, timed_out, responded_at}. Fails with kHitlTimeout.
  awaitable<Result<Json>> ask(RunTask& task, HumanRequest request);
  // Any thread. Hands over an answer; false when there is one to that request already.
  bool take_answer(const journal::Answer& answer);
  std::optional<journal::Answer> known_answer(const std::string& request_id) const;  // Any thread.
  // Starts a task with that procedure. Gives {id, name}; recorded.
  awaitable<Result<Json>> spawn(RunTask& task, Callee callee, JsonObject input);
  // The task of that id, or null.
  std::shared_ptr<RunTask> find_task(std::string_view id) const;
  // Completes when one of `tasks` has ended, or at `deadline`. Fails with kCancelled.
  awaitable<Result<void>> wait_for_tasks(RunTask& task,
                                         const std::vector<std::shared_ptr<RunTask>>& tasks,
                                         std::optional<WallTime> deadline);
  void cancel_task(RunTask& task);
  // Says what a task waits for, at most until then, and by that what the run does; also in the log,
  // unless `tell` is kLater.
  enum class Tell : std::uint8_t { kNow, kLater };
  void set_wait(RunTask& task, RunTask::Wait wait, std::optional<WallTime> until = std::nullopt,
                Tell tell = Tell::kNow);
  // Waits, ending early with kCancelled when the task is stopped.
  awaitable<Result<void>> sleep(RunTask& task, std::chrono::nanoseconds duration);

  // Events. `task` may be null: outside all tasks. `file` empty = the program's own.
  void warn(RunTask* task, ErrorCode code, const std::string& message, int line = 0,
            const std::string& file = {});
  void append(journal::EventType type, JsonObject body, journal::TurnScopePtr turn = nullptr);
  void emit_log(RunTask* task, std::string_view level, const std::string& message, Json context);
  void emit_state_changed(RunTask& task, Realm& realm, const std::string& key, const Json* value);
  // state_changed for what plain assignments to `State` changed since the last call.
  void emit_state_changes(RunTask& task);

  // Templates of language.md 5. `agent` may be null; `output` is what {output.x} means.
  std::string render(RunTask& task, const std::string& text, Agent* agent,
                     const JsonObject* prepared, const Json* output = nullptr);

  // Stop tokens of requests under way: stopped at once when their task is.
  void attach(RunTask& task, llm::StopToken& token);
  void detach(RunTask& task, llm::StopToken& token);

  std::string unique_call_id(const std::string& provider_id, const std::string& turn_id);
  void record_spent(const std::string& agent, const std::string& provider, const std::string& model,
                    const Spent& spent);
  Budgets& budgets() { return budgets_; }
  std::optional<llm::Price> price_of(const std::string& provider, const std::string& model,
                                     std::int64_t prompt_tokens) const;
  // A variable that `env_allow` lists and that is set. Others are nothing, with a warning once.
  std::optional<std::string> variable(RunTask& task, const std::string& name);
  Json state_json(const vm::Ref& table, const std::string& name);
  // A tool call that has ended, as the primitive `Tool` tells it.
  void add_tool_record(RunTask& task, ToolRecord record);
  void reset_tool_records(RunTask& task);
  void set_stop(RunTask& task, StopFlag flag);
  // Changes the number of turns begun; `to` instead of by.
  void add_iterations(RunTask& task, std::int64_t by);
  void reset_iterations(RunTask& task);
  void enter_stage(RunTask& task, const std::string& name);
  void clear_stage_history(RunTask& task);
  void remember_turn(RunTask& task, Agent& agent, TurnResult result);
  // `of`: the task whose agent it is.
  void note_requests(RunTask& task, const Agent& agent, const RunTask& of);
  void reset_agent(RunTask& task, Agent& agent);
  // What MessageHistory does (language.md 11). `agent` as the task knows it.
  void add_message(RunTask& task, HistoryMessage message);
  // Gives a message to another task.
  void inject(RunTask& task, RunTask& target, HistoryMessage message);
  void clear_pending(RunTask& task);
  void save_history(RunTask& task, const std::string& name, Messages messages);
  void set_history(RunTask& task, Agent& agent, Messages messages);
  const std::map<std::string, Messages>& saved_histories() const { return saved_histories_; }

  // program::ObjectFactory
  void push_agent(lua_State* state,
                  std::shared_ptr<program::AgentDeclaration> declaration) override;
  void push_tool(lua_State* state, std::shared_ptr<program::ToolDeclaration> declaration) override;
  void push_model(lua_State* state,
                  std::shared_ptr<program::ModelDeclaration> declaration) override;
  void push_procedure(lua_State* state,
                      std::shared_ptr<program::ProcedureDeclaration> declaration) override;
  void script_input(lua_State* state, const schema::Schema& schema) override;

 private:
  Result<void> prepare();
  void resume_from(std::vector<journal::CheckpointEntry> entries);
  void append_start();
  void warn_about_configuration();
  void install_host();
  awaitable<void> finish(Result<Json> outcome);
  void close_open_turns();
  JsonObject summary(const Result<Json>& outcome, std::int64_t duration_ms, int exit_code);
  awaitable<Result<Json>> run_body(RunTask& task, Invocation entering, std::string& summary);
  awaitable<Result<Json>> run_code(RunTask& task, const program::ProcedureDeclaration& procedure);
  Result<Invocation> make_invocation(RunTask& task, ProcedurePtr procedure, JsonObject input);
  awaitable<Result<Json>> report_call(RunTask& task, Invocation entering, const std::string& told);
  Result<void> enter(RunTask& task, Invocation entering);
  Realm* realm_at(RunTask& task, const std::string& path);
  void tell_wait();
  Result<Json> checked_output(RunTask& task, const program::ProcedureDeclaration& procedure,
                              Json value);
  awaitable<Result<Json>> replay_entry(RunTask& task, Scope& scope, journal::CheckpointEntry entry,
                                       const EntryHead& head);
  awaitable<Result<Json>> run_entry(OpenEntry& open, const EntryHead& head, const EntryBody& body);
  awaitable<Result<void>> end_entry(OpenEntry& open, Scope& scope, const EntryHead& head,
                                    const Result<Json>& outcome);
  awaitable<void> take_turn(const journal::CheckpointEntry& entry, const EntryHead& head);
  Result<void> check_scope_end(const Scope& scope);
  Error mismatch(const std::string& position, const std::string& recorded,
                 const std::string& asked);
  void forget_replay_in(const std::string& scope, bool own);
  awaitable<void> join_spawned(RunTask& task, Scope& scope);
  awaitable<void> start_task(RunTask& parent, std::string position, Result<ProcedurePtr> procedure,
                             JsonObject input);
  awaitable<void> run_task(std::shared_ptr<RunTask> task, Result<ProcedurePtr> procedure,
                           JsonObject input);
  awaitable<Result<Json>> ask_live(OpenEntry& open, const HumanRequest& request);
  awaitable<Result<std::optional<journal::Answer>>> wait_for_answer(
      RunTask& task, std::string id, JsonObject request, std::optional<WallTime> expires);
  std::optional<journal::Answer> given_answer(const std::string& id);
  journal::Answer default_given(const std::string& id, const JsonObject& event);
  void append_response(const std::string& id, const Json& value, bool timed_out,
                       const std::string& at);
  void add_pending(JsonObject request);
  void remove_pending(const std::string& id);
  void change_pending(const std::function<void(JsonArray&)>& change);
  Error depth_error() const;
  bool too_deep(const RunTask& task) const;
  void put_entry(const journal::CheckpointEntry& entry);
  void expect_effects();
  void apply_effects_before(std::int64_t order);
  void apply_own_effects(RunTask& task, const JsonArray& effects);
  void apply_effect(RunTask& task, const Json& effect);
  void apply_memory_effect(RunTask& task, Realm& realm, const Json& effect);
  std::map<std::string, Messages> saved_histories_;  // MessageHistory.save_to_node.
  void stop_upstream();
  void end_waits();
  friend struct OpenEntry;
  friend class TurnStream;
  RunParts parts_;
  std::unique_ptr<vm::Vm> vm_;
  ProgramFiles files_;
  // What objects of the program stand for; stable addresses.
  std::deque<std::shared_ptr<const program::ToolDeclaration>> tools_;
  std::deque<ProcedurePtr> procedures_;
  RunTask main_task_;
  std::vector<std::shared_ptr<RunTask>> spawned_;  // All there were.
  std::set<RunTask*> tasks_;                       // Those that have not ended, with main.
  std::int64_t ended_tasks_ = 0;
  std::map<std::string, boost::asio::steady_timer*> answer_timers_;  // By request.
  bool forgetting_ = false;  // Checkpoint.clear…: nothing more is kept for a resume.
  Replay replay_;
  LogTrace trace_;
  Sequencer sequencer_;
  std::deque<Json> due_effects_;     // Of operations that the replay skips, as they happened.
  std::int64_t effect_count_ = 0;    // Of all generations.
  std::set<std::string> executing_;  // Tool calls whose handlers run.
  std::set<std::string> call_ids_;
  std::set<std::string> tools_used_;
  std::set<std::string> turns_again_;  // Turns of the trace that this generation has taken up.
  Spending spending_;
  Budgets budgets_{parts_.config};
  std::set<std::string> refused_variables_;  // Warned about.
  SteadyTime started_{};
  WallTime wall_started_{};  // Of the first generation.
  int call_count_ = 0;
  bool declaring_ = false;     // The main file is.
  bool told_waiting_ = false;  // The log says that the run waits.
  std::string main_summary_;   // What main's `return_prompt` brought.
  McpServers mcp_;
  Plugins plugins_{*this};
  OutsideTools outside_tools_{mcp_, plugins_};

  mutable std::mutex mutex_;  // Guards what follows: shared with the callers of cancel().
  std::set<llm::StopToken*> tokens_;
  std::map<std::string, journal::Answer> answers_;  // Given to this process, by request.
  CancelTimes cancel_times_;
  std::optional<SteadyTime> cancel_requested_;
  bool interrupted_ = false;
  // How the run ends is decided: nothing is left to stop.
  bool ending_ = false;
  vm::Vm* interruptible_ = nullptr;  // `vm_`, once it is there.
};

// The task that is executing a binding.
RunTask& task_of(lua_State* state, Run& run);
}  // namespace tactus::runtime
