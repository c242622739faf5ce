// State, and the globals of an invocation (language.md 11, 1.4).
#include <lauxlib.h>

#include <tactus/runtime/dependencies.hpp>
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

// Pushes State's table. [-0, +1, -]
void push_state(lua_State* L) { realm_of(L).state_table.push(L); }

void changed(lua_State* L, const std::string& key, const Json* value) {
  Run& run = run_of(L);
  if (!run.declaring()) run.emit_state_changed(task_of(L), realm_of(L), key, value);
}

int state_get(lua_State* L) {
  const int at = first_argument(L);
  const std::string key = check_text(L, at, "State.get");
  lua_settop(L, at + 1);  // What is pushed below must not pass for an argument.
  push_state(L);
  push_text(L, key);
  if (lua_rawget(L, -2) == LUA_TNIL && !lua_isnoneornil(L, at + 1)) lua_pushvalue(L, at + 1);
  return 1;
}

int state_set(lua_State* L) {
  const int at = first_argument(L);
  const std::string key = check_text(L, at, "State.set");
  lua_settop(L, at + 1);
  const bool removes = lua_isnil(L, at + 1);
  Json value = removes ? Json(nullptr) : check_json(L, at + 1, key, "stored");
  push_state(L);
  push_text(L, key);
  lua_pushvalue(L, at + 1);
  lua_rawset(L, -3);
  changed(L, key, removes ? nullptr : &value);
  return 0;
}

int state_increment(lua_State* L) {
  const int at = first_argument(L);
  const std::string key = check_text(L, at, "State.increment");
  lua_settop(L, at + 1);  // What is pushed below must not pass for an argument.
  push_state(L);
  push_text(L, key);
  const int type = lua_rawget(L, -2);
  if (type != LUA_TNIL && type != LUA_TNUMBER) {
    Error error;
    error.code = ErrorCode::kStateType;
    error.message =
        fmt::format("State.increment: '{}' is a {}, not a number", key, lua_typename(L, type));
    error.path = key;
    vm::raise(L, std::move(error));
  }
  if (type == LUA_TNIL) {
    lua_pop(L, 1);
    lua_pushinteger(L, 0);
  }
  if (lua_isnoneornil(L, at + 1)) {
    lua_pushinteger(L, 1);
  } else {
    luaL_checknumber(L, at + 1);
    lua_pushvalue(L, at + 1);
  }
  lua_arith(L, LUA_OPADD);
  const Json value = check_json(L, -1, key, "stored");
  push_text(L, key);
  lua_pushvalue(L, -2);
  lua_rawset(L, -4);
  changed(L, key, &value);
  return 1;
}

// Whether the value on top can be appended to: a list, also one that is still empty.
bool is_list(lua_State* L, const std::string& key) {
  if (lua_type(L, -1) != LUA_TTABLE) return false;
  const Json value = check_json(L, -1, key, "stored");
  return value.is_array() || (value.is_object() && value.get_object().empty());
}

int state_append(lua_State* L) {
  const int at = first_argument(L);
  const std::string key = check_text(L, at, "State.append");
  luaL_checkany(L, at + 1);
  check_json(L, at + 1, key, "stored");
  push_state(L);
  push_text(L, key);
  const int type = lua_rawget(L, -2);
  if (!is_list(L, key)) {
    // A missing list is started; what is no list becomes its first element.
    lua_createtable(L, 2, 0);
    lua_insert(L, -2);
    if (type == LUA_TNIL) {
      lua_pop(L, 1);
    } else {
      lua_rawseti(L, -2, 1);
    }
    push_text(L, key);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
  }
  lua_pushvalue(L, at + 1);
  lua_rawseti(L, -2, static_cast<lua_Integer>(lua_rawlen(L, -2)) + 1);
  const Json value = check_json(L, -1, key, "stored");
  changed(L, key, &value);
  return 0;
}

int state_all(lua_State* L) {
  return push_value(L, run_of(L).state_json(realm_of(L).state_table, "State"));
}

int state_clear(lua_State* L) {
  push_state(L);
  std::vector<std::string> keys;
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) keys.emplace_back(lua_tostring(L, -1));
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, -4);
  }
  for (const std::string& key : keys) changed(L, key, nullptr);
  return 0;
}

int context_assign(lua_State* L) {
  Error error;
  error.code = ErrorCode::kReserved;
  error.message = "`context` cannot be changed by a program";
  error.hint = "keep values of your own in `state` or a variable";
  vm::raise(L, std::move(error));
}

// What stands behind the empty table that is `context`.
int context_values(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(2));
  return 1;
}

int context_pairs(lua_State* L) {
  lua_getglobal(L, "next");
  lua_pushvalue(L, lua_upvalueindex(2));
  return 2;
}

// [-0, +1, e]
int push_context(lua_State* L, const Json& values) {
  Run& run = run_of(L);
  lua_newtable(L);
  lua_createtable(L, 0, 5);
  push_value(L, values);
  const auto set_method = [&](const char* name, lua_CFunction method) {
    lua_pushlightuserdata(L, &run);
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, method, 2);
    lua_setfield(L, -3, name);
  };
  set_method("__pairs", vm::guarded<context_pairs>);
  set_method("__json", vm::guarded<context_values>);
  set_method("__newindex", vm::guarded<context_assign>);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  return 1;
}

// __index of _G: what `input`, `params`, `state` and `context` are right now.
int invocation_global(lua_State* L) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  // A file that is being declared has nothing to do with what its caller is given.
  Invocation* invocation = run.declaring() ? nullptr : task.invocation();
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  const std::string_view name = lua_tostring(L, 2);
  if (name == "state") {
    (invocation ? invocation->state_table : realm_of(L).state_table).push(L);
    return 1;
  }
  if (!invocation) return 0;
  if (name == "deps") return push_dependencies(L, run, task);
  if (name == "input" || name == "params") {
    invocation->input_table.push(L);
    return 1;
  }
  if (name == "context") {
    JsonObject context = invocation->undeclared;
    context["run_id"] = run.log().identity().run_id;
    context["procedure_id"] = run.log().identity().procedure_id;
    context["procedure"] = invocation->procedure->shown_name();
    context["depth"] = task.depth();
    if (!invocation->parent.empty()) context["parent_id"] = invocation->parent;
    context["params"] = invocation->input;
    return push_context(L, Json(std::move(context)));
  }
  return 0;
}

// __newindex of _G: assigning a table to `state` replaces its contents; the others are ours.
int assign_global(lua_State* L) {
  const std::string_view name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
  if (name == "state" && lua_type(L, 3) == LUA_TTABLE) {
    Invocation* invocation = run_of(L).declaring() ? nullptr : task_of(L).invocation();
    (invocation ? invocation->state_table : realm_of(L).state_table).push(L);
    lua_pushnil(L);
    while (lua_next(L, 4) != 0) {
      lua_pop(L, 1);
      lua_pushvalue(L, -1);
      lua_pushnil(L);
      lua_rawset(L, 4);
    }
    lua_pushnil(L);
    while (lua_next(L, 3) != 0) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, 4);
    }
    return 0;
  }
  if (name == "input" || name == "params" || name == "context" || name == "state") {
    Error error;
    error.code = ErrorCode::kReserved;
    error.message = fmt::format("the global '{}' cannot be assigned", name);
    error.hint = "use another name, or a local variable";
    vm::raise(L, std::move(error));
  }
  lua_rawset(L, 1);
  return 0;
}

}  // namespace

void install_invocation_globals(lua_State* L, Run& run) {
  lua_pushglobaltable(L);
  if (!lua_getmetatable(L, -1)) {
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, -1);
    lua_setmetatable(L, -3);
  }
  vm::set_function(L, "__index", vm::guarded<invocation_global>, &run);
  vm::set_function(L, "__newindex", vm::guarded<assign_global>, &run);
  lua_pop(L, 2);
}

void open_state_library(lua_State* L, Run& run) {
  lua_createtable(L, 0, 0);
  run.main_realm().state_table = vm::Ref(L, -1);
  lua_pop(L, 1);
  open_library(L, run, "State",
               {{"get", vm::guarded<state_get>},
                {"set", vm::guarded<state_set>},
                {"increment", vm::guarded<state_increment>},
                {"append", vm::guarded<state_append>},
                {"all", vm::guarded<state_all>},
                {"clear", vm::guarded<state_clear>}});
}

}  // namespace tactus::runtime
