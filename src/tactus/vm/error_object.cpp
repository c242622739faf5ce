#include <algorithm>
#include <cstdlib>

#include <tactus/vm/bridge.hpp>
#include <tactus/vm/error_object.hpp>
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

const char kMetatableKey = 0;

void set_text(lua_State* state, const char* key, std::string_view text) {
  if (text.empty()) return;
  lua_pushlstring(state, text.data(), text.size());
  lua_setfield(state, -2, key);
}

void set_number(lua_State* state, const char* key, int number) {
  if (number <= 0) return;
  lua_pushinteger(state, number);
  lua_setfield(state, -2, key);
}

std::string get_text(lua_State* state, int index, const char* key) {
  lua_pushstring(state, key);
  lua_rawget(state, index);
  std::string text;
  if (lua_type(state, -1) == LUA_TSTRING) {
    std::size_t length = 0;
    const char* const data = lua_tolstring(state, -1, &length);
    text.assign(data, length);
  }
  lua_pop(state, 1);
  return text;
}

int get_number(lua_State* state, int index, const char* key) {
  lua_pushstring(state, key);
  lua_rawget(state, index);
  const auto number = static_cast<int>(lua_tointeger(state, -1));
  lua_pop(state, 1);
  return number;
}

bool is_own_member(std::string_view key) {
  constexpr std::string_view kOwn[] = {"code", "message", "hint", "path", "file", "line", "column"};
  return std::find(std::begin(kOwn), std::end(kOwn), key) != std::end(kOwn);
}

// The members that an error has no field for, as JSON text; empty when there are none.
std::string details_of(lua_State* state, int index) {
  ToJsonOptions options;
  options.lenient = true;
  JsonObject details;
  lua_pushnil(state);
  while (lua_next(state, index) != 0) {
    if (lua_type(state, -2) == LUA_TSTRING) {
      const std::string key = lua_tostring(state, -2);
      if (!is_own_member(key)) {
        if (auto value = to_json(state, -1, options)) details[key] = std::move(*value);
      }
    }
    lua_pop(state, 1);
  }
  if (const Json* calls = details.if_contains("procedures");
      calls != nullptr && (!calls->is_array() || calls->get_array().empty()))
    details.erase("procedures");
  return details.empty() ? std::string() : dump_json(Json(std::move(details)));
}

void set_details(lua_State* state, const std::string& details) {
  const auto members = parse_json(details);
  if (!members || !members->is_object()) return;
  for (const auto& member : members->get_object()) {
    lua_pushlstring(state, member.key().data(), member.key().size());
    push_json(state, member.value());
    lua_rawset(state, -3);
  }
}

Error object_to_error(lua_State* state, int index) {
  Error error;
  error.code = error_code_from_name(get_text(state, index, "code")).value_or(ErrorCode::kInternal);
  error.message = get_text(state, index, "message");
  error.hint = get_text(state, index, "hint");
  error.path = get_text(state, index, "path");
  Place place{get_text(state, index, "file"), get_number(state, index, "line"),
              get_number(state, index, "column")};
  if (!place.file.empty() || place.line > 0) error.place = std::move(place);
  return error;
}

// What error(value) is told as: its `message` or JSON, unless it says itself how it prints.
void keep_raised(lua_State* state, int index, Error& error) {
  const int type = lua_type(state, index);
  if (type != LUA_TTABLE && type != LUA_TNUMBER && type != LUA_TBOOLEAN && type != LUA_TNIL) return;
  ToJsonOptions options;
  options.lenient = true;
  const auto value = to_json(state, index, options);
  if (!value) return;
  if (type == LUA_TTABLE && luaL_getmetafield(state, index, "__tostring") != LUA_TNIL) {
    lua_pop(state, 1);
  } else if (type == LUA_TTABLE) {
    const std::string message = get_text(state, index, "message");
    error.message = message.empty() ? dump_json(*value) : message;
  }
  error.details = dump_json(Json(JsonObject{{kRaised, *value}}));
}

// Pushes the value that error(value) was given. False, and nothing pushed, if it was a text.
bool push_raised(lua_State* state, const Error& error) {
  if (error.code != ErrorCode::kLua || error.details.empty()) return false;
  const auto details = parse_json(error.details);
  const Json* const raised = details ? find_member(*details, kRaised) : nullptr;
  if (raised == nullptr) return false;
  push_json(state, *raised);
  return true;
}

// The name that was compiled, for one that Lua has shortened to "...tail".
std::string full_chunk_name(const Interpreter& interpreter, std::string_view shown) {
  if (!shown.starts_with("...")) return std::string(shown);
  const std::string_view tail = shown.substr(3);
  for (const std::string& name : interpreter.chunk_names) {
    if (std::string_view(name).ends_with(tail)) return name;
  }
  return std::string(shown);
}

// Moves a leading "chunk:line: " of the message into the place.
void extract_place(const Interpreter& interpreter, Error& error) {
  const std::string_view text = error.message;
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':', colon + 1)) {
    std::size_t end = colon + 1;
    int line = 0;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9' && end - colon < 9) {
      line = line * 10 + (text[end++] - '0');
    }
    if (colon > 0 && line > 0 && text.substr(end).starts_with(": ")) {
      error.place = Place{full_chunk_name(interpreter, text.substr(0, colon)), line, 0};
      error.message.erase(0, end + 2);
      return;
    }
    if (text.substr(0, colon).find('\n') != std::string_view::npos) return;
  }
}

int error_tostring(lua_State* state) {
  const std::string text = error_object_text(state, 1);
  lua_pushlstring(state, text.data(), text.size());
  return 1;
}

int error_concat(lua_State* state) {
  for (int operand = 1; operand <= 2; ++operand) {
    if (is_error_object(state, operand)) {
      const std::string text = error_object_text(state, operand);
      lua_pushlstring(state, text.data(), text.size());
      lua_replace(state, operand);
    } else if (lua_isstring(state, operand) == 0 &&
               luaL_getmetafield(state, operand, "__concat") == LUA_TNIL) {
      return luaL_error(state, "attempt to concatenate a %s value", luaL_typename(state, operand));
    }
    lua_settop(state, 2);
  }
  lua_concat(state, 2);
  return 1;
}

int error_length(lua_State* state) {
  lua_pushinteger(state, static_cast<lua_Integer>(error_object_text(state, 1).size()));
  return 1;
}

// A string function (upvalue 1) called as a method of an error object.
int string_method(lua_State* state) {
  if (is_error_object(state, 1)) {
    const std::string text = error_object_text(state, 1);
    lua_pushlstring(state, text.data(), text.size());
    lua_replace(state, 1);
  }
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_insert(state, 1);
  lua_call(state, lua_gettop(state) - 1, LUA_MULTRET);
  return lua_gettop(state);
}

}  // namespace

bool is_error_object(lua_State* state, int index) {
  if (!lua_istable(state, index) || lua_getmetatable(state, index) == 0) return false;
  lua_rawgetp(state, LUA_REGISTRYINDEX, &kMetatableKey);
  const bool same = lua_rawequal(state, -1, -2) != 0;
  lua_pop(state, 2);
  return same;
}

std::string error_object_text(lua_State* state, int index) {
  luaL_checkstack(state, 4, nullptr);
  return to_string(object_to_error(state, lua_absindex(state, index)));
}

void push_error(lua_State* state, const Error& error) {
  luaL_checkstack(state, 6, nullptr);
  if (push_raised(state, error)) return;
  lua_createtable(state, 0, 8);
  set_text(state, "code", error_code_name(error.code));
  lua_pushlstring(state, error.message.data(), error.message.size());
  lua_setfield(state, -2, "message");
  set_text(state, "hint", error.hint);
  set_text(state, "path", error.path);
  if (error.place) {
    set_text(state, "file", error.place->file);
    set_number(state, "line", error.place->line);
    set_number(state, "column", error.place->column);
  }
  lua_createtable(state, 0, 0);
  lua_setfield(state, -2, "procedures");
  if (!error.details.empty()) set_details(state, error.details);
  lua_rawgetp(state, LUA_REGISTRYINDEX, &kMetatableKey);
  lua_setmetatable(state, -2);
}

Error error_at(lua_State* state, int index) {
  const int at = lua_absindex(state, index);
  luaL_checkstack(state, 6, nullptr);
  if (is_error_object(state, at)) {
    Error error = object_to_error(state, at);
    error.details = details_of(state, at);
    return error;
  }
  Error error;
  error.code = ErrorCode::kLua;
  error.message = to_display_text(state, at);
  if (lua_type(state, at) == LUA_TSTRING) {
    extract_place(interpreter_of(state), error);
  } else {
    keep_raised(state, at, error);
  }
  return error;
}

Place place_of_caller(lua_State* state, int level) {
  lua_Debug frame;
  for (int depth = 0; lua_getstack(state, depth, &frame) != 0; ++depth) {
    lua_getinfo(state, "Sl", &frame);
    if (frame.currentline <= 0 || --level > 0) continue;
    const std::string_view source = frame.source;
    return {source.starts_with("@") ? std::string(source.substr(1)) : frame.short_src,
            frame.currentline, 0};
  }
  return {};
}

void raise(lua_State* state, Error error) {
  const Activation* const activation = interpreter_of(state).current;
  if (activation != nullptr && activation->abort && !activation->abort_raised) raise_abort(state);
  if (!error.place) {
    Place place = place_of_caller(state);
    if (place.line > 0) error.place = std::move(place);
  }
  push_error(state, error);
  lua_error(state);
  std::abort();
}

void raise_uncatchable(lua_State* state, Error error) {
  Activation* const activation = interpreter_of(state).current;
  if (activation == nullptr) raise(state, std::move(error));
  if (!activation->abort) activation->abort = std::move(error);
  raise_abort(state);
}

void open_error_objects(lua_State* state) {
  lua_createtable(state, 0, 6);
  lua_pushcfunction(state, guarded<error_tostring>);
  lua_setfield(state, -2, "__tostring");
  lua_pushcfunction(state, guarded<error_concat>);
  lua_setfield(state, -2, "__concat");
  lua_pushcfunction(state, guarded<error_length>);
  lua_setfield(state, -2, "__len");
  lua_pushliteral(state, "error");
  lua_setfield(state, -2, "__metatable");
  lua_newtable(state);
  lua_getglobal(state, "string");
  for (lua_pushnil(state); lua_next(state, -2) != 0;) {
    lua_pushcclosure(state, guarded<string_method>, 1);
    lua_pushvalue(state, -2);
    lua_insert(state, -2);
    lua_settable(state, -5);
  }
  lua_pop(state, 1);
  lua_setfield(state, -2, "__index");
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kMetatableKey);
}

}  // namespace tactus::vm
