// The tools one turn offers: names of the language resolved to what runs them (language.md 6.2).
// Uses: program, llm.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/program/program.hpp>

namespace tactus::runtime {

// One offered tool. Exactly one of `lua`, `procedure` is set, or neither for `done`.
struct ToolBinding {
  std::string name;  // As exposed to the model and recorded.
  llm::ToolSpec spec;
  std::shared_ptr<const program::ToolDeclaration> lua;
  std::shared_ptr<const program::ProcedureDeclaration> procedure;
  const schema::Schema& parameters() const;
};

struct ToolSet {
  std::vector<ToolBinding> tools;
  std::vector<std::string> clashes;  // Exposed names that were taken already; the first won.
  const ToolBinding* find(std::string_view name) const;
  std::vector<std::string> names() const;
};

// A tool of the file under the name by which models see it.
ToolBinding lua_tool(std::shared_ptr<const program::ToolDeclaration> declaration,
                     std::string exposed_name);
// The tool, in-file procedure or `done` of that name, or nothing.
std::optional<ToolBinding> find_tool(const program::Program& program, const std::string& name);
// All names that find_tool knows.
std::vector<std::string> tool_names(const program::Program& program);

// The tools of one turn. `entries`: nothing = `default_toolsets` of the configuration, and where it
// has none all registered tools and `done`. Fails with kToolNotFound naming the closest tool.
Result<ToolSet> resolve_tools(const program::Program& program,
                              const program::AgentDeclaration& agent,
                              const std::optional<std::vector<program::ToolEntry>>& entries,
                              const std::optional<std::vector<std::string>>& default_toolsets);

}  // namespace tactus::runtime
