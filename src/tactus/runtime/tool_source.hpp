// Tools that are known by name from outside of the program: those of MCP servers and plugins
// (language.md 6.7, 6.8). Uses: program, tool_set.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include <tactus/program/program.hpp>
#include <tactus/runtime/tool_set.hpp>

namespace tactus::runtime {

// Where a run finds them. Nothing is started or connected before it is asked for; what was loaded
// once is kept. On the strand of the run.
class ToolSource {
 public:
  virtual ~ToolSource() = default;
  // The names by which whole sets stand in lists, in the order of the namespace: the servers, then
  // "plugin". Known without loading anything.
  virtual std::vector<std::string> set_names() const = 0;
  // Loads all of these at once, ahead of `tools_of`. Fails like it.
  virtual boost::asio::awaitable<Result<void>> prepare(std::vector<std::string> sets) = 0;
  // The tools of one set. Fails with kMcpConnect, kToolPlugin, kCancelled.
  virtual boost::asio::awaitable<Result<std::vector<ToolBinding>>> tools_of(std::string set) = 0;
  // The tools of all sets that can be had; of the others an error is added to `warnings`. Fails
  // with kCancelled.
  virtual boost::asio::awaitable<Result<std::vector<ToolBinding>>> all_tools(
      std::vector<Error>& warnings) = 0;
  // The tools of `toolset`, which is of type plugin. Fails with kToolPlugin.
  virtual boost::asio::awaitable<Result<std::vector<ToolBinding>>> plugins_of(
      std::shared_ptr<const program::ToolsetDeclaration> toolset) = 0;
  // The one tool with that exposed name, or nothing; loads only what may have it. Fails like
  // `tools_of`.
  virtual boost::asio::awaitable<Result<std::optional<ToolBinding>>> find(std::string tool) = 0;
};

}  // namespace tactus::runtime
