// The object that Agent.stream gives (language.md 8.4): called, it takes the next chunk; as the
// closing value of a loop it ends the turn when the loop is left.
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {
namespace {

using StreamPtr = std::shared_ptr<TurnStream>;

constexpr const char* kKind = "stream";

TurnStream& stream_at(lua_State* L, int index) {
  bool is_stream = false;
  if (lua_type(L, index) == LUA_TUSERDATA && lua_getmetatable(L, index)) {
    lua_getfield(L, -1, "__name");
    is_stream = lua_type(L, -1) == LUA_TSTRING && lua_tostring(L, -1) == std::string_view(kKind);
    lua_pop(L, 2);
  }
  if (!is_stream) refuse(L, ErrorCode::kOption, "this must be called on a stream", "s.chunks()");
  return **static_cast<StreamPtr*>(lua_touserdata(L, index));
}

// What a stream itself waits for is not what its loop must not wait for.
class OwnWait {
 public:
  explicit OwnWait(RunTask& task) : task_(task) { task_.stream_waits = true; }
  ~OwnWait() { task_.stream_waits = false; }
  OwnWait(const OwnWait&) = delete;
  OwnWait& operator=(const OwnWait&) = delete;

 private:
  RunTask& task_;
};

int wait_for(lua_State* L, vm::Operation operation) {
  const OwnWait guard(task_of(L));
  return vm::await(L, std::move(operation));
}

int step(lua_State* L) {
  const auto stream = stream_at(L, 1).shared_from_this();
  return wait_for(L, [stream]() { return stream->next(); });
}

boost::asio::awaitable<Result<vm::Pusher>> cancelled(StreamPtr stream) {
  co_await stream->cancel();
  co_return vm::Pusher([](lua_State*) { return 0; });
}

int close(lua_State* L) {
  const auto stream = stream_at(L, 1).shared_from_this();
  if (stream->over()) return 0;
  stream->leave();
  if (!lua_isyieldable(L)) return 0;  // It ends with the body of the procedure, at the latest.
  return wait_for(L, [stream]() { return cancelled(stream); });
}

int cancel(lua_State* L) {
  const auto stream = stream_at(L, lua_upvalueindex(2)).shared_from_this();
  return wait_for(L, [stream]() { return cancelled(stream); });
}

boost::asio::awaitable<Result<vm::Pusher>> drained(StreamPtr stream) {
  auto result = co_await stream->wait();
  if (!result) co_return fail(result.error());
  co_return vm::Pusher([result = std::move(*result)](lua_State* L) {
    if (result) {
      push_turn_result(L, result);
    } else {
      lua_pushnil(L);
    }
    return 1;
  });
}

int wait(lua_State* L) {
  const auto stream = stream_at(L, lua_upvalueindex(2)).shared_from_this();
  return wait_for(L, [stream]() { return drained(stream); });
}

// What a generic `for` takes: function, state, first value, closing value.
int push_loop(lua_State* L, int stream) {
  const int at = lua_absindex(L, stream);
  lua_pushvalue(L, at);
  lua_pushnil(L);
  lua_pushnil(L);
  lua_pushvalue(L, at);
  return 4;
}

int chunks(lua_State* L) { return push_loop(L, lua_upvalueindex(2)); }

int stream_index(lua_State* L) {
  const TurnStream& stream = stream_at(L, 1);
  const std::string key = check_text(L, 2, "a stream's member");
  const auto method = [&](lua_CFunction function) {
    lua_pushlightuserdata(L, &run_of(L));
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, function, 2);
    return 1;
  };
  if (key == "chunks") return method(vm::guarded<chunks>);
  if (key == "cancel") return method(vm::guarded<cancel>);
  if (key == "wait") return method(vm::guarded<wait>);
  if (key != "result" || !stream.result()) return 0;
  push_turn_result(L, stream.result());
  return 1;
}

int collect(lua_State* L) {
  static_cast<StreamPtr*>(lua_touserdata(L, 1))->~StreamPtr();
  return 0;
}

}  // namespace

int push_turn_stream(lua_State* L, std::shared_ptr<TurnStream> stream) {
  Run& run = run_of(L);
  // Allocate, construct, then the metatable: __gc never meets raw memory.
  new (lua_newuserdatauv(L, sizeof(StreamPtr), 0)) StreamPtr(std::move(stream));
  lua_createtable(L, 0, 6);
  lua_pushstring(L, kKind);
  lua_setfield(L, -2, "__name");
  vm::set_function(L, "__index", vm::guarded<stream_index>, &run);
  vm::set_function(L, "__call", vm::guarded<step>, &run);
  vm::set_function(L, "__close", vm::guarded<close>, &run);
  vm::set_function(L, "__gc", vm::guarded<collect>, &run);
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  return push_loop(L, -1);
}

}  // namespace tactus::runtime
