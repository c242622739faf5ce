// math with the older functions and a given seed; os with what has no effect outside. Time zone is
// UTC.
#include <bit>
#include <chrono>
#include <cmath>
#include <ctime>

#include <lualib.h>

#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

int math_atan2(lua_State* state) {
  lua_pushnumber(state, std::atan2(luaL_checknumber(state, 1), luaL_checknumber(state, 2)));
  return 1;
}
int math_pow(lua_State* state) {
  lua_pushnumber(state, std::pow(luaL_checknumber(state, 1), luaL_checknumber(state, 2)));
  return 1;
}
template <double (*Function)(double)>
int math_function(lua_State* state) {
  lua_pushnumber(state, Function(luaL_checknumber(state, 1)));
  return 1;
}

// Clock and chance may be out of bounds.
void check_change(lua_State* state, std::string_view function) {
  const Host& host = interpreter_of(state).host;
  std::optional<Error> refused = host.refuse_change ? host.refuse_change(function) : std::nullopt;
  if (refused) raise_uncatchable(state, std::move(*refused));
}

Random& random_of(lua_State* state) {
  Interpreter& interpreter = interpreter_of(state);
  return interpreter.host.random ? interpreter.host.random() : interpreter.random;
}

int math_random(lua_State* state) {
  check_change(state, "math.random");
  Random& random = random_of(state);
  const int count = lua_gettop(state);
  if (count == 0) {
    lua_pushnumber(state, random.fraction());
    return 1;
  }
  if (count > 2) return luaL_error(state, "wrong number of arguments");
  const lua_Integer low = count == 1 ? 1 : luaL_checkinteger(state, 1);
  const lua_Integer high = luaL_checkinteger(state, count);
  if (count == 1 && high == 0) {  // All 64 bits.
    lua_pushinteger(state, static_cast<lua_Integer>(random.next()));
    return 1;
  }
  luaL_argcheck(state, low <= high, count, "interval is empty");
  lua_pushinteger(state, random.between(low, high));
  return 1;
}

// A seed as the script gives it: an integer, or the bits of a float.
std::uint64_t check_seed(lua_State* state, int index) {
  int is_integer = 0;
  const lua_Integer seed = lua_tointegerx(state, index, &is_integer);
  if (is_integer != 0) return static_cast<std::uint64_t>(seed);
  return std::bit_cast<std::uint64_t>(luaL_checknumber(state, index));
}

int math_randomseed(lua_State* state) {
  check_change(state, "math.randomseed");
  Random& random = random_of(state);
  std::uint64_t seed = random.seed();
  std::uint64_t stream = random.stream();
  if (lua_gettop(state) > 0) {
    seed = check_seed(state, 1);
    stream = lua_isnoneornil(state, 2) ? 0 : check_seed(state, 2);
  }
  random.reseed(seed, stream);
  lua_pushinteger(state, static_cast<lua_Integer>(seed));
  lua_pushinteger(state, static_cast<lua_Integer>(stream));
  return 2;
}

std::int64_t now(const Interpreter& interpreter) {
  return interpreter.host.time ? interpreter.host.time()
                               : static_cast<std::int64_t>(std::time(nullptr));
}

int time_field(lua_State* state, const char* key, int fallback, int offset) {
  lua_getfield(state, 1, key);
  int valid = 0;
  const lua_Integer value = lua_tointegerx(state, -1, &valid);
  if (valid == 0) {
    if (!lua_isnil(state, -1)) luaL_error(state, "field '%s' is not an integer", key);
    if (fallback < 0) luaL_error(state, "field '%s' missing in date table", key);
    lua_pop(state, 1);
    return fallback;
  }
  if (value - offset < INT32_MIN || value - offset > INT32_MAX) {
    luaL_error(state, "field '%s' is out-of-bound", key);
  }
  lua_pop(state, 1);
  return static_cast<int>(value - offset);
}

void set_field(lua_State* state, const char* key, int value) {
  lua_pushinteger(state, value);
  lua_setfield(state, -2, key);
}

// Sets the fields of os.date("*t") in the table on top.
void set_time_fields(lua_State* state, const std::tm& parts) {
  set_field(state, "year", parts.tm_year + 1900);
  set_field(state, "month", parts.tm_mon + 1);
  set_field(state, "day", parts.tm_mday);
  set_field(state, "hour", parts.tm_hour);
  set_field(state, "min", parts.tm_min);
  set_field(state, "sec", parts.tm_sec);
  set_field(state, "yday", parts.tm_yday + 1);
  set_field(state, "wday", parts.tm_wday + 1);
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "isdst");
}

int os_time(lua_State* state) {
  if (lua_isnoneornil(state, 1)) {
    check_change(state, "os.time");
    lua_pushinteger(state, now(interpreter_of(state)));
    return 1;
  }
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  std::tm parts{};
  parts.tm_year = time_field(state, "year", -1, 1900);
  parts.tm_mon = time_field(state, "month", -1, 1);
  parts.tm_mday = time_field(state, "day", -1, 0);
  parts.tm_hour = time_field(state, "hour", 12, 0);
  parts.tm_min = time_field(state, "min", 0, 0);
  parts.tm_sec = time_field(state, "sec", 0, 0);
  const std::time_t time = timegm(&parts);
  set_time_fields(state, parts);
  lua_pushinteger(state, static_cast<lua_Integer>(time));
  return 1;
}

int os_date(lua_State* state) {
  static constexpr std::string_view kConversions = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%";
  std::size_t length = 0;
  const char* const given = luaL_optlstring(state, 1, "%c", &length);
  std::string_view format(given, length);
  if (lua_isnoneornil(state, 2)) check_change(state, "os.date");
  const auto time =
      static_cast<std::time_t>(luaL_opt(state, luaL_checkinteger, 2, now(interpreter_of(state))));
  if (format.starts_with('!')) format.remove_prefix(1);
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) {
    return luaL_error(state, "date result cannot be represented in this installation");
  }
  if (format.starts_with("*t")) {
    lua_createtable(state, 0, 9);
    set_time_fields(state, parts);
    return 1;
  }
  luaL_Buffer buffer;
  luaL_buffinit(state, &buffer);
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      luaL_addchar(&buffer, format[at]);
      continue;
    }
    ++at;
    if (at == format.size() || kConversions.find(format[at]) == std::string_view::npos) {
      return luaL_argerror(state, 1, "invalid conversion specifier");
    }
    const char conversion[] = {'%', format[at], '\0'};
    char text[256];
    luaL_addlstring(&buffer, text, std::strftime(text, sizeof text, conversion, &parts));
  }
  luaL_pushresult(&buffer);
  return 1;
}

int os_clock(lua_State* state) {
  check_change(state, "os.clock");
  const Interpreter& interpreter = interpreter_of(state);
  const std::chrono::duration<double> passed =
      std::chrono::steady_clock::now() - interpreter.started;
  lua_pushnumber(state, interpreter.host.clock ? interpreter.host.clock() : passed.count());
  return 1;
}

int os_difftime(lua_State* state) {
  lua_pushnumber(state, luaL_checknumber(state, 1) - luaL_optnumber(state, 2, 0));
  return 1;
}

int os_getenv(lua_State* state) {
  const std::string name = luaL_checkstring(state, 1);
  const Host& host = interpreter_of(state).host;
  const std::optional<std::string> value = host.getenv ? host.getenv(name) : std::nullopt;
  if (!value) {
    lua_pushnil(state);
  } else {
    lua_pushlstring(state, value->data(), value->size());
  }
  return 1;
}

int os_tmpname(lua_State* state) {
  Interpreter& interpreter = interpreter_of(state);
  const std::string name = interpreter.host.tmpname
                               ? interpreter.host.tmpname()
                               : ".tac/tmp/lua_" + std::to_string(++interpreter.tmpname_count);
  lua_pushlstring(state, name.data(), name.size());
  return 1;
}

}  // namespace

void open_math_library(lua_State* state) {
  luaL_requiref(state, LUA_MATHLIBNAME, luaopen_math, 1);
  const luaL_Reg functions[] = {{"atan2", guarded<math_atan2>},
                                {"pow", guarded<math_pow>},
                                {"cosh", guarded<math_function<std::cosh>>},
                                {"sinh", guarded<math_function<std::sinh>>},
                                {"tanh", guarded<math_function<std::tanh>>},
                                {"log10", guarded<math_function<std::log10>>},
                                {"random", guarded<math_random>},
                                {"randomseed", guarded<math_randomseed>},
                                {nullptr, nullptr}};
  luaL_setfuncs(state, functions, 0);
  lua_pop(state, 1);
}

void open_os_library(lua_State* state) {
  const luaL_Reg functions[] = {{"time", guarded<os_time>},
                                {"date", guarded<os_date>},
                                {"clock", guarded<os_clock>},
                                {"difftime", guarded<os_difftime>},
                                {"getenv", guarded<os_getenv>},
                                {"tmpname", guarded<os_tmpname>},
                                {nullptr, nullptr}};
  luaL_newlib(state, functions);
  lua_setglobal(state, "os");
}

}  // namespace tactus::vm
