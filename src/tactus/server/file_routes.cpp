// /api/workspace, /api/tree, /api/file.
#include <filesystem>
#include <mutex>

#include <tactus/base/utf8.hpp>
#include <tactus/server/context.hpp>
#include <tactus/server/workspace_files.hpp>

namespace tactus::server {

namespace fs = std::filesystem;
using boost::asio::awaitable;

// In the routes below a body has a name before it is sent: GCC 12 cannot compile an initializer
// list inside a co_await expression.

namespace {

constexpr std::size_t kFileBytesMax = std::size_t{8} << 20;

// The etag of the file as it is now; empty when there is none or it is no text.
std::string current_etag(const std::string& workspace, const std::string& path) {
  const auto content = runtime::read_workspace_file(workspace, path);
  return content ? etag_of(*content) : std::string();
}

// Also true of a link that leads nowhere.
bool exists(const std::string& absolute) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(absolute, ignored));
}

ApiError conflict(const std::string& path, const std::string& etag) {
  ApiError error = api_error(409, "conflict", fmt::format("'{}' was changed by someone else", path),
                             "read it again, then decide which version to keep");
  error.extra["current_etag"] = etag;
  return error;
}

// Writes `content` if the file is still the one that `etag` names (empty: is not there). Nothing
// when it is written.
std::optional<ApiError> save(Context& context, const std::string& path, const std::string& content,
                             const std::string& etag) {
  const std::string& workspace = context.options.workspace;
  const auto absolute = runtime::resolve_in_workspace(workspace, path);
  if (!absolute) return api_error(absolute.error());
  const std::lock_guard lock(context.changing_files);
  const bool is_there = exists(*absolute);
  const std::string now = is_there ? current_etag(workspace, path) : std::string();
  if (is_there ? etag.empty() || now != etag : !etag.empty()) return conflict(path, now);
  if (const auto written = write_file(workspace, path, content); !written)
    return api_error(written.error());
  return std::nullopt;
}

// Moves one entry, never over another. Nothing when it is done.
std::optional<ApiError> move_entry(Context& context, const std::string& from,
                                   const std::string& to) {
  const auto source = runtime::resolve_entry_in_workspace(context.options.workspace, from);
  if (!source) return api_error(source.error());
  const auto target = runtime::resolve_entry_in_workspace(context.options.workspace, to);
  if (!target) return api_error(target.error());
  const std::lock_guard lock(context.changing_files);
  if (!exists(*source))
    return api_error(404, "not_found", fmt::format("'{}' does not exist", from));
  if (exists(*target)) return api_error(409, "conflict", fmt::format("'{}' exists already", to));
  std::error_code error;
  fs::create_directories(fs::path(*target).parent_path(), error);
  if (!error) fs::rename(*source, *target, error);
  if (error) return api_error(409, "conflict", fmt::format("'{}': {}", from, error.message()));
  return std::nullopt;
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
  const Json body = JsonObject{{"cwd", context.options.workspace}};
  co_await context.out.send(json_response(200, body));
}

awaitable<void> get_tree(Context& context) {
  const std::string path = context.request.query_value("path").value_or("");
  auto entries = list_folder(context.options.workspace, path);
  if (!entries)
    co_return (void) co_await context.out.send(error_response(api_error(entries.error())));
  const Json body = JsonObject{{"path", path}, {"entries", std::move(*entries)}};
  co_await context.out.send(json_response(200, body));
}

awaitable<void> get_file(Context& context) {
  const auto path = required_query(context.request, "path");
  if (!path) co_return (void) co_await context.out.send(error_response(path.error()));
  const auto content = runtime::read_workspace_file(context.options.workspace, *path);
  if (!content)
    co_return (void) co_await context.out.send(error_response(api_error(content.error())));
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
  const std::string etag(string_member(Json(*body), "etag"));
  if (const auto failed = save(context, *path, *content, etag))
    co_return (void) co_await context.out.send(error_response(*failed));
  const Json saved =
      JsonObject{{"path", *path}, {"etag", etag_of(*content)}, {"size", content->size()}};
  co_await context.out.send(json_response(200, saved));
}

awaitable<void> delete_file(Context& context) {
  const auto path = required_query(context.request, "path");
  if (!path) co_return (void) co_await context.out.send(error_response(path.error()));
  const auto absolute = runtime::resolve_entry_in_workspace(context.options.workspace, *path);
  if (!absolute)
    co_return (void) co_await context.out.send(error_response(api_error(absolute.error())));
  std::error_code error;
  const bool is_root = *absolute == fs::canonical(context.options.workspace, error);
  if (is_root)
    co_return (void) co_await context.out.send(
        error_response(api_error(400, "bad_request", "the workspace itself cannot be deleted")));
  if (!fs::remove(*absolute, error)) {
    const bool missing = !error;
    const ApiError failed =
        missing ? api_error(404, "not_found", fmt::format("'{}' does not exist", *path))
                : api_error(409, "conflict", fmt::format("'{}': {}", *path, error.message()),
                            "a folder must be empty");
    co_return (void) co_await context.out.send(error_response(failed));
  }
  const Json deleted = JsonObject{{"path", *path}};
  co_await context.out.send(json_response(200, deleted));
}

awaitable<void> rename_file(Context& context) {
  const auto body = json_body(context.request);
  if (!body) co_return (void) co_await context.out.send(error_response(body.error()));
  const auto from = required_text(*body, "from");
  if (!from) co_return (void) co_await context.out.send(error_response(from.error()));
  const auto to = required_text(*body, "to");
  if (!to) co_return (void) co_await context.out.send(error_response(to.error()));
  if (const auto failed = move_entry(context, *from, *to))
    co_return (void) co_await context.out.send(error_response(*failed));
  const Json renamed = JsonObject{{"path", *to}};
  co_await context.out.send(json_response(200, renamed));
}

}  // namespace tactus::server
