// The state of one load: what is being declared, where it stands, what is wrong with it. Private to
// the module. One for each file that an interpreter has as a program; owned by the interpreter, so
// that declaration functions work as long as it does.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <tactus/program/program.hpp>
#include <tactus/program/source_map.hpp>

namespace tactus::program {

// A file whose code this interpreter has: the program's own, or a module.
struct LoadedFile {
  std::string path;  // As its chunk is called.
  SourceMap map;
};

// Where a declaration stands. `call` is null when its source is not known (made by `load`, say).
struct Site {
  const CallSite* call = nullptr;
  int line = 0;
  const LoadedFile* file = nullptr;  // Null = the program's own.
};

// What a Lua value stands for.
enum class ObjectKind : std::uint8_t { kAgent, kTool, kProcedure, kToolset, kModel };
struct DeclaredObject {
  ObjectKind kind = ObjectKind::kAgent;
  std::string name;
  // One of them for what a list of tools may hold.
  std::shared_ptr<const ToolDeclaration> tool = {};
  std::shared_ptr<const ProcedureDeclaration> procedure = {};
};
std::string_view object_kind_name(ObjectKind kind);

// A name that waits for its body: `agent "x"` before the table.
struct Pending {
  std::string function, name;
  Site site;
  bool finished = false;
};

// A top-level `input {…}` or `output {…}`.
struct SchemaBlock {
  schema::Schema schema;
  int line = 0;
  std::map<std::string, int> field_lines;
};

class Loader {
 public:
  Loader(vm::Vm& interpreter, const Source& source, ObjectFactory& object_factory, Program& target);

  // What is found while the file is declared is collected; while it runs, an error is raised at
  // once.
  void error(Finding finding, lua_State* state);
  void warn(Finding finding);
  // A TAC-VALIDATION finding at the place that `path` leads to in the configuration of `site`.
  Finding finding_at(const Site& site, const TablePath& path, std::string message,
                     std::string hint) const;
  // The place of the declaration function `function` that is being called from Lua.
  Site site_of_call(lua_State* state, std::string_view function, std::string_view name) const;

  // The file of that chunk; null when the code is none of a file.
  const LoadedFile* file_named(std::string_view path) const;
  // As declarations and findings name the file of `site`: empty = the program's own.
  std::string file_of(const Site& site) const;
  // Where the declaration of `name` in that file and line stands.
  Site site_of(std::string_view function, const std::string& name, const std::string& file,
               int line) const;

  // Remembers what the value on top stands for. [-0, +0, e]
  void remember_object(lua_State* state, DeclaredObject object);
  // Sets the derived globals to the value on top, with warnings about clashes. [-0, +0, e]
  void name_object(lua_State* state, const DeclaredObject& object, const Site& site);

  void declare_agent(lua_State* state, std::shared_ptr<AgentDeclaration> agent, const Site& site);
  void declare_procedure(lua_State* state, std::shared_ptr<ProcedureDeclaration> procedure,
                         const Site& site);
  void declare_model(lua_State* state, std::shared_ptr<ModelDeclaration> model, const Site& site);
  void declare_tool(lua_State* state, std::shared_ptr<ToolDeclaration> tool, const Site& site);
  void declare_toolset(lua_State* state, const std::shared_ptr<ToolsetDeclaration>& toolset,
                       const Site& site);
  // Reports a tool that is called as the one that ends a turn.
  void check_reserved(lua_State* state, const std::string& tool, const Site& site);

  // False, and an error, when `name` breaks the rules for names.
  bool check_name(lua_State* state, std::string_view function, const std::string& name,
                  const Site& site);

  vm::Vm& vm;
  ObjectFactory& factory;
  Program& program;
  ReadFile read_file;
  std::deque<LoadedFile> files;  // The program's own first. Stable addresses.
  const SourceMap& map;          // Of the program's own file.
  const std::string& chunk_name;
  std::vector<std::string> loading;  // Modules whose code is running now, outermost first.
  // (File, name that it requires) → path of the module.
  std::map<std::pair<std::string, std::string>, std::string> module_paths;
  bool declaring = true;     // False while the program runs.
  bool main_failed = false;  // Main was declared in a way that has been reported.
  bool stopped = false;      // The top level ended by an error: what follows it is not known.
  std::vector<Pending> pending;
  // By the number Lua keeps for them; shared by all Loaders of the interpreter.
  std::shared_ptr<std::vector<DeclaredObject>> objects;
  std::map<std::string, DeclaredObject> spellings;  // Who has which derived global.
  std::optional<SchemaBlock> file_input, file_output;
  std::set<std::string> unread_agents;  // Listed, but with an unknown configuration.
  std::optional<int> file_max_turns, file_max_depth;
  std::optional<std::string> file_return_prompt, file_error_prompt, file_status_prompt;
  vm::Ref globals;  // Of a file that was loaded beside the main one; empty = the interpreter's.

 private:
  bool report_duplicate(lua_State* state, ObjectKind kind, const std::string& name, Place first,
                        const Site& site);
  template <typename Declaration>
  bool add(lua_State* state, std::vector<std::shared_ptr<Declaration>>& all, ObjectKind kind,
           const std::shared_ptr<Declaration>& added, const Site& site);
};

// Gives the interpreter a Loader, which lives as long as it does. [-0, +0, e]
Loader& attach_loader(lua_State* state, std::unique_ptr<Loader> loader);
// The first Loader of this interpreter; null before `load`. [-0, +0, e]
Loader* loader_of(lua_State* state);
// What the value at `index` stands for, if it was declared. [-0, +0, e]
std::optional<DeclaredObject> declared_object(lua_State* state, int index);

// By file (the program's own first), line and column; what stands at one place keeps its order.
void sort_by_place(std::vector<Finding>& findings);

// The spellings of language.md 1.4 under which a declared name is reachable, without duplicates.
std::vector<std::string> derived_spellings(const std::string& name);

// Installs the declaration functions as globals. [-0, +0, e]
void install_declarations(lua_State* state, Loader& loader);

// Pushes a function that raises `error`. [-0, +1, e]
void push_raiser(lua_State* state, const Error& error);
// Pushes a value that raises `error` whenever it is used. [-0, +1, e]
void push_unusable(lua_State* state, const Error& error);

// Installs `require` (language.md 1.7). [-0, +0, e]
void install_require(lua_State* state, Loader& loader);

// Adds the error that the top level ended with to the program's findings.
void add_load_error(Loader& loader, const Error& error);

// Gives a procedure what the file says for all that do not say it themselves.
void apply_file_defaults(const Loader& loader, ProcedureDeclaration& procedure);

// Checks that need the whole file: unfinished declarations, main, tool names, templates, inputs.
void finish_program(lua_State* state, Loader& loader);

// Which declarations of a script are read from its text before it runs. Schemas decide what a run
// may be given; the others are read only to be shown, since the run declares them itself.
enum class StaticScope : std::uint8_t { kSchemas, kEverything };

// Executes those top-level declarations of the file by themselves. What depends on running code is
// left out; an agent or tool of that kind is listed with its name alone.
void evaluate_statically(Loader& loader, StaticScope scope);

}  // namespace tactus::program
