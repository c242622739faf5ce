#include <cstdio>
#include <cstdlib>

#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

int on_panic(lua_State* state) {
  const char* const text = lua_tostring(state, -1);
  std::fprintf(stderr, "tactus: Lua error outside protected mode: %s\n",
               text != nullptr ? text : "(no text)");
  std::abort();
}

// Column (from 1) of what the message of a syntax error says it stands "near"; 0 = unknown. Of
// several candidates in the line it is the first at which the source, cut off behind it, fails
// alike. Leaves the stack as it was.
int column_of_syntax_error(lua_State* state, std::string_view source, int line,
                           const std::string& message) {
  constexpr int kCandidatesMax = 50;
  const std::size_t near = message.rfind(" near '");
  if (near == std::string::npos || message.back() != '\'') return 0;
  const std::string token = message.substr(near + 7, message.size() - near - 8);
  std::size_t begin = 0;
  for (int at = 1; at < line; ++at) {
    begin = source.find('\n', begin);
    if (begin == std::string_view::npos) return 0;
    ++begin;
  }
  const std::size_t end = std::min(source.find('\n', begin), source.size());
  std::size_t found = source.find(token, begin);
  for (int tried = 0; tried < kCandidatesMax && found < end; ++tried) {
    const bool fails = load_text(state, source.substr(0, found + token.size()), "@cut") != LUA_OK;
    const bool alike = fails && error_at(state, -1).message == message;
    lua_pop(state, 1);
    if (alike) return static_cast<int>(found - begin) + 1;
    found = source.find(token, found + 1);
  }
  return 0;
}

}  // namespace

Ref::Ref(lua_State* state, int index) {
  lua_pushvalue(state, index);
  key_ = luaL_ref(state, LUA_REGISTRYINDEX);
  main_ = interpreter_of(state).main_handle;
}

Ref::Ref(Ref&& other) noexcept
    : main_(std::move(other.main_)), key_(std::exchange(other.key_, 0)) {}

Ref& Ref::operator=(Ref&& other) noexcept {
  std::swap(main_, other.main_);
  std::swap(key_, other.key_);
  return *this;
}

Ref::~Ref() {
  if (main_ != nullptr && *main_ != nullptr) luaL_unref(*main_, LUA_REGISTRYINDEX, key_);
}

void Ref::push(lua_State* state) const {
  if (main_ == nullptr || *main_ == nullptr) {
    lua_pushnil(state);
  } else {
    lua_rawgeti(state, LUA_REGISTRYINDEX, key_);
  }
}

Vm::Vm(std::unique_ptr<Interpreter> interpreter) : interpreter_(std::move(interpreter)) {}
Vm::~Vm() = default;

Result<std::unique_ptr<Vm>> Vm::create(Limits limits) {
  auto interpreter = std::make_unique<Interpreter>(limits);
  interpreter->main = lua_newstate(allocate, interpreter.get());
  if (interpreter->main == nullptr) return fail(memory_error(*interpreter));
  *interpreter->main_handle = interpreter->main;
  lua_atpanic(interpreter->main, on_panic);
  *static_cast<std::uintptr_t*>(lua_getextraspace(interpreter->main)) = 0;
  install_hook(interpreter->main);
  if (auto opened = interpreter->protect(open_sandbox); !opened) return fail(opened.error());
  return std::unique_ptr<Vm>(new Vm(std::move(interpreter)));
}

lua_State* Vm::state() const { return interpreter_->main; }

Result<void> Vm::protect(const std::function<void(lua_State*)>& body) {
  return interpreter_->protect(body);
}

Result<Ref> Vm::compile(std::string_view source, const std::string& chunk_name) {
  Ref function;
  std::optional<Error> syntax_error;
  auto done = protect([&](lua_State* state) {
    if (load_text(state, source, ("@" + chunk_name).c_str()) == LUA_OK) {
      function = Ref(state, -1);
      return;
    }
    syntax_error = error_at(state, -1);
    if (!syntax_error->place) return;
    Place& place = *syntax_error->place;
    place.file = chunk_name;  // Lua shortens long names.
    place.column = column_of_syntax_error(state, source, place.line, syntax_error->message);
  });
  if (!done) return fail(std::move(done.error()));
  auto& names = interpreter_->chunk_names;
  if (std::find(names.begin(), names.end(), chunk_name) == names.end()) names.push_back(chunk_name);
  if (!syntax_error) return function;
  syntax_error->code = ErrorCode::kSyntax;
  return fail(std::move(*syntax_error));
}

Result<void> Vm::call(const Ref& function, const Pusher& arguments,
                      const std::function<void(lua_State*, int)>& take_results, void* context) {
  return protect([&](lua_State* state) {
    if (context != nullptr) interpreter_->current->context = context;
    function.push(state);
    const int count = arguments ? arguments(state) : 0;
    lua_call(state, count, LUA_MULTRET);
    if (take_results) take_results(state, lua_gettop(state));
  });
}

void Vm::set_phase_error(std::optional<std::string> message) {
  interpreter_->phase_error = std::move(message);
}

void Vm::set_host(Host host) { interpreter_->host = std::move(host); }

void Vm::set_random_seed(std::uint64_t seed, std::uint64_t stream) {
  interpreter_->random = Random(seed, stream);
}

std::size_t Vm::memory_used() const { return interpreter_->bytes_used; }

const std::string& Vm::last_traceback() const { return interpreter_->last_traceback; }

void* context_of(lua_State* state) {
  const Activation* active = interpreter_of(state).current;
  while (active != nullptr && active->context == nullptr) active = active->outer;
  return active != nullptr ? active->context : nullptr;
}

void set_function(lua_State* state, const char* name, int (*function)(lua_State*), void* pointer) {
  const bool member = lua_istable(state, -1);
  lua_pushlightuserdata(state, pointer);
  lua_pushcclosure(state, function, 1);
  if (member) {
    lua_setfield(state, -2, name);
  } else {
    lua_setglobal(state, name);
  }
}

}  // namespace tactus::vm
