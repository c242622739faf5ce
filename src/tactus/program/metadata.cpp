#include <tactus/program/metadata.hpp>

namespace tactus::program {
namespace {

void add_number(JsonObject& out, std::string_view key, int number) {
  if (number > 0) out[key] = number;
}

// A line of a module is one of another file.
template <typename Declaration>
void add_place(JsonObject& out, const Declaration& declaration) {
  add_number(out, "line", declaration.line);
  if (!declaration.file.empty()) out["file"] = declaration.file;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json text_or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

JsonArray findings_json(const std::vector<Finding>& findings) {
  JsonArray all;
  for (const Finding& finding : findings) all.push_back(to_json(finding));
  return all;
}

void add_line(JsonObject& out, const std::string& name, const std::map<std::string, int>& lines) {
  if (const auto line = lines.find(name); line != lines.end())
    add_number(out, "line", line->second);
}

JsonArray inputs_json(const Program& program) {
  JsonArray all;
  if (!program.main) return all;
  for (const schema::Field& field : program.main->input.fields) {
    JsonObject out;
    out["name"] = field.name;
    out["type"] = schema::type_name(field.type);
    out["required"] = field.required;
    if (field.default_value) out["default"] = *field.default_value;
    out["enum"] = nullptr;
    if (!field.enum_values.empty()) {
      out["enum"] = JsonArray(field.enum_values.begin(), field.enum_values.end());
    }
    if (field.minimum) out["minimum"] = *field.minimum;
    if (field.maximum) out["maximum"] = *field.maximum;
    out["description"] = text_or_null(field.description);
    add_line(out, field.name, program.input_lines);
    all.push_back(std::move(out));
  }
  return all;
}

JsonArray outputs_json(const Program& program) {
  JsonArray all;
  if (!program.main) return all;
  for (const schema::Field& field : program.main->output.fields) {
    JsonObject out;
    out["name"] = field.name;
    out["type"] = schema::type_name(field.type);
    out["required"] = field.required;
    out["description"] = text_or_null(field.description);
    add_line(out, field.name, program.output_lines);
    all.push_back(std::move(out));
  }
  return all;
}

JsonObject agent_json(const Program& program, const AgentDeclaration& agent) {
  JsonObject out;
  out["name"] = agent.name;
  out["provider"] = text_or_null(agent.provider ? agent.provider : program.default_provider);
  out["model"] = text_or_null(agent.model ? agent.model : program.default_model);
  // Absent: the agent may use all tools of the file.
  if (agent.tools) {
    JsonArray names;
    for (const ToolEntry& entry : *agent.tools) names.push_back(Json(entry.name));
    out["tools"] = std::move(names);
  }
  add_place(out, agent);
  return out;
}

JsonObject tool_json(const ToolDeclaration& tool) {
  JsonObject entry = {{"name", tool.name}, {"description", text_or_null(tool.description)}};
  add_place(entry, tool);
  return entry;
}

}  // namespace

JsonObject to_json(const Finding& finding) {
  JsonObject out;
  out["message"] = finding.message;
  out["code"] = error_code_name(finding.code);
  if (!finding.file.empty()) out["file"] = finding.file;
  add_number(out, "line", finding.line);
  add_number(out, "column", finding.column);
  add_number(out, "end_line", finding.end_line);
  add_number(out, "end_column", finding.end_column);
  if (!finding.hint.empty()) out["hint"] = finding.hint;
  return out;
}

JsonObject validation_json(const Program& program) {
  JsonObject out;
  out["valid"] = program.errors.empty();
  out["errors"] = findings_json(program.errors);
  out["warnings"] = findings_json(program.warnings);
  return out;
}

JsonObject metadata(const Program& program) {
  JsonObject out;
  out["path"] = program.path;
  out["name"] = program.name;
  const bool of_main = program.description.empty() && program.main;
  out["description"] = text_or_null(of_main ? program.main->description : program.description);
  out["mode"] = program.mode == Mode::kScript ? "script" : "main";
  out["inputs"] = inputs_json(program);
  out["outputs"] = outputs_json(program);
  JsonArray agents, tools, models, procedures;
  for (const auto& agent : program.agents) agents.push_back(agent_json(program, *agent));
  for (const auto& tool : program.tools) tools.push_back(tool_json(*tool));
  for (const auto& toolset : program.toolsets) {
    for (const ToolEntry& entry : toolset->entries) {
      if (entry.inline_tool) tools.push_back(tool_json(*entry.inline_tool));
    }
  }
  for (const auto& model : program.models) {
    JsonObject entry = {{"name", model->name}, {"type", text_or_null(model->type)}};
    add_number(entry, "line", model->line);
    models.push_back(std::move(entry));
  }
  for (const auto& procedure : program.procedures) {
    JsonObject entry = {{"name", procedure->name}};
    add_place(entry, *procedure);
    procedures.push_back(std::move(entry));
  }
  out["agents"] = std::move(agents);
  out["tools"] = std::move(tools);
  out["models"] = std::move(models);
  out["procedures"] = std::move(procedures);
  out["stages"] = JsonArray(program.stages.begin(), program.stages.end());
  out["validation"] = validation_json(program);
  return out;
}

}  // namespace tactus::program
