// What a run says in its log outside turns.
#include <lua.h>

#include <tactus/base/utf8.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {
namespace {

constexpr std::size_t kStateValueBytesMax = 16u << 10;

}  // namespace

void Run::append(journal::EventType type, JsonObject body, journal::TurnScopePtr turn) {
  log().append({type, std::move(turn), std::move(body)});
}

void Run::emit_log(RunTask* task, std::string_view level, const std::string& message,
                   Json context) {
  if (task && (declaring_ ? parts_.record.generation > 1 : replaying(*task))) return;
  JsonObject body;
  body["level"] = level;
  body["message"] = repair_utf8(message);
  if (!context.is_null()) body["context"] = std::move(context);
  const Invocation* current = task ? task->invocation() : nullptr;
  body["logger_name"] =
      "procedure." + (current ? current->procedure->shown_name() : std::string("main"));
  append(journal::EventType::kLog, std::move(body));
}

void Run::warn(RunTask* task, ErrorCode code, const std::string& message, int line,
               const std::string& file) {
  JsonObject context;
  context["code"] = error_code_name(code);
  context["file"] = file.empty() ? parts_.source.path : file;
  if (line > 0) context["line"] = line;
  emit_log(task, "WARNING", message, std::move(context));
}

// With the place in the configuration, which is not the program's.
void Run::warn_about_configuration() {
  for (const Error& warning : parts_.config.warnings) {
    JsonObject context;
    context["code"] = error_code_name(warning.code);
    if (warning.place) {
      context["file"] = warning.place->file;
      if (warning.place->line > 0) context["line"] = warning.place->line;
    }
    const std::string hint = warning.hint.empty() ? "" : "; " + warning.hint;
    emit_log(&main_task_, "WARNING", warning.message + hint, std::move(context));
  }
}

void Run::emit_state_changed(RunTask& task, Realm& realm, const std::string& key,
                             const Json* value) {
  JsonObject effect{{"op", "state"}, {"key", key}};
  if (value) {
    effect["value"] = *value;
    realm.state_seen[key] = *value;
  } else {
    realm.state_seen.erase(key);
  }
  note_effect(task, std::move(effect));
  if (replaying(task)) return;
  JsonObject body;
  if (&realm != &main_realm()) body["file"] = realm.program.path;
  body["key"] = key;
  const std::string text = value ? dump_json(*value) : "null";
  if (text.size() > kStateValueBytesMax) {
    body["value"] = truncate_utf8(text, kStateValueBytesMax);
    body["truncated"] = true;
  } else {
    body["value"] = value ? *value : Json(nullptr);
  }
  append(journal::EventType::kStateChanged, std::move(body));
}

void Run::emit_state_changes(RunTask& task) {
  Realm& realm = realm_of(task);
  if (!realm.state_table) return;
  const Json now = state_json(realm.state_table, "State");
  const JsonObject* object = now.if_object();
  if (!object) return;
  for (const auto& member : *object) {
    const Json* seen = realm.state_seen.if_contains(member.key());
    if (!seen || *seen != member.value())
      emit_state_changed(task, realm, std::string(member.key()), &member.value());
  }
  std::vector<std::string> gone;
  for (const auto& member : realm.state_seen) {
    if (!object->contains(member.key())) gone.emplace_back(member.key());
  }
  for (const std::string& key : gone) emit_state_changed(task, realm, key, nullptr);
}

Json Run::state_json(const vm::Ref& table, const std::string& name) {
  Json json = JsonObject{};
  vm::ToJsonOptions options;
  options.path = name;
  options.lenient =
      true;  // What cannot be stored is described; the program hears of it where it stores it.
  const auto read = vm_->protect([&](lua_State* L) {
    table.push(L);
    if (auto value = vm::to_json(L, -1, options)) json = std::move(*value);
    lua_pop(L, 1);
  });
  if (!read) warn(nullptr, read.error().code, read.error().message);
  if (const JsonArray* list = json.if_array()) {
    // `state[1] = …` alone makes the table a list; state is an object all the same.
    JsonObject object;
    for (std::size_t i = 0; i < list->size(); ++i) object[std::to_string(i + 1)] = (*list)[i];
    json = std::move(object);
  }
  return json;
}

}  // namespace tactus::runtime
