// What an agent remembers and what one turn of it produced. Values, and the agent's place in a run.
// Uses: llm, program.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/program/program.hpp>

namespace tactus::runtime {

struct Realm;
class TurnStream;
struct RunTask;
struct Agent;

// A message of a history with what the program may ask about it.
struct HistoryMessage {
  std::string id;
  llm::Message message;
  std::string agent;
  std::string created_at;  // RFC 3339.
};
using Messages = std::vector<HistoryMessage>;
// As the program sees it: {id, role, content, agent, tool_calls …}.
JsonObject to_json(const HistoryMessage& message);

// One tool call of a turn, finished or not run.
struct TurnToolCall {
  std::string id, name;
  Json args, result;
  bool ok = false, cancelled = false;
  std::string error;
  std::int64_t duration_ms = 0;
};

// Price of what was used; nothing in `total` when a price is unknown.
struct Spent {
  llm::Usage usage;
  double prompt_cost = 0, completion_cost = 0;
  std::optional<double> total_cost = 0;
  void add(const Spent& other);
};

// What a run has spent.
struct Spending {
  Spent told;  // In its summary.
  JsonArray breakdown;
};

// Outcome of a turn that did not raise (language.md 9).
struct TurnResult {
  std::string text, full_text, reasoning;
  Json data;     // Validated object; null without a schema or when cancelled.
  Json partial;  // Of a cancelled structured turn: the object as far as it came.
  bool structured = false;
  std::vector<TurnToolCall> calls;
  std::vector<HistoryMessage> new_messages, all_messages;
  Spent spent;
  std::string provider, model, finish_reason;
  std::optional<std::string> done;
  bool interrupted = false;
  std::int64_t duration_ms = 0;
  std::optional<std::int64_t> ttft_ms;
  int requests = 0, retry_count = 0;
  JsonArray validation_errors;

  // `output`: the validated object; without a schema the text, or the reason when `done` ended the
  // turn without text.
  Json output() const;
};

// Options of one call of `turn` (language.md 4.5).
struct TurnOptions {
  std::optional<std::string> inject;
  std::optional<std::vector<program::ToolEntry>> tools;
  program::ModelSettings settings;
  std::optional<program::StreamSetting> stream;
  std::optional<bool> replay_stream;
  std::optional<schema::Schema> output;
  bool without_output = false;                             // output = false
  std::shared_ptr<vm::Ref> on_chunk, on_partial, on_tool;  // Instead of the agent's.
  std::shared_ptr<TurnStream> feed;                        // Of a loop that takes the pieces.

  // A turn that the program did not ask for: no limit on the number of turns holds.
  bool extra = false;
  bool explains = false;  // The failure of a procedure (EntryHead).
  // On a copy of an agent of another task: what that agent goes on from, and its system prompt. Its
  // requests count as those of the agent itself.
  struct Apart {
    RunTask& task;
    Agent& agent;
    Messages conversation;
    std::string system_prompt;
  };
  std::optional<Apart> apart;
};

// One agent of a run: its declaration and its memory. Lives as long as the run, on the run's
// strand.
struct Agent {
  std::shared_ptr<const program::AgentDeclaration> declaration;
  Realm* realm = nullptr;  // Of the file that declares it.
  std::string owner;       // Position of the invocation in which it was declared; empty = the file.
  Messages history;
  bool busy = false;
  std::shared_ptr<const TurnResult> last;
  llm::Usage usage;
  // Requests begun in the run, retries included: decides which reply of its `script` is next.
  std::size_t requests = 0;
  std::vector<std::string> warned_markers;   // Template markers already warned about.
  std::vector<std::string> warned_settings;  // Settings whose loss was told, with the model.

  void add_usage(const llm::Usage& used);
};

}  // namespace tactus::runtime
