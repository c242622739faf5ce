// What the tasks of a run see of their run: their file, their agents, their time and chance.
#include <tactus/runtime/hash.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/strictness.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {

Realm& Run::realm_of(RunTask& task) {
  if (Realm* loading = files_.loading()) return *loading;
  Invocation* invocation = task.invocation();
  return invocation ? *invocation->realm : main_realm();
}

Agent& Run::agent_in(RunTask& task, Agent& agent) {
  if (&task == &main_task_) return agent;
  auto& mine = task.agents[&agent];
  if (!mine) {
    mine = std::make_unique<Agent>();
    mine->declaration = agent.declaration;
    mine->realm = agent.realm;
    mine->owner = agent.owner;
  }
  return *mine;
}

RunTask& task_of(lua_State* state, Run& run) {
  auto* task = static_cast<RunTask*>(vm::context_of(state));
  return task ? *task : run.declaring_task();
}

// Time and chance as the scope has them that runs (language.md 13.6).
void Run::install_host() {
  vm::Host host;
  const auto scope = [this]() -> Scope& { return *task_of(vm_->state(), *this).scope; };
  host.time = [scope] {
    const auto since = scope().clock.time_since_epoch();
    return static_cast<std::int64_t>(std::chrono::floor<std::chrono::seconds>(since).count());
  };
  host.clock = [this, scope] {
    return std::chrono::duration<double>(scope().clock - wall_started_).count();
  };
  host.random = [this, scope]() -> vm::Random& {
    Scope& at = scope();
    if (!at.random) {
      const std::string position = at.position.empty() ? "main" : at.position;
      const std::string digest = sha256_hex(position).substr(0, 16);
      at.random.emplace(static_cast<std::uint64_t>(parts_.record.seed),
                        std::stoull(digest, nullptr, 16));
    }
    return *at.random;
  };
  host.tmpname = [scope] {
    Scope& at = scope();
    std::string name = at.position.empty() ? "main" : at.position;
    return fmt::format(".tac/tmp/{}_{}", name, ++at.tmpnames);
  };
  host.getenv = [this](const std::string& name) {
    return variable(task_of(vm_->state(), *this), name);
  };
  host.refuse_change = [this](std::string_view function) {
    return refused_by_determinism(*this, task_of(vm_->state(), *this), function);
  };
  host.refuse_wait = [this]() -> std::optional<Error> {
    const RunTask& task = task_of(vm_->state(), *this);
    const bool in_loop = task.stream && task.stream->in_body() && !task.stream_waits;
    if (task.callbacks == 0 && !in_loop) return std::nullopt;
    Error error;
    error.code = ErrorCode::kStreamBusy;
    error.message = fmt::format("nothing can wait, or be recorded, while {}",
                                in_loop ? "a stream is open" : "a callback of a turn runs");
    error.hint = in_loop ? "do it after the loop; after a loop over the stream itself call "
                           "s.wait() or s.cancel() first"
                         : "note in the callback what is to be done, and do it after the turn";
    return error;
  };
  vm_->set_host(std::move(host));
}

}  // namespace tactus::runtime
