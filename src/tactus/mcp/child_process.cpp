#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tactus/mcp/child_process.hpp>
#include <tactus/net/async.hpp>

namespace tactus::mcp {

namespace asio = boost::asio;

namespace {

using std::chrono::milliseconds;
constexpr milliseconds kPollFirst{2}, kPollMax{20};
constexpr milliseconds kInputClosedGrace{400}, kTerminateGrace{400};
constexpr std::array kInherited = {"HOME",  "LANG", "LC_ALL", "LOGNAME", "PATH",
                                   "SHELL", "TERM", "TMPDIR", "TZ",      "USER"};

// A descriptor that is closed unless handed on.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

struct Pair {
  Descriptor ours, theirs;
};

Result<Pair> open_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return fail(ErrorCode::kMcpConnect,
                fmt::format("no descriptors for another process: {}", std::strerror(errno)));
  }
  return Pair{Descriptor(fds[0]), Descriptor(fds[1])};
}

std::map<std::string, std::string> environment_of(const ProcessSpec& spec) {
  std::map<std::string, std::string> all;
  for (const char* name : kInherited) {
    if (const char* value = std::getenv(name)) all[name] = value;
  }
  for (const auto& [name, value] : spec.env) all[name] = value;
  return all;
}

bool is_program(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

tl::unexpected<Error> cannot_start(const ProcessSpec& spec, std::string_view why,
                                   std::string hint) {
  Error error;
  error.code = ErrorCode::kMcpConnect;
  error.message = fmt::format("'{}' cannot be started: {}", spec.command, why);
  error.hint = std::move(hint);
  return fail(std::move(error));
}

// The two objects that posix_spawn reads, and what is in them.
class Plan {
 public:
  Plan(const ProcessSpec& spec, int in, int out, int err) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    if (!spec.cwd.empty()) note(posix_spawn_file_actions_addchdir_np(&actions_, spec.cwd.c_str()));
    note(posix_spawn_file_actions_adddup2(&actions_, in, 0));
    note(posix_spawn_file_actions_adddup2(&actions_, out, 1));
    note(posix_spawn_file_actions_adddup2(&actions_, err, 2));
    // Also what a library has opened without CLOEXEC.
    note(posix_spawn_file_actions_addclosefrom_np(&actions_, 3));
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    note(posix_spawnattr_setsigmask(&attributes_, &none));
    note(posix_spawnattr_setsigdefault(&attributes_, &all));
    note(posix_spawnattr_setpgroup(&attributes_, 0));
    note(posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  }
  ~Plan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  int carry_out(pid_t& pid, const std::string& file, char** arguments, char** environment) {
    if (problem_ != 0) return problem_;
    return posix_spawn(&pid, file.c_str(), &actions_, &attributes_, arguments, environment);
  }

 private:
  void note(int result) {
    if (problem_ == 0) problem_ = result;
  }
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  int problem_ = 0;
};

// The texts as execve takes them; they must outlive what is returned.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

std::optional<std::string> find_program(const std::string& command, const std::string& path) {
  if (command.find('/') != std::string::npos) return command;
  std::size_t from = 0;
  while (from <= path.size()) {
    const std::size_t end = std::min(path.find(':', from), path.size());
    std::string folder = path.substr(from, end - from);
    if (folder.empty()) folder = ".";
    if (std::string file = folder + "/" + command; is_program(file)) return file;
    from = end + 1;
  }
  return std::nullopt;
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::spawn(const asio::any_io_executor& executor,
                                                          const ProcessSpec& spec) {
  struct stat status{};
  if (!spec.cwd.empty() && (::stat(spec.cwd.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))) {
    return cannot_start(spec, "there is no folder '" + spec.cwd + "'", "correct its `cwd`");
  }
  auto environment = environment_of(spec);
  const auto file = find_program(spec.command, environment["PATH"]);
  if (!file) {
    return cannot_start(spec, "the PATH has no program of that name",
                        "install it, or give `command` as a path");
  }
  auto in = open_pair();
  auto out = open_pair();
  auto err = open_pair();
  for (const auto* pair : {&in, &out, &err}) {
    if (!*pair) return fail(pair->error());
  }
  std::vector<std::string> arguments = {spec.command};
  arguments.insert(arguments.end(), spec.args.begin(), spec.args.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);

  const asio::local::stream_protocol protocol;
  std::unique_ptr<ChildProcess> child(
      new ChildProcess(Stream(executor, protocol, in->ours.release()),
                       Stream(executor, protocol, out->ours.release()),
                       Stream(executor, protocol, err->ours.release())));
  Plan plan(spec, in->theirs.get(), out->theirs.get(), err->theirs.get());
  pid_t pid = -1;
  const int problem =
      plan.carry_out(pid, *file, pointers_to(arguments).data(), pointers_to(variables).data());
  if (problem != 0) {
    return cannot_start(spec, std::strerror(problem), "check that it is an executable program");
  }
  child->pid_ = pid;
  return child;
}

ChildProcess::~ChildProcess() { kill(); }

// The ended leader is left as it is (WNOWAIT): as long as nobody reaps it, its group's number
// cannot become that of somebody else.
std::optional<std::string> ChildProcess::ending() const {
  if (pid_ < 0) return "was ended";
  siginfo_t info{};
  const auto id = static_cast<id_t>(pid_);
  if (::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
    return std::nullopt;
  }
  if (info.si_code == CLD_EXITED) return fmt::format("exited with status {}", info.si_status);
  return fmt::format("was ended by signal {}", info.si_status);
}

asio::awaitable<std::optional<std::string>> ChildProcess::wait(milliseconds longest) const {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  milliseconds pause = kPollFirst;
  const auto end = std::chrono::steady_clock::now() + longest;
  for (;;) {
    if (auto how = ending()) co_return how;
    if (std::chrono::steady_clock::now() >= end) co_return std::nullopt;
    timer.expires_after(pause);
    pause = std::min(pause * 2, kPollMax);
    (void)co_await timer.async_wait(net::use_result);
  }
}

asio::awaitable<void> ChildProcess::stop() {
  boost::system::error_code ignored;
  input.close(ignored);
  if (pid_ >= 0 && !co_await wait(kInputClosedGrace)) {
    ::kill(-pid_, SIGTERM);
    (void)co_await wait(kTerminateGrace);
  }
  kill();
}

void ChildProcess::kill() {
  boost::system::error_code ignored;
  input.close(ignored);
  output.close(ignored);
  errors.close(ignored);
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);  // Also what the process has started and left behind.
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

}  // namespace tactus::mcp
