#include <algorithm>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/program/declarations.hpp>
#include <tactus/program/load.hpp>
#include <tactus/program/syntax.hpp>

namespace tactus::program {
namespace {

constexpr const char* kPhaseMessage =
    "this cannot be used while the file is being declared: it belongs into the body of a procedure";

std::string stem_of(std::string_view path) {
  if (const std::size_t slash = path.rfind('/'); slash != std::string_view::npos) {
    path.remove_prefix(slash + 1);
  }
  for (const std::string_view extension : {".tac", ".lua"}) {
    if (path.size() > extension.size() && path.ends_with(extension)) {
      path.remove_suffix(extension.size());
      break;
    }
  }
  return path.empty() ? "untitled" : std::string(path);
}

}  // namespace

void add_load_error(Loader& loader, const Error& error) {
  Finding finding;
  finding.code = error.code;
  finding.message = error.message;
  finding.hint = error.hint;
  if (finding.hint.empty()) finding.hint = hint_for_lua_error(loader.vm, error.message);
  if (error.place) {
    finding.line = error.place->line;
    finding.column = error.place->column;
    if (const LoadedFile* file = loader.file_named(error.place->file)) {
      finding.file = loader.file_of(Site{nullptr, 0, file});
    } else {
      finding.message = to_string(Error{error.code, error.message, {}, error.place, {}});
    }
  }
  loader.program.errors.push_back(std::move(finding));
}

namespace {

// Lines of bytes that are no UTF-8 cannot be shown, so nothing else is looked at.
bool check_encoding(const Source& source, Program& program) {
  if (is_valid_utf8(source.text)) return true;
  Finding finding;
  finding.code = ErrorCode::kSyntax;
  finding.message = "the file is not UTF-8 text";
  finding.hint = "save it in the encoding UTF-8";
  std::string_view rest = source.text;
  for (int line = 1; finding.line == 0; ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (!is_valid_utf8(rest.substr(0, end))) finding.line = line;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  program.errors.push_back(std::move(finding));
  return false;
}

void install_prompts(lua_State* state) {
  lua_pushglobaltable(state);
  lua_pushstring(state, "prompts");
  lua_newtable(state);
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

// python.iter, which files of an older host call: the same as ipairs. [-0, +0, e]
void install_python(lua_State* state) {
  lua_pushglobaltable(state);
  lua_pushstring(state, "python");
  lua_createtable(state, 0, 1);
  lua_getglobal(state, "ipairs");
  lua_setfield(state, -2, "iter");
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

Result<Loader*> attach(vm::Vm& vm, const Source& source, ObjectFactory& factory, Program& program,
                       Globals globals) {
  Loader* loader = nullptr;
  auto done = vm.protect([&](lua_State* state) {
    luaL_checkstack(state, 20, nullptr);
    loader = &attach_loader(state, std::make_unique<Loader>(vm, source, factory, program));
    if (globals == Globals::kOwn) {
      lua_pushglobaltable(state);
      loader->globals = vm::Ref(state, -1);
      lua_pop(state, 1);
    }
    install_prompts(state);
    install_python(state);
    install_declarations(state, *loader);
  });
  if (!done) return fail(done.error());
  return loader;
}

// Executes the top level: its declarations report to the loader.
void run_top_level(Loader& loader, const vm::Ref& chunk) {
  loader.vm.set_phase_error(kPhaseMessage);
  auto done = loader.vm.call(chunk, {}, {});
  loader.vm.set_phase_error(std::nullopt);
  if (done) return;
  loader.stopped = true;
  add_load_error(loader, done.error());
}

void prepare_script(Loader& loader, vm::Ref chunk, StaticScope scope) {
  auto main = std::make_shared<ProcedureDeclaration>();
  main->line = 1;
  main->body = std::move(chunk);
  loader.program.mode = Mode::kScript;
  loader.program.main = std::move(main);
  evaluate_statically(loader, scope);
}

// During the run `input` is what the program was given. A script is still going to call it: the
// function is kept for its invocations. [-0, +0, e]
void release_input(lua_State* state, Loader& loader) {
  lua_pushglobaltable(state);
  lua_pushstring(state, "input");
  if (loader.program.mode == Mode::kScript) {
    lua_pushvalue(state, -1);
    if (lua_rawget(state, -3) == LUA_TFUNCTION) loader.program.input_function = vm::Ref(state, -1);
    lua_pop(state, 1);
  }
  lua_pushnil(state);
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

}  // namespace

void install_declarations(lua_State* state, Loader& loader) {
  install_named_declarations(state, loader);
  install_file_declarations(state, loader);
  install_matchers(state);
  install_toolset_library(state, loader);
  install_require(state, loader);
}

void load_program(vm::Vm& vm, const Source& source, ObjectFactory& factory, Program& program,
                  StaticScope scope, Globals globals) {
  program.path = source.path;
  program.name = stem_of(source.path);
  program.outside_sets = source.outside_sets;
  if (!check_encoding(source, program)) return;
  auto attached = attach(vm, source, factory, program, globals);
  if (!attached) {
    program.errors.push_back({attached.error().code, attached.error().message, ""});
    return;
  }
  Loader& loader = **attached;
  const std::string text = compilable(source.text);
  auto chunk = vm.compile(text, loader.chunk_name);
  if (!chunk) {
    program.errors.push_back(syntax_finding(vm, text, chunk.error()));
    return;
  }
  if (!loader.map.declares_main() && loader.map.has_script_code()) {
    prepare_script(loader, std::move(*chunk), scope);
  } else {
    run_top_level(loader, *chunk);
  }
  auto finished = vm.protect([&](lua_State* state) {
    finish_program(state, loader);
    release_input(state, loader);
  });
  if (!finished) add_load_error(loader, finished.error());
  loader.declaring = false;
  sort_by_place(program.errors);
  sort_by_place(program.warnings);
}

void load(vm::Vm& vm, const Source& source, ObjectFactory& factory, Program& program) {
  load_program(vm, source, factory, program, StaticScope::kSchemas);
}

Result<vm::Ref> copy_globals(vm::Vm& vm) {
  vm::Ref copy;
  auto done = vm.protect([&](lua_State* state) {
    lua_pushglobaltable(state);
    vm::push_globals_copy(state, -1);
    copy = vm::Ref(state, -1);
    lua_pop(state, 2);
  });
  if (!done) return fail(done.error());
  return copy;
}

void load_beside(vm::Vm& vm, const vm::Ref& globals, const Source& source, ObjectFactory& factory,
                 Program& program) {
  std::optional<vm::GlobalsScope> own;
  auto entered = vm.protect([&](lua_State* state) {
    globals.push(state);
    vm::push_globals_copy(state, -1);
    own.emplace(state, vm::Ref(state, -1));
    lua_pop(state, 2);
  });
  if (!entered) {
    program.errors.push_back({entered.error().code, entered.error().message, ""});
    return;
  }
  load_program(vm, source, factory, program, StaticScope::kSchemas, Globals::kOwn);
}

}  // namespace tactus::program
