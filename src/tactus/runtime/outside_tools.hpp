// The tools of a run's MCP servers and plugins as a source of tools. Uses: mcp_servers, plugins,
// tool_source.
#pragma once

#include <tactus/runtime/mcp_servers.hpp>
#include <tactus/runtime/plugins.hpp>
#include <tactus/runtime/tool_source.hpp>

namespace tactus::runtime {

class OutsideTools final : public ToolSource {
 public:
  // Both outlive it.
  OutsideTools(McpServers& servers, Plugins& plugins) : servers_(servers), plugins_(plugins) {}

  std::vector<std::string> set_names() const override;
  boost::asio::awaitable<Result<void>> prepare(std::vector<std::string> sets) override;
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> tools_of(std::string set) override;
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> all_tools(
      std::vector<Error>& warnings) override;
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> plugins_of(
      std::shared_ptr<const program::ToolsetDeclaration> toolset) override;
  boost::asio::awaitable<Result<std::optional<ToolBinding>>> find(std::string tool) override;

 private:
  // A server may have the name, too; it comes first.
  bool is_plugin_set(const std::string& set) const;

  McpServers& servers_;
  Plugins& plugins_;
  bool warned_of_plugins_ = false;
};

}  // namespace tactus::runtime
