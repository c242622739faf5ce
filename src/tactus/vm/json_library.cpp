// The global `Json` (language.md 11).
#include <algorithm>
#include <charconv>

#include <tactus/vm/bridge.hpp>
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

void append_double(std::string& out, double number) {
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, number);
  const std::string_view text(digits, static_cast<std::size_t>(written.ptr - digits));
  out += text;
  // "5" would come back as an integer.
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

class Encoder {
 public:
  Encoder(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void encode(const Json& value) {
    if (value.is_double()) {
      append_double(out_, value.get_double());
    } else if (value.is_string()) {
      append_json_string(out_, {value.get_string().data(), value.get_string().size()});
    } else if (value.is_array()) {
      encode_list('[', ']', value.get_array(), [&](const Json& element) { encode(element); });
    } else if (value.is_object()) {
      encode_list('{', '}', value.get_object(), [&](const auto& member) {
        append_json_string(out_, {member.key().data(), member.key().size()});
        out_ += pretty_ ? ": " : ":";
        encode(member.value());
      });
    } else {
      out_ += dump_json(value);
    }
  }

 private:
  template <typename List, typename EncodeItem>
  void encode_list(char open, char close, const List& list, const EncodeItem& encode_item) {
    out_ += open;
    ++depth_;
    bool first = true;
    for (const auto& item : list) {
      if (!first) out_ += ',';
      first = false;
      new_line();
      encode_item(item);
    }
    --depth_;
    if (!list.empty()) new_line();
    out_ += close;
  }

  void new_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(depth_ * 2, ' ');
  }

  std::string& out_;
  bool pretty_;
  std::size_t depth_ = 0;
};

bool option(lua_State* state, int index, const char* name) {
  if (!lua_istable(state, index)) return false;
  lua_getfield(state, index, name);
  const bool set = lua_toboolean(state, -1) != 0;
  lua_pop(state, 1);
  return set;
}

int json_encode(lua_State* state) {
  luaL_checkany(state, 1);
  ToJsonOptions options;
  options.what = "encoded";
  Result<Json> value = to_json(state, 1, options);
  if (!value) raise(state, std::move(value.error()));
  const std::string text = encode_text(*value, option(state, 2, "pretty"));
  lua_pushlstring(state, text.data(), text.size());
  return 1;
}

// The parsed document lives outside Lua's memory, so its size is estimated before it is made.
void check_document_size(lua_State* state, std::string_view text) {
  constexpr std::size_t kBytesPerValue = 32;
  const auto separators = std::count_if(text.begin(), text.end(), [](char at) {
    return at == ',' || at == '[' || at == '{' || at == ':';
  });
  const std::size_t bytes = text.size() + static_cast<std::size_t>(separators) * kBytesPerValue;
  if (bytes > interpreter_of(state).limits.memory_bytes) raise_memory(state);
}

int json_decode(lua_State* state) {
  std::size_t length = 0;
  const char* const text = luaL_checklstring(state, 1, &length);
  charge(state, length / 8);
  check_document_size(state, {text, length});
  const Result<Json> value = parse_json({text, length});
  if (!value) raise(state, value.error());
  push_json(state, *value, option(state, 2, "null") ? Nulls::kKept : Nulls::kAbsent);
  return 1;
}

int mark_argument(lua_State* state, Mark mark) {
  if (lua_isnoneornil(state, 1)) {
    lua_settop(state, 0);
    lua_newtable(state);
  }
  luaL_checktype(state, 1, LUA_TTABLE);
  set_mark(state, 1, mark);
  lua_settop(state, 1);
  return 1;
}
int json_array(lua_State* state) { return mark_argument(state, Mark::kArray); }
int json_object(lua_State* state) { return mark_argument(state, Mark::kObject); }

}  // namespace

std::string encode_text(const Json& value, bool pretty) {
  std::string out;
  Encoder(out, pretty).encode(value);
  return out;
}

Result<void> open_json_library(Vm& vm) {
  return vm.protect([](lua_State* state) {
    const luaL_Reg functions[] = {{"encode", guarded<json_encode>},
                                  {"decode", guarded<json_decode>},
                                  {"array", guarded<json_array>},
                                  {"object", guarded<json_object>},
                                  {nullptr, nullptr}};
    luaL_newlib(state, functions);
    push_json_null(state);
    lua_setfield(state, -2, "null");
    lua_setglobal(state, "Json");
  });
}

}  // namespace tactus::vm
