// require(name), language.md 1.7: a module is a file of the workspace that runs once in the globals
// of the program. What it returned is kept in the registry, by its path, for each program.
#include <algorithm>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/declarations.hpp>
#include <tactus/program/syntax.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

constexpr std::size_t kNestedModulesMax = 50;

[[noreturn]] void raise_require(lua_State* state, std::string message, std::string hint) {
  Error error;
  error.code = ErrorCode::kRequire;
  error.message = std::move(message);
  error.hint = std::move(hint);
  vm::raise(state, std::move(error));
}

// "a.b" as a/b. Raises for what is no name of a module.
std::string module_path(lua_State* state, const std::string& name) {
  const bool climbs = name.starts_with('/') || name.starts_with("../") ||
                      name.find("/../") != std::string::npos || name.ends_with("/..");
  if (climbs || name == ".." || name.find('\0') != std::string::npos) {
    Error error;
    error.code = ErrorCode::kSandboxDenied;
    error.message = fmt::format("require: '{}' leads outside the workspace",
                                std::string_view(name).substr(0, name.find('\0')));
    error.hint = "modules are named from the workspace's folder: require(\"folder.name\")";
    vm::raise(state, std::move(error));
  }
  std::string path = name;
  std::replace(path.begin(), path.end(), '.', '/');
  const bool empty_part = path.empty() || path.starts_with('/') || path.ends_with('/') ||
                          path.find("//") != std::string::npos;
  if (empty_part || path.find('\\') != std::string::npos) {
    raise_require(state, fmt::format("require: '{}' is not the name of a module", name),
                  "folders and file are joined by dots, without an ending: "
                  "require(\"folder.name\")");
  }
  return path;
}

IncludedFile find_module(lua_State* state, const Loader& loader, const std::string& name,
                         const std::string& caller) {
  const std::string path = module_path(state, name);
  if (!loader.read_file) {
    raise_require(state,
                  fmt::format("require: '{}' cannot be loaded: no files can be read here", name),
                  "put the code of the module into this file");
  }
  for (const char* ending : {".lua", "/init.lua"}) {
    auto found = loader.read_file(path + ending, caller);
    if (!found) {
      Error error = found.error();
      error.message = "require: " + error.message;
      vm::raise(state, std::move(error));
    }
    if (*found) return std::move(**found);
  }
  const std::string suffix = name.ends_with(".lua") ? ", without its ending" : "";
  raise_require(state, fmt::format("require: there is no module '{}'", name),
                fmt::format("there is neither {0}.lua nor {0}/init.lua in the workspace or beside "
                            "this file; folders and file are joined by dots{1}",
                            path, suffix));
}

Error syntax_error(Loader& loader, const IncludedFile& file, const std::string& text,
                   const Error& cause) {
  const Finding finding = syntax_finding(loader.vm, text, cause);
  return Error{finding.code, finding.message, finding.hint,
               Place{file.path, finding.line, finding.column}, ""};
}

// Compiles the module and pushes its code. [-0, +1, e]
void push_code(lua_State* state, Loader& loader, const IncludedFile& file) {
  if (!loader.file_named(file.path)) loader.files.push_back({file.path, SourceMap(file.text)});
  loader.program.modules[file.path] = file.sha256;
  const std::string text = compilable(file.text);
  auto chunk = loader.vm.compile(text, file.path);
  if (!chunk) vm::raise(state, syntax_error(loader, file, text, chunk.error()));
  chunk->push(state);
}

// Keeps the module in the list of those that are loading, until it is loaded or has failed.
class Loading {
 public:
  Loading(Loader& loader, std::string path) : loader_(loader) {
    loader_.loading.push_back(std::move(path));
  }
  ~Loading() { loader_.loading.pop_back(); }
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;

 private:
  Loader& loader_;
};

void check_cycle(lua_State* state, const Loader& loader, const std::string& path) {
  const auto& loading = loader.loading;
  const auto first = std::find(loading.begin(), loading.end(), path);
  if (first == loading.end()) {
    if (loading.size() < kNestedModulesMax) return;
    raise_require(state,
                  fmt::format("require: more than {} modules load each other", loading.size()),
                  "require fewer modules from modules");
  }
  std::vector<std::string> cycle(first, loading.end());
  cycle.push_back(path);
  raise_require(
      state, "require: modules need each other: " + join(cycle, " → "),
      "move what both need into a third module, or require one of them inside a function");
}

// Pushes the table of what modules of the program returned. [-0, +1, e]
void push_modules(lua_State* state, const Loader& loader) {
  const void* key = &loader.module_paths;
  if (lua_rawgetp(state, LUA_REGISTRYINDEX, key) == LUA_TTABLE) return;
  lua_pop(state, 1);
  lua_newtable(state);
  lua_pushvalue(state, -1);
  lua_rawsetp(state, LUA_REGISTRYINDEX, key);
}

// Pushes the module if it has been loaded. [-0, +(0|1), e]
bool push_loaded(lua_State* state, int modules, const std::string& path) {
  lua_pushlstring(state, path.data(), path.size());
  if (lua_rawget(state, modules) != LUA_TNIL) return true;
  lua_pop(state, 1);
  return false;
}

int call_require(lua_State* state) {
  Loader& loader = loader_upvalue(state);
  const vm::GlobalsScope globals(state, loader.globals);
  luaL_checkstack(state, 10, nullptr);
  if (lua_type(state, 1) != LUA_TSTRING) {
    raise_require(
        state, fmt::format("require expects the name of a module, got {}", luaL_typename(state, 1)),
        "require(\"folder.name\")");
  }
  std::size_t size = 0;
  const char* bytes = lua_tolstring(state, 1, &size);
  const std::string name(bytes, size);
  const LoadedFile* calling = loader.file_named(vm::place_of_caller(state).file);
  const std::string caller = calling ? calling->path : loader.chunk_name;
  push_modules(state, loader);
  const int modules = lua_gettop(state);
  // What has been loaded stays, whatever becomes of its file.
  const auto known = loader.module_paths.find({caller, name});
  if (known != loader.module_paths.end() && push_loaded(state, modules, known->second)) return 1;
  const IncludedFile file = find_module(state, loader, name, caller);
  loader.module_paths[{caller, name}] = file.path;
  if (push_loaded(state, modules, file.path)) return 1;
  check_cycle(state, loader, file.path);
  push_code(state, loader, file);
  {
    const Loading entry(loader, file.path);
    lua_call(state, 0, 1);  // Without a continuation: what waits in it raises kYield.
  }
  if (lua_isnil(state, -1)) {
    lua_pushboolean(state, 1);  // As in Lua: loaded, without a value of its own.
    lua_replace(state, -2);
  }
  lua_pushlstring(state, file.path.data(), file.path.size());
  lua_pushvalue(state, -2);
  lua_rawset(state, modules);
  return 1;
}

}  // namespace

void install_require(lua_State* state, Loader& loader) {
  install_function(state, loader, "require", vm::guarded<call_require>);
}

}  // namespace tactus::program
