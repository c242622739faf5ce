#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {

Result<void> install_primitives(Run& run) {
  if (auto opened = vm::open_json_library(run.vm()); !opened) return opened;
  return run.vm().protect([&](lua_State* L) {
    open_state_library(L, run);
    open_tool_library(L, run);
    open_flow_library(L, run);
    open_log_library(L, run);
    open_environment_library(L, run);
    open_system_library(L, run);
    open_durable_library(L, run);
    open_procedure_library(L, run);
    open_human_library(L, run);
    open_file_library(L, run);
    open_toolset_loading(L, run);
    open_history_library(L, run);
    install_invocation_globals(L, run);
  });
}

}  // namespace tactus::runtime
