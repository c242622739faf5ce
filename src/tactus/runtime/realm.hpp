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

  Realm() = default;
  Realm(const Realm&) = delete;
  Realm& operator=(const Realm&) = delete;
};

}  // namespace tactus::runtime
