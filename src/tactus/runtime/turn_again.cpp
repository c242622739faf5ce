#include <lua.h>

#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/turn_again.hpp>

namespace tactus::runtime {
namespace {

// Lets callbacks run where the turn stood, without a trace.
class Aside {
 public:
  Aside(RunTask& task, const Scope& scope, int index) : task_(task), outer_(task.scope) {
    aside_.position = scope.position;
    aside_.outer = task.scope;
    aside_.next_index = index;
    aside_.clock = scope.clock;
    aside_.in_checkpoint = scope.in_checkpoint;
    task_.scope = &aside_;
    ++task_.callbacks;
  }
  ~Aside() {
    --task_.callbacks;
    task_.scope = outer_;
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

 private:
  RunTask& task_;
  Scope* outer_;
  Scope aside_;
};

}  // namespace

JsonObject recorded_piece(const ResponsePiece& piece, JsonObject chunk) {
  if (piece.kind != ResponsePiece::Kind::kOutput) return chunk;
  chunk["kind"] = "partial";
  if (piece.text.empty()) {
    chunk["partial"] = *piece.partial;
  } else {
    chunk["raw"] = piece.text;
  }
  return chunk;
}

JsonObject PieceReader::read(const Json& recorded) {
  JsonObject chunk = recorded.as_object();
  const Json* raw = chunk.if_contains("raw");
  if (!raw) return chunk;
  const std::pair of{int_member(recorded, "request"), int_member(recorded, "attempt")};
  if (!document_ || of != whose_) document_ = std::make_unique<partial::Document>(rules_);
  whose_ = of;
  document_->push(raw->as_string(), [](const partial::Delta&) {});
  chunk.erase("raw");
  chunk["partial"] = document_->value();
  return chunk;
}

std::shared_ptr<const partial::Rules> reply_rules(const program::AgentDeclaration& agent,
                                                  const TurnOptions& options) {
  if (options.output) return partial::Rules::compile(*options.output);
  if (agent.output) return partial::Rules::compile(*agent.output);
  return partial::Rules::compile(JsonObject());
}

JsonObject tool_event(const JsonObject& event) {
  static const std::map<std::string_view, std::string_view> kNames = {
      {"tool_call_id", "id"},
      {"tool_name", "name"},
      {"arguments_delta", "delta"},
      {"arguments", "args"},
  };
  JsonObject told;
  for (const auto& member : event) {
    const auto name = kNames.find(member.key());
    told[name == kNames.end() ? std::string_view(member.key()) : name->second] = member.value();
  }
  return told;
}

const vm::Ref* callback_of(const TurnOptions& options, const std::shared_ptr<vm::Ref>& own,
                           const vm::Ref& of_agent) {
  if (own) return own.get();
  if (options.apart) return nullptr;  // They belong to what another task does.
  return of_agent ? &of_agent : nullptr;
}

bool replays_stream(const program::AgentDeclaration& agent, const TurnOptions& options) {
  return options.replay_stream.value_or(agent.replay_stream);
}

void tell_callbacks_again(Run& run, RunTask& task, const Agent& agent, const TurnOptions& options,
                          const Json& told, const Scope& scope, int index) {
  if (!told.is_array() || !replays_stream(*agent.declaration, options)) return;
  const program::AgentDeclaration& declared = *agent.declaration;
  const vm::Ref* const on_chunk = callback_of(options, options.on_chunk, declared.on_chunk);
  const vm::Ref* const on_partial = callback_of(options, options.on_partial, declared.on_partial);
  const vm::Ref* const on_tool = callback_of(options, options.on_tool, declared.on_tool);
  const Aside aside(task, scope, index);
  PieceReader reader(reply_rules(declared, options));
  for (const Json& recorded : told.get_array()) {
    const JsonObject piece = reader.read(recorded);
    const std::string_view kind = string_member(recorded, "kind");
    const vm::Ref* const function = kind == "tool"      ? on_tool
                                    : kind == "partial" ? on_partial
                                                        : on_chunk;
    if (!function) continue;
    const vm::Pusher push = [&](lua_State* L) {
      if (kind == "tool") return push_value(L, piece.at("event"));
      if (kind != "partial") {
        push_chunk(L, piece);
        return 1;
      }
      vm::push_json(L, piece.at("partial"));
      vm::push_json(L, Json(JsonObject{{"request", piece.at("request")},
                                       {"attempt", piece.at("attempt")},
                                       {"complete", piece.at("complete")}}));
      return 2;
    };
    if (!run.vm().call(*function, push, [](lua_State*, int) {}, &task)) return;
  }
}

}  // namespace tactus::runtime
