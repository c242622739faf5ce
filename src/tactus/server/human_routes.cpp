// What people do to a run that is there: take it up again, and answer what it asks.
#include <tactus/server/context.hpp>
#include <tactus/server/run_json.hpp>

namespace tactus::server {

using boost::asio::awaitable;

namespace {

// True or false; false when the member or the whole body is absent. Fails with 400, 415.
tl::expected<bool, ApiError> allows_changed_source(const net::ServerRequest& request) {
  if (request.body.empty()) return false;
  const auto body = json_body(request);
  if (!body) return tl::unexpected(body.error());
  const Json* allow = body->if_contains("allow_changed_source");
  if (!allow || allow->is_null()) return false;
  if (allow->is_bool()) return allow->get_bool();
  return tl::unexpected(
      api_error(400, "bad_request", "'allow_changed_source' must be true or false"));
}

}  // namespace

awaitable<void> post_resume(Context& context) {
  const auto allow = allows_changed_source(context.request);
  if (!allow) co_return (void) co_await context.out.send(error_response(allow.error()));
  runtime::ResumeRequest request;
  request.run_id = context.parameters[0];
  request.allow_changed_source = *allow;
  const auto resumed = co_await context.runs.resume(std::move(request));
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
