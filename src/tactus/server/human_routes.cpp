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
  co_await context.out.send(json_response(resumed->existed ? 200 : 202, answer));
}

}  // namespace tactus::server
