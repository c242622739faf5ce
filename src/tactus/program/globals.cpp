#include <algorithm>
#include <array>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/loader.hpp>

namespace tactus::program {
namespace {

// Resolved anew at each access while the program runs, so they look unset in the table of globals.
constexpr std::array<std::string_view, 5> kReserved = {"input", "params", "state", "context",
                                                       "deps"};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string camel_case(std::string_view name) {
  std::string out;
  bool start = true;
  for (const char c : name) {
    if (c == '_' || c == '-') {
      start = true;
    } else {
      out += start ? upper(c) : c;
      start = false;
    }
  }
  return out;
}

// Whether the global has a value of its own. [-0, +0, e]
bool is_taken(lua_State* state, const std::string& spelling) {
  if (std::find(kReserved.begin(), kReserved.end(), spelling) != kReserved.end()) return true;
  lua_pushglobaltable(state);
  lua_pushlstring(state, spelling.data(), spelling.size());
  const bool taken = lua_rawget(state, -2) != LUA_TNIL;
  lua_pop(state, 2);
  return taken;
}

// Sets the global to the value on top. [-0, +0, e]
void set_raw_global(lua_State* state, const std::string& spelling) {
  lua_pushglobaltable(state);
  lua_pushlstring(state, spelling.data(), spelling.size());
  lua_pushvalue(state, -3);
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

bool same(const DeclaredObject& a, const DeclaredObject& b) {
  return a.kind == b.kind && a.name == b.name;
}

// Whether the global still holds what was declared under it, so that a newer object may replace it.
bool holds(lua_State* state, const std::string& spelling, const DeclaredObject& object) {
  lua_pushglobaltable(state);
  lua_pushlstring(state, spelling.data(), spelling.size());
  lua_rawget(state, -2);
  const auto declared = declared_object(state, -1);
  lua_pop(state, 2);
  return declared && same(*declared, object);
}

}  // namespace

std::vector<std::string> derived_spellings(const std::string& name) {
  std::string capital = to_lower(name);
  if (!capital.empty()) capital[0] = upper(capital[0]);
  std::vector<std::string> all;
  for (std::string spelling : {capital, camel_case(name), name}) {
    if (spelling.empty() || std::find(all.begin(), all.end(), spelling) != all.end()) continue;
    all.push_back(std::move(spelling));
  }
  return all;
}

void Loader::name_object(lua_State* state, const DeclaredObject& object, const Site& site) {
  luaL_checkstack(state, 4, nullptr);
  const std::vector<std::string> all = derived_spellings(object.name);
  const std::string& capital = all.front();
  for (const std::string& spelling : all) {
    const auto owner = spellings.find(spelling);
    const bool declared_before = owner != spellings.end();
    if (!declared_before && is_taken(state, spelling)) {
      // Its capital spelling, the usual one, is still there: `Author` for 'author'.
      const bool spelt_otherwise = spelling == object.name && spellings.count(capital) > 0;
      if (object.name == "main" || spelt_otherwise) continue;
      warn(finding_at(
          site, {},
          fmt::format("{} '{}' is not reachable as `{}`, which already has another meaning",
                      object_kind_name(object.kind), object.name, spelling),
          fmt::format("keep what the declaration returns: local x = {}(\"{}\", …)",
                      object_kind_name(object.kind), object.name)));
      continue;
    }
    if (declared_before && !same(owner->second, object)) {
      warn(finding_at(site, {},
                      fmt::format("{} '{}' is not reachable as `{}`: that is {} '{}'",
                                  object_kind_name(object.kind), object.name, spelling,
                                  object_kind_name(owner->second.kind), owner->second.name),
                      "rename one of them, or keep what the declaration returns"));
      continue;
    }
    if (declared_before && !holds(state, spelling, object)) continue;  // The file reassigned it.
    set_raw_global(state, spelling);
    spellings.emplace(spelling, object);
  }
}

void set_derived_globals(lua_State* state, const std::string& name) {
  luaL_checkstack(state, 4, nullptr);
  for (const std::string& spelling : derived_spellings(name)) {
    if (!is_taken(state, spelling)) set_raw_global(state, spelling);
  }
  lua_pop(state, 1);
}

}  // namespace tactus::program
