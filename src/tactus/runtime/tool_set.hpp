// Tools: names of the language resolved to what runs them (language.md 6.2).
// Uses: program, llm, vm.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include <tactus/llm/model.hpp>
#include <tactus/program/program.hpp>

namespace tactus::runtime {

class ToolSource;

// A tool that is neither Lua nor a procedure: one of an MCP server, say. `call` gets checked
// arguments and may be called any number of times at once; it ends by itself after `timeout_s`
// with kToolTimeout, and with kCancelled when the run is stopped. `progress` may be null.
struct NativeTool {
  using Progress = std::function<void(std::string message, std::optional<double> fraction)>;
  std::function<boost::asio::awaitable<Result<Json>>(Json args, Progress progress)> call;
  double timeout_s = 60;
  std::string description;
  JsonObject json_parameters;
  schema::Schema parameters;  // The same, for checking.
};

// One offered tool. Exactly one of `lua`, `procedure`, `native` is set, or none for `done`.
struct ToolBinding {
  std::string name;  // As exposed to the model and recorded.
  llm::ToolSpec spec;
  std::shared_ptr<const program::ToolDeclaration> lua;
  std::shared_ptr<const program::ProcedureDeclaration> procedure;
  std::shared_ptr<const NativeTool> native;
  bool is_done() const { return !lua && !procedure && !native; }
  const schema::Schema& parameters() const;
};

// The tools of MCP servers that a run has at hand, by server.
struct NativeTools {
  std::map<std::string, std::vector<ToolBinding>> sets;
  const ToolBinding* find(std::string_view exposed_name) const;
};

// The servers that a list of tools needs.
struct NativeNeeds {
  std::vector<std::string> sets;
  bool required = false;  // Listed by name: the turn cannot do without. Else merely registered.
};

struct ToolSet {
  std::vector<ToolBinding> tools;
  std::vector<std::string> clashes;  // Exposed names that were taken already; the first won.
  std::vector<Error> warnings;       // What sets had to do without.
  const ToolBinding* find(std::string_view name) const;
  std::vector<std::string> names() const;
};

using Toolsets = std::vector<std::shared_ptr<const program::ToolsetDeclaration>>;

// Where names are looked up. References outlive the lookup.
struct ToolScope {
  const program::Program& program;
  vm::Vm& vm;  // In which `filter` functions of the program run.
  const Toolsets& configured;
  ToolSource* outside = nullptr;  // Null: no servers, no plugins.
};

// A tool of the file under the name by which models see it.
ToolBinding lua_tool(std::shared_ptr<const program::ToolDeclaration> declaration,
                     std::string exposed_name);
// An in-file procedure as a tool.
ToolBinding procedure_tool(std::shared_ptr<const program::ProcedureDeclaration> declaration);
// What the file alone has under that name: a tool, procedure, member of a toolset or `done`.
std::optional<ToolBinding> find_tool(const program::Program& program, const std::string& name);
// All names that find_tool knows.
std::vector<std::string> tool_names(const program::Program& program);

// How models see the tool of a server: "server_tool", what providers do not take in names replaced
// by '_'.
std::string native_tool_name(std::string_view server, std::string_view tool);

// The tools of one turn. `entries`: nothing = `default_toolsets` of the configuration, and where it
// has none all registered tools and `done`. Fails with kToolNotFound naming the closest tool, and
// with what a needed server, plugin or filter fails with.
boost::asio::awaitable<Result<ToolSet>> resolve_tools(
    ToolScope scope, const program::AgentDeclaration& agent,
    const std::optional<std::vector<program::ToolEntry>>& entries,
    const std::optional<std::vector<std::string>>& default_toolsets);
// The tools of a toolset. Fails likewise.
boost::asio::awaitable<Result<ToolSet>> resolve_toolset(
    ToolScope scope, std::shared_ptr<const program::ToolsetDeclaration> toolset);
// The single tool of that exposed name, in the file or outside of it. Fails with kToolNotFound.
boost::asio::awaitable<Result<ToolBinding>> resolve_tool(ToolScope scope, std::string name);

}  // namespace tactus::runtime
