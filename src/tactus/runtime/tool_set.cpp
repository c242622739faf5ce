#include <algorithm>
#include <set>

#include <tactus/base/text.hpp>
#include <tactus/runtime/tool_set.hpp>

namespace tactus::runtime {
namespace {

constexpr const char* kDone = "done";

const schema::Schema& done_parameters() {
  static const schema::Schema schema = [] {
    schema::Schema fields;
    schema::Field reason;
    reason.name = "reason";
    reason.type = schema::Type::kString;
    reason.default_value = Json("Task completed");
    reason.description = "What was achieved, or why the task ends";
    schema::Field success;
    success.name = "success";
    success.type = schema::Type::kBoolean;
    success.default_value = Json(true);
    success.description = "Whether the task succeeded";
    fields.fields = {std::move(reason), std::move(success)};
    return fields;
  }();
  return schema;
}

ToolBinding done_tool() {
  ToolBinding tool;
  tool.name = kDone;
  tool.spec.name = kDone;
  tool.spec.description = "Call this when the task is finished";
  tool.spec.parameters = schema::to_json_schema(done_parameters());
  return tool;
}

ToolBinding procedure_tool(std::shared_ptr<const program::ProcedureDeclaration> declaration) {
  ToolBinding tool;
  tool.name = declaration->name;
  tool.spec.name = declaration->name;
  tool.spec.description = declaration->description;
  tool.spec.parameters = schema::to_json_schema(declaration->input);
  tool.procedure = std::move(declaration);
  return tool;
}

std::optional<ToolBinding> find_registered(const program::Program& program,
                                           const program::AgentDeclaration& agent,
                                           const std::string& name) {
  if (name != kDone) {
    if (auto tool = find_tool(program, name)) return tool;
  }
  // The agent's own inline tools, by short or exposed name (a turn's list may name them).
  for (const program::ToolEntry& entry : agent.tools.value_or(std::vector<program::ToolEntry>{})) {
    if (!entry.inline_tool) continue;
    const std::string exposed = agent.name + "_" + entry.inline_tool->name;
    if (name == exposed || name == entry.inline_tool->name)
      return lua_tool(entry.inline_tool, exposed);
  }
  return find_tool(program, name);
}

Error not_found(const program::Program& program, const program::AgentDeclaration& agent,
                const NativeTools& natives, const std::string& name) {
  std::vector<std::string> known = tool_names(program);
  for (const auto& [server, tools] : natives.sets) {
    known.push_back(server);
    for (const ToolBinding& tool : tools) known.push_back(tool.name);
  }
  Error error;
  error.code = ErrorCode::kToolNotFound;
  error.message =
      fmt::format("agent '{}' lists the tool '{}', which does not exist", agent.name, name);
  const auto match = closest_match(name, known);
  error.hint = match ? "did you mean '" + *match + "'?" : "there are: " + join(known, ", ");
  return error;
}

// Entries with the names of toolsets replaced by those of their tools.
std::vector<program::ToolEntry> expanded(const program::Program& program,
                                         const std::vector<program::ToolEntry>& entries) {
  std::vector<program::ToolEntry> all;
  for (const program::ToolEntry& entry : entries) {
    const auto set = program.toolsets.find(entry.name);
    if (entry.inline_tool || set == program.toolsets.end()) {
      all.push_back(entry);
      continue;
    }
    for (const std::string& member : set->second) all.push_back({member, nullptr});
  }
  return all;
}

}  // namespace

ToolBinding lua_tool(std::shared_ptr<const program::ToolDeclaration> declaration,
                     std::string exposed_name) {
  ToolBinding tool;
  tool.name = std::move(exposed_name);
  tool.spec.name = tool.name;
  tool.spec.description = declaration->description;
  tool.spec.parameters = declaration->json_parameters;
  tool.lua = std::move(declaration);
  return tool;
}

std::optional<ToolBinding> find_tool(const program::Program& program, const std::string& name) {
  for (const auto& tool : program.tools) {
    if (tool->name == name) return lua_tool(tool, name);
  }
  for (const auto& procedure : program.procedures) {
    if (procedure->name == name && procedure != program.main) return procedure_tool(procedure);
  }
  if (name == kDone) return done_tool();
  return std::nullopt;
}

std::vector<std::string> tool_names(const program::Program& program) {
  std::vector<std::string> names;
  for (const auto& tool : program.tools) names.push_back(tool->name);
  for (const auto& procedure : program.procedures) {
    if (procedure != program.main) names.push_back(procedure->name);
  }
  names.emplace_back(kDone);
  return names;
}

const schema::Schema& ToolBinding::parameters() const {
  if (native) return native->parameters;
  if (lua) return lua->parameters;
  return procedure ? procedure->input : done_parameters();
}

const ToolBinding* NativeTools::find(std::string_view exposed_name) const {
  for (const auto& [server, tools] : sets) {
    for (const ToolBinding& tool : tools) {
      if (tool.name == exposed_name) return &tool;
    }
  }
  return nullptr;
}

std::string native_tool_name(std::string_view server, std::string_view tool) {
  std::string name = fmt::format("{}_{}", server, tool);
  for (char& c : name) {
    const bool taken = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-';
    if (!taken) c = '_';
  }
  return name;
}

NativeNeeds needed_natives(const program::Program& program,
                           const std::optional<std::vector<program::ToolEntry>>& entries,
                           const std::optional<std::vector<std::string>>& default_toolsets,
                           const std::vector<std::string>& known) {
  if (known.empty()) return {};
  if (!entries && !default_toolsets) return {known, false};
  std::set<std::string> names;
  for (const program::ToolEntry& entry : entries.value_or(std::vector<program::ToolEntry>{})) {
    if (!entry.inline_tool) names.insert(entry.name);
  }
  if (!entries) names.insert(default_toolsets->begin(), default_toolsets->end());
  NativeNeeds needs;
  needs.required = true;
  for (const std::string& server : known) {
    const std::string prefix = native_tool_name(server, "");
    const bool needed = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      if (program.toolsets.contains(name) || find_tool(program, name)) return false;
      return name == server || name.starts_with(prefix);
    });
    if (needed) needs.sets.push_back(server);
  }
  return needs;
}

const ToolBinding* ToolSet::find(std::string_view name) const {
  for (const ToolBinding& tool : tools) {
    if (tool.name == name) return &tool;
  }
  return nullptr;
}

std::vector<std::string> ToolSet::names() const {
  std::vector<std::string> all;
  for (const ToolBinding& tool : tools) all.push_back(tool.name);
  return all;
}

Result<ToolSet> resolve_tools(const program::Program& program,
                              const program::AgentDeclaration& agent,
                              const std::optional<std::vector<program::ToolEntry>>& entries,
                              const std::optional<std::vector<std::string>>& default_toolsets,
                              const NativeTools& natives) {
  ToolSet set;
  const auto add = [&](ToolBinding tool) {
    if (set.find(tool.name)) {
      set.clashes.push_back(tool.name);
    } else {
      set.tools.push_back(std::move(tool));
    }
  };
  if (!entries && !default_toolsets) {
    for (const auto& tool : program.tools) add(lua_tool(tool, tool->name));
    for (const auto& [server, tools] : natives.sets) {
      for (const ToolBinding& tool : tools) add(tool);
    }
    add(done_tool());
    return set;
  }
  std::vector<program::ToolEntry> listed = entries.value_or(std::vector<program::ToolEntry>{});
  if (!entries) {
    for (const std::string& name : *default_toolsets) listed.push_back({name, nullptr});
  }
  for (const program::ToolEntry& entry : expanded(program, listed)) {
    if (entry.inline_tool) {
      add(lua_tool(entry.inline_tool, agent.name + "_" + entry.inline_tool->name));
      continue;
    }
    if (auto found = find_registered(program, agent, entry.name)) {
      add(std::move(*found));
    } else if (const auto server = natives.sets.find(entry.name); server != natives.sets.end()) {
      for (const ToolBinding& tool : server->second) add(tool);
    } else if (const ToolBinding* tool = natives.find(entry.name)) {
      add(*tool);
    } else {
      return fail(not_found(program, agent, natives, entry.name));
    }
  }
  return set;
}

}  // namespace tactus::runtime
