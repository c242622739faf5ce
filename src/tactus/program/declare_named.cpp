// The functions that take a name and a body, in both call forms:
//
//   f("name", body…)      one call
//   f "name" body         two: the first leaves a Pending, calling that finishes the declaration
//
// A procedure or tool whose table has no function is Pending too: it waits for the function.
#include <array>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

enum class Body : std::uint8_t { kNone, kTable, kFunction, kText };  // What a declaration lacks.

struct Form {
  const char* function;
  bool table, callable, text;  // What its body may be made of.
  const char* example;
};

constexpr std::array<Form, 7> kForms = {{
    {"agent", true, false, false,
     "agent(\"writer\", { system_prompt = \"…\", tools = {\"done\"} })"},
    {"procedure", true, true, false, "procedure(\"main\", { input = { … } }, function() … end)"},
    {"tool", true, true, false,
     "tool(\"lookup\", { description = \"…\", parameters = { … } }, function(args) … end)"},
    {"toolset", true, false, false, "toolset(\"geo\", { type = \"lua\", tools = { … } })"},
    {"model", true, false, false, "model(\"scorer\", { type = \"http\", endpoint = \"…\" })"},
    {"hitl", true, false, false, "hitl(\"release\", { type = \"approval\", message = \"…\" })"},
    {"prompt", false, false, true, "prompt(\"greeting\", \"Hello {input.name}\")"},
}};

const char* const kPendingType = "tactus.pending declaration";

struct PendingObject {
  Loader* loader;
  std::size_t number;
};

void report(Loader& loader, lua_State* state, const Site& site, std::string message,
            std::string hint) {
  loader.error(loader.finding_at(site, {}, std::move(message), std::move(hint)), state);
}

Error unusable_error(const Form& form, const std::string& name, const Site& site) {
  Error error;
  error.code = ErrorCode::kValidation;
  error.message = fmt::format("{} '{}' was not declared: see the error in line {}", form.function,
                              name, site.line);
  error.hint = form.example;
  return error;
}

// What is missing before the declaration is complete.
Body missing_body(lua_State* state, const Form& form, const Arguments& arguments) {
  if (form.text) return arguments.text == 0 ? Body::kText : Body::kNone;
  if (!form.callable) return arguments.config == 0 ? Body::kTable : Body::kNone;
  if (arguments.function != 0) return Body::kNone;
  if (arguments.config == 0) return Body::kFunction;
  for (const char* key : {"run", "handler"}) {
    const bool given = lua_getfield(state, arguments.config, key) != LUA_TNIL;
    lua_pop(state, 1);
    if (given) return Body::kNone;
  }
  return Body::kFunction;
}

// Sorts the arguments from `first` on. False when one does not belong here, which is reported.
bool sort_arguments(Loader& loader, lua_State* state, const Form& form, const std::string& name,
                    const Site& site, int first, Arguments& arguments) {
  for (int i = first; i <= lua_gettop(state); ++i) {
    if (lua_isnil(state, i)) continue;
    const int type = lua_type(state, i);
    int* slot = nullptr;
    if (type == LUA_TTABLE && form.table) slot = &arguments.config;
    if (type == LUA_TFUNCTION && form.callable) slot = &arguments.function;
    if (type == LUA_TSTRING && form.text) slot = &arguments.text;
    if (slot && *slot == 0) {
      *slot = i;
      continue;
    }
    const char* expected = form.text       ? "a text"
                           : form.callable ? "a table, a function, or both"
                                           : "a table";
    report(loader, state, site,
           fmt::format("{} '{}': after the name comes {}, not {}", form.function, name, expected,
                       slot ? "a second one" : describe_value(state, i)),
           form.example);
    return false;
  }
  return true;
}

void push_pending(Loader& loader, lua_State* state, const Form& form, const std::string& name,
                  const Site& site, int config) {
  auto* object = static_cast<PendingObject*>(lua_newuserdatauv(state, sizeof(PendingObject), 1));
  object->loader = &loader;
  object->number = loader.pending.size();
  if (config != 0) {
    lua_pushvalue(state, config);
    lua_setiuservalue(state, -2, 1);
  }
  luaL_setmetatable(state, kPendingType);
  loader.pending.push_back({form.function, name, site, false});
}

void declare_prompt(Loader& loader, lua_State* state, const std::string& name, int text) {
  std::size_t size = 0;
  const char* bytes = lua_tolstring(state, text, &size);
  loader.program.prompts[name] = std::string(bytes, size);
  lua_getglobal(state, "prompts");
  if (lua_istable(state, -1)) {
    lua_pushvalue(state, text);
    lua_setfield(state, -2, name.c_str());
  }
  lua_pop(state, 1);
  lua_pushvalue(state, text);
}

// `hitl` is accepted, so that files that have it load; using one says what is missing.
void declare_unavailable(Loader& loader, lua_State* state, const Form& form,
                         const std::string& name, const Site& site) {
  Error error;
  error.code = ErrorCode::kValidation;
  error.message = fmt::format("{} '{}' is not available in this version", form.function, name);
  error.hint = "wait for a version that can ask people";
  loader.warn(
      loader.finding_at(site, {}, error.message, "the file loads; using it raises an error"));
  push_unusable(state, error);
}

bool may_declare(Loader& loader, lua_State* state, const Form& form, const std::string& name,
                 const Site& site) {
  if (!loader.check_name(state, form.function, name, site)) return false;
  if (loader.declaring || form.function != std::string("procedure") || name != "main") return true;
  report(loader, state, site, "`main` cannot be declared while the program runs",
         "declare it at the top level of the file, outside of functions");
  return false;
}

// Pushes what the declaration with the arguments from `first` on returns. [-0, +1, e]
void declare(Loader& loader, lua_State* state, const Form& form, const std::string& name,
             const Site& site, int first, int config) {
  Arguments arguments;
  arguments.config = config;
  if (!sort_arguments(loader, state, form, name, site, first, arguments) ||
      !may_declare(loader, state, form, name, site)) {
    const bool main = form.function == std::string_view("procedure") && name == "main";
    loader.main_failed = loader.main_failed || main;
    return push_unusable(state, unusable_error(form, name, site));
  }
  if (missing_body(state, form, arguments) != Body::kNone) {
    return push_pending(loader, state, form, name, site, arguments.config);
  }
  const std::string_view function = form.function;
  if (function == "agent") return declare_agent(loader, state, name, site, arguments);
  if (function == "procedure") return declare_procedure(loader, state, name, site, arguments);
  if (function == "tool") return declare_tool(loader, state, name, site, arguments);
  if (function == "model") return declare_model(loader, state, name, site, arguments);
  if (function == "toolset") return declare_toolset(loader, state, name, site, arguments);
  if (function == "hitl") return declare_human(loader, state, name, site, arguments);
  if (function == "prompt") return declare_prompt(loader, state, name, arguments.text);
  declare_unavailable(loader, state, form, name, site);
}

std::string text_argument(lua_State* state, int index) {
  std::size_t size = 0;
  const char* bytes = lua_tolstring(state, index, &size);
  return std::string(bytes, size);
}

int call_named(lua_State* state) {
  Loader& loader = loader_upvalue(state);
  const vm::GlobalsScope globals(state, loader.globals);
  const Form& form = kForms[static_cast<std::size_t>(number_upvalue(state))];
  luaL_checkstack(state, 10, nullptr);
  const bool procedure = form.function == std::string_view("procedure");
  const bool named = lua_type(state, 1) == LUA_TSTRING;
  const std::string name = named ? text_argument(state, 1) : "main";
  const Site site = loader.site_of_call(state, form.function, named ? name : std::string());
  if (!named && !procedure) {
    report(loader, state, site,
           fmt::format("{}: the first argument is its name, got {}", form.function,
                       describe_value(state, 1)),
           form.example);
    push_unusable(state, unusable_error(form, "?", site));
    return 1;
  }
  if (lua_isnil(state, 1) && lua_gettop(state) < 2) {
    report(loader, state, site, "procedure: it was given nothing",
           "is the function defined after this line? " + std::string(form.example));
    push_unusable(state, unusable_error(form, name, site));
    return 1;
  }
  declare(loader, state, form, name, site, named ? 2 : 1, 0);
  return 1;
}

const Form& form_of(const Pending& pending) {
  for (const Form& form : kForms) {
    if (pending.function == form.function) return form;
  }
  return kForms[0];
}

// The second call of the curried form.
int call_pending(lua_State* state) {
  luaL_checkstack(state, 10, nullptr);
  const auto* object = static_cast<PendingObject*>(luaL_checkudata(state, 1, kPendingType));
  Loader& loader = *object->loader;
  const vm::GlobalsScope globals(state, loader.globals);
  loader.pending[object->number].finished = true;
  const Pending pending = loader.pending[object->number];  // The list may grow meanwhile.
  lua_settop(state, std::max(lua_gettop(state), 2));
  lua_getiuservalue(state, 1, 1);
  lua_replace(state, 1);
  const int config = lua_istable(state, 1) ? 1 : 0;
  declare(loader, state, form_of(pending), pending.name, pending.site, 2, config);
  return 1;
}

// Using a name before it has a body.
int index_pending(lua_State* state) {
  const auto* object = static_cast<PendingObject*>(luaL_checkudata(state, 1, kPendingType));
  const Pending& pending = object->loader->pending[object->number];
  Error error;
  error.code = ErrorCode::kValidation;
  error.message = fmt::format("{} '{}' has no body yet", pending.function, pending.name);
  error.hint = form_of(pending).example;
  vm::raise(state, std::move(error));
}

}  // namespace

void install_function(lua_State* state, Loader& loader, const char* name,
                      int (*function)(lua_State*), int number) {
  lua_pushglobaltable(state);
  lua_pushstring(state, name);
  lua_pushlightuserdata(state, &loader);
  lua_pushinteger(state, number);
  lua_pushcclosure(state, function, 2);
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

Loader& loader_upvalue(lua_State* state) {
  return *static_cast<Loader*>(lua_touserdata(state, lua_upvalueindex(1)));
}

int number_upvalue(lua_State* state) {
  return static_cast<int>(lua_tointeger(state, lua_upvalueindex(2)));
}

void install_named_declarations(lua_State* state, Loader& loader) {
  for (std::size_t i = 0; i < kForms.size(); ++i) {
    install_function(state, loader, kForms[i].function, vm::guarded<call_named>,
                     static_cast<int>(i));
  }
  luaL_newmetatable(state, kPendingType);
  const std::array<std::pair<const char*, lua_CFunction>, 2> members = {
      {{"__call", vm::guarded<call_pending>}, {"__index", vm::guarded<index_pending>}}};
  for (const auto& [key, function] : members) {
    lua_pushcfunction(state, function);
    lua_setfield(state, -2, key);
  }
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_pop(state, 1);
}

}  // namespace tactus::program
