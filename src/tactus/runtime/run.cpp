#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <tactus/base/utf8.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

Run::Run(RunParts parts)
    : parts_(std::move(parts)),
      sleep_timer_(parts_.strand),
      mcp_(parts_.strand, parts_.http, parts_.config.mcp_servers, parts_.workspace) {
  budgeted_.usage.total_tokens = parts_.record.total_tokens;
  budgeted_.total_cost = parts_.record.total_cost.value_or(0);
}

Run::~Run() {
  // Lua values first, while their interpreter is there.
  invocations_.clear();
  state_table = {};
}

asio::awaitable<void> Run::execute() {
  started_ = clock().steady();
  append_start();
  Result<Json> outcome = Json(nullptr);
  if (auto prepared = prepare(); !prepared) {
    outcome = fail(prepared.error());
  } else {
    outcome = co_await invoke(program_.main, parts_.inputs, true);
    if (!outcome && outcome.error().hint.empty()) {
      outcome.error().hint = program::hint_for_lua_error(*vm_, outcome.error().message);
    }
  }
  co_await finish(std::move(outcome));
  co_await mcp_.close();  // After the last event: nobody waits for a server to say goodbye.
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
  body["lifecycle_stage"] = "start";
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
  vm::Host host;
  host.getenv = [this](const std::string& name) { return variable(name); };
  vm_->set_host(std::move(host));
  if (auto installed = install_primitives(*this); !installed) return installed;
  declaring_ = true;
  program::load(*vm_, parts_.source, *this, program_);
  declaring_ = false;
  if (!program_.errors.empty()) return fail(to_error(program_.errors.front(), parts_.source.path));
  warn_about_configuration();
  for (const program::Finding& warning : program_.warnings) {
    const std::string hint = warning.hint.empty() ? "" : "; " + warning.hint;
    warn(warning.code, warning.message + hint, warning.line);
  }
  return {};
}

asio::awaitable<void> Run::finish(Result<Json> outcome) {
  if (vm_) emit_state_changes();
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
      status = interrupted ? journal::RunStatus::kInterrupted : journal::RunStatus::kCancelled;
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
    append(journal::EventType::kExecutionSummary, summary(outcome, duration_ms, exit_code));
    JsonObject body;
    body["lifecycle_stage"] = status == journal::RunStatus::kCompleted ? "complete"
                              : status == journal::RunStatus::kFailed  ? "error"
                                                                       : lifecycle;
    body["generation"] = parts_.record.generation;
    JsonObject details;
    if (status == journal::RunStatus::kFailed) details["error"] = to_json(outcome.error());
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
  final_record.ended_at = format_time(clock().wall());
  final_record.duration_ms = duration_ms;
  final_record.last_seq = log().last_seq();
  if (outcome) final_record.result = *outcome;
  if (status == journal::RunStatus::kFailed) final_record.error = to_json(outcome.error());
  {
    const std::lock_guard lock(mutex_);
    parts_.record = final_record;
  }
  if (parts_.store) parts_.store->put_run(final_record);
  // A failing disk must not turn a finished run into a failed one; it is told where the next run
  // will meet it.
  if (auto flushed = co_await log().flush(); !flushed)
    spdlog::error("{}", to_string(flushed.error()));
  log().close();
}

JsonObject Run::summary(const Result<Json>& outcome, std::int64_t duration_ms, int exit_code) {
  JsonObject body;
  body["result"] = outcome ? *outcome : Json(nullptr);
  body["final_state"] = vm_ ? state_json(state_table, "State") : Json(JsonObject{});
  body["iterations"] = iterations;
  JsonArray tools;
  for (const std::string& name : tools_used) tools.push_back(Json(name));
  body["tools_used"] = std::move(tools);
  body["total_cost"] = spent_.total_cost ? Json(*spent_.total_cost) : Json(nullptr);
  body["total_tokens"] = spent_.usage.total_tokens;
  body["cost_breakdown"] = cost_breakdown_;
  if (stop_flag.requested) {
    body["stop"] = JsonObject{{"reason", stop_flag.reason}, {"success", stop_flag.success}};
  }
  body["duration_ms"] = duration_ms;
  body["exit_code"] = exit_code;
  if (!outcome) {
    const Error& error = outcome.error();
    body["error_code"] = error_code_name(error.code);
    body["error_message"] = error.message;
    if (!error.hint.empty()) body["error_hint"] = error.hint;
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
  spent_.add(spent);
  cost_breakdown_.push_back(
      JsonObject{{"agent_name", agent},
                 {"provider", provider},
                 {"model", model},
                 {"total_tokens", spent.usage.total_tokens},
                 {"total_cost", spent.total_cost ? Json(*spent.total_cost) : Json(nullptr)}});
  const std::lock_guard lock(mutex_);
  parts_.record.total_tokens = spent_.usage.total_tokens;
  parts_.record.total_cost = spent_.total_cost;
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

// --- Stopping ---

bool Run::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancel_requested_.has_value();
}

CancelTimes Run::cancel() {
  stop_upstream();
  return cancel_times();
}

void Run::interrupt() {
  {
    const std::lock_guard lock(mutex_);
    if (!cancel_requested_) interrupted_ = true;
  }
  stop_upstream();
}

void Run::stop_upstream() {
  {
    const std::lock_guard lock(mutex_);
    if (cancel_requested_ || ending_) return;
    cancel_requested_ = clock().steady();
    cancel_times_.requested = format_time(clock().wall());
    // Before the tokens: what fails by them must already be uncatchable. A script that computes
    // keeps the strand busy, so it is stopped from here too.
    if (interruptible_) interruptible_->interrupt();
    for (llm::StopToken* token : tokens_) token->stop();
  }
  asio::post(parts_.strand, [this, self = shared_from_this()] {
    sleep_timer_.cancel();
    mcp_.cancel();
    if (vm_) {
      Error error;
      error.code = ErrorCode::kCancelled;
      error.message = "the run was stopped";
      vm_->abort_tasks(std::move(error));
    }
  });
}

CancelTimes Run::cancel_times() const {
  const std::lock_guard lock(mutex_);
  return cancel_times_;
}

journal::RunRecord Run::record() const {
  const std::lock_guard lock(mutex_);
  journal::RunRecord record = parts_.record;
  if (record.ended_at.empty()) record.last_seq = parts_.log->last_seq();
  return record;
}

void Run::attach(llm::StopToken& token) {
  const std::lock_guard lock(mutex_);
  tokens_.insert(&token);
  if (cancel_requested_) token.stop();
}

void Run::detach(llm::StopToken& token) {
  const std::lock_guard lock(mutex_);
  tokens_.erase(&token);
  const auto closed = token.closed_at();
  if (cancel_requested_ && closed && cancel_times_.upstream_closed.empty()) {
    // The token tells steady time; the log speaks of wall time.
    const auto since =
        std::chrono::duration_cast<std::chrono::nanoseconds>(clock().steady() - *closed);
    cancel_times_.upstream_closed = format_time(clock().wall() - since);
  }
}

asio::awaitable<Result<void>> Run::sleep(std::chrono::milliseconds duration) {
  if (!cancelled()) {
    sleep_timer_.expires_after(duration);
    boost::system::error_code ignored;
    co_await sleep_timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  if (cancelled()) co_return fail(ErrorCode::kCancelled, "the run was stopped");
  co_return Result<void>{};
}

asio::awaitable<Result<std::shared_ptr<const TurnResult>>> Run::turn(Agent& agent,
                                                                     TurnOptions options) {
  Turn turn(*this, agent, std::move(options));
  co_return co_await turn.run();
}

std::string Run::unique_call_id(const std::string& provider_id, const std::string& turn_id) {
  std::string id = provider_id;
  while (id.empty() || !call_ids_.insert(id).second) {
    id = turn_id + "-c" + std::to_string(++call_count_);
  }
  return id;
}

}  // namespace tactus::runtime
