// What operations change besides their results: noted as it happens, applied again when the
// operation is not run again (language.md 13.3).
#include <algorithm>

#include <lua.h>

#include <tactus/runtime/run.hpp>
#include <tactus/runtime/turn_record.hpp>

namespace tactus::runtime {
namespace {

// Sets or removes (`value` null) a key of a table.
void set_key(vm::Vm& vm, const vm::Ref& table, const std::string& key, const Json* value) {
  (void)vm.protect([&](lua_State* L) {
    table.push(L);
    lua_pushlstring(L, key.data(), key.size());
    if (value) {
      vm::push_json(L, *value);
    } else {
      lua_pushnil(L);
    }
    lua_rawset(L, -3);
    lua_pop(L, 1);
  });
}

JsonObject record_effect(const ToolRecord& record) {
  return {{"op", "tool"},
          {"name", record.name},
          {"agent", record.agent},
          {"at", record.timestamp},
          {"error", record.error},
          {"args", record.args},
          {"result", record.result},
          {"ok", record.ok}};
}

ToolRecord record_from(const Json& effect) {
  ToolRecord record;
  record.name = text_of(effect, "name");
  record.agent = text_of(effect, "agent");
  record.timestamp = text_of(effect, "at");
  record.error = text_of(effect, "error");
  record.args = value_of(effect, "args");
  record.result = value_of(effect, "result");
  record.ok = bool_member(effect, "ok");
  return record;
}

bool happened_before(const Json& a, const Json& b) {
  const auto key = [](const Json& effect) {
    return std::pair(int_member(effect, "after"), int_member(effect, "n"));
  };
  return key(a) < key(b);
}

}  // namespace

bool is_of_task(const Json& effect) {
  constexpr std::string_view kOps[] = {"local",    "turn",    "reset",      "history",
                                       "requests", "message", "no_messages"};
  const std::string_view op = string_member(effect, "op");
  return std::find(std::begin(kOps), std::end(kOps), op) != std::end(kOps);
}

// Effects name the file they are about, unless it is the main one, and when they happened.
void Run::note_effect(RunTask& task, JsonObject effect) {
  if (task.scope == &main_task_.root) return;  // Main's own body is always run again.
  const Realm& realm = realm_of(task);
  if (&realm != &main_realm() && !effect.contains("file")) effect["file"] = realm.program.path;
  effect["after"] = sequencer_.reached();
  effect["n"] = ++effect_count_;
  task.scope->effects.push_back(std::move(effect));
}

// What the skipped operations of a replay change for everybody, at the places in the order of
// things where they did so: other tasks saw it before these operations had ended.
void Run::expect_effects() {
  for (const journal::CheckpointEntry* entry : replay_.met()) {
    for (const Json& effect : entry->effects) {
      effect_count_ = std::max(effect_count_, int_member(effect, "n"));
      if (!is_of_task(effect)) due_effects_.push_back(effect);
    }
  }
  std::sort(due_effects_.begin(), due_effects_.end(), happened_before);
}

void Run::apply_effects_before(std::int64_t order) {
  while (!due_effects_.empty() && int_member(due_effects_.front(), "after") < order) {
    apply_effect(main_task_, due_effects_.front());
    due_effects_.pop_front();
  }
}

// What an operation changes for its own task, when it has ended.
void Run::apply_own_effects(RunTask& task, const JsonArray& effects) {
  for (const Json& effect : effects) {
    if (is_of_task(effect)) apply_effect(task, effect);
  }
}

void Run::apply_effect(RunTask& task, const Json& effect) {
  const std::string_view op = string_member(effect, "op");
  Realm* realm = realm_at(task, std::string(string_member(effect, "file")));
  if (!realm) return;  // Said by realm_at.
  if (op == "state") {
    const std::string key = text_of(effect, "key");
    const Json* value = find_member(effect, "value");
    set_key(*vm_, realm->state_table, key, value);
    if (value) {
      realm->state_seen[key] = *value;
    } else {
      realm->state_seen.erase(key);
    }
  } else if (op == "local") {
    Invocation* invocation = task.invocation();
    if (invocation)
      set_key(*vm_, invocation->state_table, text_of(effect, "key"), find_member(effect, "value"));
  } else if (op == "tool") {
    realm->tool_records.push_back(record_from(effect));
  } else if (op == "tool_reset") {
    realm->tool_records.clear();
  } else if (op == "stop") {
    realm->stop_flag = {bool_member(effect, "requested"), text_of(effect, "reason"),
                        bool_member(effect, "success")};
  } else if (op == "iterations") {
    const Json* by = find_member(effect, "by");
    realm->iterations = by ? realm->iterations + by->to_number<std::int64_t>() : 0;
  } else if (op == "stage") {
    realm->stage = text_of(effect, "to");
    realm->stage_history.push_back(
        {text_of(effect, "from"), text_of(effect, "to"), text_of(effect, "at")});
  } else if (op == "stage_history") {
    realm->stage_history.clear();
  } else if (op == "requests") {
    Agent* agent =
        realm->find_agent(string_member(effect, "agent"), string_member(effect, "owner"));
    const std::string_view of = string_member(effect, "task");
    const auto other = of.empty() ? nullptr : find_task(of);
    if (agent) {
      agent_in(other ? *other : task, *agent).requests =
          static_cast<std::size_t>(int_member(effect, "made"));
    }
  } else {
    apply_memory_effect(task, *realm, effect);
  }
}

void Run::add_tool_record(RunTask& task, ToolRecord record) {
  tools_used_.insert(record.name);
  note_effect(task, record_effect(record));
  realm_of(task).tool_records.push_back(std::move(record));
}

void Run::reset_tool_records(RunTask& task) {
  note_effect(task, {{"op", "tool_reset"}});
  realm_of(task).tool_records.clear();
}

void Run::set_stop(RunTask& task, StopFlag flag) {
  note_effect(task, {{"op", "stop"},
                     {"requested", flag.requested},
                     {"reason", flag.reason},
                     {"success", flag.success}});
  realm_of(task).stop_flag = std::move(flag);
}

void Run::add_iterations(RunTask& task, std::int64_t by) {
  note_effect(task, {{"op", "iterations"}, {"by", by}});
  realm_of(task).iterations += by;
}

void Run::reset_iterations(RunTask& task) {
  note_effect(task, {{"op", "iterations"}});
  realm_of(task).iterations = 0;
}

void Run::enter_stage(RunTask& task, const std::string& name) {
  Realm& realm = realm_of(task);
  const std::string from = realm.stage.value_or("");
  const std::string at = format_time(task.scope->clock);
  realm.stage = name;
  realm.stage_history.push_back({from, name, at});
  note_effect(task, {{"op", "stage"}, {"from", from}, {"to", name}, {"at", at}});
  if (replaying(task)) return;
  JsonObject body{{"from", from.empty() ? Json(nullptr) : Json(from)}, {"to", name}};
  if (&realm != &main_realm()) body["file"] = realm.program.path;
  append(journal::EventType::kStageChanged, std::move(body));
}

void Run::clear_stage_history(RunTask& task) {
  note_effect(task, {{"op", "stage_history"}});
  realm_of(task).stage_history.clear();
}

void Run::note_requests(RunTask& task, const Agent& agent, const RunTask& of) {
  JsonObject effect{{"op", "requests"},
                    {"agent", agent.declaration->name},
                    {"owner", agent.owner},
                    {"made", agent.requests}};
  if (&of != &task) {
    effect["task"] = of.id;
    effect["file"] = agent.realm == &main_realm() ? std::string() : agent.realm->program.path;
  }
  note_effect(task, std::move(effect));
}

}  // namespace tactus::runtime
