#include <tactus/runtime/mcp_tools.hpp>

namespace tactus::runtime {

using boost::asio::awaitable;

awaitable<Result<void>> McpTools::prepare(std::vector<std::string> sets) {
  NativeNeeds needs{std::move(sets), true};
  std::vector<Error> warnings;  // None where all are required.
  const auto found = co_await servers_.tools(std::move(needs), warnings);
  if (!found) co_return fail(found.error());
  co_return Result<void>{};
}

awaitable<Result<std::vector<ToolBinding>>> McpTools::tools_of(std::string set) {
  NativeNeeds needs{{set}, true};
  std::vector<Error> warnings;
  auto found = co_await servers_.tools(std::move(needs), warnings);
  if (!found) co_return fail(found.error());
  co_return std::move(found->sets[set]);
}

awaitable<Result<std::vector<ToolBinding>>> McpTools::all_tools(std::vector<Error>& warnings) {
  NativeNeeds needs{servers_.names(), false};
  std::vector<Error> missing;
  auto found = co_await servers_.tools(std::move(needs), missing);
  if (!found) co_return fail(found.error());
  for (Error& error : missing) {
    error.message += "; its tools are left out";
    warnings.push_back(std::move(error));
  }
  std::vector<ToolBinding> all;
  for (auto& [server, tools] : found->sets)
    std::move(tools.begin(), tools.end(), std::back_inserter(all));
  co_return all;
}

awaitable<Result<std::vector<ToolBinding>>> McpTools::plugins_of(
    std::shared_ptr<const program::ToolsetDeclaration> toolset) {
  co_return fail(
      Error{ErrorCode::kToolPlugin,
            fmt::format("toolset '{}' is of plugins, which this version cannot use", toolset->name),
            "declare the tools in the program, or serve them over MCP",
            {},
            ""});
}

awaitable<Result<std::optional<ToolBinding>>> McpTools::find(std::string tool) {
  NativeNeeds needs;
  needs.required = true;
  for (const std::string& server : servers_.names()) {
    if (tool.starts_with(native_tool_name(server, ""))) needs.sets.push_back(server);
  }
  if (needs.sets.empty()) co_return std::nullopt;
  std::vector<Error> warnings;
  const auto found = co_await servers_.tools(std::move(needs), warnings);
  if (!found) co_return fail(found.error());
  const ToolBinding* binding = found->find(tool);
  co_return binding ? std::optional(*binding) : std::nullopt;
}

}  // namespace tactus::runtime
