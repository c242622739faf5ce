// `deps` of programs: deps.NAME.get(path, opts) and its like (language.md 15.2).
#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/program/options.hpp>
#include <tactus/runtime/dependencies.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/lua_holder.hpp>

namespace tactus::runtime {
namespace {

// Does not keep it open: the invocation that declares it does.
using DependencyRef = std::weak_ptr<OpenDependency>;
using DependencyPtr = std::shared_ptr<const program::DependencyDeclaration>;

struct Method {
  const char* name;
  const char* method;
  bool body;  // Its second argument is the body.
};
constexpr std::array<Method, 6> kMethods = {{{"get", "GET", false},
                                             {"delete", "DELETE", false},
                                             {"post", "POST", true},
                                             {"put", "PUT", true},
                                             {"patch", "PATCH", true},
                                             {"request", nullptr, false}}};
const std::vector<std::string> kOptions = {"query", "headers", "timeout", "body"};

void set_body(lua_State* L, int index, DependencyCall& call) {
  if (lua_isnoneornil(L, index)) return;
  if (lua_type(L, index) == LUA_TSTRING) {
    std::size_t size = 0;
    const char* bytes = lua_tolstring(L, index, &size);
    call.body.assign(bytes, size);
    call.content_type = "text/plain; charset=utf-8";
    return;
  }
  call.body = dump_json(check_json(L, index, "body", "sent"));
  call.content_type = "application/json";
}

void set_query(lua_State* L, DependencyCall& call) {
  const Json query = check_json(L, -1, "query", "sent");
  const auto is_scalar = [](const Json& value) { return !value.is_structured(); };
  const JsonObject* object = query.if_object();
  const bool fits = object && std::all_of(object->begin(), object->end(), [&](const auto& member) {
                      const JsonArray* list = member.value().if_array();
                      return list ? std::all_of(list->begin(), list->end(), is_scalar)
                                  : is_scalar(member.value());
                    });
  if (!fits) {
    refuse(L, ErrorCode::kOption, "`query` must be a table of names to texts, numbers or lists",
           "query = { page = 2, tag = { \"a\", \"b\" } }");
  }
  call.query = *object;
}

void set_headers(lua_State* L, DependencyCall& call) {
  const Json headers = check_json(L, -1, "headers", "sent");
  const JsonObject* object = headers.if_object();
  for (const auto& member : object ? *object : JsonObject{}) {
    if (!member.value().is_string() && !member.value().is_number()) object = nullptr;
    if (!object) break;
    call.headers[std::string(member.key())] = member.value().is_string()
                                                  ? std::string(member.value().get_string())
                                                  : dump_json(member.value());
  }
  if (!object) {
    refuse(L, ErrorCode::kOption, "`headers` must be a table of names to texts",
           "headers = { Accept = \"application/json\" }");
  }
}

// The value of the option is on top.
void set_option(lua_State* L, const std::string& key, DependencyCall& call) {
  if (key == "body") {
    set_body(L, -1, call);
  } else if (key == "query") {
    set_query(L, call);
  } else if (key == "headers") {
    set_headers(L, call);
  } else if (key == "timeout") {
    const auto seconds = program::read_duration(L, -1);
    if (!seconds || *seconds <= 0 || *seconds > 3600) {
      refuse(L, ErrorCode::kOption, "`timeout` must be more than 0 and at most one hour",
             "timeout = 30");
    }
    call.timeout_s = *seconds;
  } else {
    const auto match = closest_match(key, kOptions);
    refuse(L, ErrorCode::kOption,
           fmt::format("unknown option '{}' of a request{}", key,
                       match ? "; did you mean '" + *match + "'?" : ""),
           "options: " + join(kOptions, ", "));
  }
}

void read_options(lua_State* L, int index, DependencyCall& call) {
  if (lua_isnoneornil(L, index)) return;
  if (!lua_istable(L, index)) {
    refuse(L, ErrorCode::kOption, "the options of a request must be a table",
           "deps.NAME.get(\"/path\", { query = { page = 2 } })");
  }
  luaL_checkstack(L, 8, nullptr);
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    const std::string key = vm::to_display_text(L, -2);
    set_option(L, key, call);
    lua_pop(L, 1);
  }
}

std::string upper_method(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

DependencyCall read_call(lua_State* L, const Method& method, int first) {
  DependencyCall call;
  int next = first;
  if (!method.method) {
    call.method = upper_method(check_text(L, next++, "request"));
    const bool letters =
        !call.method.empty() && std::all_of(call.method.begin(), call.method.end(),
                                            [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!letters)
      refuse(L, ErrorCode::kOption, "a method is made of letters", "request(\"GET\", …)");
  } else {
    call.method = method.method;
  }
  call.path = check_text(L, next++, "the path of a request");
  if (method.body) set_body(L, next++, call);
  read_options(L, next, call);
  return call;
}

DependencyPtr opened(lua_State* L, int index) {
  const auto dependency = held<DependencyRef>(L, index).lock();
  if (dependency) return dependency->declaration;
  refuse(L, ErrorCode::kDependency, "this dependency is closed: its procedure has ended",
         "use `deps` of the procedure that is running");
}

// Upvalues: run, dependency, number of the method.
int call_method(lua_State* L) {
  Run& run = run_of(L);
  check_running(L, run, "a request");
  const DependencyPtr dependency = opened(L, lua_upvalueindex(2));
  const Method& method = kMethods[static_cast<std::size_t>(lua_tointeger(L, lua_upvalueindex(3)))];
  const int first = lua_gettop(L) > 0 && lua_rawequal(L, 1, lua_upvalueindex(2)) ? 2 : 1;
  const auto call = std::make_shared<DependencyCall>(read_call(L, method, first));
  RunTask& task = task_of(L);
  return await_json(
      L, [&run, &task, dependency, call] { return call_dependency(run, task, dependency, *call); });
}

int dependency_index(lua_State* L) {
  const DependencyPtr dependency = opened(L, 1);
  const std::string key = check_text(L, 2, "a dependency's member");
  if (key == "name" || key == "type") {
    push_text(L, key == "name" ? dependency->name : dependency->type);
    return 1;
  }
  if (dependency->type != "http_client") {
    refuse(L, ErrorCode::kDependency,
           fmt::format("dependency '{}': the type '{}' is not available", dependency->name,
                       dependency->type),
           "put the data behind an HTTP service and declare type = \"http_client\"");
  }
  for (std::size_t i = 0; i < kMethods.size(); ++i) {
    if (key != kMethods[i].name) continue;
    lua_pushlightuserdata(L, &run_of(L));
    lua_pushvalue(L, 1);
    lua_pushinteger(L, static_cast<lua_Integer>(i));
    lua_pushcclosure(L, vm::guarded<call_method>, 3);
    return 1;
  }
  return 0;
}

int dependency_text(lua_State* L) {
  push_text(L, "dependency " + opened(L, 1)->name);
  return 1;
}

void push_dependency(lua_State* L, Run& run, const std::shared_ptr<OpenDependency>& dependency) {
  push_held<DependencyRef>(L, dependency);
  vm::set_function(L, "__index", vm::guarded<dependency_index>, &run);
  lua_pushcfunction(L, vm::guarded<dependency_text>);
  lua_setfield(L, -2, "__tostring");
  lua_pop(L, 1);
}

// __index of `deps`: reached for what was not declared.
int missing_dependency(lua_State* L) {
  std::vector<std::string> names;
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    names.push_back(vm::to_display_text(L, -2));
    lua_pop(L, 1);
  }
  std::sort(names.begin(), names.end());
  const std::string key = vm::to_display_text(L, 2);
  const auto match = closest_match(key, names);
  refuse(L, ErrorCode::kDependency, fmt::format("there is no dependency '{}'", key),
         match           ? "did you mean '" + *match + "'?"
         : names.empty() ? "declare it in `dependencies` of the procedure"
                         : "there are: " + join(names, ", "));
}

}  // namespace

int push_dependencies(lua_State* L, Run& run, RunTask& task) {
  luaL_checkstack(L, 10, nullptr);
  lua_createtable(L, 0, 4);
  if (const Invocation* invocation = task.invocation()) {
    for (const auto& [name, dependency] : invocation->dependencies) {
      push_text(L, name);
      push_dependency(L, run, dependency);
      lua_rawset(L, -3);
    }
  }
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, vm::guarded<missing_dependency>);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  return 1;
}

}  // namespace tactus::runtime
