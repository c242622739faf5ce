#include "harness.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/mock_provider.hpp>

#include "http_service.hpp"

namespace tactus::conformance {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
constexpr std::chrono::seconds kRunMax{30};

// A workspace that goes with the test.
class Workspace {
 public:
  Workspace() {
    std::string name = (fs::temp_directory_path() / "conformance-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Workspace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  void write(const std::string& name, const std::string& text) const {
    const fs::path file = fs::path(path_) / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Nothing of the machine's own configuration may decide how a case ends.
void forget_environment(const std::string& empty_folder) {
  for (const char* name : {"OPENAI_API_KEY", "OPENAI_BASE_URL", "TACTUS_PROVIDER", "TACTUS_STREAM"})
    unsetenv(name);
  setenv("XDG_CONFIG_HOME", empty_folder.c_str(), 1);
}

// Writes where something listens in place of `marker`.
std::string with_address(std::string text, std::string_view marker, const std::string& address) {
  if (address.empty()) return text;
  for (std::size_t at = text.find(marker); at != std::string::npos; at = text.find(marker))
    text.replace(at, marker.size(), address);
  return text;
}

std::string config_of(const Setup& setup, const std::string& base_url) {
  if (setup.script.empty()) return setup.config;
  return fmt::format(
      "default_provider: scripted\ndefault_model: test-model\nproviders:\n  scripted:\n"
      "    type: openai-compatible\n    base_url: {}\n{}",
      base_url, setup.config);
}

class Runner {
 public:
  explicit Runner(const Setup& setup) : setup_(setup) {}

  Outcome run() {
    forget_environment(workspace_.path());
    start_provider();
    const std::string base_url = provider_ ? provider_->base_url() : "";
    if (!setup_.http.empty()) http_ = std::make_unique<HttpService>(io_, setup_.http);
    const std::string http_url = http_ ? http_->url() : "";
    const auto addressed = [&](const std::string& text) {
      return with_address(with_address(text, "{provider}", base_url), "{http}", http_url);
    };
    workspace_.write(setup_.path, with_address(setup_.source, "{http}", http_url));
    for (const auto& [name, text] : setup_.files) workspace_.write(name, addressed(text));
    workspace_.write(".tactus/config.yml", addressed(config_of(setup_, base_url)));
    runtime::RunServiceOptions options;
    options.workspace = workspace_.path();
    options.demo_pace = 0;
    options.allow_plugins = setup_.allow_plugins;
    auto service = runtime::RunService::create(io_.get_executor(), options);
    EXPECT_TRUE(service) << to_string(service.error());
    if (!service) return {};
    service_ = std::move(*service);
    asio::co_spawn(io_, execute(), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    // Two threads: a script that computes must not keep the stop from arriving.
    std::jthread second([this] { io_.run(); });
    io_.run();
    second.join();
    return std::move(outcome_);
  }

 private:
  void start_provider() {
    if (setup_.script.empty()) return;
    llm::mock::MockOptions options;
    options.script_json = setup_.script;
    auto fault = llm::mock::parse_fault(setup_.fault);
    EXPECT_TRUE(fault) << to_string(fault.error());
    if (fault) options.fault = *fault;
    auto started = llm::mock::MockProvider::start(io_.get_executor(), options);
    ASSERT_TRUE(started) << to_string(started.error());
    provider_ = std::move(*started);
  }

  asio::awaitable<void> execute() {
    runtime::StartRequest request;
    request.path = setup_.path;
    request.inputs = setup_.inputs;
    request.overrides = setup_.overrides;
    const auto started = co_await service_->start(std::move(request));
    if (started) {
      co_await follow(started->run_id);
    } else {
      outcome_.refused = started.error();
    }
    if (provider_) outcome_.requests = provider_->requests_served();
    if (http_) outcome_.http_requests = http_->requests();
    co_await service_->stop(std::chrono::seconds(2));
    if (http_) co_await http_->stop();
    if (provider_) co_await provider_->stop();
  }

  // Reads the log as it grows, as a viewer does.
  asio::awaitable<void> follow(std::string run_id) {
    const auto log = *service_->log(run_id);
    asio::steady_timer watchdog(io_, kRunMax);
    watchdog.async_wait([this, run_id](boost::system::error_code stopped) {
      if (stopped) return;
      ADD_FAILURE() << "the run did not end";
      (void)service_->cancel(run_id);
    });
    std::optional<std::chrono::steady_clock::time_point> cancelled;
    journal::EventSeq seen = 0;
    while (!log->closed() || log->last_seq() > seen) {
      const auto events = log->read(seen, {.bytes_max = 1});
      if (events.empty()) {
        co_await log->wait(seen);
        continue;
      }
      seen = events.back().cursor;
      for (const journal::ReadEvent& event : events) {
        outcome_.lines.push_back(event.json);
        outcome_.events.push_back(*parse_json(event.json));
        if (cancelled || !setup_.cancel_at || !setup_.cancel_at(outcome_.events.back())) continue;
        co_await until_asked();
        cancelled = std::chrono::steady_clock::now();
        (void)service_->cancel(run_id);
      }
    }
    co_await service_->wait(run_id);
    watchdog.cancel();
    if (cancelled) {
      outcome_.stop_took = std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::steady_clock::now() - *cancelled);
    }
    outcome_.record = *service_->find(run_id);
  }

  // Until the provider has got as many requests as the stop waits for.
  asio::awaitable<void> until_asked() {
    asio::steady_timer timer(io_);
    const auto deadline = std::chrono::steady_clock::now() + kRunMax;
    while (provider_ && provider_->requests_served() < setup_.cancel_after_requests &&
           std::chrono::steady_clock::now() < deadline) {
      timer.expires_after(std::chrono::milliseconds(1));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  const Setup& setup_;
  Workspace workspace_;
  asio::io_context io_;
  std::unique_ptr<llm::mock::MockProvider> provider_;
  std::unique_ptr<HttpService> http_;
  std::unique_ptr<runtime::RunService> service_;
  Outcome outcome_;
};

}  // namespace

Outcome run(const Setup& setup) { return Runner(setup).run(); }

std::string read_repository_file(const std::string& path) {
  const auto bytes =
      read_file_bytes(std::string(TACTUS_SOURCE_DIR) + "/" + path, std::size_t{8} << 20);
  EXPECT_TRUE(bytes.has_value()) << "cannot read " << path;
  return bytes.value_or("");
}

}  // namespace tactus::conformance
