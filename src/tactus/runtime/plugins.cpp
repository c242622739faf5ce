#include <algorithm>

#include <lua.h>

#include <tactus/program/options.hpp>
#include <tactus/runtime/plugin_server.hpp>
#include <tactus/runtime/plugins.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

using boost::asio::awaitable;

namespace {

Error unusable(const PluginFile& file, Error error) {
  if (error.code == ErrorCode::kCancelled || error.code == ErrorCode::kSandboxCpu) return error;
  error.code = ErrorCode::kToolPlugin;
  error.message = fmt::format("the plugin '{}' cannot be used: {}", file.shown, error.message);
  if (file.python)
    error.hint = "it is run by `plugin_command` of the configuration, else by python3";
  return error;
}

Error without_consent(const PluginFile& file) {
  return {ErrorCode::kToolPlugin,
          fmt::format("the plugin '{}' is named by the program alone, and nobody has allowed it",
                      file.shown),
          "start the program in the IDE or with `tactus run` in a terminal, which ask; or pass "
          "--allow-plugins; or name the file in `tool_paths` of the configuration",
          {},
          ""};
}

// Whether a Python text can have a function of that name.
bool may_define(const std::string& text, const std::string& name) {
  const std::string begin = "def " + name;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const std::size_t after = text.find_first_not_of(' ', at + begin.size());
    if (after != std::string::npos && (text[after] == '(' || text[after] == '[')) return true;
  }
  return false;
}

// The globals of the interpreter seen through a table of its own, in which the plugin's are kept.
// The function is on top. [-0, +0, e]
void give_own_globals(lua_State* L) {
  lua_createtable(L, 0, 0);
  lua_createtable(L, 0, 1);
  lua_pushglobaltable(L);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setupvalue(L, -2, 1);  // _ENV is the first of a text.
}

Error not_tools(const std::string& what) {
  return {ErrorCode::kToolPlugin,
          what,
          "return { { name = \"lookup\", description = \"…\", parameters = {}, handler = "
          "function(args) … end } }",
          {},
          ""};
}

Result<Plugins::Tools> read_tools(lua_State* L, int index, const PluginFile& file) {
  if (!lua_istable(L, index))
    return fail(not_tools("it returns " + program::describe_value(L, index) + ", not its tools"));
  const auto list = program::read_tool_list(L, lua_absindex(L, index));
  if (!list) return fail(list.error());
  Plugins::Tools tools;
  for (const program::ToolEntry& entry : *list) {
    const auto& declared = entry.inline_tool ? entry.inline_tool : entry.tool;
    if (!declared) return fail(not_tools("what it returns is no list of tools"));
    if (declared->name == "done") return fail(not_tools("the name `done` is reserved"));
    // Made by the reader a moment ago and shared with nobody.
    if (entry.inline_tool) const_cast<program::ToolDeclaration&>(*declared).file = file.shown;
    tools.push_back(lua_tool(declared, declared->name));
  }
  return tools;
}

}  // namespace

Plugins::Plugins(Run& run)
    : run_(run), python_(run.parts().strand, run.parts().http, {}, run.parts().workspace) {}

bool Plugins::configured() const { return !run_.parts().config.tool_paths.empty(); }

awaitable<Result<Plugins::Tools>> Plugins::of_configuration() {
  auto files = find_plugins(run_.parts().workspace, run_.parts().config.tool_paths);
  if (!files) co_return fail(files.error());
  co_return co_await load(std::move(*files));
}

awaitable<Result<std::optional<ToolBinding>>> Plugins::find(std::string tool) {
  if (!configured()) co_return std::nullopt;
  auto files = find_plugins(run_.parts().workspace, run_.parts().config.tool_paths);
  if (!files) co_return fail(files.error());
  std::erase_if(
      *files, [&](const PluginFile& file) { return file.python && !may_define(file.text, tool); });
  const auto tools = co_await load(std::move(*files));
  if (!tools) co_return fail(tools.error());
  const auto found = std::find_if(tools->begin(), tools->end(),
                                  [&](const ToolBinding& known) { return known.name == tool; });
  co_return found == tools->end() ? std::nullopt : std::optional(*found);
}

awaitable<Result<Plugins::Tools>> Plugins::of(
    std::shared_ptr<const program::ToolsetDeclaration> toolset) {
  const RunParts& parts = run_.parts();
  auto files = find_plugins(parts.workspace, parts.config, *toolset, parts.source.path);
  if (!files) {
    Error error = std::move(files.error());
    error.message = fmt::format("toolset '{}': {}", toolset->name, error.message);
    co_return fail(std::move(error));
  }
  for (const PluginFile& file : *files) {
    const bool allowed =
        parts.allow_plugins || std::find(parts.allowed_plugins.begin(), parts.allowed_plugins.end(),
                                         file.sha256) != parts.allowed_plugins.end();
    if (!allowed && !is_trusted(parts.workspace, parts.config, file))
      co_return fail(without_consent(file));
  }
  co_return co_await load(std::move(*files));
}

awaitable<Result<Plugins::Tools>> Plugins::load(PluginFiles files) {
  NativeNeeds needs;
  needs.required = true;
  for (const PluginFile& file : files) {
    if (!file.python) continue;
    serve(file);
    needs.sets.push_back(file.shown);
  }
  std::vector<Error> warnings;  // None where all are required.
  const auto served = co_await python_.tools(std::move(needs), warnings);
  if (!served) {
    // One of them; its message names the server, which is the file.
    const auto at = std::find_if(files.begin(), files.end(), [&](const PluginFile& file) {
      return file.python && served.error().message.find(file.shown) != std::string::npos;
    });
    co_return fail(at == files.end() ? served.error() : unusable(*at, served.error()));
  }
  Tools all;
  for (const PluginFile& file : files) {
    if (!file.shown.starts_with('/')) run_.note_file({file.shown, file.text, file.sha256});
    if (!file.python) {
      auto tools = load_lua(file);
      if (!tools) co_return fail(tools.error());
      all.insert(all.end(), tools->begin(), tools->end());
      continue;
    }
    const std::size_t prefix = native_tool_name(file.shown, "").size();
    for (ToolBinding tool : served->sets.at(file.shown)) {
      tool.name.erase(0, prefix);
      tool.spec.name = tool.name;
      all.push_back(std::move(tool));
    }
  }
  co_return all;
}

void Plugins::serve(const PluginFile& file) {
  const std::vector<std::string>& command = run_.parts().config.plugin_command;
  mcp::ServerConfig server;
  server.name = file.shown;
  server.command = command.front();
  server.args.assign(command.begin() + 1, command.end());
  for (const char* argument : {"-c", kPythonPluginServer}) server.args.emplace_back(argument);
  server.args.push_back(file.path);
  python_.add(std::move(server));
}

Result<Plugins::Tools> Plugins::load_lua(const PluginFile& file) {
  if (const auto known = lua_.find(file.shown); known != lua_.end()) return known->second;
  vm::Vm& vm = run_.vm();
  const auto chunk = vm.compile(file.text, file.shown);
  if (!chunk) return fail(unusable(file, chunk.error()));
  const auto given = vm.protect([&](lua_State* L) {
    chunk->push(L);
    give_own_globals(L);
    lua_pop(L, 1);
  });
  if (!given) return fail(given.error());
  Result<Tools> tools = fail(not_tools("it returns nothing"));
  const auto called = vm.call(
      *chunk, [](lua_State*) { return 0; },
      [&](lua_State* L, int count) {
        if (count > 0) tools = read_tools(L, -count, file);
      },
      &run_.main_task());
  if (!called) return fail(unusable(file, called.error()));
  if (!tools) return fail(unusable(file, tools.error()));
  return lua_[file.shown] = std::move(*tools);
}

}  // namespace tactus::runtime
