// File (language.md 11).
#include <tactus/runtime/file_operation.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/strictness.hpp>

namespace tactus::runtime {
namespace {

using Kind = FileOperation::Kind;

int run_operation(lua_State* L, Kind kind, const char* function) {
  Run& run = run_of(L);
  check_running(L, run, function);
  const int at = first_argument(L);
  FileOperation operation;
  operation.kind = kind;
  operation.path = check_text(L, at, function);
  if (kind == Kind::kWrite || kind == Kind::kAppend)
    operation.text = check_text(L, at + 1, function);
  operation.mentioned_in = vm::place_of_caller(L).file;
  RunTask& task = task_of(L);
  return vm::await(
      L, [&run, &task, operation, function]() -> boost::asio::awaitable<Result<vm::Pusher>> {
        if (auto refused = refused_by_determinism(run, task, function))
          co_return fail(std::move(*refused));
        EntryHead head;
        head.type = "file";
        head.name = operation.path;
        head.input = JsonObject{{"call", function}, {"text", operation.text}};
        head.announce = true;
        const EntryBody body = [&](OpenEntry&) -> boost::asio::awaitable<Result<Json>> {
          co_return perform(run.parts().workspace, operation);
        };
        auto value = co_await run.recorded(task, std::move(head), body);
        if (!value) co_return fail(value.error());
        co_return vm::Pusher(
            [value = std::move(*value)](lua_State* state) { return push_value(state, value); });
      });
}

int file_read(lua_State* L) { return run_operation(L, Kind::kRead, "File.read"); }
int file_write(lua_State* L) { return run_operation(L, Kind::kWrite, "File.write"); }
int file_append(lua_State* L) { return run_operation(L, Kind::kAppend, "File.append"); }
int file_exists(lua_State* L) { return run_operation(L, Kind::kExists, "File.exists"); }
int file_bytes(lua_State* L) { return run_operation(L, Kind::kSize, "File.size"); }
int file_list(lua_State* L) { return run_operation(L, Kind::kList, "File.list"); }

}  // namespace

void open_file_library(lua_State* L, Run& run) {
  open_library(L, run, "File",
               {{"read", vm::guarded<file_read>},
                {"write", vm::guarded<file_write>},
                {"append", vm::guarded<file_append>},
                {"exists", vm::guarded<file_exists>},
                {"size", vm::guarded<file_bytes>},
                {"list", vm::guarded<file_list>}});
}

}  // namespace tactus::runtime
