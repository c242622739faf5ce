// What the tests of this module share: a loop, and servers that are a few lines of shell. Tests
// only.
#pragma once

#include <fstream>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <tactus/mcp/client.hpp>

namespace tactus::mcp::testing_support {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Runs what it is given on one thread, which serves as the strand.
class Loop {
 public:
  Loop() : http_(std::move(*net::HttpClient::open(io_.get_executor(), {}))) {}
  asio::any_io_executor executor() { return io_.get_executor(); }
  net::HttpClient& http() { return *http_; }

  // Runs `task` to its end; fails the test when that takes too long.
  template <typename T>
  T run(awaitable<T> task) {
    std::optional<T> result;
    std::exception_ptr failure;
    asio::co_spawn(io_, std::move(task), [&](std::exception_ptr problem, T value) {
      failure = problem;
      result = std::move(value);
      io_.stop();
    });
    io_.restart();
    io_.run_for(20s);
    if (failure) std::rethrow_exception(failure);
    if (!result) throw std::runtime_error("it hangs");
    return std::move(*result);
  }
  void run(awaitable<void> task) {
    auto wrapped = [](awaitable<void> inner) -> awaitable<bool> {
      co_await std::move(inner);
      co_return true;
    };
    (void)run(wrapped(std::move(task)));
  }

 private:
  asio::io_context io_;
  std::unique_ptr<net::HttpClient> http_;
};

// Shell: prints one message.
inline std::string say(const std::string& message) { return "printf '%s\\n' '" + message + "'\n"; }
// Shell: reads one message into $line.
inline const std::string kRead = "IFS= read -r line\n";
inline std::string result(int id, const std::string& json) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})", id, json);
}
inline std::string text_content(const std::string& text) {
  return R"({"content":[{"type":"text","text":")" + text + R"("}]})";
}
// Shell: answers the handshake, whose request has the id 1.
inline std::string welcome(const std::string& version = "2025-11-25") {
  return kRead +
         say(result(1, R"({"protocolVersion":")" + version +
                           R"(","capabilities":{"tools":{}},"serverInfo":{"name":"s"}})")) +
         kRead;
}
// Shell: answers the next request with the message itself as structured content.
inline std::string mirror(int id) {
  return kRead + fmt::format(
                     "printf '{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{{"
                     "\"structuredContent\":{{\"got\":%s}}}}}}\\n' \"$line\"\n",
                     id);
}

inline ServerConfig shell_server(const std::string& script) {
  ServerConfig config;
  config.name = "s";
  config.command = "sh";
  config.args = {"-c", script};
  return config;
}

class ClientTest : public ::testing::Test {
 protected:
  Client& open(ServerConfig config) {
    client_ = std::make_unique<Client>(loop_.executor(), loop_.http(), std::move(config), options_);
    return *client_;
  }
  // Of a server that greets.
  Client& connect(const std::string& script) {
    Client& client = open(shell_server(welcome() + script));
    const auto connected = loop_.run(client.connect());
    EXPECT_TRUE(connected) << to_string(connected.error());
    return client;
  }
  // Why no connection came about.
  Error refusal(ServerConfig config) {
    const auto connected = loop_.run(open(std::move(config)).connect());
    EXPECT_FALSE(connected);
    return connected ? Error{} : connected.error();
  }
  Result<Json> call(const std::string& tool, std::chrono::milliseconds timeout = 10s,
                    Progress progress = nullptr) {
    JsonObject arguments{{"n", 1}};
    return loop_.run(client_->call(tool, std::move(arguments), timeout, std::move(progress)));
  }

  Loop loop_;
  ClientOptions options_;
  std::unique_ptr<Client> client_;
};

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/mcp-test-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() { std::system(("rm -rf " + path_).c_str()); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }
  std::string read(const std::string& name) const {
    std::ifstream stream(path_ + "/" + name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

 private:
  std::string path_;
};

}  // namespace tactus::mcp::testing_support
