#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <tactus/base/utf8.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

Run::Run(RunParts parts)
    : parts_(std::move(parts)),
      files_(parts_),
      sequencer_(parts_.strand),
      mcp_(parts_.strand, parts_.http, parts_.config.mcp_servers, parts_.workspace) {
  tasks_.insert(&main_task_);
}

Run::~Run() {
  // Lua values first, while their interpreter is there.
  main_task_.invocations.clear();
  files_.clear();
}

asio::awaitable<void> Run::execute() {
  started_ = clock().steady();
  main_task_.name = "main";
  main_task_.started_at = parts_.record.started_at;
  wall_started_ = parse_time(parts_.record.started_at).value_or(clock().wall());
  main_task_.root.clock = wall_started_;
  if (parts_.record.generation > 1) resume_from(std::move(parts_.entries));
  append_start();
  Result<Json> outcome = Json(nullptr);
  if (auto prepared = prepare(); !prepared) {
    outcome = fail(prepared.error());
  } else if (cancelled()) {
    // By a stop that came before there was an interpreter whose waits it could end.
    outcome = fail(ErrorCode::kCancelled, "the run was stopped");
  } else {
    outcome = co_await invoke_main();
    if (!outcome && outcome.error().hint.empty()) {
      outcome.error().hint = program::hint_for_lua_error(*vm_, outcome.error().message);
    }
  }
  co_await finish(std::move(outcome));
  // After the last event: nobody waits for a server to say goodbye.
  co_await mcp_.close();
  co_await plugins_.close();
}

// Takes up where the last generation ended. Whatever was being done is done again, whatever was
// done is not.
void Run::resume_from(std::vector<journal::CheckpointEntry> entries) {
  replay_ = Replay(std::move(entries));
  if (parts_.reopen_failed && parts_.store) {
    Replay::Reopened reopened = replay_.reopen_failed();
    parts_.store->drop_entries(parts_.record.run_id, std::move(reopened.dropped));
    for (const journal::CheckpointEntry& entry : reopened.changed) put_entry(entry);
  }
  sequencer_.expect(replay_.orders(), replay_.last_order());
  expect_effects();
  trace_ = LogTrace::of(log());
  for (const auto& [id, stage] : trace_.tool_calls) call_ids_.insert(id);
  tools_used_ = trace_.tools_used;
  for (const Json& cost : trace_.costs) {
    Spent spent;
    spent.usage.prompt_tokens = int_member(cost, "prompt_tokens");
    spent.usage.completion_tokens = int_member(cost, "completion_tokens");
    spent.usage.total_tokens = int_member(cost, "total_tokens");
    const Json* total = find_member(cost, "total_cost");
    spent.total_cost.reset();
    if (total && total->is_number()) spent.total_cost = total->to_number<double>();
    record_spent(std::string(string_member(cost, "agent_name")),
                 std::string(string_member(cost, "provider")),
                 std::string(string_member(cost, "model")), spent);
    budgets_.count_again(std::string(string_member(cost, "agent_name")), spent);
  }
}

void Run::append_start() {
  JsonObject details;
  details["path"] = parts_.source.path;
  details["inputs"] = parts_.inputs;
  details["source_hash"] = parts_.record.source_hash;
  if (parts_.overrides.provider) details["provider"] = *parts_.overrides.provider;
  if (parts_.overrides.model) details["model"] = *parts_.overrides.model;
  if (parts_.overrides.stream) details["stream"] = *parts_.overrides.stream;
  JsonObject body;
  body["lifecycle_stage"] = parts_.record.generation > 1 ? "resumed" : "start";
  body["generation"] = parts_.record.generation;
  body["details"] = std::move(details);
  append(journal::EventType::kExecution, std::move(body));
}

Result<void> Run::prepare() {
  vm::Limits limits;
  limits.memory_bytes = parts_.config.memory_mb << 20;
  limits.cpu = std::chrono::milliseconds(parts_.config.cpu_ms);
  auto created = vm::Vm::create(limits);
  if (!created) return fail(created.error());
  vm_ = std::move(*created);
  {
    const std::lock_guard lock(mutex_);
    interruptible_ = vm_.get();
    if (cancel_requested_) vm_->interrupt();
  }
  install_host();
  if (auto installed = install_primitives(*this); !installed) return installed;
  if (auto taken = files_.take_globals(*vm_); !taken) return taken;
  parts_.source.read_file = [this, read = std::move(parts_.source.read_file)](
                                const std::string& path, const std::string& mentioned_in) {
    auto file = read(path, mentioned_in);
    if (file && *file) note_file(**file);
    return file;
  };
  program::Program& program = main_realm().program;
  declaring_ = true;
  program::load(*vm_, parts_.source, *this, program);
  declaring_ = false;
  if (!program.errors.empty()) return fail(to_error(program.errors.front(), parts_.source.path));
  if (parts_.record.generation > 1) return {};  // The log has the warnings.
  warn_about_configuration();
  for (const program::Finding& warning : program.warnings) {
    const std::string hint = warning.hint.empty() ? "" : "; " + warning.hint;
    warn(&main_task_, warning.code, warning.message + hint, warning.line, warning.file);
  }
  return {};
}

asio::awaitable<void> Run::finish(Result<Json> outcome) {
  if (vm_) emit_state_changes(main_task_);
  const std::int64_t duration_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock().steady() - started_).count();
  journal::RunStatus status =
      outcome ? journal::RunStatus::kCompleted : journal::RunStatus::kFailed;
  bool interrupted = false;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    interrupted = interrupted_;
    if (cancel_requested_) {
      const bool waits = journal::is_live(parts_.record.status) &&
                         parts_.record.status != journal::RunStatus::kRunning;
      status = !interrupted ? journal::RunStatus::kCancelled
               : waits      ? parts_.record.status  // It goes on waiting without a process.
                            : journal::RunStatus::kInterrupted;
      if (cancel_times_.upstream_closed.empty())
        cancel_times_.upstream_closed = cancel_times_.requested;
      cancel_times_.settled = format_time(clock().wall());
    }
  }
  const std::string_view lifecycle = journal::run_status_name(status);
  const int exit_code = status == journal::RunStatus::kCompleted ? 0
                        : status == journal::RunStatus::kFailed  ? 1
                                                                 : 130;
  if (!interrupted) {
    close_open_turns();
    append(journal::EventType::kExecutionSummary, summary(outcome, duration_ms, exit_code));
    JsonObject body;
    body["lifecycle_stage"] = status == journal::RunStatus::kCompleted ? "complete"
                              : status == journal::RunStatus::kFailed  ? "error"
                                                                       : lifecycle;
    body["generation"] = parts_.record.generation;
    JsonObject details;
    if (status == journal::RunStatus::kFailed) details["error"] = to_json(outcome.error());
    if (!main_summary_.empty()) details["summary"] = main_summary_;
    if (status == journal::RunStatus::kCancelled) {
      const CancelTimes times = cancel_times();
      details["requested"] = times.requested;
      details["upstream_closed"] = times.upstream_closed;
      details["settled"] = times.settled;
    }
    body["details"] = std::move(details);
    body["exit_code"] = exit_code;
    append(journal::EventType::kExecution, std::move(body));
  }
  journal::RunRecord final_record = record();
  final_record.status = status;
  if (!journal::is_live(status)) final_record.ended_at = format_time(clock().wall());
  final_record.duration_ms = duration_ms;
  final_record.last_seq = log().last_seq();
  if (outcome) final_record.result = *outcome;
  if (status == journal::RunStatus::kFailed) final_record.error = to_json(outcome.error());
  if (!interrupted) final_record.pending.clear();
  {
    const std::lock_guard lock(mutex_);
    parts_.record = final_record;
  }
  if (parts_.store) {
    parts_.store->put_run(final_record);
    parts_.store->release(final_record.run_id);
  }
  // A failing disk must not turn a finished run into a failed one; it is told where the next run
  // will meet it.
  if (auto flushed = co_await log().flush(); !flushed)
    spdlog::error("{}", to_string(flushed.error()));
  log().close();
}

JsonObject Run::summary(const Result<Json>& outcome, std::int64_t duration_ms, int exit_code) {
  JsonObject body;
  body["result"] = outcome ? *outcome : Json(nullptr);
  body["final_state"] = vm_ ? state_json(main_realm().state_table, "State") : Json(JsonObject{});
  body["iterations"] = main_realm().iterations;
  JsonArray tools;
  for (const std::string& name : tools_used_) tools.push_back(Json(name));
  body["tools_used"] = std::move(tools);
  body["total_cost"] = spending_.told.total_cost ? Json(*spending_.told.total_cost) : Json(nullptr);
  body["total_tokens"] = spending_.told.usage.total_tokens;
  body["cost_breakdown"] = spending_.breakdown;
  if (const StopFlag& stop_flag = main_realm().stop_flag; stop_flag.requested) {
    body["stop"] = JsonObject{{"reason", stop_flag.reason}, {"success", stop_flag.success}};
  }
  body["duration_ms"] = duration_ms;
  body["exit_code"] = exit_code;
  if (!main_summary_.empty()) body["summary"] = main_summary_;
  if (!outcome) {
    const Error& error = outcome.error();
    body["error_code"] = error_code_name(error.code);
    body["error_message"] = error.message;
    if (!error.hint.empty()) body["error_hint"] = error.hint;
    const JsonObject told = to_json(error);
    if (const Json* explanation = told.if_contains("explanation"))
      body["explanation"] = *explanation;
    if (error.place) {
      body["error_file"] = error.place->file;
      body["error_line"] = error.place->line;
    }
    const std::string traceback = vm_ ? vm_->last_traceback() : std::string();
    if (!traceback.empty()) body["traceback"] = traceback;
  }
  return body;
}

void Run::record_spent(const std::string& agent, const std::string& provider,
                       const std::string& model, const Spent& spent) {
  spending_.told.add(spent);
  spending_.breakdown.push_back(
      JsonObject{{"agent_name", agent},
                 {"provider", provider},
                 {"model", model},
                 {"total_tokens", spent.usage.total_tokens},
                 {"total_cost", spent.total_cost ? Json(*spent.total_cost) : Json(nullptr)}});
  {
    const std::lock_guard lock(mutex_);
    parts_.record.total_tokens = spending_.told.usage.total_tokens;
    parts_.record.total_cost = spending_.told.total_cost;
  }
  parts_.activity.note(log().identity().run_id);
}

std::optional<llm::Price> Run::price_of(const std::string& provider, const std::string& model,
                                        std::int64_t prompt_tokens) const {
  const auto overridden = parts_.config.prices.find(model);
  if (overridden != parts_.config.prices.end()) {
    llm::Price price;
    price.input = overridden->second.input;
    price.output = overridden->second.output;
    price.cached = overridden->second.cached;
    return price;
  }
  if (provider == "demo") return llm::Price{};  // Offline: it is known to cost nothing.
  return llm::PriceTable::shipped().find(provider, model, prompt_tokens);
}

// Turns that a crash left open and that the program did not come back to.
void Run::close_open_turns() {
  for (const auto& [turn_id, turn] : trace_.turns) {
    if (!turn.end.empty() || turns_again_.contains(turn_id)) continue;
    auto scope = std::make_shared<journal::TurnScope>();
    scope->agent_name = turn.agent_name;
    scope->turn_id = turn_id;
    scope->attempt = turn.attempt;
    scope->parent = turn.parent;
    for (const std::string& id : turn.tool_call_ids) {
      if (trace_.tool_call_reached(id, "completed")) continue;
      append(journal::EventType::kAgentToolCall,
             {{"tool_call_id", id},
              {"tool_name", trace_.tool_names[id]},
              {"stage", "failed"},
              {"error", "cancelled"}},
             scope);
    }
    append(journal::EventType::kAgentTurn, {{"stage", "cancelled"}, {"finish_reason", "cancelled"}},
           std::move(scope));
  }
}

std::string Run::unique_call_id(const std::string& provider_id, const std::string& turn_id) {
  std::string id = provider_id;
  while (id.empty() || !call_ids_.insert(id).second) {
    id = turn_id + "-c" + std::to_string(++call_count_);
  }
  return id;
}

}  // namespace tactus::runtime
