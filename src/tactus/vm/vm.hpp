// One Lua interpreter of a run: sandbox, memory cap, CPU budget, and tasks that await C++
// operations. Knows nothing of agents or procedures. Uses: base, Lua 5.4 (C++ build), Asio
// coroutines. One executor owns a Vm and everything in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include <tactus/base/error.hpp>
#include <tactus/base/json.hpp>
#include <tactus/vm/random.hpp>

struct lua_State;

namespace tactus::vm {

using boost::asio::awaitable;

struct Interpreter;  // What a Vm is made of; private to the module.

struct Limits {
  std::size_t memory_bytes = std::size_t{256} << 20;  // Beyond it: TAC-SANDBOX-MEMORY, catchable.
  std::chrono::milliseconds cpu{
      5000};  // Interpreter time between two waits; then TAC-SANDBOX-CPU, uncatchable.
};

// A Lua value kept alive by the registry. Movable. Once its Vm is gone it refers to nothing.
class Ref {
 public:
  Ref() = default;
  Ref(lua_State* state,
      int index);  // Refers to the value at `index`, which stays on the stack. May raise.
  Ref(Ref&& other) noexcept;
  Ref& operator=(Ref&& other) noexcept;
  ~Ref();
  void push(lua_State* state) const;  // [-0, +1, e]; nil when empty.
  explicit operator bool() const { return main_ != nullptr; }

 private:
  std::shared_ptr<lua_State*> main_;  // Shared with the Vm, which sets it to null when it closes.
  int key_ = 0;
};

// Pushes values onto a Lua stack inside protected mode and returns how many. May raise.
using Pusher = std::function<int(lua_State*)>;
// What a waiting binding awaits: an operation that yields what to push, or an error to raise at the
// call.
using Operation = std::function<awaitable<Result<Pusher>>()>;

// What scripts see of the world outside. Everything has a default; a run replaces what must replay.
// Called on the Vm's executor, inside Lua's protected mode; must not throw.
struct Host {
  std::function<std::int64_t()> time;  // os.time(): seconds since 1970. Default: the wall clock.
  std::function<double()> clock;       // os.clock(): seconds. Default: since the Vm was made.
  std::function<std::optional<std::string>(const std::string&)> getenv;  // Default: nothing is set.
  std::function<std::string()> tmpname;  // Default: ".tac/tmp/lua_1" …
  // The generator behind math.random, which must live until the next call. Default: one of the Vm.
  std::function<Random&()> random;
  // Why a function whose results change ("os.time") must not be called now; raised where it is,
  // uncatchable when its code is. Default: nothing.
  std::function<std::optional<Error>(std::string_view function)> refuse_change;
  // Why nothing may wait now; asked before each wait. Default: nothing.
  std::function<std::optional<Error>()> refuse_wait;
  std::function<void(std::string)> print;  // One line without its end. Default: dropped.
};

class Vm {
 public:
  // Opens the sandboxed libraries of language.md 14. Fails only when memory is short.
  static Result<std::unique_ptr<Vm>> create(Limits limits);
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  // The main state. Calls that can raise must run inside `protect`.
  lua_State* state() const;

  // Runs `body(L)` protected and returns an error for whatever it raises. Not for code that waits.
  Result<void> protect(const std::function<void(lua_State*)>& body);

  // Compiles source text (never bytecode) named `chunk_name` ("dir/file.tac"). Fails with kSyntax
  // and place.
  Result<Ref> compile(std::string_view source, const std::string& chunk_name);

  // Calls a function to its end without waiting being allowed (declaring, prompt functions …): a
  // wait raises kYield (or kPhase if `phase_error` is set, with that message). `take_results` sees
  // the results on top of the stack, protected. `context` as for run_task.
  Result<void> call(const Ref& function, const Pusher& arguments,
                    const std::function<void(lua_State*, int count)>& take_results,
                    void* context = nullptr);

  // The same as a task: a Lua coroutine of its own, which may wait. Several tasks of a Vm may be
  // under way; they switch only at waits. `function` must outlive the coroutine; the others are
  // copied. Errors carry file and line and are logged with a traceback in `Error::hint` never.
  // `context` says whose work it is: bindings read it with context_of.
  awaitable<Result<void>> run_task(const Ref& function, Pusher arguments,
                                   std::function<void(lua_State*, int count)> take_results,
                                   void* context = nullptr);

  // Makes every task fail with `error`, uncatchable, at its next instruction or wait (cancel,
  // budgets). From the owner's executor.
  void abort_tasks(Error error);
  // The same for the tasks of one context.
  void abort_tasks_of(const void* context, const Error& error);
  // Any thread: Lua code that is running now, or starts later, fails with an uncatchable kCancelled
  // within some tens of microseconds. What waits is not woken: see abort_tasks.
  void interrupt();

  // While set, whatever waits raises kPhase with this message.
  void set_phase_error(std::optional<std::string> message);
  void set_host(Host host);
  // Restarts the Vm's own generator from this pair; math.randomseed() without arguments returns to
  // it.
  void set_random_seed(std::uint64_t seed, std::uint64_t stream);

  // Bytes Lua holds now; never above Limits::memory_bytes.
  std::size_t memory_used() const;
  // Where Lua was when the last error left a call or task uncaught; empty if nothing failed yet.
  const std::string& last_traceback() const;

 private:
  explicit Vm(std::unique_ptr<Interpreter> interpreter);
  std::unique_ptr<Interpreter> interpreter_;
};

// --- For bindings: C functions called by Lua. Never catch (...) in one: Lua's errors travel there.
// ---

// Wraps a binding body so that C++ exceptions (bad_alloc, std::exception) become Lua errors.
// `guarded<body>` is a lua_CFunction.
template <int (*Body)(lua_State*)>
int guarded(lua_State* state);

// Suspends the calling task until `operation` is done, then returns what it pushes, or raises its
// error. Use as `return vm::await(L, op);`. Works inside the script's own coroutines. Raises kYield
// where Lua cannot be suspended or waiting is not allowed.
int await(lua_State* state, Operation operation);

// The context of the innermost task or call under way that has one; null when none has.
void* context_of(lua_State* state);

// Raises `error` as an error object ({code, message, hint, file, line …}, prints and concatenates
// as text, answers string methods). The place is the caller's line unless the error has one.
[[noreturn]] void raise(lua_State* state, Error error);
// Raises it so that pcall, xpcall and coroutines cannot catch it.
[[noreturn]] void raise_uncatchable(lua_State* state, Error error);
// The value at the index (what was raised) as an Error; anything not ours becomes kLua with its
// text, and what is no text is kept in the details as kRaised.
Error error_at(lua_State* state, int index);
inline constexpr std::string_view kRaised = "raised";
// Pushes an error object; of an error with kRaised, a copy of what was raised. [-0, +1, e]
void push_error(lua_State* state, const Error& error);

// File (chunk name) and line of the Lua function `level` levels up that is Lua code.
Place place_of_caller(lua_State* state, int level = 1);

// Pushes globals for code that is to have its own: copies of those in the table at `from` and of
// the libraries among them, with a `_G` and a `load` that mean the copy. [-0, +1, e]
void push_globals_copy(lua_State* state, int from);

// While it lives, what is compiled, and what C code takes for the globals, is `globals`; an empty
// one changes nothing. Not across a wait.
class GlobalsScope {
 public:
  GlobalsScope(lua_State* state, const Ref& globals);  // [-0, +0, e]
  ~GlobalsScope();
  GlobalsScope(const GlobalsScope&) = delete;
  GlobalsScope& operator=(const GlobalsScope&) = delete;

 private:
  lua_State* state_;
  Ref before_;  // Empty: nothing to restore.
};

// --- Value bridge (language.md 2.2) ---

struct ToJsonOptions {
  std::string path;             // Prefix of paths in errors, e.g. "state".
  std::string what = "stored";  // "functions cannot be stored".
  bool lenient = false;  // Log contexts: describe what cannot be represented instead of failing.
};
// The value at `index` as JSON. Fails with kJson and the path (cycle, depth over 200, function,
// NaN, invalid UTF-8, mixed key types).
Result<Json> to_json(lua_State* state, int index, const ToJsonOptions& options = {});
enum class Nulls : std::uint8_t { kAbsent, kKept };  // What a null member of an object becomes.
// Pushes `value`: arrays are marked so that an empty one survives a round trip. Null is nil at the
// top, Json.null in arrays, and in objects what `nulls` says. [-0, +1, e]
void push_json(lua_State* state, const Json& value, Nulls nulls = Nulls::kAbsent);
// Json.null, the one value that stands for null. [-0, +1, e]
void push_json_null(lua_State* state);
bool is_json_null(lua_State* state, int index);
// Marks the table at `index`, as Json.array does. [-0, +0, e]
void mark_array(lua_State* state, int index);
// Installs the global `Json` (language.md 11): encode, decode, array, object, null.
Result<void> open_json_library(Vm& vm);
// A full userdata or table whose metatable has a C function `__json` is stored as what that
// returns. tostring() of the value without calling metamethods that could wait; addresses never
// appear.
std::string to_display_text(lua_State* state, int index);

// Counts `steps` of work done in C++ on behalf of the script against its CPU budget, for bindings
// that loop over what a script gave them. Raises TAC-SANDBOX-CPU, or what the task was aborted
// with.
void charge(lua_State* state, std::size_t steps);

// Registers `name` as a global or member of the table on top. The upvalue 1 of `function` is
// `pointer` (light userdata).
void set_function(lua_State* state, const char* name, int (*function)(lua_State*), void* pointer);

}  // namespace tactus::vm

// guarded<> is defined in its own header because it needs Lua's.
