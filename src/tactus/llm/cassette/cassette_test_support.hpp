// A network of the test's own, and exchanges carried out to their end.
#pragma once

#include <deque>
#include <filesystem>
#include <fstream>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/base/text.hpp>
#include <tactus/llm/cassette/cassette.hpp>
#include <tactus/llm/cassette/library.hpp>
#include <tactus/net/async.hpp>

namespace tactus::llm::cassette::testing_support {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using net::awaitable;

// What a server does: a head, then reads, then an end or a failure, or silence.
struct Script {
  Result<net::HttpHead> head = net::HttpHead{200, {{"content-type", "text/event-stream"}}};
  std::deque<std::string> reads;
  std::optional<Error> failure;
  bool silent_at_end = false;
};

class ScriptedExchange final : public net::HttpExchange {
 public:
  ScriptedExchange(Script script, int& cancelled)
      : script_(std::move(script)), cancelled_(cancelled) {}
  awaitable<Result<net::HttpHead>> head() override { co_return script_.head; }
  awaitable<Result<std::string>> read() override {
    if (script_.reads.empty()) {
      if (script_.failure) co_return fail(*script_.failure);
      if (script_.silent_at_end) co_return fail(ErrorCode::kCancelled, "cancelled");
      co_return std::string();
    }
    std::string bytes = std::move(script_.reads.front());
    script_.reads.pop_front();
    co_return bytes;
  }
  void cancel() override { ++cancelled_; }
  std::optional<SteadyTime> closed_at() const override { return std::nullopt; }

 private:
  Script script_;
  int& cancelled_;
};

class ScriptedNetwork final : public net::HttpClient {
 public:
  std::deque<Script> scripts;
  std::vector<net::HttpRequest> requests;
  int cancelled = 0;
  std::shared_ptr<net::HttpExchange> start(net::HttpRequest request) override {
    EXPECT_FALSE(request.subject) << "its references do not last";
    requests.push_back(std::move(request));
    EXPECT_FALSE(scripts.empty());
    Script script = std::move(scripts.front());
    scripts.pop_front();
    return std::make_shared<ScriptedExchange>(std::move(script), cancelled);
  }
};

// What the reader of an exchange got.
struct Heard {
  std::optional<net::HttpHead> head;
  std::vector<std::string> reads;
  std::optional<Error> error;

  std::string text() const {
    std::string all;
    for (const std::string& read : reads) all += read;
    return all;
  }
};

class CassetteTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = (fs::temp_directory_path() / "tactus-cassettes-XXXXXX").string();
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    folder_ = made;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string tapes() const { return folder_ + "/tapes"; }

  std::unique_ptr<CassetteClient> recorder(bool goes_on = false) {
    CassetteOptions options;
    options.mode = CassetteOptions::Mode::kRecord;
    options.folder = tapes();
    CassetteUse use;
    use.goes_on = goes_on;
    auto opened = open_cassettes(io_.get_executor(), network_, options, use);
    EXPECT_TRUE(opened) << to_string(opened.error());
    return std::move(*opened);
  }

  std::unique_ptr<CassetteClient> player(double speed = 0, std::string_view fault = {}) {
    CassetteOptions options;
    options.folder = tapes();
    options.speed = speed;
    options.fault = mock::parse_fault(fault).value();
    auto opened = open_cassettes(io_.get_executor(), network_, options, {});
    EXPECT_TRUE(opened) << to_string(opened.error());
    return std::move(*opened);
  }

  static net::HttpRequest request(const std::string& question, const std::string& place = "1") {
    net::HttpRequest request;
    request.url = "http://model.example/v1/chat/completions";
    request.headers = {{"authorization", "Bearer sk-0123456789"}};
    request.subject = [question, place] {
      return net::RequestSubject{"model", "openai", place,
                                 JsonObject{{"model", "m"}, {"question", question}}};
    };
    return request;
  }

  // Reads to the end, or leaves after `reads_max` reads.
  Heard hear(const std::shared_ptr<net::HttpExchange>& exchange, std::size_t reads_max = SIZE_MAX) {
    Heard heard;
    bool done = false;
    asio::co_spawn(io_, listen(exchange, reads_max, heard), [&](std::exception_ptr failure) {
      EXPECT_FALSE(failure);
      done = true;
    });
    io_.restart();
    while (!done && io_.run_one() > 0) {
    }
    EXPECT_TRUE(done);
    return heard;
  }

  Heard ask(net::HttpClient& client, const std::string& question, const std::string& place = "1") {
    return hear(client.start(request(question, place)));
  }

  void will_answer(std::deque<std::string> reads) {
    Script script;
    script.reads = std::move(reads);
    network_.scripts.push_back(std::move(script));
  }

  void record(const std::string& question, std::deque<std::string> reads,
              const std::string& place = "1") {
    will_answer(std::move(reads));
    if (!recorder_) recorder_ = recorder();
    ask(*recorder_, question, place);
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(tapes()))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string content(const std::string& name) const {
    return read_file_bytes(tapes() + "/" + name, 1 << 20).value_or("");
  }

  std::string folder_;
  asio::io_context io_;  // Outlives what waits on it.
  ScriptedNetwork network_;
  std::unique_ptr<CassetteClient> recorder_;

 private:
  static awaitable<void> listen(std::shared_ptr<net::HttpExchange> exchange, std::size_t reads_max,
                                Heard& heard) {
    auto head = co_await exchange->head();
    if (!head) {
      heard.error = head.error();
      co_return;
    }
    heard.head = *head;
    while (heard.reads.size() < reads_max) {
      auto bytes = co_await exchange->read();
      if (!bytes) heard.error = bytes.error();
      if (!bytes || bytes->empty()) co_return;
      heard.reads.push_back(std::move(*bytes));
    }
    exchange->cancel();
  }
};

}  // namespace tactus::llm::cassette::testing_support
