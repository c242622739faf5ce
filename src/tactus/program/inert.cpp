// What stands in for the runtime while a file is only checked: objects that may be kept and passed
// on but not used, and primitives that need no run.
#include <array>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/program/inert.hpp>
#include <tactus/program/options.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

Error phase_error(const std::string& what, std::string hint) {
  Error error;
  error.code = ErrorCode::kPhase;
  error.message = what + " cannot be used while the file is being declared";
  error.hint = std::move(hint);
  return error;
}

const char* const kMoveHint = "move it into the body of a procedure";

// Upvalue 1: what the object is, for messages. Members are functions that raise when called.
int index_inert(lua_State* state) {
  const std::string what = lua_tostring(state, lua_upvalueindex(1));
  const std::string key = vm::to_display_text(state, 2);
  push_raiser(state, phase_error("`" + key + "` of " + what, kMoveHint));
  return 1;
}

// Pushes an object with the given name that can only be kept. [-0, +1, e]
void push_inert(lua_State* state, const std::string& what, const std::string& name) {
  luaL_checkstack(state, 6, nullptr);
  lua_createtable(state, 0, 1);
  lua_pushlstring(state, name.data(), name.size());
  lua_setfield(state, -2, "name");
  lua_createtable(state, 0, 3);
  lua_pushlstring(state, what.data(), what.size());
  lua_pushcclosure(state, vm::guarded<index_inert>, 1);
  lua_setfield(state, -2, "__index");
  push_raiser(state, phase_error(what, kMoveHint));
  lua_setfield(state, -2, "__call");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
}

class InertFactory final : public ObjectFactory {
 public:
  void push_agent(lua_State* state, std::shared_ptr<AgentDeclaration> agent) override {
    push_inert(state, "agent '" + agent->name + "'", agent->name);
  }
  void push_tool(lua_State* state, std::shared_ptr<ToolDeclaration> tool) override {
    push_inert(state, "tool '" + tool->name + "'", tool->name);
  }
  void push_model(lua_State* state, std::shared_ptr<ModelDeclaration> model) override {
    push_inert(state, "model '" + model->name + "'", model->name);
  }
  void push_procedure(lua_State* state, std::shared_ptr<ProcedureDeclaration> procedure) override {
    push_inert(state, "procedure '" + procedure->name + "'", procedure->name);
  }
  void script_input(lua_State* state, const schema::Schema&) override {
    vm::raise(state, phase_error("`input`", "it is read when the script runs"));
  }
};

// --- State, kept in Program::initial_state ---

JsonObject& initial_state(lua_State* state) {
  return static_cast<Program*>(lua_touserdata(state, lua_upvalueindex(1)))->initial_state;
}

std::string key_argument(lua_State* state) {
  std::size_t size = 0;
  const char* key = luaL_checklstring(state, 1, &size);
  return std::string(key, size);
}

Json value_argument(lua_State* state, const std::string& key, int index) {
  vm::ToJsonOptions options;
  options.path = key;
  auto value = vm::to_json(state, index, options);
  if (!value) vm::raise(state, value.error());
  return std::move(*value);
}

int state_get(lua_State* state) {
  lua_settop(state, 2);
  const Json* value = initial_state(state).if_contains(key_argument(state));
  if (value) vm::push_json(state, *value);
  return 1;  // The value, else the default.
}

int state_set(lua_State* state) {
  const std::string key = key_argument(state);
  if (lua_isnoneornil(state, 2)) {
    initial_state(state).erase(key);
  } else {
    initial_state(state)[key] = value_argument(state, key, 2);
  }
  return 0;
}

int state_increment(lua_State* state) {
  const std::string key = key_argument(state);
  lua_settop(state, 2);
  if (lua_isnil(state, 2)) {
    lua_pushinteger(state, 1);
    lua_replace(state, 2);
  }
  const Json* value = initial_state(state).if_contains(key);
  if (value && !value->is_number()) {
    Error error;
    error.code = ErrorCode::kStateType;
    error.message = "State.increment: `" + key + "` is no number";
    vm::raise(state, std::move(error));
  }
  luaL_checknumber(state, 2);
  vm::push_json(state, value ? *value : Json(0));
  lua_insert(state, 2);
  lua_arith(state, LUA_OPADD);
  initial_state(state)[key] = value_argument(state, key, -1);
  return 1;
}

int state_append(lua_State* state) {
  const std::string key = key_argument(state);
  luaL_checkany(state, 2);
  Json added = value_argument(state, key, 2);
  Json& list = initial_state(state)[key];
  if (!list.is_array()) {
    JsonArray first;
    if (!list.is_null()) first.push_back(std::move(list));
    list = std::move(first);
  }
  list.get_array().push_back(std::move(added));
  return 0;
}

int state_all(lua_State* state) {
  vm::push_json(state, Json(initial_state(state)));
  return 1;
}

int state_clear(lua_State* state) {
  initial_state(state).clear();
  return 0;
}

int do_nothing(lua_State* /*state*/) { return 0; }

// Sets the global to the value on top. [-1, +0, e]
void set_global(lua_State* state, const char* name) {
  lua_pushglobaltable(state);
  lua_pushstring(state, name);
  lua_rotate(state, -3, -1);
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

void install_state(lua_State* state, Program& program) {
  constexpr std::array<std::pair<const char*, lua_CFunction>, 6> kFunctions = {
      {{"get", vm::guarded<state_get>},
       {"set", vm::guarded<state_set>},
       {"increment", vm::guarded<state_increment>},
       {"append", vm::guarded<state_append>},
       {"all", vm::guarded<state_all>},
       {"clear", vm::guarded<state_clear>}}};
  lua_createtable(state, 0, static_cast<int>(kFunctions.size()));
  for (const auto& [name, function] : kFunctions) {
    lua_pushlightuserdata(state, &program);
    lua_pushcclosure(state, function, 1);
    lua_setfield(state, -2, name);
  }
  set_global(state, "State");
}

// Log is also callable: Log("…") is Log.info("…").
void install_log(lua_State* state) {
  lua_createtable(state, 0, 4);
  for (const char* level : {"debug", "info", "warn", "error"}) {
    lua_pushcfunction(state, do_nothing);
    lua_setfield(state, -2, level);
  }
  lua_createtable(state, 0, 1);
  lua_pushcfunction(state, do_nothing);
  lua_setfield(state, -2, "__call");
  lua_setmetatable(state, -2);
  set_global(state, "Log");
  for (const char* name : {"log", "print"}) {
    lua_pushcfunction(state, do_nothing);
    set_global(state, name);
  }
}

// A variable stands for itself while checking, as a text that texts can be joined with.
int env_variable(lua_State* state) {
  const std::string text = "${" + vm::to_display_text(state, 2) + "}";
  lua_pushlstring(state, text.data(), text.size());
  return 1;
}

void install_env(lua_State* state) {
  lua_newtable(state);
  lua_createtable(state, 0, 1);
  lua_pushcfunction(state, vm::guarded<env_variable>);
  lua_setfield(state, -2, "__index");
  lua_setmetatable(state, -2);
  set_global(state, "env");
}

// What waits, is recorded, or belongs to one run.
void install_refused(lua_State* state) {
  for (const char* name :
       {"Tool", "Tools", "Stop", "Iterations", "Stage", "File", "Human", "Procedure", "Retry",
        "Step", "Checkpoint", "MessageHistory", "Session", "System"}) {
    push_inert(state, std::string("`") + name + "`", name);
    set_global(state, name);
  }
  for (const char* name : {"Sleep", "checkpoint"}) {
    push_raiser(state, phase_error(std::string("`") + name + "`", kMoveHint));
    set_global(state, name);
  }
  for (const char* name : {"input", "params", "state", "context", "deps"}) {
    push_unusable(state, phase_error(std::string("`") + name + "`",
                                     "it exists while a procedure runs: read it in the body"));
    set_global(state, name);
  }
  install_env(state);
}

}  // namespace

std::unique_ptr<ObjectFactory> make_inert_factory() { return std::make_unique<InertFactory>(); }

Result<void> install_inert_primitives(vm::Vm& vm, Program& program) {
  if (auto opened = vm::open_json_library(vm); !opened) return opened;
  return vm.protect([&](lua_State* state) {
    luaL_checkstack(state, 10, nullptr);
    install_state(state, program);
    install_log(state);
    install_refused(state);
  });
}

}  // namespace tactus::program
