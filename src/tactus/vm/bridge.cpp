// Lua values to JSON and back (language.md 2.2).
#include <algorithm>
#include <cmath>
#include <vector>

#include <tactus/base/utf8.hpp>
#include <tactus/vm/bridge.hpp>
#include <tactus/vm/error_object.hpp>
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

constexpr int kDepthMax = 200;
constexpr std::size_t kBytesPerValue = 32, kBytesPerStep = 64;
const char kNullKey = 0, kMarksKey = 0;

std::string_view text_at(lua_State* state, int index) {
  std::size_t length = 0;
  const char* const data = lua_tolstring(state, index, &length);
  return {data, length};
}

// Walks one value. A failure is kept in `error`; the rest is then skipped.
class Converter {
 public:
  Converter(lua_State* state, const ToJsonOptions& options)
      : state_(state), options_(options), path_(options.path) {}

  Json convert(int index) {
    charge(state_, 1);
    spend(kBytesPerValue);
    luaL_checkstack(state_, 8, "value nested too deep");
    switch (lua_type(state_, index)) {
      case LUA_TNIL:
        return nullptr;
      case LUA_TBOOLEAN:
        return lua_toboolean(state_, index) != 0;
      case LUA_TNUMBER:
        return convert_number(index);
      case LUA_TSTRING:
        return convert_text(text_at(state_, index));
      case LUA_TTABLE:
        return convert_table(index);
      default:
        return convert_other(index);
    }
  }

  std::optional<Error> error;

 private:
  struct Member {
    std::string key;
    Json value;
  };

  // A table may hold one long text, or one table, many times over; here each is a copy. Their sum
  // is held to the memory cap.
  void spend(std::size_t bytes) {
    charge(state_, bytes / kBytesPerStep);
    bytes_ += bytes;
    if (bytes_ > interpreter_of(state_).limits.memory_bytes) raise_memory(state_);
  }

  // What stands for a value that cannot be represented.
  Json refuse(const std::string& why, const std::string& description) {
    if (options_.lenient) return Json(description);
    if (!error) {
      error.emplace();
      error->code = ErrorCode::kJson;
      error->path = shown_path();
      error->message = path_.empty() ? why : error->path + ": " + why;
    }
    return nullptr;
  }

  // Keys may be of any length; their ends say enough.
  std::string shown_path() const {
    constexpr std::size_t kEnd = 200;
    if (path_.size() <= 2 * kEnd) return path_;
    return repair_utf8(std::string_view(path_).substr(0, kEnd)) + "…" +
           repair_utf8(std::string_view(path_).substr(path_.size() - kEnd));
  }

  std::string cannot_be() const { return " cannot be " + options_.what; }

  Json convert_number(int index) {
    if (lua_isinteger(state_, index) != 0) return std::int64_t{lua_tointeger(state_, index)};
    const double number = lua_tonumber(state_, index);
    if (std::isfinite(number)) return number;
    const std::string name = std::isnan(number) ? "NaN" : number > 0 ? "infinity" : "-infinity";
    return refuse(name + cannot_be(), name);
  }

  Json convert_text(std::string_view text) {
    spend(text.size());
    if (is_valid_utf8(text)) return Json(boost::json::string(text));
    return refuse("text that is not valid UTF-8" + cannot_be(), repair_utf8(text));
  }

  Json convert_other(int index) {
    if (is_json_null(state_, index)) return nullptr;
    if (const auto text = replacement(index)) return *text;
    const int type = lua_type(state_, index);
    const std::string name = lua_typename(state_, type);
    const std::string plural = type == LUA_TFUNCTION ? "functions"
                               : type == LUA_TTHREAD ? "coroutines"
                                                     : "runtime objects";
    return refuse(plural + cannot_be(), "<" + name + ">");
  }

  // What an error object or an object with a C++ __json is stored as.
  std::optional<Json> replacement(int index) {
    if (is_error_object(state_, index)) {
      return convert_text(error_object_text(state_, index));
    }
    if (luaL_getmetafield(state_, index, "__json") == LUA_TNIL) return std::nullopt;
    if (lua_iscfunction(state_, -1) == 0) {
      lua_pop(state_, 1);
      return std::nullopt;
    }
    if (open_.size() >= kDepthMax) {
      lua_pop(state_, 1);
      return refuse("a depth over 200" + cannot_be(), "<too deep>");
    }
    lua_pushvalue(state_, index);
    lua_call(state_, 1, 1);
    open_.push_back(nullptr);
    Json value = convert(lua_gettop(state_));
    open_.pop_back();
    lua_pop(state_, 1);
    return value;
  }

  Json convert_table(int index) {
    if (const auto value = replacement(index)) return *value;
    const void* const identity = lua_topointer(state_, index);
    if (std::find(open_.begin(), open_.end(), identity) != open_.end()) {
      return refuse("a table that contains itself" + cannot_be(), "<cycle>");
    }
    if (open_.size() >= kDepthMax) {
      return refuse("a depth over 200" + cannot_be(), "<too deep>");
    }
    open_.push_back(identity);
    const lua_Integer length = array_length(index);
    const Mark mark = mark_of(state_, index);
    Json value;
    if (length > 0 && mark != Mark::kObject) {
      value = convert_array(index, length);
    } else if (length == 0 && mark == Mark::kArray) {
      value = JsonArray();
    } else {
      value = convert_object(index);
    }
    open_.pop_back();
    return value;
  }

  // n if the keys are exactly 1 … n, else -1.
  lua_Integer array_length(int index) {
    lua_Integer count = 0, greatest = 0;
    bool list = true;
    for (lua_pushnil(state_); lua_next(state_, index) != 0; lua_pop(state_, 1)) {
      charge(state_, 1);
      ++count;
      if (lua_isinteger(state_, -2) == 0 || lua_tointeger(state_, -2) < 1) {
        lua_pop(state_, 2);
        list = false;
        break;
      }
      greatest = std::max(greatest, lua_tointeger(state_, -2));
    }
    return list && greatest == count ? count : -1;
  }

  Json convert_array(int index, lua_Integer length) {
    JsonArray array;
    array.reserve(static_cast<std::size_t>(length));
    for (lua_Integer at = 1; at <= length && !error; ++at) {
      lua_rawgeti(state_, index, at);
      const std::size_t here = path_.size();
      path_ += "[" + std::to_string(at) + "]";
      array.push_back(convert(lua_gettop(state_)));
      path_.resize(here);
      lua_pop(state_, 1);
    }
    return array;
  }

  // The key at -2 as text.
  std::optional<std::string> key_text() {
    const int type = lua_type(state_, -2);
    if (type == LUA_TSTRING) {
      const std::string_view key = text_at(state_, -2);
      spend(key.size());
      if (is_valid_utf8(key)) return std::string(key);
      refuse("a key that is not valid UTF-8" + cannot_be(), "");
      if (options_.lenient) return repair_utf8(key);
      return std::nullopt;
    }
    if (type == LUA_TNUMBER && lua_isinteger(state_, -2) != 0) {
      return std::to_string(lua_tointeger(state_, -2));
    }
    const std::string name = type == LUA_TNUMBER ? "fractional number" : lua_typename(state_, type);
    refuse(name + " keys" + cannot_be(), "");
    if (options_.lenient) return "<" + name + ">";
    return std::nullopt;
  }

  Json convert_object(int index) {
    std::vector<Member> members;
    for (lua_pushnil(state_); lua_next(state_, index) != 0; lua_pop(state_, 1)) {
      std::optional<std::string> key = key_text();
      if (key) {
        const std::size_t here = path_.size();
        if (here > 0) path_ += '.';
        path_ += *key;
        Json value = convert(lua_gettop(state_));
        path_.resize(here);
        members.push_back({std::move(*key), std::move(value)});
      }
      if (error) {
        lua_pop(state_, 2);
        return nullptr;
      }
    }
    std::sort(members.begin(), members.end(),
              [](const Member& a, const Member& b) { return a.key < b.key; });
    JsonObject object;
    object.reserve(members.size());
    for (Member& member : members) {
      if (!object.emplace(member.key, std::move(member.value)).second) {
        return refuse("key " + member.key + " as number and as text" + cannot_be(),
                      "<duplicate key>");
      }
    }
    return object;
  }

  lua_State* state_;
  const ToJsonOptions& options_;
  std::string path_;               // Of the value at hand; one text, since keys may be long.
  std::vector<const void*> open_;  // Tables on the way down.
  std::size_t bytes_ = 0;
};

int null_tostring(lua_State* state) {
  lua_pushliteral(state, "null");
  return 1;
}

void push_marks(lua_State* state) { lua_rawgetp(state, LUA_REGISTRYINDEX, &kMarksKey); }

void push_value(lua_State* state, const Json& value, Nulls nulls, bool top);

void push_array(lua_State* state, const JsonArray& array, Nulls nulls) {
  lua_createtable(state, static_cast<int>(std::min<std::size_t>(array.size(), 1 << 30)), 0);
  lua_Integer at = 0;
  for (const Json& element : array) {
    push_value(state, element, nulls, false);
    lua_rawseti(state, -2, ++at);
  }
  set_mark(state, -1, Mark::kArray);
}

void push_object(lua_State* state, const JsonObject& object, Nulls nulls) {
  lua_createtable(state, 0, static_cast<int>(std::min<std::size_t>(object.size(), 1 << 30)));
  for (const auto& member : object) {
    if (member.value().is_null() && nulls == Nulls::kAbsent) continue;
    lua_pushlstring(state, member.key().data(), member.key().size());
    push_value(state, member.value(), nulls, false);
    lua_rawset(state, -3);
  }
}

void push_value(lua_State* state, const Json& value, Nulls nulls, bool top) {
  charge(state, 1);
  luaL_checkstack(state, 6, "value nested too deep");
  switch (value.kind()) {
    case boost::json::kind::null:
      if (top && nulls == Nulls::kAbsent) {
        lua_pushnil(state);
      } else {
        push_json_null(state);
      }
      break;
    case boost::json::kind::bool_:
      lua_pushboolean(state, value.get_bool() ? 1 : 0);
      break;
    case boost::json::kind::int64:
      lua_pushinteger(state, value.get_int64());
      break;
    case boost::json::kind::uint64:
      if (value.get_uint64() <= static_cast<std::uint64_t>(LUA_MAXINTEGER)) {
        lua_pushinteger(state, static_cast<lua_Integer>(value.get_uint64()));
      } else {
        lua_pushnumber(state, static_cast<lua_Number>(value.get_uint64()));
      }
      break;
    case boost::json::kind::double_:
      lua_pushnumber(state, value.get_double());
      break;
    case boost::json::kind::string:
      lua_pushlstring(state, value.get_string().data(), value.get_string().size());
      break;
    case boost::json::kind::array:
      push_array(state, value.get_array(), nulls);
      break;
    case boost::json::kind::object:
      push_object(state, value.get_object(), nulls);
      break;
  }
}

}  // namespace

Result<Json> to_json(lua_State* state, int index, const ToJsonOptions& options) {
  Converter converter(state, options);
  Json value = converter.convert(lua_absindex(state, index));
  if (converter.error) return fail(std::move(*converter.error));
  return value;
}

void push_json(lua_State* state, const Json& value, Nulls nulls) {
  push_value(state, value, nulls, true);
}

void push_json_null(lua_State* state) { lua_rawgetp(state, LUA_REGISTRYINDEX, &kNullKey); }

bool is_json_null(lua_State* state, int index) {
  if (lua_type(state, index) != LUA_TUSERDATA) return false;
  const void* const identity = lua_touserdata(state, index);
  push_json_null(state);
  const bool same = lua_touserdata(state, -1) == identity;
  lua_pop(state, 1);
  return same;
}

void mark_array(lua_State* state, int index) { set_mark(state, index, Mark::kArray); }

Mark mark_of(lua_State* state, int index) {
  const int at = lua_absindex(state, index);
  push_marks(state);
  lua_pushvalue(state, at);
  lua_rawget(state, -2);
  const auto mark = static_cast<Mark>(lua_tointeger(state, -1));
  lua_pop(state, 2);
  return mark;
}

void set_mark(lua_State* state, int index, Mark mark) {
  const int at = lua_absindex(state, index);
  push_marks(state);
  lua_pushvalue(state, at);
  lua_pushinteger(state, static_cast<lua_Integer>(mark));
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

void open_bridge(lua_State* state) {
  lua_newuserdatauv(state, 0, 0);
  lua_createtable(state, 0, 2);
  lua_pushcfunction(state, guarded<null_tostring>);
  lua_setfield(state, -2, "__tostring");
  lua_pushliteral(state, "null");
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kNullKey);
  lua_newtable(state);
  lua_createtable(state, 0, 1);
  lua_pushliteral(state, "k");
  lua_setfield(state, -2, "__mode");
  lua_setmetatable(state, -2);
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kMarksKey);
}

}  // namespace tactus::vm
