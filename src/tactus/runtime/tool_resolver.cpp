// Lists of tools resolved to what they stand for (language.md 6.2). Names are tried in one order:
//
//   file toolset or tool → procedure → the agent's inline tool → configured toolset
//     → set from outside → a single tool: of outside, or a member of any toolset → done
#include <algorithm>

#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/runtime/tool_set.hpp>
#include <tactus/runtime/tool_source.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::runtime {
namespace {

using boost::asio::awaitable;
using program::ToolEntry;
using program::ToolsetDeclaration;
using program::ToolsetType;
using Bindings = std::vector<ToolBinding>;

bool same_tool(const ToolBinding& a, const ToolBinding& b) {
  return a.lua == b.lua && a.procedure == b.procedure && a.native == b.native;
}

Bindings one(ToolBinding tool) {
  Bindings bindings;
  bindings.push_back(std::move(tool));
  return bindings;
}

void rename(ToolBinding& tool, std::string name) {
  tool.name = std::move(name);
  tool.spec.name = tool.name;
}

// What a combined set, or an agent that asks for everything, can do without.
bool may_be_missing(ErrorCode code) {
  return code == ErrorCode::kToolNotFound || code == ErrorCode::kMcpConnect ||
         code == ErrorCode::kToolPlugin;
}

class Resolver {
 public:
  Resolver(ToolScope scope, const program::AgentDeclaration* agent)
      : scope_(scope), agent_(agent) {}

  // The tools of one entry, selected and renamed.
  awaitable<Result<Bindings>> entry(const ToolEntry& listed) {
    auto found = co_await source(listed);
    if (!found || !listed.selects()) co_return found;
    co_return select(listed, std::move(*found));
  }

  awaitable<Result<Bindings>> set(std::shared_ptr<const ToolsetDeclaration> toolset) {
    if (std::find(active_.begin(), active_.end(), toolset.get()) != active_.end()) {
      co_return fail(Error{ErrorCode::kToolNotFound,
                           fmt::format("toolset '{}' has itself as a source", toolset->name),
                           "remove one of the sources",
                           {},
                           ""});
    }
    active_.push_back(toolset.get());
    auto found = co_await members(toolset);
    active_.pop_back();
    co_return found;
  }

  awaitable<Result<Bindings>> named(const std::string& name) {
    if (const auto toolset = scope_.program.find_toolset(name)) co_return co_await set(toolset);
    if (auto tool = of_file(name)) co_return one(std::move(*tool));
    if (auto tool = own_inline(name)) co_return one(std::move(*tool));
    for (const auto& toolset : scope_.configured) {
      if (toolset->name == name) co_return co_await set(toolset);
    }
    if (is_outside_set(name)) co_return co_await scope_.outside->tools_of(name);
    auto single = co_await single_tool(name);
    if (!single) co_return fail(single.error());
    co_return one(std::move(*single));
  }

  // A tool by its exposed name, whichever set it is in.
  awaitable<Result<ToolBinding>> single_tool(const std::string& name) {
    if (auto tool = of_file(name)) co_return std::move(*tool);
    if (scope_.outside) {
      auto found = co_await scope_.outside->find(name);
      if (!found) co_return fail(found.error());
      if (*found) co_return std::move(**found);
    }
    auto member = co_await member_of_any(name);
    if (member) co_return std::move(*member);
    if (auto tool = find_tool(scope_.program, name)) co_return std::move(*tool);
    co_return fail(unusable_.value_or(not_found(name)));
  }

  // Everything that is registered; what cannot be had is a warning.
  awaitable<Result<Bindings>> everything() {
    Bindings all;
    for (const auto& tool : scope_.program.tools) all.push_back(lua_tool(tool, tool->name));
    for (const auto& toolset : all_toolsets()) {
      auto found = co_await set(toolset);
      if (!take_or_warn(found, all)) co_return fail(found.error());
    }
    if (scope_.outside) {
      auto found = co_await scope_.outside->all_tools(warnings_);
      if (!found) co_return fail(found.error());
      std::move(found->begin(), found->end(), std::back_inserter(all));
    }
    all.push_back(*find_tool(scope_.program, "done"));
    // Sets often have tools in common here; one of each is meant.
    Bindings unique;
    for (ToolBinding& tool : all) {
      const bool known = std::any_of(unique.begin(), unique.end(), [&](const ToolBinding& other) {
        return other.name == tool.name && same_tool(other, tool);
      });
      if (!known) unique.push_back(std::move(tool));
    }
    co_return unique;
  }

  // Servers that these names mean are connected all at once.
  awaitable<Result<void>> prepare(const std::vector<std::string>& names) {
    std::vector<std::string> sets;
    for (const std::string& name : names) {
      const bool inside = scope_.program.find_toolset(name) || of_file(name) || own_inline(name);
      if (!inside && is_outside_set(name)) sets.push_back(name);
    }
    if (sets.size() < 2) co_return Result<void>{};
    co_return co_await scope_.outside->prepare(std::move(sets));
  }

  std::vector<Error> take_warnings() { return std::move(warnings_); }

 private:
  awaitable<Result<Bindings>> source(const ToolEntry& listed) {
    if (listed.inline_tool) {
      const bool of_agent = agent_ && active_.empty();
      co_return one(
          lua_tool(listed.inline_tool, of_agent ? agent_->name + "_" + listed.name : listed.name));
    }
    if (listed.tool) co_return one(lua_tool(listed.tool, listed.tool->name));
    if (listed.procedure) co_return one(procedure_tool(listed.procedure));
    if (listed.toolset) co_return co_await set(listed.toolset);
    co_return co_await named(listed.name);
  }

  awaitable<Result<Bindings>> members(std::shared_ptr<const ToolsetDeclaration> toolset) {
    if (toolset->type == ToolsetType::kMcp) {
      if (is_outside_set(toolset->server))
        co_return co_await scope_.outside->tools_of(toolset->server);
      co_return fail(Error{ErrorCode::kToolNotFound,
                           fmt::format("toolset '{}' is of the MCP server '{}', which is not "
                                       "configured",
                                       toolset->name, toolset->server),
                           "add it to `mcp_servers` of the configuration",
                           {},
                           ""});
    }
    if (toolset->type == ToolsetType::kPlugin) {
      if (scope_.outside) co_return co_await scope_.outside->plugins_of(toolset);
      co_return fail(
          Error{ErrorCode::kToolPlugin,
                fmt::format("toolset '{}' is of plugins, which cannot be used here", toolset->name),
                "",
                {},
                ""});
    }
    Bindings all;
    for (const ToolEntry& listed : toolset->entries) {
      auto found = co_await entry(listed);
      const bool skipped =
          !found && toolset->type == ToolsetType::kCombined && may_be_missing(found.error().code);
      if (skipped) {
        warn_missing(fmt::format("toolset '{}' does without '{}': {}", toolset->name, listed.name,
                                 found.error().message));
        continue;
      }
      if (!found) co_return found;
      std::move(found->begin(), found->end(), std::back_inserter(all));
    }
    if (toolset->type != ToolsetType::kFiltered) co_return all;
    co_return filtered(*toolset, std::move(all));
  }

  Result<Bindings> filtered(const ToolsetDeclaration& toolset, Bindings tools) {
    Bindings kept;
    for (ToolBinding& tool : tools) {
      auto fits =
          toolset.filter
              ? passes(toolset.filter, tool.name)
              : Result<bool>(schema::pattern_matches(toolset.pattern, tool.name).value_or(false));
      if (!fits) return fail(fits.error());
      if (*fits) kept.push_back(std::move(tool));
    }
    return kept;
  }

  Result<bool> passes(const vm::Ref& filter, const std::string& name) {
    bool passed = false;
    auto called = scope_.vm.call(
        filter,
        [&](lua_State* L) {
          lua_pushlstring(L, name.data(), name.size());
          return 1;
        },
        [&](lua_State* L, int count) { passed = count > 0 && lua_toboolean(L, -count) != 0; });
    if (!called) return fail(called.error());
    return passed;
  }

  // include, exclude, prefix, rename, in this order. The tools of a server may be named with and
  // without the server's name.
  Bindings select(const ToolEntry& listed, Bindings tools) {
    const auto is = [&](const std::string& given, const std::string& name) {
      return given == name || listed.name + "_" + given == name;
    };
    const auto lists = [&](const std::vector<std::string>& names, const std::string& name) {
      return std::any_of(names.begin(), names.end(),
                         [&](const std::string& given) { return is(given, name); });
    };
    for (const std::string& given : listed.include.value_or(std::vector<std::string>{})) {
      if (std::none_of(tools.begin(), tools.end(),
                       [&](const auto& t) { return is(given, t.name); }))
        warn_missing(fmt::format("'{}' has no tool '{}' to include", listed.name, given));
    }
    Bindings kept;
    for (ToolBinding& tool : tools) {
      if (listed.include && !lists(*listed.include, tool.name)) continue;
      if (lists(listed.exclude, tool.name)) continue;
      std::string exposed = listed.prefix + tool.name;
      for (const auto& [from, to] : listed.rename) {
        if (from == exposed || is(from, tool.name)) {
          exposed = to;
          break;
        }
      }
      rename(tool, std::move(exposed));
      kept.push_back(std::move(tool));
    }
    return kept;
  }

  // A tool or procedure that the file declares by itself.
  std::optional<ToolBinding> of_file(const std::string& name) {
    for (const auto& tool : scope_.program.tools) {
      if (tool->name == name) return lua_tool(tool, name);
    }
    for (const auto& procedure : scope_.program.procedures) {
      if (procedure->name == name && procedure != scope_.program.main)
        return procedure_tool(procedure);
    }
    return std::nullopt;
  }

  // The agent's inline tools, by short or exposed name: a turn's list may name them.
  std::optional<ToolBinding> own_inline(const std::string& name) {
    if (!agent_ || !agent_->tools) return std::nullopt;
    for (const ToolEntry& own : *agent_->tools) {
      if (!own.inline_tool) continue;
      std::string exposed = agent_->name + "_" + own.name;
      if (name == exposed || name == own.name) return lua_tool(own.inline_tool, std::move(exposed));
    }
    return std::nullopt;
  }

  // Sets that fail are passed over: the tool may be in another one. Not within itself, where each
  // unknown name would search all sets again.
  awaitable<std::optional<ToolBinding>> member_of_any(const std::string& name) {
    if (searching_) co_return std::nullopt;
    searching_ = true;
    std::optional<ToolBinding> member;
    const std::size_t warned = warnings_.size();
    for (const auto& toolset : all_toolsets()) {
      if (member) break;
      const auto found = co_await set(toolset);
      if (!found && !unusable_ && found.error().code == ErrorCode::kToolPlugin)
        unusable_ = found.error();
      if (!found) continue;
      for (const ToolBinding& tool : *found) {
        if (tool.name == name && !member) member = tool;
      }
    }
    warnings_.resize(warned);
    searching_ = false;
    co_return member;
  }

  // A copy: a body that goes on meanwhile may declare more.
  Toolsets all_toolsets() const {
    Toolsets all(scope_.program.toolsets.begin(), scope_.program.toolsets.end());
    all.insert(all.end(), scope_.configured.begin(), scope_.configured.end());
    return all;
  }

  bool is_outside_set(const std::string& name) const {
    if (!scope_.outside) return false;
    const std::vector<std::string> sets = scope_.outside->set_names();
    return std::find(sets.begin(), sets.end(), name) != sets.end();
  }

  void warn_missing(std::string message) {
    Error warning;
    warning.code = ErrorCode::kToolNotFound;
    warning.message = std::move(message);
    warnings_.push_back(std::move(warning));
  }

  // False when the failure must not be passed over.
  bool take_or_warn(Result<Bindings>& found, Bindings& all) {
    if (found) {
      std::move(found->begin(), found->end(), std::back_inserter(all));
      return true;
    }
    if (!may_be_missing(found.error().code)) return false;
    warnings_.push_back(found.error());
    return true;
  }

  Error not_found(const std::string& name) const {
    std::vector<std::string> known = tool_names(scope_.program);
    for (const auto& toolset : scope_.program.toolsets) known.push_back(toolset->name);
    for (const auto& toolset : scope_.configured) known.push_back(toolset->name);
    if (scope_.outside) {
      for (std::string& set : scope_.outside->set_names()) known.push_back(std::move(set));
    }
    const std::string by = !active_.empty() ? fmt::format("toolset '{}'", active_.back()->name)
                           : agent_         ? fmt::format("agent '{}'", agent_->name)
                                            : "";
    Error error;
    error.code = ErrorCode::kToolNotFound;
    error.message = by.empty()
                        ? fmt::format("there is no tool '{}'", name)
                        : fmt::format("{} lists the tool '{}', which does not exist", by, name);
    const auto match = closest_match(name, known);
    error.hint = match ? "did you mean '" + *match + "'?" : "there are: " + join(known, ", ");
    return error;
  }

  ToolScope scope_;
  const program::AgentDeclaration* agent_;
  std::vector<const ToolsetDeclaration*> active_;  // Being resolved, outermost first.
  std::vector<Error> warnings_;
  std::optional<Error> unusable_;  // Why plugins that may have what is searched could not be read.
  bool searching_ = false;
};

void add(ToolSet& set, Bindings tools) {
  for (ToolBinding& tool : tools) {
    if (set.find(tool.name)) {
      set.clashes.push_back(tool.name);
    } else {
      set.tools.push_back(std::move(tool));
    }
  }
}

}  // namespace

awaitable<Result<ToolSet>> resolve_tools(
    ToolScope scope, const program::AgentDeclaration& agent,
    const std::optional<std::vector<ToolEntry>>& entries,
    const std::optional<std::vector<std::string>>& default_toolsets) {
  Resolver resolver(scope, &agent);
  ToolSet set;
  std::vector<std::string> names = default_toolsets.value_or(std::vector<std::string>{});
  if (entries) {
    names.clear();
    for (const ToolEntry& listed : *entries) names.push_back(listed.name);
  }
  if (auto prepared = co_await resolver.prepare(names); !prepared) co_return fail(prepared.error());
  if (!entries && !default_toolsets) {
    auto all = co_await resolver.everything();
    if (!all) co_return fail(all.error());
    add(set, std::move(*all));
  } else if (entries) {
    for (const ToolEntry& listed : *entries) {
      auto found = co_await resolver.entry(listed);
      if (!found) co_return fail(found.error());
      add(set, std::move(*found));
    }
  } else {
    for (const std::string& name : *default_toolsets) {
      auto found = co_await resolver.named(name);
      if (!found) co_return fail(found.error());
      add(set, std::move(*found));
    }
  }
  set.warnings = resolver.take_warnings();
  co_return set;
}

awaitable<Result<ToolSet>> resolve_toolset(
    ToolScope scope, std::shared_ptr<const program::ToolsetDeclaration> toolset) {
  Resolver resolver(scope, nullptr);
  auto found = co_await resolver.set(toolset);
  if (!found) co_return fail(found.error());
  ToolSet set;
  add(set, std::move(*found));
  set.warnings = resolver.take_warnings();
  co_return set;
}

awaitable<Result<ToolBinding>> resolve_tool(ToolScope scope, std::string name) {
  Resolver resolver(scope, nullptr);
  co_return co_await resolver.single_tool(name);
}

}  // namespace tactus::runtime
