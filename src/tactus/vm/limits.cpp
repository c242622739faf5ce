// The two limits of a sandbox: memory by the allocator, time by a count hook and by `charge`.
//
// Lua runs hooks between instructions only, and one instruction can be slow: concatenating or
// comparing strings of 100 MB. So the interval of the hook shrinks as large blocks are in use, and
// functions that loop in C++ charge their steps.
#include <cstdlib>
#include <ctime>

#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

constexpr int kHookIntervalMax = 1000;              // Instructions; some tens of microseconds.
constexpr std::size_t kLargeBlockBytes = 64 << 10;  // Smaller ones cannot slow an instruction much.
// Interval times bytes in large blocks: about 0.2 s at a nanosecond a byte.
constexpr std::size_t kIntervalBytes = 200'000'000;
constexpr std::size_t kStepsPerClockRead = 20'000;
// What __close handlers of an aborted task may still take, all together.
constexpr std::chrono::milliseconds kClosingGrace{100};

std::chrono::nanoseconds thread_cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

int hook_interval(const Interpreter& interpreter) {
  if (interpreter.large_bytes_used <= kIntervalBytes / kHookIntervalMax) return kHookIntervalMax;
  return static_cast<int>(std::max<std::size_t>(1, kIntervalBytes / interpreter.large_bytes_used));
}

void on_count(lua_State* state, lua_Debug* /*event*/) {
  Interpreter& interpreter = interpreter_of(state);
  take_interrupt(interpreter);
  const int interval = hook_interval(interpreter);
  if (lua_gethookcount(state) != interval) lua_sethook(state, on_count, LUA_MASKCOUNT, interval);
  check_budget(state);
}

}  // namespace

void Stopwatch::restart(std::chrono::nanoseconds allowance) {
  allowance_ = allowance;
  cpu_at_start_ = thread_cpu_time();
  deadline_ = std::chrono::steady_clock::now() + allowance;
}

bool Stopwatch::expired() {
  const auto now = std::chrono::steady_clock::now();
  if (now < deadline_) return false;
  const std::chrono::nanoseconds used = thread_cpu_time() - cpu_at_start_;
  if (used >= allowance_) return true;
  deadline_ = now + (allowance_ - used);
  return false;
}

void* allocate(void* interpreter, void* block, std::size_t old_size, std::size_t new_size) {
  auto& owner = *static_cast<Interpreter*>(interpreter);
  if (block == nullptr) old_size = 0;  // Then it is the type of the object.
  const auto account = [&] {
    owner.bytes_used += new_size - old_size;
    if (old_size >= kLargeBlockBytes) owner.large_bytes_used -= old_size;
    if (new_size >= kLargeBlockBytes) owner.large_bytes_used += new_size;
  };
  if (new_size == 0) {
    std::free(block);
    account();
    return nullptr;
  }
  const bool grows = new_size > old_size;
  if (grows && (new_size - old_size > owner.limits.memory_bytes - owner.bytes_used)) return nullptr;
  void* const moved = std::realloc(block, new_size);
  if (moved == nullptr) return grows ? nullptr : block;  // Lua relies on shrinking.
  account();
  if (grows && new_size >= kLargeBlockBytes && !owner.running.empty()) {
    lua_State* const running = owner.running.back();
    const int interval = hook_interval(owner);
    // The thread's own hook may be in the middle of a longer interval.
    if (interval < lua_gethookcount(running))
      lua_sethook(running, on_count, LUA_MASKCOUNT, interval);
  }
  return moved;
}

void install_hook(lua_State* thread) {
  lua_sethook(thread, on_count, LUA_MASKCOUNT, hook_interval(interpreter_of(thread)));
}

void fire_hook_soon(lua_State* thread) { lua_sethook(thread, on_count, LUA_MASKCOUNT, 1); }

void check_budget(lua_State* state) {
  Interpreter& interpreter = interpreter_of(state);
  interpreter.steps = 0;
  Activation* const activation = interpreter.current;
  if (activation == nullptr) return;
  // A C++ body that only reads values (the state, for its last event) is let through.
  if (activation->task != nullptr) take_interrupt(interpreter);
  if (activation->abort && !activation->abort_raised) raise_abort(state);
  if (!activation->watch.expired()) return;
  if (!activation->abort) {
    Error error;
    error.code = ErrorCode::kSandboxCpu;
    error.message = fmt::format("the script computed for more than {} ms without waiting",
                                interpreter.limits.cpu.count());
    error.hint = "check the loop for one that never ends; for long work, raise limits.cpu_ms";
    activation->abort = std::move(error);
  }
  raise_abort(state);
}

void take_interrupt(Interpreter& interpreter) {
  Activation* const activation = interpreter.current;
  if (activation == nullptr || activation->abort) return;
  if (!interpreter.interrupted.load(std::memory_order_acquire)) return;
  Error error;
  error.code = ErrorCode::kCancelled;
  error.message = "the run was stopped";
  activation->abort = std::move(error);
}

void charge(lua_State* state, std::size_t steps) {
  Interpreter& interpreter = interpreter_of(state);
  interpreter.steps += steps;
  if (interpreter.steps >= kStepsPerClockRead) check_budget(state);
}

void raise_abort(lua_State* state) {
  Activation& activation = *interpreter_of(state).current;
  if (!activation.abort->place) activation.abort->place = place_of_caller(state);
  if (!activation.abort_raised) {
    activation.abort_raised = true;
    activation.watch.restart(kClosingGrace);
  } else if (activation.watch.expired()) {
    fire_hook_soon(state);
  }
  auto& word = *static_cast<std::uintptr_t*>(lua_getextraspace(state));
  word += std::uintptr_t{1} << 2;  // See abort_count.
  push_error(state, *activation.abort);
  lua_error(state);
  std::abort();
}

Error memory_error(const Interpreter& interpreter) {
  Error error;
  error.code = ErrorCode::kSandboxMemory;
  error.message = fmt::format("the script needs more than its {} MiB of memory",
                              interpreter.limits.memory_bytes >> 20);
  error.hint = "keep less in variables, or raise limits.memory_mb";
  return error;
}

void raise_memory(lua_State* state) { raise(state, memory_error(interpreter_of(state))); }

}  // namespace tactus::vm
