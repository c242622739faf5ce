// What every route gets. Private to the module.
#pragma once

#include <functional>
#include <mutex>

#include <tactus/net/http_server.hpp>
#include <tactus/server/ide_server.hpp>

namespace tactus::server {

struct Context {
  runtime::RunService& runs;
  const IdeOptions& options;
  const net::ServerRequest& request;
  net::Responder& out;
  std::mutex& changing_files;  // Held from looking at a file until it is changed; never while
                               // waiting.
  std::vector<std::string> parameters;  // Parts of the path that the route names.
};

// An error as the API tells it.
struct ApiError {
  int status = 500;
  std::string code, message, hint;
  int line = 0, column = 0;
  JsonObject extra;  // Further members of the error object.
};

ApiError api_error(int status, std::string code, std::string message, std::string hint = {});
// An error of the language or the workspace with its fitting status.
ApiError api_error(const Error& error);

net::ServerResponse json_response(int status, const Json& body);
// The members of the error object.
JsonObject error_json(const ApiError& error);
net::ServerResponse error_response(const ApiError& error);

// The request's body as a JSON object. Fails with 400 or 415.
tl::expected<JsonObject, ApiError> json_body(const net::ServerRequest& request);
// A query parameter or a text member that must be there. Fails with 400.
tl::expected<std::string, ApiError> required_query(const net::ServerRequest& request,
                                                   std::string_view name);
tl::expected<std::string, ApiError> required_text(const JsonObject& body, std::string_view name);

using RouteHandler = boost::asio::awaitable<void> (*)(Context&);

boost::asio::awaitable<void> get_health(Context&);
boost::asio::awaitable<void> get_workspace(Context&);
boost::asio::awaitable<void> get_cwd(Context&);
boost::asio::awaitable<void> get_tree(Context&);
boost::asio::awaitable<void> get_file(Context&);
boost::asio::awaitable<void> post_file(Context&);
boost::asio::awaitable<void> delete_file(Context&);
boost::asio::awaitable<void> rename_file(Context&);
boost::asio::awaitable<void> get_metadata(Context&);
boost::asio::awaitable<void> post_validate(Context&);
boost::asio::awaitable<void> post_runs(Context&);
boost::asio::awaitable<void> get_runs(Context&);
boost::asio::awaitable<void> get_run(Context&);
boost::asio::awaitable<void> delete_run(Context&);
boost::asio::awaitable<void> get_events(Context&);
boost::asio::awaitable<void> get_all_events(Context&);
boost::asio::awaitable<void> post_cancel(Context&);
boost::asio::awaitable<void> post_resume(Context&);
boost::asio::awaitable<void> post_answer(Context&);
boost::asio::awaitable<void> get_run_stream(Context&);
boost::asio::awaitable<void> post_run(Context&);
boost::asio::awaitable<void> get_asset(Context&);

}  // namespace tactus::server
