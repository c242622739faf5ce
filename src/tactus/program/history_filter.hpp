// What of a conversation is sent to the model: the values of `message_history` and `filter`
// (language.md 4.4), read and checked. Applying them is the runtime's job. Uses: vm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/base/error.hpp>
#include <tactus/vm/vm.hpp>

namespace tactus::program {

// One filter, or several from left to right. Move-only; its functions belong to the Vm.
struct HistoryFilter {
  enum class Kind : std::uint8_t {
    kLastN,             // The last `count` messages.
    kTokenBudget,       // The longest tail within `count` tokens.
    kByRole,            // Messages of `role`.
    kLimitToolResults,  // Older tool results than the last `count` become a note.
    kCompose,           // `chain`.
    kFunction           // `function(messages)` gives the list.
  };
  static constexpr std::int64_t kStandardTokens = 120'000;

  Kind kind = Kind::kCompose;
  std::int64_t count = 0;
  std::string role;
  std::vector<HistoryFilter> chain;
  vm::Ref function;
};

// `message_history` (or `session`) and `filter` of an agent.
struct AgentMemory {
  std::string source;  // "own", "shared", an agent's name; empty = as the procedure says.
  std::optional<HistoryFilter> filter;
};

// `message_history` of a procedure.
struct ProcedureMemory {
  bool shared = false;
  std::optional<std::int64_t> max_tokens;
  std::optional<HistoryFilter> filter;
};

// A value of `filters.*`, a function, or {class = "LastN", count = 20}. Fails with kValidation;
// `path` says where inside the value. Runs in protected mode and leaves the stack as it was.
Result<HistoryFilter> read_history_filter(lua_State* state, int index);

}  // namespace tactus::program
