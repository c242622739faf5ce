// /api/procedure/metadata, /api/validate.
#include <tactus/program/metadata.hpp>
#include <tactus/server/context.hpp>

namespace tactus::server {

using boost::asio::awaitable;

awaitable<void> get_metadata(Context& context) {
  const auto path = required_query(context.request, "path");
  if (!path) co_return (void) co_await context.out.send(error_response(path.error()));
  const auto text = runtime::read_workspace_file(context.options.workspace, *path);
  if (!text) co_return (void) co_await context.out.send(error_response(api_error(text.error())));
  const auto checked = context.runs.check(*path, *text);
  if (!checked)
    co_return (void) co_await context.out.send(error_response(api_error(checked.error())));
  co_await context.out.send(json_response(200, program::metadata(*checked->program)));
}

awaitable<void> post_validate(Context& context) {
  const auto body = json_body(context.request);
  if (!body) co_return (void) co_await context.out.send(error_response(body.error()));
  const auto content = required_text(*body, "content");
  if (!content) co_return (void) co_await context.out.send(error_response(content.error()));
  const auto checked =
      context.runs.check(std::string(string_member(Json(*body), "path")), *content);
  if (!checked)
    co_return (void) co_await context.out.send(error_response(api_error(checked.error())));
  co_await context.out.send(json_response(200, program::validation_json(*checked->program)));
}

}  // namespace tactus::server
