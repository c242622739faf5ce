// What Lua's own messages about nil and wrong types most often mean in a .tac file.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/program.hpp>

namespace tactus::program {
namespace {

// Names of standard Lua that the sandbox leaves out: no misspelling, so no "did you mean".
constexpr std::array<std::string_view, 5> kLeftOut = {"io", "debug", "package", "dofile",
                                                      "loadfile"};

// Names of all globals. [-0, +0, e]
std::vector<std::string> global_names(lua_State* state) {
  std::vector<std::string> names;
  lua_pushglobaltable(state);
  lua_pushnil(state);
  while (lua_next(state, -2) != 0) {
    lua_pop(state, 1);
    if (lua_type(state, -1) == LUA_TSTRING) names.emplace_back(lua_tostring(state, -1));
  }
  lua_pop(state, 1);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::string hint_for_lua_error(vm::Vm& vm, const std::string& message) {
  if (message.find("a result value") != std::string::npos) {
    return "a turn returns a result, which is no text: its text is in the field `text`";
  }
  // As in "attempt to call a nil value (global 'agnet')".
  const std::size_t begin = message.find("(global '");
  if (begin == std::string::npos) return {};
  const std::size_t name_begin = begin + 9;
  const std::string name = message.substr(name_begin, message.find('\'', name_begin) - name_begin);
  if (name == "input") {
    return "`input` holds the parameters while a procedure runs: read it in the body";
  }
  if (message.find("nil value") == std::string::npos) return {};
  if (std::find(kLeftOut.begin(), kLeftOut.end(), name) != kLeftOut.end()) {
    return "the sandbox has no `" + name + "`";
  }
  std::vector<std::string> names;
  if (!vm.protect([&](lua_State* state) { names = global_names(state); })) return {};
  const auto match = closest_match(name, names);
  return match ? fmt::format("did you mean `{}`?", *match)
               : fmt::format("nothing named `{}` is defined at this point", name);
}

}  // namespace tactus::program
