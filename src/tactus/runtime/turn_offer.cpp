// Which tools a turn offers.
#include <tactus/runtime/tool_source.hpp>
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {

boost::asio::awaitable<Result<void>> Turn::find_tools() {
  const program::AgentDeclaration& declaration = *agent_.declaration;
  const ToolScope scope{agent_.realm->program, run_.vm(), run_.parts().config.toolsets,
                        &run_.tool_source()};
  const auto& listed = options_.tools ? options_.tools : declaration.tools;
  auto tools =
      co_await resolve_tools(scope, declaration, listed, run_.parts().config.default_toolsets);
  if (!tools) {
    Error error = std::move(tools.error());
    if (!error.place) error.place = place_of(agent_);
    co_return fail(std::move(error));
  }
  tools_ = std::move(*tools);
  co_return Result<void>{};
}

void Turn::warn_of_tools() {
  const std::string agent = fmt::format("agent '{}'", agent_.declaration->name);
  for (const std::string& name : tools_.clashes) {
    run_.warn(&task_, ErrorCode::kValidation,
              fmt::format("{} offers the tool '{}' twice; the first is used", agent, name));
  }
  for (const Error& warning : tools_.warnings)
    run_.warn(&task_, warning.code, fmt::format("{}: {}", agent, warning.message));
}

}  // namespace tactus::runtime
