#include <algorithm>
#include <array>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/history_filter.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

using Kind = HistoryFilter::Kind;

constexpr int kDepthMax = 16;
constexpr const char* kHint =
    "filters.last_n(20), filters.token_budget(4000), filters.by_role(\"user\"), "
    "filters.limit_tool_results(2), filters.compose(…), or function(messages) return … end";

// The two ways of writing each kind: filters.NAME(argument), and {class = NAME, key = argument}.
struct Form {
  Kind kind;
  const char *name, *class_name, *key;
  std::int64_t least = 0;
};
constexpr std::array<Form, 5> kForms = {{
    {Kind::kLastN, "last_n", "LastN", "count", 0},
    {Kind::kTokenBudget, "token_budget", "TokenBudget", "max_tokens", 1},
    {Kind::kByRole, "by_role", "ByRole", "role", 0},
    {Kind::kLimitToolResults, "limit_tool_results", "LimitToolResults", "count", 0},
    {Kind::kCompose, "compose", "ComposedFilter", "chain", 0},
}};
constexpr std::string_view kStandard = "StandardFilter";

tl::unexpected<Error> wrong(std::string message, std::string hint, std::string path = {}) {
  return fail(Error{ErrorCode::kValidation, std::move(message), std::move(hint), {}, path});
}

std::string text_at(lua_State* state, int index) {
  std::size_t size = 0;
  const char* text = lua_tolstring(state, index, &size);
  return std::string(text, size);
}

class Reader {
 public:
  explicit Reader(lua_State* state) : state_(state) {}

  Result<HistoryFilter> read(int index, int depth) {
    luaL_checkstack(state_, 8, nullptr);
    if (depth > kDepthMax)
      return wrong(fmt::format("filters stand {} deep in one another", depth), "");
    if (lua_isfunction(state_, index)) {
      HistoryFilter filter;
      filter.kind = Kind::kFunction;
      filter.function = vm::Ref(state_, index);
      return filter;
    }
    if (!lua_istable(state_, index))
      return wrong("must be a filter, got " + describe_value(state_, index), kHint);
    lua_pushstring(state_, "class");
    const int type = lua_rawget(state_, index);
    const std::string name = type == LUA_TSTRING ? text_at(state_, -1) : "";
    lua_pop(state_, 1);
    if (type == LUA_TSTRING) return read_class(index, name, depth);
    return read_call(index, depth);
  }

 private:
  // {kind, argument …}, as filters.* make them.
  Result<HistoryFilter> read_call(int index, int depth) {
    const bool named = lua_rawgeti(state_, index, 1) == LUA_TSTRING;
    const std::string name = named ? text_at(state_, -1) : "";
    lua_pop(state_, 1);
    const auto form = std::find_if(kForms.begin(), kForms.end(),
                                   [&](const Form& known) { return name == known.name; });
    if (form == kForms.end()) return wrong("must be a filter, got a table", kHint);
    if (form->kind == Kind::kCompose) return read_chain(index, 2, depth, "");
    lua_rawgeti(state_, index, 2);
    return take_argument(*form, std::string("filters.") + form->name, "");
  }

  Result<HistoryFilter> read_class(int index, const std::string& name, int depth) {
    if (name == kStandard) {
      HistoryFilter filter;
      filter.kind = Kind::kTokenBudget;
      filter.count = HistoryFilter::kStandardTokens;
      return filter;
    }
    const auto form = std::find_if(kForms.begin(), kForms.end(),
                                   [&](const Form& known) { return name == known.class_name; });
    if (form == kForms.end()) {
      std::vector<std::string> names = {std::string(kStandard)};
      for (const Form& known : kForms) names.emplace_back(known.class_name);
      const auto match = closest_match(name, names);
      return wrong(
          fmt::format("there is no filter class '{}'", name),
          match ? fmt::format("did you mean '{}'?", *match) : "there are: " + join(names, ", "),
          "class");
    }
    lua_pushstring(state_, form->key);
    lua_rawget(state_, index);
    if (form->kind != Kind::kCompose) return take_argument(*form, name, form->key);
    if (!lua_istable(state_, -1)) {
      lua_pop(state_, 1);
      return wrong("`chain` must be a list of filters",
                   "{ class = \"ComposedFilter\", chain = { { class = \"LastN\", count = 20 } } }",
                   "chain");
    }
    auto chain = read_chain(lua_gettop(state_), 1, depth, "chain");
    lua_pop(state_, 1);
    return chain;
  }

  Result<HistoryFilter> read_chain(int index, lua_Integer first, int depth, std::string path) {
    HistoryFilter all;
    const auto count = static_cast<lua_Integer>(lua_rawlen(state_, index));
    for (lua_Integer i = first; i <= count; ++i) {
      lua_rawgeti(state_, index, i);
      auto one = read(lua_gettop(state_), depth + 1);
      lua_pop(state_, 1);
      if (!one) {
        Error error = std::move(one.error());
        const std::string inside = error.path.empty() || error.path.front() == '[' ? "" : ".";
        if (!path.empty()) error.path = fmt::format("{}[{}]{}{}", path, i, inside, error.path);
        return fail(std::move(error));
      }
      all.chain.push_back(std::move(*one));
    }
    return all;
  }

  // The argument on top of the stack, which it pops.
  Result<HistoryFilter> take_argument(const Form& form, const std::string& what, std::string path) {
    HistoryFilter filter;
    filter.kind = form.kind;
    const std::string got = describe_value(state_, -1);
    int whole = 0;
    bool fits = false;
    if (form.kind == Kind::kByRole) {
      static constexpr std::array<std::string_view, 4> kRoles = {"user", "assistant", "system",
                                                                 "tool"};
      if (lua_type(state_, -1) == LUA_TSTRING) filter.role = text_at(state_, -1);
      fits = std::find(kRoles.begin(), kRoles.end(), filter.role) != kRoles.end();
    } else if (lua_type(state_, -1) == LUA_TNUMBER) {
      filter.count = lua_tointegerx(state_, -1, &whole);
      fits = whole && filter.count >= form.least;
    }
    lua_pop(state_, 1);
    if (fits) return filter;
    if (form.kind == Kind::kByRole) {
      return wrong(fmt::format("{} needs a role, got {}", what, got),
                   "one of user, assistant, system, tool", std::move(path));
    }
    return wrong(
        fmt::format("{} needs a whole number of at least {}, got {}", what, form.least, got), "",
        std::move(path));
  }

  lua_State* state_;
};

}  // namespace

Result<HistoryFilter> read_history_filter(lua_State* state, int index) {
  return Reader(state).read(lua_absindex(state, index), 1);
}

}  // namespace tactus::program
