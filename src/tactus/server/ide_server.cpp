#include <set>

#include <tactus/server/access.hpp>
#include <tactus/server/context.hpp>
#include <tactus/server/ide_server.hpp>

namespace tactus::server {

namespace asio = boost::asio;

namespace {

struct Route {
  std::string_view method;
  std::string_view pattern;  // "*" stands for one part of the path.
  RouteHandler handler;
};

constexpr Route kRoutes[] = {
    {"GET", "/health", get_health},
    {"GET", "/api/workspace", get_workspace},
    {"GET", "/api/workspace/cwd", get_cwd},
    {"GET", "/api/tree", get_tree},
    {"GET", "/api/file", get_file},
    {"POST", "/api/file", post_file},
    {"DELETE", "/api/file", delete_file},
    {"POST", "/api/file/rename", rename_file},
    {"GET", "/api/procedure/metadata", get_metadata},
    {"POST", "/api/validate", post_validate},
    {"POST", "/api/runs", post_runs},
    {"GET", "/api/runs", get_runs},
    {"GET", "/api/runs/*", get_run},
    {"DELETE", "/api/runs/*", delete_run},
    {"GET", "/api/runs/*/events", get_events},
    {"POST", "/api/runs/*/cancel", post_cancel},
    {"POST", "/api/runs/*/resume", post_resume},
    {"POST", "/api/runs/*/requests/*", post_answer},
    {"GET", "/api/events", get_all_events},
    {"GET", "/api/run/stream", get_run_stream},
    {"POST", "/api/run", post_run},
};

// The parts that stand for "*" if `path` is of the pattern's form.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty() && !path.empty()) {
    const std::size_t pattern_end = std::min(pattern.find('/', 1), pattern.size());
    const std::size_t path_end = std::min(path.find('/', 1), path.size());
    const std::string_view part = path.substr(1, path_end - 1);
    if (pattern.substr(0, pattern_end) == "/*" && !part.empty()) {
      parameters.emplace_back(part);
    } else if (pattern.substr(0, pattern_end) != path.substr(0, path_end)) {
      return std::nullopt;
    }
    pattern.remove_prefix(pattern_end);
    path.remove_prefix(path_end);
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

class Server final : public IdeServer {
 public:
  Server(runtime::RunService& runs, IdeOptions options)
      : runs_(runs), options_(std::move(options)), access_(options_) {}

  Result<void> listen(asio::any_io_executor executor) {
    auto http = net::HttpServer::listen(std::move(executor), options_.http,
                                        [this](net::ServerRequest request, net::Responder& out) {
                                          return handle(std::move(request), out);
                                        });
    if (!http) return fail(http.error());
    http_ = std::move(*http);
    access_.listening_on(http_->port());
    return {};
  }

  std::uint16_t port() const override { return http_->port(); }

  std::string url() const override {
    const std::string& host = options_.http.host;
    const std::string shown = host.find(':') != std::string::npos ? "[" + host + "]" : host;
    const std::string base = "http://" + shown + ":" + std::to_string(port()) + "/";
    return options_.token.empty() ? base : base + "?token=" + options_.token;
  }

  asio::awaitable<void> stop(std::chrono::milliseconds grace) override {
    co_await http_->stop(grace);
  }

 private:
  asio::awaitable<void> handle(net::ServerRequest request, net::Responder& out) {
    if (auto refused = access_.check(request)) {
      co_return (void) co_await out.send(std::move(*refused));
    }
    Context context{runs_, options_, request, out, changing_files_, {}};
    const bool is_head = request.method == "HEAD";
    bool path_known = false;
    for (const Route& route : kRoutes) {
      auto parameters = match(route.pattern, request.path);
      if (!parameters) continue;
      path_known = true;
      // The one GET that starts something must not do so for a HEAD.
      const bool answers_head = route.method == "GET" && route.handler != get_run_stream;
      if (route.method != request.method && !(is_head && answers_head)) continue;
      context.parameters = std::move(*parameters);
      co_return co_await route.handler(context);
    }
    if (path_known) {
      co_return (void) co_await out.send(error_response(
          api_error(405, "method_not_allowed", request.method + " is not possible here")));
    }
    if (request.path.starts_with("/api/") || (request.method != "GET" && !is_head)) {
      co_return (void) co_await out.send(
          error_response(api_error(404, "not_found", "there is nothing at " + request.path)));
    }
    co_await get_asset(context);
  }

  runtime::RunService& runs_;
  IdeOptions options_;
  Access access_;
  std::mutex changing_files_;
  std::unique_ptr<net::HttpServer> http_;
};

}  // namespace

Result<std::unique_ptr<IdeServer>> IdeServer::start(asio::any_io_executor executor,
                                                    runtime::RunService& runs, IdeOptions options) {
  auto server = std::make_unique<Server>(runs, std::move(options));
  if (auto listening = server->listen(std::move(executor)); !listening)
    return fail(listening.error());
  return server;
}

}  // namespace tactus::server
