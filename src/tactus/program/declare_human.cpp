// hitl: named points at which a human is asked (language.md 12.2).
#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

constexpr const char* kKeys[] = {
    "message",       "prompt",  "context",     "on_timeout", "default",  "default_on_timeout",
    "max_retries",   "options", "placeholder", "input_type", "required", "artifact",
    "artifact_type", "severity"};

}  // namespace

void declare_human(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                   const Arguments& arguments) {
  ConfigReader reader(loader, state, arguments.config,
                      {"hitl '" + name + "'", "a hitl point", site, {}});
  JsonObject point;
  const auto type = reader.one_of("type", {"approval", "input", "review", "escalation"});
  if (type) {
    point["type"] = *type;
  } else if (!reader.push("type")) {
    reader.error("type", "has no `type`",
                 "type = \"approval\", \"input\", \"review\" or \"escalation\"");
  } else {
    lua_pop(state, 1);  // A wrong one, which has been reported.
  }
  if (const auto timeout = reader.duration("timeout")) point["timeout"] = *timeout;
  for (const char* key : kKeys) {
    if (!reader.push(key)) continue;
    auto value = vm::to_json(state, -1);
    lua_pop(state, 1);
    if (value) {
      point[key] = std::move(*value);
    } else {
      reader.error(key, value.error());
    }
  }
  reader.finish();
  loader.program.human_points[name] = std::move(point);
  // What stands for it: usable wherever its name is.
  lua_createtable(state, 0, 1);
  lua_pushlstring(state, name.data(), name.size());
  lua_setfield(state, -2, "config_key");
}

}  // namespace tactus::program
