// tactus ide.
#include <filesystem>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tactus/cli/commands.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/session_token.hpp>
#include <tactus/cli/terminal.hpp>

extern char** environ;

namespace tactus::cli {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kServerGrace{2000};

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

// Opens the URL in the person's browser if there is a desktop; a failure is no failure, the URL is
// printed.
void open_browser(const std::string& url) {
  if (!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY")) return;
  std::string program = "xdg-open";
  std::string argument = url;
  char* arguments[] = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ) == 0)
    ::waitpid(child, nullptr, WNOHANG);
}

void print_welcome(const std::string& url, const std::string& workspace,
                   const runtime::DefaultModel& model) {
  const Style style = style_for(1);
  std::string text = fmt::format("{}Tactus IDE{}  {}\n", style.bold, style.reset, url);
  text += fmt::format("workspace   {}\n", workspace);
  text += model.demo
              ? fmt::format(
                    "model       {}offline demo model{} (set OPENAI_API_KEY to use a real one)\n",
                    style.yellow, style.reset)
              : fmt::format("model       {}:{}\n", model.provider, model.model);
  text += "Ctrl-C stops the server.\n";
  write_to(1, text);
}

// Serves until a signal stops it.
asio::awaitable<int> serve(Session& session, const IdeCommand& command, server::IdeOptions options,
                           asio::steady_timer& until_signal) {
  const std::string workspace = options.workspace;
  auto server =
      server::IdeServer::start(session.io().get_executor(), session.runs(), std::move(options));
  if (!server) {
    print_error(server.error());
    co_return 1;
  }
  std::string url = (*server)->url();
  if (!command.open_run.empty()) url += "#run=" + command.open_run;
  print_welcome(url, workspace, session.runs().default_model());
  if (!command.no_browser) open_browser(url);
  boost::system::error_code ignored;
  co_await until_signal.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  write_to(1, "\nstopping; running procedures are kept as interrupted\n");
  co_await session.runs().stop(kServerGrace);
  co_await (*server)->stop(kServerGrace);
  co_return 0;
}

}  // namespace

int ide_command(const IdeCommand& command, std::span<const server::Asset> assets) {
  std::error_code error;
  const std::string workspace = std::filesystem::canonical(command.workspace, error).string();
  if (error || !std::filesystem::is_directory(workspace, error)) {
    print_error({ErrorCode::kFile,
                 command.workspace + ": no such folder",
                 "name the folder to work in",
                 {},
                 ""});
    return 1;
  }
  if (command.no_auth && !is_loopback(command.host)) {
    print_error({ErrorCode::kUsage,
                 "--no-auth is refused on " + command.host,
                 "without authentication the server listens on 127.0.0.1 only",
                 {},
                 ""});
    return 2;
  }
  auto session = Session::open({workspace, false, demo_pace(), "", command.allow_plugins});
  if (!session) {
    print_error(session.error());
    return 1;
  }
  server::IdeOptions options;
  options.workspace = workspace;
  options.http.host = command.host;
  options.http.port = command.port;
  options.http.connections_max = command.connections_max;
  options.token = command.no_auth ? "" : session_token(workspace);
  options.assets = assets;
  asio::steady_timer until_signal((*session)->io(), asio::steady_timer::time_point::max());
  int signals = 0;
  const auto on_signal = [&](int) {
    if (++signals > 1) ::_exit(130);
    until_signal.cancel();
  };
  return (*session)->run([&] { return serve(**session, command, options, until_signal); },
                         on_signal);
}

}  // namespace tactus::cli
