// What commands that run programs stand on: threads, store, service, signals. Uses: runtime.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <tactus/runtime/run_service.hpp>

namespace tactus::cli {

struct SessionOptions {
  std::string workspace;     // Absolute, existing.
  bool memory_only = false;  // `--storage memory`.
  double demo_pace = 30;
  std::string store_path = {};  // Absolute; empty = as configured.
  bool allow_plugins = false;   // Without asking.
};

// Options for a command that works on the runs of `folder`; `storage` is "", "memory" or the path
// of a database file as it was typed. Fails with kFile when there is no such folder.
Result<SessionOptions> session_options(const std::string& folder, const std::string& storage);

// Owns the event loop and its threads. Created on the main thread and ended there.
class Session {
 public:
  // Fails with kStorage, kConfig.
  static Result<std::unique_ptr<Session>> open(SessionOptions options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  boost::asio::io_context& io() { return io_; }
  runtime::RunService& runs() { return *runs_; }
  journal::Store* store() { return store_.get(); }

  // Runs `command` on the event loop until it is done and gives its exit code. `on_signal` is
  // called for each SIGINT or SIGTERM, never at the same time as the command's own code; afterwards
  // either ends the process with that exit code.
  int run(std::function<boost::asio::awaitable<int>()> command,
          std::function<void(int signal)> on_signal);

 private:
  Session() = default;
  int run_to_end(std::function<boost::asio::awaitable<int>()> command,
                 std::function<void(int signal)> on_signal);
  boost::asio::io_context io_;
  std::unique_ptr<journal::Store> store_;
  std::unique_ptr<runtime::RunService> runs_;
};

// Where runs of a workspace are stored.
std::string default_store_path(const std::string& workspace);

// Words per second of the demo model: TACTUS_DEMO_RATE, else 30.
double demo_pace();

// The folder to work in and the path in it, for a file as the user typed it: the current directory
// if the file is below it, else the folder that the file, or the link to it, lies in. Fails with
// kFile.
struct Located {
  std::string workspace, path;
};
Result<Located> locate(const std::string& file);

// Prints an error as "error: message [CODE]" with its place and hint to standard error.
void print_error(const Error& error);

}  // namespace tactus::cli
