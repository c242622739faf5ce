// Script mode: nothing of the file runs before the run, but forms and checks want its declarations.
// Each top-level declaration is compiled by itself and executed with globals that refuse whatever
// only a run can know; a literal one succeeds, any other raises and counts as unread.
#include <algorithm>
#include <array>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

// Their values belong to a run, or to a process; reading them here would give wrong ones.
constexpr std::array<std::string_view, 11> kRunTime = {
    "input", "params", "state", "context", "deps", "env", "os", "State", "Tool", "Session", "load"};

// __index of the globals: upvalue 1 is the name of the declaration function being evaluated.
int read_static_global(lua_State* state) {
  const std::string_view function = lua_tostring(state, lua_upvalueindex(1));
  const std::string_view name =
      lua_type(state, 2) == LUA_TSTRING ? lua_tostring(state, 2) : std::string_view();
  const bool refused =
      name != function && std::find(kRunTime.begin(), kRunTime.end(), name) != kRunTime.end();
  if (!refused) {
    lua_pushglobaltable(state);
    lua_pushvalue(state, 2);
    if (lua_gettable(state, -2) != LUA_TNIL) return 1;
  }
  return luaL_error(state, "not known before the run");
}

// The code that executes the call on its own line and returns what it gives. A plain `return f(…)`
// would be a tail call, which forgets its line.
std::string isolated(const SourceMap& map, const CallSite& call) {
  const int line = map.tokens()[call.begin].line;
  return std::string(static_cast<std::size_t>(line - 1), '\n') +
         "local declared = " + std::string(map.text_of(call.begin, call.end)) + "\nreturn declared";
}

// The variable that the call is assigned to: `x = agent …` or `local x = agent …`.
std::optional<std::string> assigned_name(const SourceMap& map, const CallSite& call) {
  if (call.begin < 2) return std::nullopt;
  const auto text = [&](std::size_t token) {
    return token_text(map.source(), map.tokens()[token]);
  };
  const bool simple =
      text(call.begin - 1) == "=" && map.tokens()[call.begin - 2].kind == TokenKind::kName &&
      (call.begin < 3 || (text(call.begin - 3) != "." && text(call.begin - 3) != ","));
  return simple ? std::optional(std::string(text(call.begin - 2))) : std::nullopt;
}

class Evaluator {
 public:
  explicit Evaluator(Loader& loader) : loader_(loader) {}

  // Nothing when the call was executed to its end, else why not.
  std::optional<Error> evaluate(const CallSite& call) {
    const std::size_t errors = loader_.program.errors.size();
    const std::size_t warnings = loader_.program.warnings.size();
    auto code = loader_.vm.compile(isolated(loader_.map, call), loader_.chunk_name);
    if (!code) return code.error();
    const auto variable = assigned_name(loader_.map, call);
    auto done = loader_.vm.protect([&](lua_State* state) {
      code->push(state);
      push_environment(state, call.function);
      lua_setupvalue(state, -2, 1);
      lua_call(state, 0, 1);
      if (variable && !lua_isnil(state, -1)) keep_variable(state, *variable);
    });
    if (done) return std::nullopt;
    // What was found before it stopped may be a consequence of values that are not known.
    loader_.program.errors.resize(errors);
    loader_.program.warnings.resize(warnings);
    return done.error();
  }

 private:
  // Pushes the globals of the code. Variables of earlier calls come first.
  void push_environment(lua_State* state, const std::string& function) {
    if (variables_) {
      variables_.push(state);
    } else {
      lua_newtable(state);
      variables_ = vm::Ref(state, -1);
    }
    lua_createtable(state, 0, 1);
    lua_pushlstring(state, function.data(), function.size());
    lua_pushcclosure(state, vm::guarded<read_static_global>, 1);
    lua_setfield(state, -2, "__index");
    lua_setmetatable(state, -2);
  }

  void keep_variable(lua_State* state, const std::string& name) {
    variables_.push(state);
    lua_pushlstring(state, name.data(), name.size());
    lua_pushvalue(state, -3);
    lua_rawset(state, -3);
  }

  Loader& loader_;
  vm::Ref variables_;
};

// Declarations whose body cannot be read are listed with what the text says for certain.
void list_unread(Loader& loader, const CallSite& call) {
  if (!call.name) return;
  const int line = loader.map.tokens()[call.begin].line;
  if (call.function == "agent" && !loader.program.find_agent(*call.name)) {
    auto agent = std::make_shared<AgentDeclaration>();
    agent->name = *call.name;
    agent->line = line;
    loader.unread_agents.insert(agent->name);
    loader.program.agents.push_back(std::move(agent));
  }
  if (call.function == "tool" && !loader.program.find_tool(*call.name)) {
    auto tool = std::make_shared<ToolDeclaration>();
    tool->name = *call.name;
    tool->line = line;
    loader.program.tools.push_back(std::move(tool));
  }
}

// Whether a module will fail like this in the run, too: its code is never right, or never there.
bool is_certain(const Error& error) {
  return error.code == ErrorCode::kRequire || error.code == ErrorCode::kSyntax ||
         error.code == ErrorCode::kSandboxDenied || error.code == ErrorCode::kFile;
}

void evaluate_everything(Loader& loader) {
  Evaluator evaluator(loader);
  for (const CallSite& call : loader.map.calls()) {
    if (call.in_block) continue;
    const auto error = evaluator.evaluate(call);
    if (!error) continue;
    if (call.function == "require" && call.name && is_certain(*error)) {
      add_load_error(loader, *error);
    } else {
      list_unread(loader, call);
    }
  }
}

// In an interpreter of its own, so that nothing of it is left in that of the run.
void evaluate_schemas(Loader& loader) {
  auto scratch = vm::Vm::create({});
  if (!scratch) return;
  const auto factory = make_inert_factory();
  Program program;
  Loader* reader = nullptr;
  auto ready = (*scratch)->protect([&](lua_State* state) {
    luaL_checkstack(state, 20, nullptr);
    const Source source{loader.chunk_name, loader.map.source()};
    reader = &attach_loader(state, std::make_unique<Loader>(**scratch, source, *factory, program));
    install_declarations(state, *reader);
  });
  if (!ready) return;
  {
    Evaluator evaluator(*reader);  // Holds a value of the interpreter: gone before it.
    for (const CallSite& call : reader->map.calls()) {
      const bool schema = call.function == "input" || call.function == "output";
      if (schema && !call.in_block) evaluator.evaluate(call);
    }
  }
  loader.file_input = std::move(reader->file_input);
  loader.file_output = std::move(reader->file_output);
  for (Finding& finding : program.errors) loader.program.errors.push_back(std::move(finding));
  for (Finding& finding : program.warnings) loader.program.warnings.push_back(std::move(finding));
}

}  // namespace

void evaluate_statically(Loader& loader, StaticScope scope) {
  if (scope == StaticScope::kEverything) {
    evaluate_everything(loader);
  } else if (std::any_of(loader.map.calls().begin(), loader.map.calls().end(),
                         [](const auto& call) {
                           return call.function == "input" || call.function == "output";
                         })) {
    evaluate_schemas(loader);
  }
}

}  // namespace tactus::program
