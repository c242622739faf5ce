// What a Vm is made of. Private to the module.
//
//   Activation   one stretch of Lua under way: a task, or a call that may not wait. They nest: a
//                binding of a task may call back into Lua. Each has a budget and may be aborted.
//   Task         an activation that owns a Lua coroutine and outlives its waits.
//   running      the Lua threads of the innermost activation outward, innermost last: a task's
//                coroutine, then the script's own coroutines it has resumed.
//
// An abort (CPU, cancel, budget) must pass every pcall that was entered before it was raised, and
// none entered later, by a __close handler. So each Lua thread counts the aborts raised in it (in
// its extra space), and a pcall compares the count with the one it saw when it was entered.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <vector>

#include <lua.h>

#include <tactus/vm/vm.hpp>

namespace tactus::vm {

// Measures interpreter time. The steady clock is cheap and decides first; the thread's CPU clock
// confirms, so that a busy machine does not fail a script that was merely not scheduled. One
// thread.
class Stopwatch {
 public:
  void restart(std::chrono::nanoseconds allowance);
  bool expired();

 private:
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::nanoseconds cpu_at_start_{};
  std::chrono::nanoseconds allowance_{};
};

struct Task;

struct Activation {
  Activation* outer = nullptr;
  Task* task = nullptr;     // Null: waiting is not allowed.
  void* context = nullptr;  // Whose work this is; null: that of `outer`.
  Stopwatch watch;
  std::optional<Error> abort;
  bool abort_raised = false;  // Since then only __close handlers run, within a short grace.
};

struct Task {
  Interpreter* interpreter = nullptr;  // Null once the interpreter is gone.
  lua_State* thread = nullptr;
  int anchor = 0;  // Registry key of the thread.
  Activation activation;
  bool waiting = false;
  Operation operation;  // Set by await, taken by run_task.
  std::optional<Result<Pusher>> outcome;
};

struct Interpreter {
  explicit Interpreter(Limits given) : limits(given) {}
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  ~Interpreter();

  // Runs `body` on the main state as an activation of its own.
  Result<void> protect(const std::function<void(lua_State*)>& body);
  // The thread a new activation is resumed from.
  lua_State* innermost() const { return running.empty() ? main : running.back(); }

  Limits limits;
  lua_State* main = nullptr;
  std::shared_ptr<lua_State*> main_handle = std::make_shared<lua_State*>(nullptr);  // For Refs.
  bool closing = false;
  std::atomic<bool> interrupted{false};  // By any thread; never cleared.
  std::size_t bytes_used = 0;
  std::size_t large_bytes_used = 0;  // In blocks big enough to make single instructions slow.
  std::size_t steps = 0;             // Charged since the clock was last read.
  int close_depth = 0;               // Nested coroutine.close, which Lua does not count itself.
  Activation* current = nullptr;
  std::vector<lua_State*> running;
  std::vector<Task*> tasks;
  std::optional<std::string> phase_error;
  std::string last_traceback;
  std::vector<std::string> chunk_names;
  Host host;
  Random random;
  std::uint64_t tmpname_count = 0;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

// The interpreter of a state or of any of its threads.
Interpreter& interpreter_of(lua_State* state);

// Enters an activation on `thread`, with a fresh budget unless it is nested in another one.
class ActivationScope {
 public:
  ActivationScope(Interpreter& interpreter, Activation& activation, lua_State* thread);
  ~ActivationScope();
  ActivationScope(const ActivationScope&) = delete;
  ActivationScope& operator=(const ActivationScope&) = delete;

 private:
  Interpreter& interpreter_;
  Activation& activation_;
};

// Marks `thread` as running until the end of the scope.
class RunningScope {
 public:
  RunningScope(Interpreter& interpreter, lua_State* thread) : interpreter_(interpreter) {
    interpreter_.running.push_back(thread);
  }
  ~RunningScope() { interpreter_.running.pop_back(); }
  RunningScope(const RunningScope&) = delete;
  RunningScope& operator=(const RunningScope&) = delete;

 private:
  Interpreter& interpreter_;
};

// --- Per-thread word ---

enum class ThreadFlag : std::uint8_t { kHostWait = 1, kScriptCoroutine = 2 };
bool has_flag(lua_State* thread, ThreadFlag flag);
void set_flag(lua_State* thread, ThreadFlag flag, bool on);
// Number of aborts raised in this thread.
lua_KContext abort_count(lua_State* thread);

// --- Limits ---

// lua_Alloc with the memory cap; `interpreter` is the Interpreter.
void* allocate(void* interpreter, void* block, std::size_t old_size, std::size_t new_size);
// Installs the count hook on `thread`; threads made from it inherit the hook.
void install_hook(lua_State* thread);
// Makes the hook fire at the very next instruction of `thread`.
void fire_hook_soon(lua_State* thread);
// Aborts what runs now if another thread has asked for it.
void take_interrupt(Interpreter& interpreter);
// Reads the clock now. Raises like `charge`.
void check_budget(lua_State* state);
// Raises what the current activation was aborted with.
[[noreturn]] void raise_abort(lua_State* state);
Error memory_error(const Interpreter& interpreter);

// Message handler of the outermost pcall: notes the traceback and leaves the error as it is.
int keep_traceback(lua_State* state);

// For whatever caught an error (its value on top): passes on what cannot be caught, and turns Lua's
// bare memory error into an error object. `aborts` is abort_count when the catcher was entered.
void settle_caught_error(lua_State* state, int status, lua_KContext aborts);

// --- Parts of the sandbox; each [-0, +0, e] on the main state ---

void open_sandbox(lua_State* state);
void open_protected_calls(lua_State* state);
void open_coroutine_library(lua_State* state);
void open_load(lua_State* state);
// Gives the table on top a `load` whose default environment it is. [-0, +0, e]
void set_load(lua_State* state);
void open_iteration(lua_State* state);
void open_metatables(lua_State* state);
void open_table_library(lua_State* state);
void open_string_library(lua_State* state);
void open_math_library(lua_State* state);
void open_os_library(lua_State* state);
void open_error_objects(lua_State* state);  // After the string library.
void open_bridge(lua_State* state);

// Loads text only, in small pieces that are charged. Returns Lua's status; like lua_load [-0, +1,
// e].
int load_text(lua_State* state, std::string_view source, const char* chunk_name);
// Pushes tostring() of the value, without addresses. Returns the text, which lives as long as the
// pushed value. Calls __tostring, which may not wait. [-0, +1, e]
std::string_view push_text(lua_State* state, int index);
// Restarts math.random.

}  // namespace tactus::vm
