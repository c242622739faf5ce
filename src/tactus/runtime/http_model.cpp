#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/runtime/http_model.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/lua_holder.hpp>
#include <tactus/runtime/outgoing_http.hpp>

namespace tactus::runtime {
namespace {

using ModelPtr = std::shared_ptr<const program::ModelDeclaration>;
constexpr std::size_t kBodyShownMax = 300;  // Bytes of an answer that a message repeats.

Error model_error(ErrorCode code, const program::ModelDeclaration& model, std::string what,
                  std::string hint) {
  return Error{code, fmt::format("model '{}': {}", model.name, what), std::move(hint), {}, ""};
}

Error type_error(const program::ModelDeclaration& model) {
  const std::string type = model.type.empty() ? "none" : "'" + model.type + "'";
  return model_error(ErrorCode::kModelType, model,
                     model.type.empty()
                         ? std::string("it has no type; supported: http")
                         : fmt::format("model type {} is not available; supported: http", type),
                     "put the model behind an HTTP endpoint and declare type = \"http\"");
}

OutgoingRequest request_of(const program::ModelDeclaration& model, const Json& value) {
  OutgoingRequest request;
  request.method = model.method;
  request.url = model.endpoint;
  request.body = dump_json(value);
  request.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(model.timeout_s * 1000));
  request.retries = model.retries;
  bool typed = false;
  for (const auto& [name, text] : model.headers) {
    typed = typed || to_lower(name) == "content-type";
    request.headers.emplace_back(name, text);
  }
  if (!typed) request.headers.emplace_back("content-type", "application/json");
  return request;
}

bool says_json(const OutgoingAnswer& answer) {
  const auto type = net::find_header(answer.headers, "content-type");
  return type && to_lower(*type).find("json") != std::string::npos;
}

Result<Json> value_of(const program::ModelDeclaration& model, const OutgoingAnswer& answer) {
  if (says_json(answer)) {
    auto value = parse_json(answer.body);
    if (value) return std::move(*value);
    return fail(model_error(ErrorCode::kModelHttp, model,
                            "its answer is no JSON: " + value.error().message,
                            "the endpoint says application/json; look at what it sends"));
  }
  if (is_valid_utf8(answer.body)) return Json(answer.body);
  return fail(model_error(ErrorCode::kModelHttp, model, "its answer is neither JSON nor UTF-8 text",
                          "let the endpoint answer with JSON"));
}

Result<Json> checked_label(const program::ModelDeclaration& model, Json value) {
  if (model.labels.empty() || !value.is_string()) return value;
  const std::string label(value.get_string());
  if (std::find(model.labels.begin(), model.labels.end(), label) != model.labels.end())
    return value;
  return fail(
      model_error(ErrorCode::kModelHttp, model,
                  fmt::format("it answered '{}', which is none of its labels: {}",
                              truncate_utf8(label, kBodyShownMax), join(model.labels, ", ")),
                  "add the label, or correct the endpoint"));
}

Result<Json> answered(const program::ModelDeclaration& model, const OutgoingAnswer& answer) {
  if (answer.status >= 200 && answer.status < 300) {
    auto value = value_of(model, answer);
    return value ? checked_label(model, std::move(*value)) : value;
  }
  const std::string body = repair_utf8(answer.body);
  const std::string start(truncate_utf8(body, kBodyShownMax));
  Error error = model_error(ErrorCode::kModelHttp, model,
                            fmt::format("the endpoint answered with status {}{}{}", answer.status,
                                        start.empty() ? "" : ": ", start),
                            "check the endpoint and what it is sent");
  error.details = dump_json(JsonObject{{"status", answer.status}, {"body", start}});
  return fail(std::move(error));
}

boost::asio::awaitable<Result<Json>> ask_endpoint(OpenEntry& open, ModelPtr model, Json value) {
  OutgoingRequest request = request_of(*model, value);
  request.place = open.scope.position;
  auto answer =
      co_await send_outgoing(open.run, open.task, std::move(request), ErrorCode::kModelHttp);
  if (answer) co_return answered(*model, *answer);
  Error error = answer.error();
  if (error.code != ErrorCode::kCancelled)
    error.message = fmt::format("model '{}': {}", model->name, error.message);
  co_return fail(std::move(error));
}

// model.predict(value) or model:predict(value); upvalues: run, model.
int predict_binding(lua_State* L) {
  Run& run = run_of(L);
  const ModelPtr model = held<ModelPtr>(L, lua_upvalueindex(2));
  check_running(L, run, "a prediction");
  const int first = lua_gettop(L) > 0 && lua_rawequal(L, 1, lua_upvalueindex(2)) ? 2 : 1;
  lua_settop(L, first);
  Json value = check_json(L, first, "value", "passed to a model");
  RunTask& task = task_of(L);
  return await_json(L, [&run, &task, model, value] { return predict(run, task, model, value); });
}

int model_index(lua_State* L) {
  const auto& model = *held<ModelPtr>(L, 1);
  const std::string key = check_text(L, 2, "a model's member");
  if (key == "predict") {
    lua_pushlightuserdata(L, &run_of(L));
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, vm::guarded<predict_binding>, 2);
  } else if (key == "name") {
    push_text(L, model.name);
  } else if (key == "type" && !model.type.empty()) {
    push_text(L, model.type);
  } else {
    return 0;
  }
  return 1;
}

int model_text(lua_State* L) {
  push_text(L, "model " + held<ModelPtr>(L, 1)->name);
  return 1;
}

}  // namespace

boost::asio::awaitable<Result<Json>> predict(Run& run, RunTask& task, ModelPtr model, Json value) {
  if (model->type != "http") co_return fail(type_error(*model));
  EntryHead head;
  head.type = "model_predict";
  head.name = model->name;
  head.input = value;
  head.announce = true;
  const EntryBody body = [&](OpenEntry& open) { return ask_endpoint(open, model, value); };
  co_return co_await run.recorded(task, std::move(head), body);
}

void Run::push_model(lua_State* L, std::shared_ptr<program::ModelDeclaration> declaration) {
  push_held<ModelPtr>(L, std::move(declaration));
  vm::set_function(L, "__index", vm::guarded<model_index>, this);
  lua_pushcfunction(L, vm::guarded<model_text>);
  lua_setfield(L, -2, "__tostring");
  lua_pop(L, 1);
}

}  // namespace tactus::runtime
