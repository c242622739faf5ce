// What a program sees of its turn while it goes on (language.md 8.3): on_chunk, on_partial,
// on_tool. They run between two pieces, on the run's strand, and cannot wait.
#include <lua.h>

#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/turn.hpp>
#include <tactus/runtime/turn_again.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {
namespace {

using Kind = ResponsePiece::Kind;

std::string_view kind_name(Kind kind) {
  if (kind == Kind::kText) return "text";
  if (kind == Kind::kOutput) return "partial";
  return kind == Kind::kReasoning ? "reasoning" : "reset";
}

// While one is running, whatever waits or is recorded is refused.
class InCallback {
 public:
  explicit InCallback(RunTask& task) : task_(task) { ++task_.callbacks; }
  ~InCallback() { --task_.callbacks; }
  InCallback(const InCallback&) = delete;
  InCallback& operator=(const InCallback&) = delete;

 private:
  RunTask& task_;
};

}  // namespace

void Turn::note_told(JsonObject piece) {
  if (replays_stream(*agent_.declaration, options_)) told_to_callbacks_.push_back(std::move(piece));
}

bool Turn::has_callbacks() const {
  const program::AgentDeclaration& agent = *agent_.declaration;
  return options_.feed || callback_of(options_, options_.on_chunk, agent.on_chunk) ||
         callback_of(options_, options_.on_partial, agent.on_partial) ||
         callback_of(options_, options_.on_tool, agent.on_tool);
}

bool Turn::call_back(const ResponsePiece& piece) {
  if (callback_ended()) return false;
  if (piece.kind == Kind::kToolCall) return call_on_tool(*piece.event);
  chunk_index_ += 1;
  // A loop of a resumed run has seen nothing of what a crash cut off.
  const bool seen = piece.kind != Kind::kReset || piece.text != "crash";
  if (options_.feed && seen) options_.feed->give(piece, chunk_of(piece));
  return piece.kind == Kind::kOutput ? call_on_partial(piece) : call_on_chunk(piece);
}

// The keys that every chunk has (language.md 8.3).
JsonObject Turn::chunk_of(const ResponsePiece& piece) const {
  JsonObject chunk;
  chunk["kind"] = kind_name(piece.kind);
  chunk["text"] = piece.kind == Kind::kText ? piece.text : std::string_view();
  if (piece.kind == Kind::kReasoning) chunk["reasoning"] = piece.text;
  if (piece.kind == Kind::kReset) chunk["reason"] = piece.text;
  if (piece.kind == Kind::kOutput) chunk["complete"] = piece.complete;
  chunk["index"] = chunk_index_;
  chunk["request"] = result_.requests;
  chunk["attempt"] = attempt_;
  return chunk;
}

bool Turn::call_on_chunk(const ResponsePiece& piece) {
  const vm::Ref* function = callback_of(options_, options_.on_chunk, agent_.declaration->on_chunk);
  if (!function) return true;
  note_told(chunk_of(piece));
  const auto push = [&](lua_State* L) {
    push_chunk(L, chunk_of(piece));
    return 1;
  };
  return run_callback(*function, push, true);
}

bool Turn::call_on_partial(const ResponsePiece& piece) {
  const vm::Ref* function =
      callback_of(options_, options_.on_partial, agent_.declaration->on_partial);
  if (!function) return true;
  note_told(recorded_piece(piece, chunk_of(piece)));
  const auto push = [&](lua_State* L) {
    vm::push_json(L, *piece.partial);
    vm::push_json(L, Json(JsonObject{{"request", result_.requests},
                                     {"attempt", attempt_},
                                     {"complete", piece.complete}}));
    return 2;
  };
  return run_callback(*function, push, true);
}

bool Turn::call_on_tool(const JsonObject& event) {
  const vm::Ref* function = callback_of(options_, options_.on_tool, agent_.declaration->on_tool);
  if (!function) return true;
  const JsonObject told = tool_event(event);
  note_told(JsonObject{{"kind", "tool"}, {"event", told}});
  const auto push = [&](lua_State* L) { return push_value(L, Json(told)); };
  return run_callback(*function, push, false);
}

// False from it (where that means anything) or an error ends the request.
bool Turn::run_callback(const vm::Ref& function, const vm::Pusher& arguments, bool may_stop) {
  const InCallback guard(task_);
  const auto called = run_.vm().call(
      function, arguments,
      [&](lua_State* L, int count) {
        if (may_stop && count > 0 && lua_type(L, -count) == LUA_TBOOLEAN &&
            !lua_toboolean(L, -count))
          callback_stopped_ = true;
      },
      &task_);
  if (!called && !callback_error_) callback_error_ = called.error();
  return !callback_ended();
}

}  // namespace tactus::runtime
