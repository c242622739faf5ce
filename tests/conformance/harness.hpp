// Runs programs in this process as the product does, against a scripted provider or the demo model,
// with the run log in memory. Tests only.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>
#include <tactus/runtime/run_service.hpp>

namespace tactus::conformance {

// What one run is given.
struct Setup {
  std::string source;             // Text of the program; it runs as `path`.
  std::string path = "case.tac";  // Workspace-relative.
  JsonObject inputs;
  std::string config;                        // More of .tactus/config.yml.
  std::map<std::string, std::string> files;  // Other files of the workspace.
  std::string script;                        // JSON list of the provider's replies.
  // JSON list of the answers of an HTTP service: see http_service.hpp. Where it listens is `{http}`
  // in the program and its files.
  std::string http;
  std::string fault;  // Of the provider, as for `tactus mock-provider`.
  runtime::RunOverrides overrides;
  bool allow_plugins = false;
  // Stop the run at the first event for which this is true.
  std::function<bool(const Json& event)> cancel_at;
  std::size_t cancel_after_requests = 0;  // Not before the provider has got so many.
};

// What came of it.
struct Outcome {
  std::optional<Error> refused;  // The program or its inputs were wrong: nothing ran.
  journal::RunRecord record;
  std::vector<std::string> lines;          // The log, every entry by itself.
  std::vector<Json> events;                // The same, parsed.
  std::vector<Json> http_requests;         // That the HTTP service got.
  std::size_t requests = 0;                // That the provider has served.
  std::chrono::milliseconds stop_took{0};  // From the stop to the end of the run.
};

// Runs to the end; a run that hangs fails the test and is stopped after 30 s. `Setup::script`
// empty: agents without a provider get the demo model.
Outcome run(const Setup& setup);

// The text of a file below the repository's root; a missing one fails the test.
std::string read_repository_file(const std::string& path);

}  // namespace tactus::conformance
