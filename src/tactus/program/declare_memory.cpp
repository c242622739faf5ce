// `message_history`, `session` and `filter` of agents, `message_history` of procedures (language.md
// 4.4).
#include <lua.h>

#include <tactus/program/declarations.hpp>

namespace tactus::program {
namespace {

std::optional<HistoryFilter> read_filter(ConfigReader& reader) {
  if (!reader.push("filter")) return std::nullopt;
  auto filter = read_history_filter(reader.state(), -1);
  lua_pop(reader.state(), 1);
  if (filter) return std::move(*filter);
  reader.error("filter", filter.error());
  return std::nullopt;
}

}  // namespace

void read_memory(ConfigReader& reader, AgentDeclaration& agent, const std::string& what) {
  const std::string key(reader.alias({"message_history", "session"}));
  if (reader.push_table(key)) {
    ConfigReader memory = reader.nested(key, fmt::format("{}: `{}`", what, key));
    agent.memory.source = memory.text("source").value_or("");
    agent.memory.filter = read_filter(memory);
    memory.finish();
    lua_pop(reader.state(), 1);
  }
  auto filter = read_filter(reader);
  if (filter && agent.memory.filter) {
    reader.error("filter", fmt::format("`filter` is given here and in `{}`", key),
                 "keep one of them; filters.compose(…) joins two");
  }
  if (filter) agent.memory.filter = std::move(filter);
}

void read_memory(ConfigReader& reader, ProcedureDeclaration& procedure, const std::string& what) {
  if (!reader.push_table("message_history")) return;
  ConfigReader memory = reader.nested("message_history", what + ": `message_history`");
  procedure.memory.shared = memory.one_of("mode", {"isolated", "shared"}) == "shared";
  procedure.memory.max_tokens = memory.integer("max_tokens", 1);
  procedure.memory.filter = read_filter(memory);
  memory.finish();
  lua_pop(reader.state(), 1);
}

}  // namespace tactus::program
