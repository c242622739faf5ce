// What can be checked only when the whole file is known (language.md 1.6).
#include <algorithm>
#include <array>
#include <set>

#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/loader.hpp>
#include <tactus/program/templates.hpp>

namespace tactus::program {
namespace {

// The place of a key of the agent.
Finding at_key(const Loader& loader, const AgentDeclaration& agent, const TablePath& path,
               std::string message, std::string hint) {
  const Site site = loader.site_of("agent", agent.name, agent.file, agent.line);
  return loader.finding_at(site, path, std::move(message), std::move(hint));
}

void check_pending(Loader& loader, lua_State* state) {
  for (const Pending& pending : loader.pending) {
    if (pending.finished) continue;
    const bool callable = pending.function == "procedure" || pending.function == "tool";
    const char* missing = pending.function == "prompt" ? "text"
                          : callable                   ? "function"
                                                       : "configuration";
    const std::string hint =
        pending.function == "prompt" ? fmt::format("prompt(\"{}\", \"…\")", pending.name)
        : callable                   ? fmt::format(
                         "{}(\"{}\", {{ … }}, function() … end); if a variable holds the "
                                           "function, it must be defined above this line",
                         pending.function, pending.name)
                   : fmt::format("{}(\"{}\", {{ … }})", pending.function, pending.name);
    loader.error(
        loader.finding_at(pending.site, {},
                          fmt::format("{} '{}' has no {}", pending.function, pending.name, missing),
                          hint),
        state);
  }
}

// The procedure that the global `main` holds, whatever its name. [-0, +0, e]
std::shared_ptr<ProcedureDeclaration> main_by_global(lua_State* state, const Program& program) {
  lua_pushglobaltable(state);
  lua_pushstring(state, "main");
  lua_rawget(state, -2);
  const auto object = declared_object(state, -1);
  lua_pop(state, 2);
  if (!object || object->kind != ObjectKind::kProcedure) return nullptr;
  for (const auto& procedure : program.procedures) {
    if (procedure->name == object->name) return procedure;
  }
  return nullptr;
}

void report_no_main(Loader& loader, lua_State* state) {
  const bool begun =
      std::any_of(loader.pending.begin(), loader.pending.end(),
                  [](const Pending& p) { return p.function == "procedure" && p.name == "main"; });
  if (begun || loader.main_failed || loader.stopped) return;  // The cause has been reported.
  Finding finding;
  finding.code = ErrorCode::kNoMain;
  finding.message = "a main procedure declaration is required";
  finding.hint = "add: main = procedure(\"main\", {}, function() … end)";
  finding.line = loader.map.plain_main_line();
  if (finding.line > 0) {
    finding.message += "; `main` here is a plain Lua function";
    finding.hint = "make it one: main = procedure(\"main\", {}, function() … end)";
  } else if (loader.program.procedures.size() == 1) {
    finding.line = loader.program.procedures.front()->line;
    finding.file = loader.program.procedures.front()->file;
    finding.hint = fmt::format(
        "name the procedure '{}' \"main\", or declare another one with that "
        "name",
        loader.program.procedures.front()->name);
  }
  loader.error(std::move(finding), state);
}

void find_main(Loader& loader, lua_State* state) {
  Program& program = loader.program;
  if (program.mode == Mode::kScript) return;
  for (const auto& procedure : program.procedures) {
    if (procedure->name == "main") program.main = procedure;
  }
  if (!program.main) program.main = main_by_global(state, program);
  if (!program.main) report_no_main(loader, state);
}

// Top-level blocks serve where main's own configuration says nothing.
void apply_file_blocks(Loader& loader) {
  Program& program = loader.program;
  if (loader.file_input && (!program.main || program.main->input.empty())) {
    if (program.main) program.main->input = loader.file_input->schema;
    program.input_line = loader.file_input->line;
    program.input_lines = loader.file_input->field_lines;
  }
  if (loader.file_output && (!program.main || !program.main->has_output)) {
    if (program.main) {
      program.main->output = loader.file_output->schema;
      program.main->has_output = !program.main->output.empty();
    }
    program.output_line = loader.file_output->line;
    program.output_lines = loader.file_output->field_lines;
  }
  for (const auto& procedure : program.procedures) apply_file_defaults(loader, *procedure);
  if (program.main) apply_file_defaults(loader, *program.main);
}

// Everything a tool list may name, wherever it is declared.
std::set<std::string> known_tools(const Loader& loader) {
  std::set<std::string> names = {"done"};
  for (const auto& tool : loader.program.tools) names.insert(tool->name);
  for (const auto& procedure : loader.program.procedures) names.insert(procedure->name);
  for (const auto& toolset : loader.program.toolsets) {
    names.insert(toolset->name);
    for (const ToolEntry& entry : toolset->entries) {
      if (entry.inline_tool) names.insert(entry.name);
    }
  }
  for (const LoadedFile& file : loader.files) {
    for (const CallSite& call : file.map.calls()) {
      const bool tool =
          call.function == "tool" || call.function == "toolset" || call.function == "procedure";
      if (tool && call.name) names.insert(*call.name);
    }
  }
  names.erase("main");
  for (const std::string& set : loader.program.outside_sets) names.insert(set);
  return names;
}

class ToolNameCheck {
 public:
  explicit ToolNameCheck(Loader& loader) : loader_(loader), known_(known_tools(loader)) {}

  // Warns about names in the list of what is declared at `site`, once for each.
  void check(const std::vector<ToolEntry>& entries, const Site& site, const char* key,
             const std::string& what) {
    for (const ToolEntry& entry : entries) {
      const bool object = entry.inline_tool || entry.tool || entry.procedure || entry.toolset;
      if (object || known_.contains(entry.name) || may_be_outside(entry.name)) continue;
      const std::vector<std::string> names(known_.begin(), known_.end());
      const auto match = closest_match(entry.name, names);
      Finding finding = loader_.finding_at(
          site, {std::string(key)},
          fmt::format("{} lists the tool '{}', which does not exist", what, entry.name),
          match ? fmt::format("did you mean '{}'?", *match) : "there are: " + join(names, ", "));
      finding.code = ErrorCode::kToolNotFound;
      loader_.warn(std::move(finding));
    }
  }

 private:
  // The tools of servers are named after them; those of plugins can be called anything.
  bool may_be_outside(const std::string& name) const {
    const auto& sets = loader_.program.outside_sets;
    return std::any_of(sets.begin(), sets.end(), [&](const std::string& set) {
      return set == "plugin" || name.starts_with(set + "_");
    });
  }

  Loader& loader_;
  std::set<std::string> known_;
};

void check_tool_names(Loader& loader) {
  ToolNameCheck names(loader);
  for (const auto& agent : loader.program.agents) {
    if (!agent->tools) continue;
    names.check(*agent->tools, loader.site_of("agent", agent->name, agent->file, agent->line),
                "tools", fmt::format("agent '{}'", agent->name));
  }
  for (const auto& toolset : loader.program.toolsets) {
    const char* key = toolset->type == ToolsetType::kFiltered   ? "source"
                      : toolset->type == ToolsetType::kCombined ? "sources"
                                                                : "tools";
    names.check(toolset->entries,
                loader.site_of("toolset", toolset->name, toolset->file, toolset->line), key,
                fmt::format("toolset '{}'", toolset->name));
  }
}

// A script and the provider that sends it go together.
void check_scripts(Loader& loader) {
  for (const auto& agent : loader.program.agents) {
    const auto& provider = agent->provider ? agent->provider : loader.program.default_provider;
    if (!provider || (*provider == "scripted") == agent->script.has_value()) continue;
    if (agent->script) {
      loader.warn(at_key(loader, *agent, {std::string("script")},
                         fmt::format("agent '{}': `script` has no effect with the provider '{}'",
                                     agent->name, *provider),
                         "set provider = \"scripted\", or remove `script`"));
    } else {
      loader.warn(at_key(loader, *agent, {std::string("provider")},
                         fmt::format("agent '{}' has no `script` to answer from", agent->name),
                         "for example: script = { \"Hello\", { text = \"Bye\" } }"));
    }
  }
}

// An agent may read the history of another one, wherever that is declared.
void check_history_sources(Loader& loader) {
  std::set<std::string> known = {"own", "shared"};
  for (const auto& agent : loader.program.agents) known.insert(agent->name);
  for (const CallSite& call : loader.map.calls()) {
    if (call.function == "agent" && call.name) known.insert(*call.name);
  }
  const std::vector<std::string> names(known.begin(), known.end());
  for (const auto& agent : loader.program.agents) {
    const std::string& source = agent->memory.source;
    if (source.empty() || known.contains(source)) continue;
    const auto match = closest_match(source, names);
    loader.warn(at_key(
        loader, *agent, {std::string("message_history")},
        fmt::format("agent '{}' takes the history of '{}', which is no agent", agent->name, source),
        match ? fmt::format("did you mean '{}'?", *match) : "there are: " + join(names, ", ")));
  }
}

// Input fields of all procedures; nothing when one of them takes whatever it is given.
std::optional<std::vector<std::string>> all_input_fields(const Program& program) {
  std::vector<std::string> names;
  std::vector<const ProcedureDeclaration*> procedures;
  for (const auto& procedure : program.procedures) procedures.push_back(procedure.get());
  if (program.main) procedures.push_back(program.main.get());
  for (const ProcedureDeclaration* procedure : procedures) {
    if (procedure->input.fields.empty()) return std::nullopt;
    for (const schema::Field& field : procedure->input.fields) names.push_back(field.name);
  }
  if (names.empty()) return std::nullopt;
  return names;
}

// Why the marker can never have a value, and what to do; nothing when it may.
std::optional<std::pair<std::string, std::string>> unresolvable(
    std::string_view marker, bool has_prepare,
    const std::optional<std::vector<std::string>>& inputs) {
  static const std::vector<std::string> kRoots = {"input",    "params", "state", "context",
                                                  "prepared", "output", "env"};
  const std::size_t dot = marker.find_first_of(".[");
  if (dot == std::string_view::npos || marker[dot] == '[') return std::nullopt;  // A bare name.
  const std::string root(marker.substr(0, dot));
  if (std::find(kRoots.begin(), kRoots.end(), root) == kRoots.end()) {
    const auto match = closest_match(root, kRoots);
    // `{task.name}` may be a field of a table in the input or the state.
    if (!match) return std::nullopt;
    return std::pair(fmt::format("nothing is named `{}`", root),
                     fmt::format("did you mean `{{{}{}}}`?", *match, marker.substr(dot)));
  }
  if (root == "prepared" && !has_prepare) {
    return std::pair(std::string("the agent has no `prepare`"),
                     std::string("add: prepare = function() return { … } end"));
  }
  if ((root != "input" && root != "params") || !inputs) return std::nullopt;
  const std::string_view rest = marker.substr(dot + 1);
  const std::string field(rest.substr(0, rest.find_first_of(".[")));
  if (std::find(inputs->begin(), inputs->end(), field) != inputs->end()) return std::nullopt;
  const auto match = closest_match(field, *inputs);
  return std::pair(fmt::format("no procedure declares the input `{}`", field),
                   match ? fmt::format("did you mean `{{{}.{}}}`?", root, *match)
                         : "inputs: " + join(*inputs, ", "));
}

void check_templates(Loader& loader) {
  const auto inputs = all_input_fields(loader.program);
  for (const auto& agent : loader.program.agents) {
    const std::array<std::pair<const char*, const std::string*>, 2> texts = {
        {{"system_prompt", &agent->system_prompt},
         {"initial_message", agent->initial_message ? &*agent->initial_message : nullptr}}};
    for (const auto& [key, text] : texts) {
      if (!text) continue;
      for (const std::string& marker : template_markers(*text)) {
        const auto why = unresolvable(marker, static_cast<bool>(agent->prepare), inputs);
        if (!why) continue;
        loader.warn(
            at_key(loader, *agent, {std::string(key)},
                   fmt::format("agent '{}': the marker {{{}}} in `{}` never has a value: {}",
                               agent->name, marker, key, why->first),
                   why->second));
      }
    }
  }
}

}  // namespace

void apply_file_defaults(const Loader& loader, ProcedureDeclaration& procedure) {
  const auto fill = [](auto& own, const auto& of_file) {
    if (!own) own = of_file;
  };
  fill(procedure.max_turns, loader.file_max_turns);
  fill(procedure.max_depth, loader.file_max_depth);
  fill(procedure.return_prompt, loader.file_return_prompt);
  fill(procedure.error_prompt, loader.file_error_prompt);
  fill(procedure.status_prompt, loader.file_status_prompt);
}

void finish_program(lua_State* state, Loader& loader) {
  if (!loader.stopped) check_pending(loader, state);
  find_main(loader, state);
  apply_file_blocks(loader);
  if (loader.stopped) return;
  check_tool_names(loader);
  check_scripts(loader);
  check_history_sources(loader);
  check_templates(loader);
}

}  // namespace tactus::program
