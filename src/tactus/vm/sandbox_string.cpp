// The string library: find, match, gmatch and gsub on a matcher with a budget, rep that checks the
// cap first, format without addresses. The rest is Lua's own, whose cost is linear in its
// arguments.
#include <cstring>
#include <string>

#include <lualib.h>

#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>
#include <tactus/vm/pattern.hpp>

namespace tactus::vm {
namespace {

void charge_steps(void* state, std::size_t steps) { charge(static_cast<lua_State*>(state), steps); }

std::string_view check_text(lua_State* state, int index) {
  std::size_t length = 0;
  const char* const text = luaL_checklstring(state, index, &length);
  return {text, length};
}

// Offset (from 0) of a position as scripts give it: from 1, negative from the end.
std::size_t start_offset(lua_Integer position, std::size_t length) {
  if (position > 0) return static_cast<std::size_t>(position) - 1;
  if (position == 0 || position < -static_cast<lua_Integer>(length)) return 0;
  return length + static_cast<std::size_t>(position);
}

// Pushes capture `index`, or the whole match if the pattern has none. [-0, +1, e]
void push_capture(lua_State* state, const PatternMatcher& matcher, std::string_view subject,
                  int index, std::size_t begin, std::size_t end) {
  if (index >= matcher.capture_count()) {
    if (index != 0) luaL_error(state, "invalid capture index %%%d", index + 1);
    lua_pushlstring(state, subject.data() + begin, end - begin);
    return;
  }
  const PatternMatcher::Capture& capture = matcher.capture(index);
  if (capture.length == PatternMatcher::kPosition) {
    lua_pushinteger(state, capture.begin - subject.data() + 1);
  } else {
    lua_pushlstring(state, capture.begin, static_cast<std::size_t>(capture.length));
  }
}

int push_captures(lua_State* state, const PatternMatcher& matcher, std::string_view subject,
                  std::size_t begin, std::size_t end, bool whole_if_none) {
  const int count = matcher.capture_count() == 0 && whole_if_none ? 1 : matcher.capture_count();
  luaL_checkstack(state, count, "too many captures");
  for (int index = 0; index < count; ++index) {
    push_capture(state, matcher, subject, index, begin, end);
  }
  return count;
}

bool has_specials(std::string_view pattern) {
  return pattern.find_first_of("^$*+?.([%-") != std::string_view::npos;
}

int find_plain(lua_State* state, std::string_view subject, std::string_view wanted,
               std::size_t start) {
  // memmem is linear; a naive search of long texts would be quadratic.
  charge(state, (subject.size() - start) / 64);
  const void* const found = wanted.empty() ? subject.data() + start
                                           : memmem(subject.data() + start, subject.size() - start,
                                                    wanted.data(), wanted.size());
  if (found == nullptr) {
    lua_pushnil(state);
    return 1;
  }
  const auto offset = static_cast<lua_Integer>(static_cast<const char*>(found) - subject.data());
  lua_pushinteger(state, offset + 1);
  lua_pushinteger(state, offset + static_cast<lua_Integer>(wanted.size()));
  return 2;
}

int find_or_match(lua_State* state, bool find) {
  const std::string_view subject = check_text(state, 1);
  std::string_view pattern = check_text(state, 2);
  std::size_t offset = start_offset(luaL_optinteger(state, 3, 1), subject.size());
  if (offset > subject.size()) {
    lua_pushnil(state);
    return 1;
  }
  if (find && (lua_toboolean(state, 4) != 0 || !has_specials(pattern))) {
    return find_plain(state, subject, pattern, offset);
  }
  const bool anchored = pattern.starts_with('^');
  if (anchored) pattern.remove_prefix(1);
  PatternMatcher matcher(subject, pattern, charge_steps, state);
  do {
    if (const std::optional<std::size_t> end = matcher.match_at(offset)) {
      if (!find) return push_captures(state, matcher, subject, offset, *end, true);
      lua_pushinteger(state, static_cast<lua_Integer>(offset) + 1);
      lua_pushinteger(state, static_cast<lua_Integer>(*end));
      return push_captures(state, matcher, subject, offset, *end, false) + 2;
    }
  } while (!anchored && ++offset <= subject.size());
  lua_pushnil(state);
  return 1;
}

int string_find(lua_State* state) { return find_or_match(state, true); }
int string_match(lua_State* state) { return find_or_match(state, false); }

// Upvalues: subject, pattern, offset to go on from, end of the last match or -1.
int next_match(lua_State* state) {
  const std::string_view subject = check_text(state, lua_upvalueindex(1));
  const std::string_view pattern = check_text(state, lua_upvalueindex(2));
  const lua_Integer last_end = lua_tointeger(state, lua_upvalueindex(4));
  PatternMatcher matcher(subject, pattern, charge_steps, state);
  for (auto offset = static_cast<std::size_t>(lua_tointeger(state, lua_upvalueindex(3)));
       offset <= subject.size(); ++offset) {
    const std::optional<std::size_t> end = matcher.match_at(offset);
    if (!end || static_cast<lua_Integer>(*end) == last_end) continue;
    lua_pushinteger(state, static_cast<lua_Integer>(*end));
    lua_copy(state, -1, lua_upvalueindex(3));
    lua_replace(state, lua_upvalueindex(4));
    return push_captures(state, matcher, subject, offset, *end, true);
  }
  return 0;
}

int string_gmatch(lua_State* state) {
  const std::string_view subject = check_text(state, 1);
  check_text(state, 2);
  const std::size_t offset = start_offset(luaL_optinteger(state, 3, 1), subject.size());
  lua_settop(state, 2);
  lua_pushinteger(state, static_cast<lua_Integer>(std::min(offset, subject.size() + 1)));
  lua_pushinteger(state, -1);
  lua_pushcclosure(state, guarded<next_match>, 4);
  return 1;
}

struct Substitution {
  lua_State* state;
  luaL_Buffer* buffer;
  std::string_view subject;
};

// Adds the replacement text at 3 with its %0 … %9 filled in.
void add_template(const Substitution& to, const PatternMatcher& matcher, std::size_t begin,
                  std::size_t end) {
  std::string_view rest = check_text(to.state, 3);
  for (;;) {
    const std::size_t percent = rest.find('%');
    luaL_addlstring(to.buffer, rest.data(), std::min(percent, rest.size()));
    if (percent == std::string_view::npos) return;
    const char selector = percent + 1 < rest.size() ? rest[percent + 1] : '\0';
    rest.remove_prefix(std::min(percent + 2, rest.size()));
    charge(to.state, 1);
    if (selector == '%') {
      luaL_addchar(to.buffer, '%');
    } else if (selector == '0') {
      luaL_addlstring(to.buffer, to.subject.data() + begin, end - begin);
    } else if (selector >= '1' && selector <= '9') {
      if (selector - '1' >= matcher.capture_count() && selector != '1') {
        luaL_error(to.state, "invalid capture index %%%d in replacement string", selector - '0');
      }
      push_capture(to.state, matcher, to.subject, selector - '1', begin, end);
      luaL_tolstring(to.state, -1, nullptr);
      lua_remove(to.state, -2);
      luaL_addvalue(to.buffer);
    } else {
      luaL_error(to.state, "invalid use of '%%' in replacement string");
    }
  }
}

// Adds what stands for the match; says whether that differs from the match itself.
bool add_replacement(const Substitution& to, const PatternMatcher& matcher, std::size_t begin,
                     std::size_t end) {
  lua_State* const state = to.state;
  switch (lua_type(state, 3)) {
    case LUA_TFUNCTION:
      lua_pushvalue(state, 3);
      lua_call(state, push_captures(state, matcher, to.subject, begin, end, true), 1);
      break;
    case LUA_TTABLE:
      push_capture(state, matcher, to.subject, 0, begin, end);
      lua_gettable(state, 3);
      break;
    default:
      add_template(to, matcher, begin, end);
      return true;
  }
  if (lua_toboolean(state, -1) == 0) {
    lua_pop(state, 1);
    luaL_addlstring(to.buffer, to.subject.data() + begin, end - begin);
    return false;
  }
  if (lua_isstring(state, -1) == 0) {
    luaL_error(state, "invalid replacement value (a %s)", luaL_typename(state, -1));
  }
  luaL_addvalue(to.buffer);
  return true;
}

int string_gsub(lua_State* state) {
  const std::string_view subject = check_text(state, 1);
  std::string_view pattern = check_text(state, 2);
  const int type = lua_type(state, 3);
  luaL_argexpected(
      state,
      type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
      "string/function/table");
  const lua_Integer count_max =
      luaL_optinteger(state, 4, static_cast<lua_Integer>(subject.size()) + 1);
  const bool anchored = pattern.starts_with('^');
  if (anchored) pattern.remove_prefix(1);
  PatternMatcher matcher(subject, pattern, charge_steps, state);
  luaL_Buffer buffer;
  luaL_buffinit(state, &buffer);
  const Substitution to{state, &buffer, subject};
  lua_Integer count = 0;
  bool changed = false;
  std::size_t offset = 0;
  std::optional<std::size_t> last_end;
  while (count < count_max) {
    const std::optional<std::size_t> end = matcher.match_at(offset);
    if (end && end != last_end) {
      ++count;
      charge(state, 1);
      changed = add_replacement(to, matcher, offset, *end) || changed;
      offset = *end;
      last_end = end;
    } else if (offset < subject.size()) {
      luaL_addchar(&buffer, subject[offset]);
      ++offset;
    } else {
      break;
    }
    if (anchored) break;
  }
  if (changed) {
    luaL_addlstring(&buffer, subject.data() + offset, subject.size() - offset);
    luaL_pushresult(&buffer);
  } else {
    lua_pushvalue(state, 1);
  }
  lua_pushinteger(state, count);
  return 2;
}

int string_rep(lua_State* state) {
  const std::string_view text = check_text(state, 1);
  const lua_Integer count = luaL_checkinteger(state, 2);
  std::size_t separator_length = 0;
  const char* const separator = luaL_optlstring(state, 3, "", &separator_length);
  const std::size_t unit = text.size() + separator_length;
  if (count <= 0 || unit == 0) {
    lua_pushliteral(state, "");
    return 1;
  }
  const std::size_t memory = interpreter_of(state).limits.memory_bytes;
  if (static_cast<std::size_t>(count) > memory / unit + 1) raise_memory(state);
  const std::size_t total = unit * static_cast<std::size_t>(count) - separator_length;
  if (total > memory) raise_memory(state);
  luaL_Buffer buffer;
  char* const out = luaL_buffinitsize(state, &buffer, total);
  // One unit, then doubling what is there; the last copy is cut.
  std::memcpy(out, text.data(), text.size());
  std::size_t done = text.size();
  if (done < total) {
    std::memcpy(out + done, separator, separator_length);
    done = unit;
  }
  while (done < total) {
    const std::size_t more = std::min(done, total - done);
    std::memcpy(out + done, out, more);
    done += more;
  }
  luaL_pushresultsize(&buffer, total);
  return 1;
}

// Upvalue 1 is Lua's string.format. %s gets text made here and %p has no address to show.
int string_format(lua_State* state) {
  const std::string_view given = check_text(state, 1);
  std::string format(given);
  int argument = 1;
  const int count = lua_gettop(state);
  luaL_checkstack(state, 8, nullptr);
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') continue;
    if (++at < format.size() && format[at] == '%') continue;
    at = format.find_first_not_of("-+ #0123456789.", at);
    if (at == std::string::npos) break;
    if (++argument > count) break;  // Lua says which is missing.
    const int type = lua_type(state, argument);
    const bool has_address = type != LUA_TNIL && type != LUA_TBOOLEAN && type != LUA_TNUMBER;
    if (format[at] == 'p') {
      format[at] = 's';
      lua_pushstring(state, has_address ? "0x?" : "(null)");
      lua_replace(state, argument);
    } else if (format[at] == 's' && type != LUA_TSTRING) {
      push_text(state, argument);
      lua_replace(state, argument);
    }
  }
  lua_pushlstring(state, format.data(), format.size());
  lua_replace(state, 1);
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_insert(state, 1);
  lua_call(state, count, 1);
  return 1;
}

}  // namespace

void open_string_library(lua_State* state) {
  luaL_requiref(state, LUA_STRLIBNAME, luaopen_string, 1);
  const luaL_Reg functions[] = {
      {"find", guarded<string_find>},     {"match", guarded<string_match>},
      {"gmatch", guarded<string_gmatch>}, {"gsub", guarded<string_gsub>},
      {"rep", guarded<string_rep>},       {nullptr, nullptr}};
  luaL_setfuncs(state, functions, 0);
  lua_getfield(state, -1, "format");
  lua_pushcclosure(state, guarded<string_format>, 1);
  lua_setfield(state, -2, "format");
  lua_pushnil(state);
  lua_setfield(state, -2, "dump");
  lua_pushliteral(state, "");
  lua_getmetatable(state, -1);
  lua_pushliteral(state, "protected");
  lua_setfield(state, -2, "__metatable");
  lua_pop(state, 3);
}

}  // namespace tactus::vm
