// One run: its interpreter, its agents, its log. Lives on one strand; only `cancel`, `interrupt`
// and `cancel_times` may be called from elsewhere. Uses: everything below runtime.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <tactus/journal/run_log.hpp>
#include <tactus/llm/model_client.hpp>
#include <tactus/program/program.hpp>
#include <tactus/runtime/agent.hpp>
#include <tactus/runtime/config.hpp>
#include <tactus/runtime/mcp_servers.hpp>
#include <tactus/runtime/providers.hpp>
#include <tactus/runtime/run_service.hpp>
#include <tactus/runtime/tool_set.hpp>
#include <tactus/vm/vm.hpp>

namespace tactus::runtime {

// What a run is given. References outlive it.
struct RunParts {
  boost::asio::strand<boost::asio::any_io_executor> strand;
  std::string workspace;
  program::Source source;
  JsonObject inputs;  // Checked and completed against main's schema.
  RunOverrides overrides;
  Config config;
  Environment environment;
  std::shared_ptr<journal::RunLog> log;
  journal::RunRecord record;
  const Clock& clock;
  journal::Store* store;
  net::HttpClient& http;
  ProviderRegistry& providers;
};

// A dependency while the invocation that declares it runs.
struct OpenDependency {
  std::shared_ptr<const program::DependencyDeclaration> declaration;
};
using Dependencies = std::map<std::string, std::shared_ptr<OpenDependency>>;

// One call of a procedure.
struct Invocation {
  std::shared_ptr<const program::ProcedureDeclaration> procedure;
  JsonObject input;     // What `{input.x}` sees.
  vm::Ref input_table;  // What the program sees; may be changed by it.
  vm::Ref state_table;
  Dependencies dependencies;  // Its own and those of the procedures that called it.
  JsonObject undeclared;      // Parameters that no field declares: `{context.x}`.
  std::string call_id;        // Empty for main.
  std::string parent;         // call_id of what it is nested in; empty for main.
  int turns = 0;
  std::map<const Agent*, int> agent_turns;  // Turns begun in this invocation, by agent.
};

// One call of a tool, by a model or by the program (primitive `Tool`).
struct ToolRecord {
  std::string name, agent, timestamp, error;
  Json args, result;
  bool ok = true;
};

struct StopFlag {
  bool requested = false;
  std::string reason;
  bool success = true;
};

class Run final : public program::ObjectFactory, public std::enable_shared_from_this<Run> {
 public:
  explicit Run(RunParts parts);
  ~Run() override;

  // Executes the program from its first line to the last event of the log. Never throws; every
  // outcome is in the log and in `record()`.
  boost::asio::awaitable<void> execute();

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
  const program::Program& program() const { return program_; }
  bool cancelled() const;
  bool declaring() const { return declaring_; }

  // Runs a procedure with `input` and gives its output. `call_id` empty = main.
  boost::asio::awaitable<Result<Json>> invoke(
      std::shared_ptr<const program::ProcedureDeclaration> procedure, JsonObject input,
      bool is_main);
  // Runs one turn of an agent; see turn.hpp.
  boost::asio::awaitable<Result<std::shared_ptr<const TurnResult>>> turn(Agent& agent,
                                                                         TurnOptions options);
  // Runs what stands behind a tool with checked arguments, nested under the call `call_id`. `scope`
  // is the turn whose model called it; null = the program itself.
  boost::asio::awaitable<Result<Json>> call_tool(const ToolBinding& tool, Json args,
                                                 const std::string& call_id,
                                                 const journal::TurnScopePtr& scope);
  // A tool called by the program itself: checked, run, recorded, with its events. Fails with
  // kToolArgs, kToolFailed.
  boost::asio::awaitable<Result<Json>> call_tool_directly(ToolBinding tool, Json args);
  // The tools of MCP servers that a turn with these lists may offer; connects what it needs. Warns
  // of servers that are registered and cannot be used. Fails with kMcpConnect, kCancelled.
  boost::asio::awaitable<Result<NativeTools>> natives(
      const std::optional<std::vector<program::ToolEntry>>& entries);
  // The tool of a server by its exposed name. Fails with kToolNotFound, kMcpConnect, kCancelled.
  boost::asio::awaitable<Result<ToolBinding>> native_tool(const std::string& name);
  // Whether an MCP server may have a tool of that name.
  bool may_be_native(const std::string& name) const;
  // Whether the call's handler is running; only then it may report progress.
  bool is_executing(const std::string& call_id) const {
    return std::find(parents_.begin(), parents_.end(), call_id) != parents_.end();
  }
  // Waits, ending early with kCancelled when the run is stopped.
  boost::asio::awaitable<Result<void>> sleep(std::chrono::milliseconds duration);

  // Events.
  void warn(ErrorCode code, const std::string& message, int line = 0);
  void append(journal::EventType type, JsonObject body, journal::TurnScopePtr turn = nullptr);
  void emit_log(std::string_view level, const std::string& message, Json context);
  void emit_state_changed(const std::string& key, const Json* value);
  // state_changed for what plain assignments to `state` changed since the last call.
  void emit_state_changes();

  // Templates of language.md 5. `agent` may be null.
  std::string render(const std::string& text, Agent* agent, const JsonObject* prepared);

  // Stop tokens of requests under way: stopped at once when the run is.
  void attach(llm::StopToken& token);
  void detach(llm::StopToken& token);

  std::string next_turn_id() { return "t" + std::to_string(++turn_count_); }
  std::string unique_call_id(const std::string& provider_id, const std::string& turn_id);
  // Invocations below main.
  std::size_t depth() const { return invocations_.empty() ? 0 : invocations_.size() - 1; }
  std::string current_parent() const { return parents_.empty() ? std::string() : parents_.back(); }
  void push_parent(std::string id) { parents_.push_back(std::move(id)); }
  void pop_parent() { parents_.pop_back(); }
  Invocation* invocation() { return invocations_.empty() ? nullptr : &invocations_.back(); }
  void record_spent(const std::string& agent, const std::string& provider, const std::string& model,
                    const Spent& spent);
  // kBudget once a limit of the configuration is reached: no further request may be made.
  std::optional<Error> over_budget() const;
  // What one attempt used. A price that is not known is warned about, once a model.
  void count_for_budget(const Spent& spent, const std::string& model);
  std::optional<llm::Price> price_of(const std::string& provider, const std::string& model,
                                     std::int64_t prompt_tokens) const;
  // A variable that `env_allow` lists and that is set. Others are nothing, with a warning once.
  std::optional<std::string> variable(const std::string& name);
  Json state_json(const vm::Ref& table, const std::string& name);

  // Primitives' data.
  vm::Ref state_table;
  std::vector<ToolRecord> tool_records;
  std::set<std::string> tools_used;
  StopFlag stop_flag;
  std::int64_t iterations = 0;
  std::optional<std::string> stage;
  struct StageChange {
    std::string from, to, timestamp;
  };
  std::vector<StageChange> stage_history;
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
  void append_start();
  void warn_about_configuration();
  boost::asio::awaitable<void> finish(Result<Json> outcome);
  JsonObject summary(const Result<Json>& outcome, std::int64_t duration_ms, int exit_code);
  Result<void> enter(Invocation invocation);
  Result<Json> checked_output(const program::ProcedureDeclaration& procedure, Json value);
  void stop_upstream();
  boost::asio::awaitable<Result<NativeTools>> natives_for(NativeNeeds needs);
  boost::asio::awaitable<Result<Json>> call_native(const ToolBinding& tool, Json args,
                                                   std::string call_id,
                                                   journal::TurnScopePtr scope);
  std::optional<Json> lookup(std::string_view path, const JsonObject* prepared);
  std::optional<Json> look_up_name(const std::string& root, const std::string& name,
                                   const JsonObject* prepared);

  RunParts parts_;
  std::unique_ptr<vm::Vm> vm_;
  program::Program program_;
  std::deque<Agent> agents_;  // Stable addresses.
  std::deque<Invocation> invocations_;
  std::vector<std::string> parents_;
  std::size_t tool_depth_ = 0;  // Tool calls that stand in one another now.
  std::set<std::string> call_ids_;
  JsonObject state_seen_;  // What state_changed events have told so far.
  Spent spent_;
  Spent budgeted_;  // Over all generations; an unknown price adds nothing.
  std::set<std::string> unpriced_;
  std::set<std::string> refused_variables_;  // Warned about.
  JsonArray cost_breakdown_;
  SteadyTime started_{};
  int turn_count_ = 0;
  int message_count_ = 0;
  int call_count_ = 0;
  bool declaring_ = false;
  boost::asio::steady_timer sleep_timer_;
  McpServers mcp_;

  mutable std::mutex mutex_;  // Guards what follows: shared with the callers of cancel().
  std::set<llm::StopToken*> tokens_;
  CancelTimes cancel_times_;
  std::optional<SteadyTime> cancel_requested_;
  bool interrupted_ = false;
  // How the run ends is decided: nothing is left to stop.
  bool ending_ = false;
  vm::Vm* interruptible_ = nullptr;  // `vm_`, once it is there.
};

// Installs State, Tool, Stop, Iterations, Stage, Log, print, Tools, context … into the run's
// interpreter.
Result<void> install_primitives(Run& run);
// The globals `input`, `params`, `state`, `context`, resolved at each access.
void install_invocation_globals(lua_State* state, Run& run);
// Pushes the Result object of a turn (language.md 9). [-0, +1, e]
void push_turn_result(lua_State* state, std::shared_ptr<const TurnResult> result);
// Reads the arguments of `turn` from the stack (language.md 4.5). Raises kOption.
TurnOptions read_turn_options(lua_State* state, int first);

}  // namespace tactus::runtime
