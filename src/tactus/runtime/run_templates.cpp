// What template markers see in a run (language.md 5).
#include <tactus/program/templates.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {
namespace {

std::optional<Json> field(const JsonObject& object, const std::string& name) {
  if (const Json* value = object.if_contains(name)) return *value;
  return std::nullopt;
}

// Cuts the first name off a path: up to the first '.' or '['.
std::string take_name(std::string_view& path) {
  const std::size_t end = std::min(path.find_first_of(".["), path.size());
  std::string name(path.substr(0, end));
  path.remove_prefix(end);
  return name;
}

// A declared field without a value renders as empty text.
std::optional<Json> declared(const schema::Schema& schema, const std::string& name) {
  if (schema.find(name)) return Json(nullptr);
  return std::nullopt;
}

// The value of `root.name`; `root` is empty for a bare name.
std::optional<Json> look_up_name(Run& run, RunTask& task, const std::string& root,
                                 const std::string& name, const JsonObject* prepared) {
  const Invocation* current = task.invocation();
  const auto from_input = [&]() -> std::optional<Json> {
    if (!current) return std::nullopt;
    if (auto value = field(current->input, name)) return value;
    return declared(current->procedure->input, name);
  };
  const auto from_state = [&]() -> std::optional<Json> {
    if (current && !current->call_id.empty()) {
      if (auto value = field(run.state_json(current->state_table, "state").as_object(), name))
        return value;
    }
    if (auto value =
            field(run.state_json(run.realm_of(task).state_table, "State").as_object(), name))
      return value;
    return current ? declared(current->procedure->state, name) : std::nullopt;
  };
  const auto from_context = [&]() -> std::optional<Json> {
    if (name == "run_id") return Json(run.log().identity().run_id);
    if (name == "procedure_id") return Json(run.log().identity().procedure_id);
    if (name == "procedure" && current) return Json(current->procedure->shown_name());
    if (name == "depth") return Json(task.depth());
    if (name == "parent_id") return current ? Json(current->parent) : Json("");
    return current ? field(current->undeclared, name) : std::nullopt;
  };
  if (root == "input" || root == "params") return from_input();
  if (root == "state") return from_state();
  if (root == "context") return from_context();
  if (root == "prepared") return prepared ? field(*prepared, name) : std::nullopt;
  if (root == "env") {
    const auto& allowed = run.parts().config.env_allow;
    const auto value = run.variable(task, name);
    if (!value && std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      return std::nullopt;
    return Json(value.value_or(""));
  }
  if (!root.empty()) return std::nullopt;
  if (auto value = from_input()) return value;
  if (auto value = current ? field(current->undeclared, name) : std::nullopt) return value;
  return from_state();
}

std::optional<Json> look_up(Run& run, RunTask& task, std::string_view path,
                            const JsonObject* prepared) {
  std::string root = take_name(path);
  std::string name = root;
  const bool is_root = root == "input" || root == "params" || root == "state" ||
                       root == "context" || root == "prepared" || root == "env";
  if (is_root && !path.empty() && path.front() == '.') {
    path.remove_prefix(1);
    name = take_name(path);
  } else {
    root.clear();
  }
  auto value = look_up_name(run, task, root, name, prepared);
  // Below a declared field without a value there is none either: both are empty text.
  if (!value || path.empty() || value->is_null()) return value;
  if (path.front() == '.') path.remove_prefix(1);
  return program::value_at_path(*value, path);
}

}  // namespace

std::string Run::render(RunTask& task, const std::string& text, Agent* agent,
                        const JsonObject* prepared, const Json* output) {
  if (text.find('{') == std::string::npos) return text;
  const auto look = [&](std::string_view path) {
    constexpr std::string_view kOutput = "output.";
    if (output && path.starts_with(kOutput))
      return program::value_at_path(*output, path.substr(kOutput.size()));
    return look_up(*this, task, path, prepared);
  };
  const auto unresolved = [&](std::string_view path) {
    const std::string marker(path);
    if (agent) {
      auto& warned = agent->warned_markers;
      if (std::find(warned.begin(), warned.end(), marker) != warned.end()) return;
      warned.push_back(marker);
    }
    warn(&task, ErrorCode::kValidation,
         fmt::format(
             "the template marker {{{}}} of agent '{}' resolves to nothing and stays as it is",
             marker, agent ? agent->declaration->name : "?"),
         agent ? agent->declaration->line : 0, agent ? place_of(*agent).file : std::string());
  };
  return program::render(text, look, unresolved);
}

}  // namespace tactus::runtime
