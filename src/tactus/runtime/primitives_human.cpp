// Human (language.md 12.1), and what else speaks to people.
#include <tactus/program/options.hpp>
#include <tactus/runtime/human.hpp>
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

using boost::asio::awaitable;

// The table at `index` as JSON, with its timeout in seconds.
JsonObject check_table(lua_State* L, int index, const char* function) {
  if (!lua_istable(L, index))
    refuse(L, ErrorCode::kHitlOption,
           fmt::format("{} expects a table, or the name of a hitl point", function));
  Json value = check_json(L, index, function, "shown to a human");
  JsonObject keys = value.is_object() ? value.get_object() : JsonObject();
  if (!value.is_object() && !value.get_array().empty())
    refuse(L, ErrorCode::kHitlOption,
           fmt::format("{}: every option is written as `key = value`", function));
  if (keys.contains("timeout")) {
    lua_getfield(L, index, "timeout");
    const auto seconds = program::read_duration(L, -1);
    lua_pop(L, 1);
    if (!seconds)
      refuse(L, ErrorCode::kHitlOption, "`timeout` " + seconds.error().message,
             seconds.error().hint);
    keys["timeout"] = *seconds;
  }
  return keys;
}

// A table, or a point's name with an optional table whose keys win.
JsonObject check_keys(lua_State* L, const char* function) {
  int at = first_argument(L);
  std::string point;
  JsonObject keys;
  if (lua_type(L, at) == LUA_TSTRING) {
    point = lua_tostring(L, at++);
    if (!lua_isnoneornil(L, at)) keys = check_table(L, at, function);
  } else if (!lua_isnoneornil(L, at)) {
    keys = check_table(L, at, function);
    if (const Json* named = keys.if_contains("config_key"); named && named->is_string())
      point = std::string(named->get_string());
  }
  if (point.empty()) return keys;
  const auto& points = realm_of(L).program.human_points;
  const auto found = points.find(point);
  if (found == points.end())
    refuse(L, ErrorCode::kHitlOption, fmt::format("there is no hitl point '{}'", point),
           "declare it with hitl(…)");
  JsonObject merged = found->second;
  for (const auto& member : keys) merged[member.key()] = member.value();
  merged["config_key"] = point;
  return merged;
}

// Asks; `push` makes what the call returns of {value, timed_out, responded_at}.
int ask(lua_State* L, HumanKind kind, const char* function,
        std::function<int(lua_State*, const Json&)> push) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  check_running(L, run, function);
  auto request = make_human_request(kind, check_keys(L, function));
  if (!request) vm::raise(L, request.error());
  if (!request->point.empty()) {
    const std::string message(request->fields["message"].as_string());
    request->fields["message"] = run.render(task, message, nullptr, nullptr);
  }
  return vm::await(L,
                   [&run, &task, request = std::move(*request),
                    push = std::move(push)]() -> awaitable<Result<vm::Pusher>> {
                     auto answer = co_await run.ask(task, request);
                     if (!answer) co_return fail(answer.error());
                     co_return vm::Pusher([push, answer = std::move(*answer)](lua_State* state) {
                       return push(state, answer);
                     });
                   });
}

int push_with_flag(lua_State* L, const Json& answer) {
  push_value(L, answer.at("value"));
  lua_pushboolean(L, bool_member(answer, "timed_out"));
  return 2;
}

int human_approve(lua_State* L) {
  return ask(L, HumanKind::kApproval, "Human.approve", push_with_flag);
}

int human_input(lua_State* L) { return ask(L, HumanKind::kInput, "Human.input", push_with_flag); }

JsonObject with_time(const Json& answer) {
  const Json& value = answer.at("value");
  JsonObject object = value.is_object() ? value.get_object() : JsonObject();
  object["responded_at"] = answer.at("responded_at");
  return object;
}

int human_review(lua_State* L) {
  return ask(L, HumanKind::kReview, "Human.review", [](lua_State* state, const Json& answer) {
    push_value(state, Json(with_time(answer)));
    lua_pushboolean(state, bool_member(answer, "timed_out"));
    return 2;
  });
}

int human_escalate(lua_State* L) {
  return ask(L, HumanKind::kEscalation, "Human.escalate", [](lua_State* state, const Json& answer) {
    return push_value(state, Json(with_time(answer)));
  });
}

int human_notify(lua_State* L) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  check_running(L, run, "Human.notify");
  const int at = first_argument(L);
  JsonObject keys;
  if (lua_type(L, at) == LUA_TSTRING) {
    keys["message"] = lua_tostring(L, at);
  } else {
    keys = check_table(L, at, "Human.notify");
  }
  const Json all(keys);
  const std::string level(string_member(all, "level", "info"));
  if (level != "info" && level != "warning" && level != "error")
    refuse(L, ErrorCode::kHitlOption,
           "the `level` of a notification is \"info\", \"warning\" or \"error\"");
  if (run.replaying(task)) return 0;
  JsonObject event{{"level", level},
                   {"message", string_member(all, "message")},
                   {"source", "human"},
                   {"message_class", "NOTIFICATION"}};
  if (const Json* context = keys.if_contains("context")) event["context"] = *context;
  run.append(journal::EventType::kNotification, std::move(event));
  return 0;
}

}  // namespace

void open_human_library(lua_State* L, Run& run) {
  open_library(L, run, "Human",
               {{"approve", vm::guarded<human_approve>},
                {"input", vm::guarded<human_input>},
                {"review", vm::guarded<human_review>},
                {"escalate", vm::guarded<human_escalate>},
                {"notify", vm::guarded<human_notify>}});
}

}  // namespace tactus::runtime
