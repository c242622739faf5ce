// `.tools` of a set of tools that has to be looked up, and where tools are looked up at all.
#include <tactus/program/toolset.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/tool_source.hpp>

namespace tactus::runtime {
namespace {

// The names of the tools of the set at 1.
int toolset_tools(lua_State* L) {
  Run& run = run_of(L);
  check_running(L, run, "the list of these tools");
  auto toolset = program::toolset_at(L, 1);
  TACTUS_ASSERT(toolset != nullptr);
  RunTask& task = task_of(L);
  return vm::await(L, [&run, &task, toolset]() -> boost::asio::awaitable<Result<vm::Pusher>> {
    auto tools = co_await resolve_toolset(tool_scope(run, task), toolset);
    if (!tools) co_return fail(tools.error());
    for (const Error& warning : tools->warnings) run.warn(&task, warning.code, warning.message);
    co_return vm::Pusher([names = tools->names()](lua_State* state) {
      return push_value(state, Json(JsonArray(names.begin(), names.end())));
    });
  });
}

}  // namespace

ToolScope tool_scope(Run& run, RunTask& task) {
  return {run.realm_of(task).program, run.vm(), run.parts().config.toolsets, &run.tool_source()};
}

void open_toolset_loading(lua_State* L, Run& run) {
  lua_pushlightuserdata(L, &run);
  lua_pushcclosure(L, vm::guarded<toolset_tools>, 1);
  program::set_toolset_loader(L);
}

}  // namespace tactus::runtime
