// System.alert (language.md 11): something that people who watch the run should know.
#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

constexpr std::string_view kKeys[] = {"message", "level", "source", "context"};
const std::vector<std::string> kLevels = {"info", "warning", "error", "critical"};

[[noreturn]] void refuse_level(lua_State* L, const std::string& level) {
  const auto match = closest_match(level, kLevels);
  refuse(L, ErrorCode::kOption, fmt::format("System.alert: there is no level '{}'", level),
         match ? "did you mean '" + *match + "'?" : "there are: " + join(kLevels, ", "));
}

std::optional<std::string> text_field(lua_State* L, int index, const char* key) {
  const bool given = lua_getfield(L, index, key) != LUA_TNIL;
  std::optional<std::string> text;
  if (given) text = repair_utf8(vm::to_display_text(L, -1));
  lua_pop(L, 1);
  return text;
}

// "ALERT_WARNING" for "warning".
std::string alert_class(std::string level) {
  for (char& c : level) c = static_cast<char>(c - 'a' + 'A');
  return "ALERT_" + level;
}

// System.alert{message, level, source, context}; the event's `source` says that the system speaks,
// so the part that alerts stands in `alert_source`.
int alert(lua_State* L) {
  Run& run = run_of(L);
  const int at = first_argument(L);
  check_running(L, run, "System.alert");
  if (lua_type(L, at) != LUA_TTABLE)
    refuse(L, ErrorCode::kOption, "System.alert takes a table",
           "System.alert{ message = \"…\", level = \"warning\" }");
  luaL_checkstack(L, 8, nullptr);
  check_known_keys(L, at, kKeys, "System.alert");
  const auto message = text_field(L, at, "message");
  if (!message)
    refuse(L, ErrorCode::kOption, "System.alert: `message` is missing",
           "message = \"what happened\"");
  const std::string level = text_field(L, at, "level").value_or("info");
  if (std::find(kLevels.begin(), kLevels.end(), level) == kLevels.end()) refuse_level(L, level);
  JsonObject body{{"level", level}, {"message", *message}, {"source", "system"}};
  body["message_class"] = alert_class(level);
  if (const auto source = text_field(L, at, "source")) body["alert_source"] = *source;
  if (lua_getfield(L, at, "context") != LUA_TNIL) {
    vm::ToJsonOptions options;
    options.path = "context";
    options.lenient = true;
    if (auto context = vm::to_json(L, -1, options)) body["context"] = std::move(*context);
  }
  if (run.replaying(task_of(L))) return 0;  // Told by an earlier generation.
  run.append(journal::EventType::kNotification, std::move(body));
  return 0;
}

}  // namespace

void open_system_library(lua_State* L, Run& run) {
  open_library(L, run, "System", {{"alert", vm::guarded<alert>}});
}

}  // namespace tactus::runtime
