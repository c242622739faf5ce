// A .tac file as declarations: loaded, checked, with positions; nothing runs. Uses: base, schema,
// vm.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <tactus/base/error.hpp>
#include <tactus/program/history_filter.hpp>
#include <tactus/schema/schema.hpp>
#include <tactus/vm/vm.hpp>

namespace tactus::program {

// A warning or error of validation. Lines and columns count from 1; 0 = unknown.
struct Finding {
  ErrorCode code = ErrorCode::kValidation;
  std::string message;
  std::string hint;
  int line = 0, column = 0, end_line = 0, end_column = 0;
  std::string file = {};  // Where it is; empty = the program's own file, else a module.
};

// `stream` of language.md 8.1.
struct StreamSetting {
  bool text = true, tools = true, reasoning = true, output = true;
  bool requests_stream() const { return text || tools || reasoning || output; }
  friend bool operator==(const StreamSetting&, const StreamSetting&) = default;
};

struct ToolDeclaration {
  std::string name, description;
  schema::Schema parameters;
  JsonObject json_parameters;  // JSON Schema for the model.
  vm::Ref handler;
  int line = 0;
  std::string file = {};  // The module that declares it; empty = the program's own file.
};

struct ProcedureDeclaration;
struct ToolsetDeclaration;

// One entry of a `tools` or `toolsets` list: a name, an object, or an inline table with a handler;
// and what is to become of the tools it stands for, in this order (language.md 6.2).
struct ToolEntry {
  std::string name;  // Also of an object that was given; of an inline tool the short one.
  // In the list of an agent it is exposed as agent_name.
  std::shared_ptr<const ToolDeclaration> inline_tool = {};
  // At most one is set: an object that was given.
  std::shared_ptr<const ToolDeclaration> tool = {};
  std::shared_ptr<const ProcedureDeclaration> procedure = {};
  std::shared_ptr<const ToolsetDeclaration> toolset = {};
  std::optional<std::vector<std::string>> include = {};
  std::vector<std::string> exclude = {};
  std::string prefix = {};
  std::map<std::string, std::string> rename = {};
  bool selects() const { return include || !exclude.empty() || !prefix.empty() || !rename.empty(); }
};

enum class ToolsetType : std::uint8_t {
  kReference,  // Toolset.get: whatever its name means.
  kLua,
  kPlugin,
  kMcp,
  kFiltered,
  kCombined,
};

// A set of tools, of the file or of the configuration (language.md 6.6).
struct ToolsetDeclaration {
  std::string name;
  ToolsetType type = ToolsetType::kLua;
  // The tools, the source or the sources. An inline tool is exposed under its own name.
  std::vector<ToolEntry> entries = {};
  std::vector<std::string> paths = {};  // kPlugin, as written.
  std::string server = {};              // kMcp.
  std::string pattern = {};             // kFiltered, or `filter`.
  vm::Ref filter = {};
  int line = 0;
  std::string file = {};  // As in ToolDeclaration.
};

// Settings that an agent, its model table, or a turn may give; absent = not given.
struct ModelSettings {
  std::optional<double> temperature, top_p, presence_penalty, frequency_penalty;
  std::optional<std::int64_t> max_tokens, seed;
  std::optional<std::vector<std::string>> stop;
  std::optional<bool> parallel_tool_calls;
  std::optional<std::string> reasoning_effort;
  std::optional<std::int64_t> thinking_budget;
  std::optional<double> timeout_s;
  JsonObject extra_body;
  JsonObject provider_options;  // Other keys of a `model` table: {rate = 30} of the demo model.
};

// What an agent may use in one run; nothing = no limit.
struct Budget {
  std::optional<double> cost_usd;
  std::optional<std::int64_t> tokens;
};

struct AgentDeclaration {
  std::string name;
  std::optional<std::string> provider, model;
  std::vector<std::string> fallback;  // "provider:model", asked in this order when `model` fails.
  Budget budget;
  ModelSettings settings;
  std::string system_prompt;
  vm::Ref system_prompt_function;  // Instead of the text.
  std::optional<std::string> initial_message;
  // `tools` and `toolsets` joined; nothing when both are absent.
  std::optional<std::vector<ToolEntry>> tools;
  std::optional<std::string> tool_choice;
  std::optional<schema::Schema> output;
  std::string output_mode = "auto";
  int output_retries = 2;
  std::optional<StreamSetting> stream;
  bool disable_streaming = false;
  bool replay_stream = false;  // Callbacks are told again in a replay.
  AgentMemory memory;
  vm::Ref prepare;
  vm::Ref on_chunk, on_partial, on_tool;  // For turns that have none of their own.
  std::optional<int> max_turns = 50;      // Nothing = no limit.
  int request_limit = 50;
  int tool_retries = 3;
  // Nothing: the configuration's, else kRetries and kIdleTimeoutSeconds.
  std::optional<int> retries;
  std::optional<double> idle_timeout_s;
  static constexpr int kRetries = 2;
  static constexpr double kIdleTimeoutSeconds = 60;
  double retry_delay_s = 1;
  std::optional<JsonArray> script;  // Replies of the provider `scripted`, checked.
  std::string description;
  int line = 0;
  std::string file = {};  // As in ToolDeclaration.
};

// Of models and dependencies, unless they say otherwise.
inline constexpr double kHttpTimeoutSeconds = 30;

// model(name, {…}). For other types than "http" only name and type are known.
struct ModelDeclaration {
  std::string name, type;  // `type` is empty when it was not given.
  std::string endpoint, method = "POST";
  std::map<std::string, std::string> headers;
  double timeout_s = kHttpTimeoutSeconds;  // Of one attempt.
  int retries = 2;                         // Further attempts.
  std::vector<std::string> labels;         // What a text may be; empty = anything.
  std::string description;
  std::string file;
  int line = 0;
};

// One of `dependencies` of a procedure.
struct DependencyDeclaration {
  std::string name, type;  // "http_client", "postgres", "redis".
  std::string base_url;
  std::map<std::string, std::string> headers;
  double timeout_s = kHttpTimeoutSeconds;
};

struct ProcedureDeclaration {
  std::string name = "main";
  schema::Schema input, output, state;
  bool has_output = false;
  vm::Ref body;
  std::vector<vm::Ref> guards;
  std::vector<std::shared_ptr<const DependencyDeclaration>> dependencies;
  // Names that must exist when the body starts.
  std::vector<std::string> required_tools, required_procedures;
  std::optional<int> max_turns, max_depth;
  std::optional<std::string> return_prompt, error_prompt, status_prompt;  // Templates.
  ProcedureMemory memory;
  std::string description;
  int line = 0;
  std::string file = {};   // As in ToolDeclaration.
  std::string label = {};  // Of the main of another file: that file's name.

  // What events and messages call it.
  const std::string& shown_name() const { return label.empty() ? name : label; }
};

enum class Mode : std::uint8_t { kMain, kScript };

// What one file declares. Movable; its Refs belong to the Vm it was loaded into and must not
// outlive it.
struct Program {
  std::string path;  // As shown in messages, workspace-relative.
  std::string name;  // File stem.
  Mode mode = Mode::kMain;
  std::string description;
  std::vector<std::shared_ptr<AgentDeclaration>> agents;
  std::vector<std::shared_ptr<ToolDeclaration>> tools;
  std::vector<std::shared_ptr<ModelDeclaration>> models;
  std::vector<std::shared_ptr<ProcedureDeclaration>> procedures;
  std::vector<std::string> stages;
  std::map<std::string, std::string> prompts;
  std::vector<std::shared_ptr<ToolsetDeclaration>> toolsets;
  std::map<std::string, JsonObject> human_points;  // hitl(name, …): its keys, timeout in seconds.
  std::vector<std::string> specifications;         // Gherkin texts, kept as they are.
  std::optional<std::string> default_provider, default_model;
  std::vector<Finding> errors, warnings;
  std::vector<std::string> outside_sets;  // Those of the Source.
  // What `require` has loaded so far: workspace-relative path → SHA-256 of the text. Grows while
  // the program runs.
  std::map<std::string, std::string> modules;
  JsonObject initial_state;  // From State.set at the top level; filled by `check` only.
  // Null when there is none. Script mode: the implicit one, not among `procedures`; its body is the
  // whole file.
  std::shared_ptr<ProcedureDeclaration> main;
  vm::Ref input_function;  // Script mode: what `input {…}` calls in the run.
  int input_line = 0, output_line = 0;
  std::map<std::string, int> input_lines, output_lines;  // Field name → line, where known.

  const AgentDeclaration* find_agent(std::string_view name) const;
  const ToolDeclaration* find_tool(std::string_view name) const;
  const ProcedureDeclaration* find_procedure(std::string_view name) const;
  std::shared_ptr<const ToolsetDeclaration> find_toolset(std::string_view name) const;
};

// Makes the Lua objects that stand for what is declared, and hears of declarations made while
// running (script mode, agents inside bodies). Each call pushes exactly one value, the object; runs
// inside Lua's protected mode and may raise.
class ObjectFactory {
 public:
  virtual ~ObjectFactory() = default;
  virtual void push_agent(lua_State* state, std::shared_ptr<AgentDeclaration> declaration) = 0;
  virtual void push_tool(lua_State* state, std::shared_ptr<ToolDeclaration> declaration) = 0;
  virtual void push_model(lua_State* state, std::shared_ptr<ModelDeclaration> declaration) = 0;
  virtual void push_procedure(lua_State* state,
                              std::shared_ptr<ProcedureDeclaration> declaration) = 0;
  // Script mode, when `input {…}` is reached in the run: validates and sets the global `input`.
  // Raises kInput.
  virtual void script_input(lua_State* state, const schema::Schema& schema) = 0;
};

// A file that the program pulls in.
struct IncludedFile {
  std::string path;    // Workspace-relative, without links.
  std::string text;    // As in Source.
  std::string sha256;  // Of the text.
};
// Finds the file that `mentioned_in` (a Source's path) calls `path`, as language.md 1.5 says;
// nothing when there is none. Fails with kSandboxDenied, kFile. Called on the Vm's executor;
// blocks.
using ReadFile = std::function<Result<std::optional<IncludedFile>>(
    const std::string& path, const std::string& mentioned_in)>;

struct Source {
  std::string path;  // Workspace-relative.
  std::string text;  // UTF-8; a BOM and a first line starting with '#' are skipped.
  // Sets of tools that come from outside of the file (MCP servers). A list may name one, or one of
  // its tools as SET_TOOL.
  std::vector<std::string> outside_sets = {};
  ReadFile read_file = {};  // Serves `require`, also while the program runs. None: no modules.
};

// Installs the declaration functions (agent, procedure, tool, prompt, input, output, stages,
// default_provider …, name, version …) as globals of `vm`, then runs the declare phase. Everything
// that is wrong is in `errors`/`warnings` with its line; the Program is returned also then, so that
// forms can be shown. `program`, `factory` and `vm` must outlive the use of the vm. Primitives that
// exist while declaring must have been installed before.
void load(vm::Vm& vm, const Source& source, ObjectFactory& factory, Program& program);

// The globals that the interpreter has now, for `load_beside`: taken before the main file is
// loaded.
Result<vm::Ref> copy_globals(vm::Vm& vm);
// Like `load`, for a further file in the same interpreter, with globals of its own that begin as a
// copy of `globals`. Not while Lua code of the interpreter runs.
void load_beside(vm::Vm& vm, const vm::Ref& globals, const Source& source, ObjectFactory& factory,
                 Program& program);

// For a message of Lua such as "attempt to call a nil value (global 'agnet')": what was probably
// meant, judged by the globals that `vm` has now. Empty when there is nothing to say.
std::string hint_for_lua_error(vm::Vm& vm, const std::string& message);

// A factory whose objects do nothing, for validation and metadata.
std::unique_ptr<ObjectFactory> make_inert_factory();

// Parses, declares and checks within 1 s of interpreter time and 64 MiB, without any I/O but that
// of `source.read_file`. Every finding is in the program; it fails only when
// memory is short. The program's Refs stay valid only as long as `vm`.
struct Checked {
  std::unique_ptr<vm::Vm> vm;
  std::unique_ptr<ObjectFactory> factory;
  std::unique_ptr<Program> program;
};
Result<Checked> check(const Source& source, bool have_default_provider);

// Sets the globals by which a declared name can be reached (language.md 1.4) to the value on top of
// the stack, unless taken. [-1, +0, e]
void set_derived_globals(lua_State* state, const std::string& name);

}  // namespace tactus::program
