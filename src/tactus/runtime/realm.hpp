// What the procedures of one file share: its declarations and what its primitives work on. A run
// has one for each file whose procedures it calls. Uses: program, vm.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tactus/program/program.hpp>
#include <tactus/runtime/agent.hpp>
#include <tactus/vm/vm.hpp>

namespace tactus::runtime {

// One call of a tool, by a model or by the program (primitive `Tool`).
struct ToolRecord {
  std::string name, agent, timestamp, error;
  Json args, result;
  bool ok = true;
};

struct StopFlag {
  bool requested = false;
  std::string reason;
  bool success = true;
};

struct StageChange {
  std::string from, to, timestamp;
};

// Lives as long as its run, on the run's strand; addresses are stable.
struct Realm {
  program::Program program;
  vm::Ref state_table;    // `State`.
  JsonObject state_seen;  // What state_changed events and effects have told of it so far.
  std::deque<Agent> agents;
  std::vector<ToolRecord> tool_records;
  StopFlag stop_flag;
  std::int64_t iterations = 0;
  std::optional<std::string> stage;
  std::vector<StageChange> stage_history;

  // The newest agent of that name: of those that the invocation `owner` declared (empty: the file),
  // or of all. Null = none.
  Agent* find_agent(std::string_view name, std::optional<std::string_view> owner = std::nullopt) {
    for (auto agent = agents.rbegin(); agent != agents.rend(); ++agent) {
      if (agent->declaration->name == name && (!owner || agent->owner == *owner)) return &*agent;
    }
    return nullptr;
  }

  Realm() = default;
  Realm(const Realm&) = delete;
  Realm& operator=(const Realm&) = delete;
};

// Where an agent is declared.
inline Place place_of(const Agent& agent) {
  const program::AgentDeclaration& declared = *agent.declaration;
  return {declared.file.empty() ? agent.realm->program.path : declared.file, declared.line, 0};
}

}  // namespace tactus::runtime
