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

// `entries`: nothing = all registered tools and `done`. Fails with kToolNotFound naming the closest
// tool.
Result<ToolSet> resolve_tools(const program::Program& program,
                              const program::AgentDeclaration& agent,
                              const std::optional<std::vector<program::ToolEntry>>& entries);

}  // namespace tactus::runtime
