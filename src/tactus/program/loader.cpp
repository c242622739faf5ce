#include <algorithm>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/loader.hpp>
#include <tactus/program/toolset.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

// Keys of the registry: their addresses count.
const char kRegistryKeys[2] = {};
const char* const kLoaderKey = &kRegistryKeys[0];
const char* const kObjectsKey = &kRegistryKeys[1];

bool is_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !is_letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

std::string_view object_kind_name(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kAgent:
      return "agent";
    case ObjectKind::kTool:
      return "tool";
    case ObjectKind::kProcedure:
      return "procedure";
    case ObjectKind::kToolset:
      return "toolset";
    case ObjectKind::kModel:
      return "model";
  }
  return "object";
}

Loader::Loader(vm::Vm& interpreter, const Source& source, ObjectFactory& object_factory,
               Program& target)
    : vm(interpreter),
      factory(object_factory),
      program(target),
      read_file(source.read_file),
      files{{source.path.empty() ? "untitled.tac" : source.path, SourceMap(source.text)}},
      map(files.front().map),
      chunk_name(files.front().path) {}

const LoadedFile* Loader::file_named(std::string_view path) const {
  for (const LoadedFile& file : files) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

std::string Loader::file_of(const Site& site) const {
  return site.file && site.file != &files.front() ? site.file->path : std::string();
}

Site Loader::site_of(std::string_view function, const std::string& name, const std::string& file,
                     int line) const {
  Site site;
  site.line = line;
  site.file = file.empty() ? &files.front() : file_named(file);
  if (site.file) site.call = site.file->map.find_call(function, line, name);
  return site;
}

void Loader::error(Finding finding, lua_State* state) {
  if (declaring) {
    program.errors.push_back(std::move(finding));
    return;
  }
  Error error;
  error.code = finding.code;
  error.message = std::move(finding.message);
  error.hint = std::move(finding.hint);
  error.place =
      Place{finding.file.empty() ? chunk_name : finding.file, finding.line, finding.column};
  vm::raise(state, std::move(error));
}

void Loader::warn(Finding finding) { program.warnings.push_back(std::move(finding)); }

Finding Loader::finding_at(const Site& site, const TablePath& path, std::string message,
                           std::string hint) const {
  Finding finding;
  finding.message = std::move(message);
  finding.hint = std::move(hint);
  finding.line = site.line;
  finding.file = file_of(site);
  if (!site.call) return finding;
  const SourceMap& source = site.file ? site.file->map : map;
  std::optional<Span> span;
  if (site.call->table) span = source.locate(*site.call->table, path);
  if (!span) span = source.span_of_token(site.call->begin);
  finding.line = span->line;
  finding.column = span->column;
  finding.end_line = span->end_line;
  finding.end_column = span->end_column;
  return finding;
}

Site Loader::site_of_call(lua_State* state, std::string_view function,
                          std::string_view name) const {
  const Place place = vm::place_of_caller(state);
  Site site;
  site.line = place.line;
  site.file = file_named(place.file);
  if (site.file) site.call = site.file->map.find_call(function, place.line, name);
  return site;
}

bool Loader::check_name(lua_State* state, std::string_view function, const std::string& name,
                        const Site& site) {
  if (is_name(name)) return true;
  error(finding_at(site, {}, fmt::format("{} '{}': this is not a valid name", function, name),
                   "names begin with a letter or _ and go on with letters, digits, _ and -"),
        state);
  return false;
}

void Loader::remember_object(lua_State* state, DeclaredObject object) {
  luaL_checkstack(state, 4, nullptr);
  if (lua_rawgetp(state, LUA_REGISTRYINDEX, kObjectsKey) != LUA_TTABLE) {
    lua_pop(state, 1);
    lua_newtable(state);
    lua_pushvalue(state, -1);
    lua_rawsetp(state, LUA_REGISTRYINDEX, kObjectsKey);
  }
  objects->push_back(std::move(object));
  lua_pushvalue(state, -2);
  lua_pushinteger(state, static_cast<lua_Integer>(objects->size()));
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

bool Loader::report_duplicate(lua_State* state, ObjectKind kind, const std::string& name,
                              Place first, const Site& site) {
  const std::string_view kind_name = object_kind_name(kind);
  const bool elsewhere = first.file != file_of(site);
  const std::string other = !elsewhere ? "" : first.file.empty() ? chunk_name : first.file;
  error(finding_at(site, {},
                   fmt::format("{} '{}' is declared twice; the first is in line {}{}{}", kind_name,
                               name, first.line, elsewhere ? " of " : "", other),
                   name == "main" && kind == ObjectKind::kProcedure
                       ? "a procedure without a name is `main`; give one of them a name"
                       : fmt::format("rename one of them, or remove this {}", kind_name)),
        state);
  return true;
}

// While the file is declared a second declaration of a name is an error; while it runs, a body that
// runs again declares its objects again, and the name then means the new one.
template <typename Declaration>
bool Loader::add(lua_State* state, std::vector<std::shared_ptr<Declaration>>& all, ObjectKind kind,
                 const std::shared_ptr<Declaration>& added, const Site& site) {
  for (auto& existing : all) {
    if (existing->name != added->name) continue;
    if (declaring)
      return !report_duplicate(state, kind, added->name, {existing->file, existing->line, 0}, site);
    existing = added;
    return true;
  }
  all.push_back(added);
  return true;
}

void Loader::declare_agent(lua_State* state, std::shared_ptr<AgentDeclaration> agent,
                           const Site& site) {
  const DeclaredObject object{ObjectKind::kAgent, agent->name};
  add(state, program.agents, object.kind, agent, site);
  factory.push_agent(state, std::move(agent));
  remember_object(state, object);
  name_object(state, object, site);
}

void Loader::declare_procedure(lua_State* state, std::shared_ptr<ProcedureDeclaration> procedure,
                               const Site& site) {
  DeclaredObject object{ObjectKind::kProcedure, procedure->name};
  object.procedure = procedure;
  add(state, program.procedures, object.kind, procedure, site);
  factory.push_procedure(state, std::move(procedure));
  remember_object(state, object);
  name_object(state, object, site);
}

void Loader::declare_model(lua_State* state, std::shared_ptr<ModelDeclaration> model,
                           const Site& site) {
  const DeclaredObject object{ObjectKind::kModel, model->name};
  add(state, program.models, object.kind, model, site);
  factory.push_model(state, std::move(model));
  remember_object(state, object);
  name_object(state, object, site);
}

void Loader::check_reserved(lua_State* state, const std::string& tool, const Site& site) {
  if (tool != "done") return;
  error(finding_at(site, {}, "the tool name 'done' is reserved: it is the tool that ends a turn",
                   "give this tool another name"),
        state);
}

void Loader::declare_toolset(lua_State* state, const std::shared_ptr<ToolsetDeclaration>& toolset,
                             const Site& site) {
  add(state, program.toolsets, ObjectKind::kToolset, toolset, site);
  push_toolset(state, toolset);
}

void Loader::declare_tool(lua_State* state, std::shared_ptr<ToolDeclaration> tool,
                          const Site& site) {
  check_reserved(state, tool->name, site);
  if (tool->name != "done") add(state, program.tools, ObjectKind::kTool, tool, site);
  DeclaredObject object{ObjectKind::kTool, tool->name};
  object.tool = tool;
  factory.push_tool(state, std::move(tool));
  remember_object(state, std::move(object));
}

void sort_by_place(std::vector<Finding>& findings) {
  const auto before = [](const Finding& a, const Finding& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  };
  for (auto next = findings.begin(); next != findings.end(); ++next) {
    std::rotate(std::upper_bound(findings.begin(), next, *next, before), next, next + 1);
  }
}

Loader* loader_of(lua_State* state) {
  lua_rawgetp(state, LUA_REGISTRYINDEX, kLoaderKey);
  auto* owner = static_cast<std::unique_ptr<Loader>*>(lua_touserdata(state, -1));
  lua_pop(state, 1);
  return owner ? owner->get() : nullptr;
}

std::optional<DeclaredObject> declared_object(lua_State* state, int index) {
  const Loader* loader = loader_of(state);
  if (!loader || lua_isnoneornil(state, index)) return std::nullopt;
  index = lua_absindex(state, index);
  if (lua_rawgetp(state, LUA_REGISTRYINDEX, kObjectsKey) != LUA_TTABLE) {
    lua_pop(state, 1);
    return std::nullopt;
  }
  lua_pushvalue(state, index);
  lua_rawget(state, -2);
  const auto number = static_cast<std::size_t>(lua_tointeger(state, -1));
  lua_pop(state, 2);
  if (number == 0 || number > loader->objects->size()) return std::nullopt;
  return (*loader->objects)[number - 1];
}

namespace {

int destroy_loader(lua_State* state) {
  std::destroy_at(static_cast<std::unique_ptr<Loader>*>(lua_touserdata(state, 1)));
  return 0;
}

}  // namespace

Loader& attach_loader(lua_State* state, std::unique_ptr<Loader> loader) {
  const Loader* first = loader_of(state);
  loader->objects = first ? first->objects : std::make_shared<std::vector<DeclaredObject>>();
  void* memory = lua_newuserdatauv(state, sizeof(std::unique_ptr<Loader>), 0);
  auto* owner = new (memory) std::unique_ptr<Loader>(std::move(loader));
  lua_createtable(state, 0, 1);
  lua_pushcfunction(state, destroy_loader);
  lua_setfield(state, -2, "__gc");
  lua_setmetatable(state, -2);
  lua_rawsetp(state, LUA_REGISTRYINDEX,
              first ? static_cast<const void*>(owner->get()) : kLoaderKey);
  return **owner;
}

}  // namespace tactus::program
