// What template markers see in a run (language.md 5).
#include <tactus/program/templates.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {
namespace {

std::optional<Json> field(const JsonObject& object, const std::string& name) {
  if (const Json* value = object.if_contains(name)) return *value;
  return std::nullopt;
}

// A declared field without a value renders as empty text.
std::optional<Json> declared(const schema::Schema& schema, const std::string& name) {
  if (schema.find(name)) return Json("");
  return std::nullopt;
}

}  // namespace

std::string Run::render(const std::string& text, Agent* agent, const JsonObject* prepared) {
  if (text.find('{') == std::string::npos) return text;
  const auto look = [&](const std::string& root, const std::string& name) {
    return lookup(root, name, prepared);
  };
  const auto unresolved = [&](const std::string& marker) {
    if (agent) {
      auto& warned = agent->warned_markers;
      if (std::find(warned.begin(), warned.end(), marker) != warned.end()) return;
      warned.push_back(marker);
    }
    warn(ErrorCode::kValidation,
         fmt::format(
             "the template marker {{{}}} of agent '{}' resolves to nothing and stays as it is",
             marker, agent ? agent->declaration->name : "?"),
         agent ? agent->declaration->line : 0);
  };
  return program::render(text, look, unresolved);
}

// The value of `root.name`; `root` is empty for a bare name.
std::optional<Json> Run::lookup(const std::string& root, const std::string& name,
                                const JsonObject* prepared) {
  const Invocation* current = invocation();
  const auto from_input = [&]() -> std::optional<Json> {
    if (!current) return std::nullopt;
    if (auto value = field(current->input, name)) return value;
    return declared(current->procedure->input, name);
  };
  const auto from_state = [&]() -> std::optional<Json> {
    if (current && current->procedure != program_.main) {
      if (auto value = field(state_json(current->state_table, "state").as_object(), name))
        return value;
    }
    if (auto value = field(state_json(state_table, "State").as_object(), name)) return value;
    return current ? declared(current->procedure->state, name) : std::nullopt;
  };
  const auto from_context = [&]() -> std::optional<Json> {
    if (name == "run_id") return Json(log().identity().run_id);
    if (name == "procedure_id") return Json(log().identity().procedure_id);
    if (name == "procedure" && current) return Json(current->procedure->name);
    return current ? field(current->undeclared, name) : std::nullopt;
  };
  if (root == "input" || root == "params") return from_input();
  if (root == "state") return from_state();
  if (root == "context") return from_context();
  if (root == "prepared") return prepared ? field(*prepared, name) : std::nullopt;
  if (root == "env") {
    const auto& allowed = parts_.config.env_allow;
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) return std::nullopt;
    return Json(parts_.environment.get(name));
  }
  if (!root.empty()) return std::nullopt;
  if (auto value = from_input()) return value;
  if (auto value = current ? field(current->undeclared, name) : std::nullopt) return value;
  return from_state();
}

}  // namespace tactus::runtime
