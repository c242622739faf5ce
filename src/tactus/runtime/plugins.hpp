// The plugins of one run: files whose tools it may use. Lua files are run in its own interpreter,
// Python files are served by a process each, started when a turn first needs it. On the run's
// strand. Uses: run, mcp_servers, plugin_files.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tactus/runtime/mcp_servers.hpp>
#include <tactus/runtime/plugin_files.hpp>
#include <tactus/runtime/tool_set.hpp>

namespace tactus::runtime {

class Run;

class Plugins {
 public:
  using Tools = std::vector<ToolBinding>;

  // `run` outlives the plugins; only its parts are there yet.
  explicit Plugins(Run& run);
  Plugins(const Plugins&) = delete;
  Plugins& operator=(const Plugins&) = delete;

  // Whether the configuration names some, which are the set `plugin`.
  bool configured() const;
  // The tools of that set. Fails with kToolPlugin naming the file, kCancelled.
  boost::asio::awaitable<Result<Tools>> of_configuration();
  // The one of that set with this name, or nothing; loads only what may have it. Fails likewise.
  boost::asio::awaitable<Result<std::optional<ToolBinding>>> find(std::string tool);
  // The tools of a toolset of type plugin. Fails also for files that nobody has agreed to.
  boost::asio::awaitable<Result<Tools>> of(
      std::shared_ptr<const program::ToolsetDeclaration> toolset);

  // The run is being stopped: what waits here fails with kCancelled, now and later.
  void cancel() { python_.cancel(); }
  // Ends all processes in order.
  boost::asio::awaitable<void> close() { return python_.close(); }

 private:
  boost::asio::awaitable<Result<Tools>> load(PluginFiles files);
  Result<Tools> load_lua(const PluginFile& file);
  void serve(const PluginFile& file);

  Run& run_;
  McpServers python_;                 // By the files' shown paths.
  std::map<std::string, Tools> lua_;  // Likewise, once they are loaded.
};

}  // namespace tactus::runtime
