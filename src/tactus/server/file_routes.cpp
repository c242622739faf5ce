// /api/workspace, /api/tree, /api/file.
#include <filesystem>

#include <tactus/base/utf8.hpp>
#include <tactus/server/context.hpp>
#include <tactus/server/workspace_files.hpp>

namespace tactus::server {

namespace fs = std::filesystem;
using boost::asio::awaitable;

namespace {

constexpr std::size_t kFileBytesMax = std::size_t{8} << 20;

// A file's problem with the API's own words for size and text.
ApiError file_error(const Error& error) {
  ApiError api = api_error(error);
  if (error.message.find("too large") != std::string::npos) {
    api.status = 413;
    api.code = "too_large";
  } else if (error.message.find("not UTF-8") != std::string::npos) {
    api.status = 422;
    api.code = "not_text";
  }
  return api;
}

// The etag of the file as it is now; empty when there is none.
std::string current_etag(const std::string& workspace, const std::string& path) {
  const auto content = runtime::read_workspace_file(workspace, path);
  return content ? etag_of(*content) : std::string();
}

bool exists(const std::string& workspace, const std::string& path) {
  const auto absolute = runtime::resolve_in_workspace(workspace, path);
  std::error_code ignored;
  return absolute && fs::exists(*absolute, ignored);
}

ApiError conflict(const std::string& path, const std::string& etag) {
  ApiError error = api_error(409, "conflict", fmt::format("'{}' was changed by someone else", path),
                             "read it again, then decide which version to keep");
  error.extra["current_etag"] = etag;
  return error;
}

}  // namespace

awaitable<void> get_health(Context& context) {
  const Json body =
      JsonObject{{"status", "ok"}, {"service", "tactus-ide-backend"}, {"version", TACTUS_VERSION}};
  co_await context.out.send(json_response(200, body));
}

awaitable<void> get_workspace(Context& context) {
  const runtime::DefaultModel model = context.runs.default_model();
  const std::string& root = context.options.workspace;
  const Json body = JsonObject{{"root", root},
                               {"name", fs::path(root).filename().string()},
                               {"version", TACTUS_VERSION},
                               {"demo", model.demo},
                               {"provider", model.provider},
                               {"model", model.model}};
  co_await context.out.send(json_response(200, body));
}

awaitable<void> get_cwd(Context& context) {
  co_await context.out.send(json_response(200, JsonObject{{"cwd", context.options.workspace}}));
}

awaitable<void> get_tree(Context& context) {
  const std::string path = context.request.query_value("path").value_or("");
  auto entries = list_folder(context.options.workspace, path);
  if (!entries)
    co_return (void) co_await context.out.send(error_response(api_error(entries.error())));
  co_await context.out.send(
      json_response(200, JsonObject{{"path", path}, {"entries", std::move(*entries)}}));
}

awaitable<void> get_file(Context& context) {
  const auto path = required_query(context.request, "path");
  if (!path) co_return (void) co_await context.out.send(error_response(path.error()));
  const auto content = runtime::read_workspace_file(context.options.workspace, *path);
  if (!content)
    co_return (void) co_await context.out.send(error_response(file_error(content.error())));
  const Json body = JsonObject{{"path", *path},
                               {"content", *content},
                               {"etag", etag_of(*content)},
                               {"size", content->size()}};
  co_await context.out.send(json_response(200, body));
}

awaitable<void> post_file(Context& context) {
  const auto body = json_body(context.request);
  if (!body) co_return (void) co_await context.out.send(error_response(body.error()));
  const auto path = required_text(*body, "path");
  if (!path) co_return (void) co_await context.out.send(error_response(path.error()));
  const auto content = required_text(*body, "content");
  if (!content) co_return (void) co_await context.out.send(error_response(content.error()));
  if (content->size() > kFileBytesMax) {
    co_return (void) co_await context.out.send(
        error_response(api_error(413, "too_large", "a file may have at most 8 MiB")));
  }
  const std::string& workspace = context.options.workspace;
  if (const auto inside = runtime::resolve_in_workspace(workspace, *path); !inside) {
    co_return (void) co_await context.out.send(error_response(api_error(inside.error())));
  }
  const std::string etag(string_member(Json(*body), "etag"));
  if (exists(workspace, *path)) {
    const std::string now = current_etag(workspace, *path);
    if (now != etag)
      co_return (void) co_await context.out.send(error_response(conflict(*path, now)));
  } else if (!etag.empty()) {
    co_return (void) co_await context.out.send(error_response(conflict(*path, "")));
  }
  if (const auto written = write_file(workspace, *path, *content); !written) {
    co_return (void) co_await context.out.send(error_response(api_error(written.error())));
  }
  co_await context.out.send(json_response(
      200, JsonObject{{"path", *path}, {"etag", etag_of(*content)}, {"size", content->size()}}));
}

awaitable<void> delete_file(Context& context) {
  const auto path = required_query(context.request, "path");
  if (!path) co_return (void) co_await context.out.send(error_response(path.error()));
  const auto absolute = runtime::resolve_in_workspace(context.options.workspace, *path);
  if (!absolute)
    co_return (void) co_await context.out.send(error_response(api_error(absolute.error())));
  std::error_code error;
  const bool is_root = fs::equivalent(*absolute, context.options.workspace, error);
  if (is_root)
    co_return (void) co_await context.out.send(
        error_response(api_error(400, "bad_request", "the workspace itself cannot be deleted")));
  if (!fs::remove(*absolute, error)) {
    const bool missing = !error;
    co_return (void) co_await context.out.send(error_response(
        missing ? api_error(404, "not_found", fmt::format("'{}' does not exist", *path))
                : api_error(409, "conflict", fmt::format("'{}': {}", *path, error.message()),
                            "a folder must be empty")));
  }
  co_await context.out.send(json_response(200, JsonObject{{"path", *path}}));
}

awaitable<void> rename_file(Context& context) {
  const auto body = json_body(context.request);
  if (!body) co_return (void) co_await context.out.send(error_response(body.error()));
  const auto from = required_text(*body, "from");
  if (!from) co_return (void) co_await context.out.send(error_response(from.error()));
  const auto to = required_text(*body, "to");
  if (!to) co_return (void) co_await context.out.send(error_response(to.error()));
  const auto source = runtime::resolve_in_workspace(context.options.workspace, *from);
  if (!source)
    co_return (void) co_await context.out.send(error_response(api_error(source.error())));
  const auto target = runtime::resolve_in_workspace(context.options.workspace, *to);
  if (!target)
    co_return (void) co_await context.out.send(error_response(api_error(target.error())));
  if (!exists(context.options.workspace, *from)) {
    co_return (void) co_await context.out.send(
        error_response(api_error(404, "not_found", fmt::format("'{}' does not exist", *from))));
  }
  if (exists(context.options.workspace, *to)) {
    co_return (void) co_await context.out.send(
        error_response(api_error(409, "conflict", fmt::format("'{}' exists already", *to))));
  }
  std::error_code error;
  fs::create_directories(fs::path(*target).parent_path(), error);
  fs::rename(*source, *target, error);
  if (error)
    co_return (void) co_await context.out.send(error_response(
        api_error(409, "conflict", fmt::format("'{}': {}", *from, error.message()))));
  co_await context.out.send(json_response(200, JsonObject{{"path", *to}}));
}

}  // namespace tactus::server
