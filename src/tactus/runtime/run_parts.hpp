// What a run is made from. Uses: journal, config, providers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/strand.hpp>

#include <tactus/journal/run_log.hpp>
#include <tactus/llm/cassette/cassette.hpp>
#include <tactus/program/program.hpp>
#include <tactus/runtime/config.hpp>
#include <tactus/runtime/providers.hpp>
#include <tactus/runtime/run_activity.hpp>
#include <tactus/runtime/run_service.hpp>

namespace tactus::runtime {

// What a run is given. References outlive it.
struct RunParts {
  boost::asio::strand<boost::asio::any_io_executor> strand;
  std::string workspace;
  program::Source source;
  JsonObject inputs;  // Checked and completed against main's schema.
  RunOverrides overrides;
  Config config;
  Environment environment;
  std::shared_ptr<journal::RunLog> log;
  journal::RunRecord record;
  const Clock& clock;
  journal::Store* store;
  net::HttpClient& http;  // `cassettes` where the run is recorded or replayed.
  ProviderRegistry& providers;
  RunActivity& activity;
  // What earlier generations left; empty for a new run.
  std::vector<journal::CheckpointEntry> entries = {};
  bool allow_plugins = false;  // Also those that only the program names.
  std::unique_ptr<llm::CassetteClient> cassettes = nullptr;
  std::vector<std::string> allowed_plugins = {};  // The texts of such plugins, by their SHA-256.
  bool reopen_failed = false;  // The last generation failed: its last operation is tried again.
};

}  // namespace tactus::runtime
