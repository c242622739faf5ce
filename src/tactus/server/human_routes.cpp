// What people do to a run that is there: take it up again, and answer what it asks.
#include <tactus/server/context.hpp>
#include <tactus/server/plugin_consent.hpp>
#include <tactus/server/run_json.hpp>

namespace tactus::server {

using boost::asio::awaitable;

namespace {

// True or false; false when the member is absent. Fails with 400.
tl::expected<bool, ApiError> allows_changed_source(const JsonObject& body) {
  const Json* allow = body.if_contains("allow_changed_source");
  if (!allow || allow->is_null()) return false;
  if (allow->is_bool()) return allow->get_bool();
  return tl::unexpected(
      api_error(400, "bad_request", "'allow_changed_source' must be true or false"));
}

// Whether there is something to take up: the run is neither complete nor executed here.
bool is_resumable(Context& context, const journal::RunRecord& record) {
  if (record.status == journal::RunStatus::kCompleted ||
      record.status == journal::RunStatus::kRunning)
    return false;
  if (!journal::is_live(record.status)) return true;
  const auto log = context.runs.log(record.run_id);
  return !log || (*log)->closed();
}

// What the body asks for; the whole body may be absent. Fails with 400, 409, 415.
tl::expected<runtime::ResumeRequest, ApiError> resume_request(Context& context) {
  runtime::ResumeRequest request;
  request.run_id = context.parameters[0];
  tl::expected<JsonObject, ApiError> body;
  if (!context.request.body.empty()) body = json_body(context.request);
  if (!body) return tl::unexpected(body.error());
  const auto allow = allows_changed_source(*body);
  if (!allow) return tl::unexpected(allow.error());
  request.allow_changed_source = *allow;
  auto consent = plugin_consent(*body);
  if (!consent) return tl::unexpected(consent.error());
  const auto record = context.runs.find(request.run_id);
  if (record && is_resumable(context, *record)) {
    if (auto refused = check_plugins(context, record->path, record->source, *consent))
      return tl::unexpected(std::move(*refused));
  }
  request.allowed_plugins = std::move(consent->sha256);
  return request;
}

}  // namespace

awaitable<void> post_resume(Context& context) {
  auto request = resume_request(context);
  if (!request) co_return (void) co_await context.out.send(error_response(request.error()));
  const auto resumed = co_await context.runs.resume(std::move(*request));
  if (!resumed)
    co_return (void) co_await context.out.send(error_response(api_error(resumed.error())));
  // 200: there was nothing to take up, because the run goes on or is complete.
  const Json answer = started_json(*resumed);
  const int status = resumed->existed ? 200 : 202;
  co_await context.out.send(json_response(status, answer));
}

awaitable<void> post_answer(Context& context) {
  const auto body = json_body(context.request);
  if (!body) co_return (void) co_await context.out.send(error_response(body.error()));
  const Json* value = body->if_contains("value");
  if (!value) {
    const ApiError missing = api_error(400, "bad_request", "give the answer as 'value'",
                                       "an answer that says nothing is null");
    co_return (void) co_await context.out.send(error_response(missing));
  }
  runtime::AnswerRequest given;
  given.run_id = context.parameters[0];
  given.request_id = context.parameters[1];
  given.value = *value;
  const auto taken = co_await context.runs.answer(std::move(given));
  if (!taken) co_return (void) co_await context.out.send(error_response(api_error(taken.error())));
  const Json told = JsonObject{{"run_id", context.parameters[0]},
                               {"request_id", context.parameters[1]},
                               {"value", taken->value},
                               {"responded_at", taken->responded_at}};
  co_await context.out.send(json_response(200, told));
}

}  // namespace tactus::server
