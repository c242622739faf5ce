// A process whose three standard streams are ours: started in a process group of its own with
// nothing else of this process open in it, and always ended and reaped with its owner. Uses: base,
// Asio.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <sys/types.h>

#include <tactus/base/error.hpp>

namespace tactus::mcp {

struct ProcessSpec {
  std::string command;  // With a slash: a path, relative to `cwd`; else looked for on the PATH.
  std::vector<std::string> args;
  // Over the variables that every child gets: HOME, LANG, LC_ALL, LOGNAME, PATH, SHELL, TERM,
  // TMPDIR, TZ, USER. Others hold secrets that are not for everybody.
  std::map<std::string, std::string> env;
  std::string cwd;  // Absolute; empty = that of this process.
};

// The file that `command` is: itself with a slash in it, else the first program of that name in the
// folders of `path`, as the variable PATH lists them; nothing when there is none.
std::optional<std::string> find_program(const std::string& command, const std::string& path);

class ChildProcess {
 public:
  // A socket, so that writing to a process that is gone is an error and never a signal.
  using Stream = boost::asio::local::stream_protocol::socket;

  // Fails with kMcpConnect saying what could not be started and why.
  static Result<std::unique_ptr<ChildProcess>> spawn(const boost::asio::any_io_executor& executor,
                                                     const ProcessSpec& spec);
  ~ChildProcess();  // Kills.
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  Stream input, output, errors;

  // How it ended, "exited with status 3" or "was ended by signal 9"; nothing while it runs.
  std::optional<std::string> ending() const;
  // Waits until it has ended, for `longest` at most.
  boost::asio::awaitable<std::optional<std::string>> wait(std::chrono::milliseconds longest) const;
  // Closes its input, then asks it to end, then kills it; about a second at most. Its streams are
  // closed afterwards.
  boost::asio::awaitable<void> stop();
  // Kills the whole group, reaps it and closes the streams. Idempotent.
  void kill();

 private:
  ChildProcess(Stream in, Stream out, Stream err)
      : input(std::move(in)), output(std::move(out)), errors(std::move(err)) {}

  pid_t pid_ = -1;  // Negative once reaped.
};

}  // namespace tactus::mcp
