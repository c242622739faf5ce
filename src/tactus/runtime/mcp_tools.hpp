// The tools of a run's MCP servers as a source of tools. Uses: mcp_servers, tool_source.
#pragma once

#include <tactus/runtime/mcp_servers.hpp>
#include <tactus/runtime/tool_source.hpp>

namespace tactus::runtime {

class McpTools final : public ToolSource {
 public:
  explicit McpTools(McpServers& servers) : servers_(servers) {}

  std::vector<std::string> set_names() const override { return servers_.names(); }
  boost::asio::awaitable<Result<void>> prepare(std::vector<std::string> sets) override;
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> tools_of(std::string set) override;
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> all_tools(
      std::vector<Error>& warnings) override;
  boost::asio::awaitable<Result<std::vector<ToolBinding>>> plugins_of(
      std::shared_ptr<const program::ToolsetDeclaration> toolset) override;
  boost::asio::awaitable<Result<std::optional<ToolBinding>>> find(std::string tool) override;

 private:
  McpServers& servers_;
};

}  // namespace tactus::runtime
