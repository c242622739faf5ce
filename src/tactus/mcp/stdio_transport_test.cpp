// Servers that are processes, and what goes wrong with them.
#include <cerrno>
#include <csignal>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <tactus/mcp/mcp_test_support.hpp>

namespace tactus::mcp {
namespace {

using namespace testing_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Whether this process has a child left, dead or alive.
bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD; }

// Whether a process is there; one that belongs to nobody is reaped by the system a little later.
bool is_running(const std::string& pid) {
  for (int i = 0; i < 200; ++i) {
    std::ifstream status("/proc/" + std::to_string(std::stoi(pid)) + "/stat");
    std::string text((std::istreambuf_iterator<char>(status)), {});
    if (text.empty() || text.find(") Z ") != std::string::npos) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

TEST_F(ClientTest, AProgramThatIsNotThereIsNamed) {
  ServerConfig config = shell_server("");
  config.command = "no-such-program";
  const Error error = refusal(config);
  EXPECT_EQ(error.code, ErrorCode::kMcpConnect);
  EXPECT_THAT(error.message, HasSubstr("'no-such-program' cannot be started: the PATH has no"));
  EXPECT_THAT(error.hint, HasSubstr("install it"));
  config.command = "/etc/passwd";
  EXPECT_THAT(refusal(config).message, HasSubstr("Permission denied"));
  config = shell_server("");
  config.cwd = "/no/such/folder";
  EXPECT_THAT(refusal(config).message, HasSubstr("there is no folder '/no/such/folder'"));
}

TEST_F(ClientTest, AServerThatExitsSaysWhy) {
  const Error error = refusal(shell_server("echo 'no token given' >&2; exit 3"));
  EXPECT_EQ(error.code, ErrorCode::kMcpConnect);
  EXPECT_THAT(error.message, AllOf(HasSubstr("exited with status 3"), HasSubstr("no token given")));
  EXPECT_THAT(refusal(shell_server("echo usage: s FOLDER")).message,
              AllOf(HasSubstr("exited with status 0"), HasSubstr("usage: s FOLDER")));
}

TEST_F(ClientTest, AServerThatHangsIsGivenUp) {
  Folder folder;
  options_.connect_timeout = 200ms;
  const Error error = refusal(shell_server("echo $$ > " + folder.path() + "/pid; sleep 100"));
  EXPECT_EQ(error.code, ErrorCode::kMcpConnect);
  EXPECT_THAT(error.message, HasSubstr("no answer within 0.2 s"));
  client_.reset();
  EXPECT_FALSE(is_running(folder.read("pid")));
  EXPECT_FALSE(has_children());
}

TEST_F(ClientTest, StrayOutputIsPassedOver) {
  Client& client =
      open(shell_server("echo Listening on stdio\n" + welcome() + "echo '[1,'\n" + mirror(2)));
  ASSERT_TRUE(loop_.run(client.connect()));
  EXPECT_TRUE(call("x"));
}

TEST_F(ClientTest, NothingButStrayOutputIsAnError) {
  EXPECT_THAT(refusal(shell_server("yes garbage")).message, HasSubstr("what is no MCP message"));
}

TEST_F(ClientTest, MessagesAreBounded) {
  connect(kRead + "head -c 17000000 /dev/zero | tr '\\0' x\n");
  const Error error = call("x").error();
  EXPECT_EQ(error.code, ErrorCode::kToolFailed);
  EXPECT_THAT(error.message, HasSubstr("more than 16 MiB"));
}

TEST_F(ClientTest, AServerThatDiesInACallGivesAnError) {
  Client& client = connect(kRead + "echo 'out of luck' >&2; kill -9 $$\n");
  const Error error = call("x").error();
  EXPECT_EQ(error.code, ErrorCode::kToolFailed);
  EXPECT_THAT(error.message, AllOf(HasSubstr("MCP server 's': its process was ended by signal 9"),
                                   HasSubstr("out of luck")));
  EXPECT_TRUE(client.closed());
  EXPECT_THAT(call("y").error().message, HasSubstr("signal 9")) << "later calls fail at once";
}

TEST_F(ClientTest, AServerThatDoesNotReadIsNotWaitedFor) {
  Client& client = connect("sleep 100\n");
  JsonObject large{{"text", std::string(5 << 20, 'x')}};
  EXPECT_EQ(loop_.run(client.call("x", large, 200ms, nullptr)).error().code,
            ErrorCode::kToolTimeout);
  loop_.run(client.close());
  EXPECT_FALSE(has_children());
}

TEST_F(ClientTest, AnEndedServerDoesNotEndUsByASignal) {
  Client& client = connect("exec <&-; sleep 0.1\n");
  JsonObject large{{"text", std::string(5 << 20, 'x')}};
  EXPECT_EQ(loop_.run(client.call("x", large, 5s, nullptr)).error().code, ErrorCode::kToolFailed);
}

TEST_F(ClientTest, ServersGetFewVariablesAndNoDescriptors) {
  ::setenv("MCP_TEST_SECRET", "hidden", 1);
  const int leaked = ::dup(0);  // Without CLOEXEC.
  ServerConfig config = shell_server(
      "env >&2; echo cwd=$(pwd) >&2; for fd in /proc/$$/fd/*; do echo fd=${fd##*/} >&2; done; "
      "exit 1");
  config.env = {{"TOKEN", "given-to-it"}};
  config.cwd = "/usr";
  const std::string said = refusal(config).message;
  ::close(leaked);
  ::unsetenv("MCP_TEST_SECRET");
  EXPECT_THAT(said, AllOf(HasSubstr("PATH="), HasSubstr("cwd=/usr"), HasSubstr("fd=2"),
                          Not(HasSubstr("MCP_TEST_SECRET"))));
  EXPECT_THAT(said, HasSubstr("TOKEN=…")) << "what a server writes may hold what it was given";
  EXPECT_THAT(said, Not(HasSubstr(fmt::format("fd={}\n", leaked))));
}

TEST_F(ClientTest, ClosingLetsAServerFinish) {
  Folder folder;
  Client& client =
      connect("while read -r line; do :; done; echo bye > " + folder.path() + "/said\n");
  loop_.run(client.close());
  EXPECT_EQ(folder.read("said"), "bye\n");
  EXPECT_FALSE(has_children());
  EXPECT_EQ(call("x").error().code, ErrorCode::kCancelled);
}

TEST_F(ClientTest, ClosingEndsAServerThatDoesNotWantToAndWhatItHasStarted) {
  Folder folder;
  Client& client = connect("trap '' TERM; sleep 100 & echo $! > " + folder.path() +
                           "/pid; while :; do sleep 1; done\n");
  const auto begun = std::chrono::steady_clock::now();
  while (folder.read("pid").empty()) std::this_thread::sleep_for(5ms);
  loop_.run(client.close());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_FALSE(is_running(folder.read("pid")));
  EXPECT_FALSE(has_children());
}

}  // namespace
}  // namespace tactus::mcp
