#include <tactus/program/program.hpp>

namespace tactus::program {
namespace {

template <typename Declarations>
auto find_named(const Declarations& declarations, std::string_view name) ->
    typename Declarations::value_type::element_type const* {
  for (const auto& declaration : declarations) {
    if (declaration->name == name) return declaration.get();
  }
  return nullptr;
}

}  // namespace

const AgentDeclaration* Program::find_agent(std::string_view name_sought) const {
  return find_named(agents, name_sought);
}
const ToolDeclaration* Program::find_tool(std::string_view name_sought) const {
  return find_named(tools, name_sought);
}
const ProcedureDeclaration* Program::find_procedure(std::string_view name_sought) const {
  return find_named(procedures, name_sought);
}

std::shared_ptr<const ToolsetDeclaration> Program::find_toolset(
    std::string_view name_sought) const {
  for (const auto& toolset : toolsets) {
    if (toolset->name == name_sought) return toolset;
  }
  return nullptr;
}

}  // namespace tactus::program
