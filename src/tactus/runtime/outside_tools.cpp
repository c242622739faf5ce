#include <algorithm>

#include <tactus/runtime/outside_tools.hpp>

namespace tactus::runtime {

using boost::asio::awaitable;

namespace {

constexpr const char* kPluginSet = "plugin";

void add_warning(Error error, std::vector<Error>& warnings) {
  error.message += "; its tools are left out";
  warnings.push_back(std::move(error));
}

}  // namespace

std::vector<std::string> OutsideTools::set_names() const {
  std::vector<std::string> names = servers_.names();
  if (plugins_.configured()) names.emplace_back(kPluginSet);
  return names;
}

bool OutsideTools::is_plugin_set(const std::string& set) const {
  const std::vector<std::string> servers = servers_.names();
  return set == kPluginSet && std::find(servers.begin(), servers.end(), set) == servers.end();
}

awaitable<Result<void>> OutsideTools::prepare(std::vector<std::string> sets) {
  std::erase_if(sets, [this](const std::string& set) { return is_plugin_set(set); });
  NativeNeeds needs{std::move(sets), true};
  std::vector<Error> warnings;  // None where all are required.
  const auto found = co_await servers_.tools(std::move(needs), warnings);
  if (!found) co_return fail(found.error());
  co_return Result<void>{};
}

awaitable<Result<std::vector<ToolBinding>>> OutsideTools::tools_of(std::string set) {
  if (is_plugin_set(set)) co_return co_await plugins_.of_configuration();
  NativeNeeds needs{{set}, true};
  std::vector<Error> warnings;
  auto found = co_await servers_.tools(std::move(needs), warnings);
  if (!found) co_return fail(found.error());
  co_return std::move(found->sets[set]);
}

awaitable<Result<std::vector<ToolBinding>>> OutsideTools::all_tools(std::vector<Error>& warnings) {
  NativeNeeds needs{servers_.names(), false};
  std::vector<Error> missing;
  auto found = co_await servers_.tools(std::move(needs), missing);
  if (!found) co_return fail(found.error());
  for (Error& error : missing) add_warning(std::move(error), warnings);
  std::vector<ToolBinding> all;
  for (auto& [server, tools] : found->sets)
    std::move(tools.begin(), tools.end(), std::back_inserter(all));
  if (!plugins_.configured()) co_return all;
  auto plugins = co_await plugins_.of_configuration();
  if (plugins) {
    std::move(plugins->begin(), plugins->end(), std::back_inserter(all));
  } else if (plugins.error().code == ErrorCode::kCancelled) {
    co_return fail(plugins.error());
  } else if (!std::exchange(warned_of_plugins_, true)) {
    add_warning(std::move(plugins.error()), warnings);
  }
  co_return all;
}

awaitable<Result<std::vector<ToolBinding>>> OutsideTools::plugins_of(
    std::shared_ptr<const program::ToolsetDeclaration> toolset) {
  co_return co_await plugins_.of(std::move(toolset));
}

awaitable<Result<std::optional<ToolBinding>>> OutsideTools::find(std::string tool) {
  NativeNeeds needs;
  needs.required = true;
  for (const std::string& server : servers_.names()) {
    if (tool.starts_with(native_tool_name(server, ""))) needs.sets.push_back(server);
  }
  if (!needs.sets.empty()) {
    std::vector<Error> warnings;
    const auto found = co_await servers_.tools(std::move(needs), warnings);
    if (!found) co_return fail(found.error());
    if (const ToolBinding* binding = found->find(tool)) co_return *binding;
  }
  co_return co_await plugins_.find(std::move(tool));
}

}  // namespace tactus::runtime
