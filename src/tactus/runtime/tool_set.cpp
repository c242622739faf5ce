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

ToolBinding procedure_tool(std::shared_ptr<const program::ProcedureDeclaration> declaration) {
  ToolBinding tool;
  tool.name = declaration->name;
  tool.spec.name = declaration->name;
  tool.spec.description = declaration->description;
  tool.spec.parameters = schema::to_json_schema(declaration->input);
  tool.procedure = std::move(declaration);
  return tool;
}

std::optional<ToolBinding> find_tool(const program::Program& program, const std::string& name) {
  for (const auto& tool : program.tools) {
    if (tool->name == name) return lua_tool(tool, name);
  }
  for (const auto& procedure : program.procedures) {
    if (procedure->name == name && procedure != program.main) return procedure_tool(procedure);
  }
  for (const auto& toolset : program.toolsets) {
    for (const program::ToolEntry& entry : toolset->entries) {
      if (entry.inline_tool && entry.name == name) return lua_tool(entry.inline_tool, name);
    }
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
  for (const auto& toolset : program.toolsets) {
    for (const program::ToolEntry& entry : toolset->entries) {
      if (entry.inline_tool) names.push_back(entry.name);
    }
  }
  names.emplace_back(kDone);
  return names;
}

const schema::Schema& ToolBinding::parameters() const {
  if (lua) return lua->parameters;
  if (native) return native->parameters;
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

}  // namespace tactus::runtime
