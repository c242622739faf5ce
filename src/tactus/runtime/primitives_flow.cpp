// Stop, Iterations, Stage (language.md 11).
#include <lauxlib.h>

#include <tactus/base/text.hpp>
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

int stop_requested(lua_State* L) {
  lua_pushboolean(L, realm_of(L).stop_flag.requested);
  return 1;
}

int stop_reason(lua_State* L) {
  const StopFlag& flag = realm_of(L).stop_flag;
  if (!flag.requested) return 0;
  push_text(L, flag.reason);
  return 1;
}

int stop_success(lua_State* L) {
  const StopFlag& flag = realm_of(L).stop_flag;
  if (!flag.requested) return 0;
  lua_pushboolean(L, flag.success);
  return 1;
}

int stop_request(lua_State* L) {
  const int at = first_argument(L);
  const bool success = lua_isnoneornil(L, at + 1) || lua_toboolean(L, at + 1);
  std::string reason = lua_isnoneornil(L, at) ? "" : check_text(L, at, "Stop.request");
  run_of(L).set_stop(task_of(L), {true, std::move(reason), success});
  return 0;
}

int stop_reset(lua_State* L) {
  run_of(L).set_stop(task_of(L), {});
  return 0;
}

int iterations_current(lua_State* L) {
  lua_pushinteger(L, realm_of(L).iterations);
  return 1;
}

int iterations_exceeded(lua_State* L) {
  lua_pushboolean(L, realm_of(L).iterations >= luaL_checkinteger(L, first_argument(L)));
  return 1;
}

int iterations_increment(lua_State* L) {
  run_of(L).add_iterations(task_of(L), 1);
  lua_pushinteger(L, realm_of(L).iterations);
  return 1;
}

int iterations_reset(lua_State* L) {
  run_of(L).reset_iterations(task_of(L));
  return 0;
}

void enter_stage(lua_State* L, const std::string& name) {
  Run& run = run_of(L);
  check_running(L, run, "Stage");
  const auto& stages = realm_of(L).program.stages;
  if (!stages.empty() && std::find(stages.begin(), stages.end(), name) == stages.end()) {
    refuse(L, ErrorCode::kStage,
           fmt::format("Invalid stage '{}'. Valid stages: {}", name, join(stages, ", ")),
           "declare it with stages(…)");
  }
  run.enter_stage(task_of(L), name);
}

int stage_set(lua_State* L) {
  enter_stage(L, check_text(L, first_argument(L), "Stage.set"));
  return 0;
}

int stage_advance(lua_State* L) {
  const int at = first_argument(L);
  if (!lua_isnoneornil(L, at)) {
    enter_stage(L, check_text(L, at, "Stage.advance"));
    push_text(L, *realm_of(L).stage);
    return 1;
  }
  const Realm& realm = realm_of(L);
  const auto& stages = realm.program.stages;
  if (stages.empty() || !realm.stage) {
    refuse(L, ErrorCode::kStage,
           stages.empty() ? "Stage.advance: no stages are declared"
                          : "Stage.advance: there is no current stage",
           stages.empty() ? "declare them with stages(…)" : "start with Stage.set(name)");
  }
  const auto current = std::find(stages.begin(), stages.end(), *realm.stage);
  if (current == stages.end() || current + 1 == stages.end()) return 0;
  enter_stage(L, *(current + 1));
  push_text(L, *realm.stage);
  return 1;
}

int stage_current(lua_State* L) {
  const Realm& realm = realm_of(L);
  if (!realm.stage) return 0;
  push_text(L, *realm.stage);
  return 1;
}

int stage_is(lua_State* L) {
  lua_pushboolean(L, realm_of(L).stage == check_text(L, first_argument(L), "Stage.is"));
  return 1;
}

int stage_count(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(realm_of(L).stage_history.size()));
  return 1;
}

int stage_history(lua_State* L) {
  JsonArray history;
  for (const StageChange& change : realm_of(L).stage_history) {
    history.push_back(JsonObject{
        {"from_stage", change.from}, {"to_stage", change.to}, {"timestamp", change.timestamp}});
  }
  return push_value(L, Json(std::move(history)));
}

int stage_clear_history(lua_State* L) {
  run_of(L).clear_stage_history(task_of(L));
  return 0;
}

}  // namespace

void open_flow_library(lua_State* L, Run& run) {
  open_library(L, run, "Stop",
               {{"requested", vm::guarded<stop_requested>},
                {"reason", vm::guarded<stop_reason>},
                {"success", vm::guarded<stop_success>},
                {"request", vm::guarded<stop_request>},
                {"reset", vm::guarded<stop_reset>}});
  open_library(L, run, "Iterations",
               {{"current", vm::guarded<iterations_current>},
                {"exceeded", vm::guarded<iterations_exceeded>},
                {"increment", vm::guarded<iterations_increment>},
                {"reset", vm::guarded<iterations_reset>}});
  open_library(L, run, "Stage",
               {{"set", vm::guarded<stage_set>},
                {"advance", vm::guarded<stage_advance>},
                {"current", vm::guarded<stage_current>},
                {"is", vm::guarded<stage_is>},
                {"count", vm::guarded<stage_count>},
                {"history", vm::guarded<stage_history>},
                {"clear_history", vm::guarded<stage_clear_history>}});
}

}  // namespace tactus::runtime
