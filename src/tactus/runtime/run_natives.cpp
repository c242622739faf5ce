// Tools of MCP servers as a run sees them (language.md 6.7).
#include <tactus/base/text.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

boost::asio::awaitable<Result<NativeTools>> Run::natives_for(RunTask& task, NativeNeeds needs) {
  NativeTools none;
  if (needs.sets.empty()) co_return none;
  std::vector<Error> warnings;
  auto found = co_await mcp_.tools(std::move(needs), warnings);
  for (const Error& warning : warnings) {
    warn(&task, warning.code, warning.message + "; its tools are left out");
  }
  co_return found;
}

boost::asio::awaitable<Result<NativeTools>> Run::natives(
    RunTask& task, const std::optional<std::vector<program::ToolEntry>>& entries) {
  return natives_for(task, needed_natives(realm_of(task).program, entries,
                                          parts_.config.default_toolsets, mcp_.names()));
}

bool Run::may_be_native(const std::string& name) const {
  for (const std::string& server : mcp_.names()) {
    if (name.starts_with(native_tool_name(server, ""))) return true;
  }
  return false;
}

boost::asio::awaitable<Result<ToolBinding>> Run::native_tool(RunTask& task,
                                                             const std::string& name) {
  const std::vector<program::ToolEntry> entry = {{name, nullptr}};
  NativeNeeds needs = needed_natives(realm_of(task).program, entry, {}, mcp_.names());
  auto found = co_await natives_for(task, std::move(needs));
  if (!found) co_return fail(found.error());
  if (const ToolBinding* tool = found->find(name)) co_return *tool;
  Error error;
  error.code = ErrorCode::kToolNotFound;
  error.message = fmt::format("there is no tool '{}'", name);
  std::vector<std::string> known;
  for (const auto& [server, tools] : found->sets) {
    for (const ToolBinding& tool : tools) known.push_back(tool.name);
  }
  const auto match = closest_match(name, known);
  error.hint = match ? "did you mean '" + *match + "'?" : "there are: " + join(known, ", ");
  co_return fail(std::move(error));
}

}  // namespace tactus::runtime
