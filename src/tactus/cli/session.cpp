#include <charconv>
#include <csignal>
#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/strand.hpp>
#include <unistd.h>

#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/runtime/config.hpp>

namespace tactus::cli {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kStopGrace{3000};

std::size_t thread_count() { return std::max<std::size_t>(2, std::thread::hardware_concurrency()); }

// Calls `on_signal` for every signal until `signals` is cancelled.
void watch_signals(asio::signal_set& signals, const std::function<void(int)>& on_signal) {
  signals.async_wait([&signals, &on_signal](const boost::system::error_code& error, int signal) {
    if (error) return;
    on_signal(signal);
    watch_signals(signals, on_signal);
  });
}

volatile std::sig_atomic_t g_exit_code = 0;

extern "C" void leave(int) { ::_exit(g_exit_code); }

// Asio gives a signal back to the system, which kills, when the last of its signal sets goes. One
// more set, which stays, keeps that from happening while the process ends.
void keep_signals() {
  static auto* const io = new asio::io_context;
  static auto* const kept = new asio::signal_set(*io, SIGINT, SIGTERM);
  (void)kept;
}

// From here on both signals end the process at once, with the command's own exit code.
void leave_on_signals(int exit_code) {
  g_exit_code = exit_code;
  std::signal(SIGINT, leave);
  std::signal(SIGTERM, leave);
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(SessionOptions options) {
  std::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<Session> session(new Session);
  if (!options.memory_only) {
    const auto config =
        runtime::load_config(options.workspace, "", runtime::Environment(options.workspace));
    if (!config) return fail(config.error());
    const std::string path = !options.store_path.empty() ? options.store_path
                             : config->storage_path.empty()
                                 ? default_store_path(options.workspace)
                                 : (fs::path(options.workspace) / config->storage_path).string();
    auto store = journal::open_sqlite_store(path);
    if (!store) return fail(store.error());
    session->store_ = std::move(*store);
  }
  runtime::RunServiceOptions service;
  service.workspace = options.workspace;
  service.store = session->store_.get();
  service.demo_pace = options.demo_pace;
  service.allow_plugins = options.allow_plugins;
  auto runs = runtime::RunService::create(session->io_.get_executor(), std::move(service));
  if (!runs) return fail(runs.error());
  session->runs_ = std::move(*runs);
  return session;
}

Session::~Session() {
  // The service lets go of its sockets on a loop that no longer runs; what it posted is destroyed
  // with the loop.
  runs_.reset();
}

int Session::run(std::function<asio::awaitable<int>()> command,
                 std::function<void(int signal)> on_signal) {
  const int exit_code = run_to_end(std::move(command), std::move(on_signal));
  leave_on_signals(exit_code);
  return exit_code;
}

int Session::run_to_end(std::function<asio::awaitable<int>()> command,
                        std::function<void(int signal)> on_signal) {
  int exit_code = 1;
  auto work = asio::make_work_guard(io_);
  const auto strand = asio::make_strand(io_);
  asio::signal_set signals(strand, SIGINT, SIGTERM);
  keep_signals();
  watch_signals(signals, on_signal);
  auto whole = [](Session& session,
                  std::function<asio::awaitable<int>()> body) -> asio::awaitable<int> {
    const int code = co_await body();
    co_await session.runs_->stop(kStopGrace);
    co_return code;
  };
  asio::co_spawn(strand, whole(*this, std::move(command)),
                 [&](std::exception_ptr failure, int code) {
                   exit_code = code;
                   if (failure) {
                     exit_code = 1;
                     try {
                       std::rethrow_exception(failure);
                     } catch (const std::exception& e) {
                       print_error({ErrorCode::kInternal, e.what(), "", {}, ""});
                     }
                   }
                   boost::system::error_code ignored;
                   signals.cancel(ignored);
                   work.reset();
                   io_.stop();
                 });
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < thread_count(); ++i) threads.emplace_back([this] { io_.run(); });
  io_.run();
  return exit_code;
}

Result<SessionOptions> session_options(const std::string& folder, const std::string& storage) {
  std::error_code error;
  SessionOptions options;
  options.workspace = fs::canonical(folder, error).string();
  if (error || !fs::is_directory(options.workspace, error)) {
    return fail(Error{ErrorCode::kFile,
                      folder + ": no such folder",
                      "name the folder whose runs are meant",
                      {},
                      ""});
  }
  options.memory_only = storage == "memory";
  options.demo_pace = demo_pace();
  if (!storage.empty() && !options.memory_only)
    options.store_path = fs::absolute(storage, error).lexically_normal().string();
  return options;
}

std::string default_store_path(const std::string& workspace) { return workspace + "/.tac/runs.db"; }

double demo_pace() {
  constexpr double kWordsPerSecond = 30;
  const char* text = std::getenv("TACTUS_DEMO_RATE");
  if (!text) return kWordsPerSecond;
  double pace = kWordsPerSecond;
  const std::string_view view(text);
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), pace);
  return error == std::errc{} && end == view.data() + view.size() && pace >= 0 ? pace
                                                                               : kWordsPerSecond;
}

Result<Located> locate(const std::string& file) {
  std::error_code error;
  if (!fs::exists(file, error))
    return fail(Error{ErrorCode::kFile, file + ": no such file", "check the path", {}, ""});
  const fs::path here = fs::current_path(error);
  // A link keeps its place: one that leads out of the workspace is then refused like anywhere else,
  // instead of making the folder that it leads to the workspace.
  const fs::path typed = (here / file).lexically_normal();
  for (const fs::path& absolute : {typed, fs::weakly_canonical(typed, error)}) {
    const fs::path relative = absolute.lexically_relative(here);
    if (!relative.empty() && *relative.begin() != "..")
      return Located{here.string(), relative.string()};
  }
  const fs::path folder = fs::weakly_canonical(typed.parent_path(), error);
  return Located{folder.string(), typed.filename().string()};
}

void print_error(const Error& error) {
  const Style style = style_for(2);
  std::string text =
      fmt::format("{}error:{} {}\n", style.red, style.reset, printable(to_string(error)));
  if (!error.hint.empty())
    text += fmt::format("{}hint:{} {}\n", style.cyan, style.reset, printable(error.hint));
  write_to(2, text);
}

}  // namespace tactus::cli
