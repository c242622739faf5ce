// What the agents of a run remember (language.md 4.4, primitives `MessageHistory` and `Session`):
// which history a turn reads and extends, and messages that wait for the next turn. Uses: llm.
#pragma once

#include <set>
#include <string>

#include <tactus/runtime/agent.hpp>

namespace tactus::runtime {

class Run;
struct RunTask;

// Of one thread of control in a run.
struct Conversation {
  Messages pending;  // Taken into its history by the next turn of any agent.
  // Ids of messages from other tasks that a resumed turn had before they came again.
  std::set<std::string> taken;
  Agent* last_agent = nullptr;  // The one that turned last.
};

// The list that a turn of the agent would extend now: its own, or the one of the invocation.
Messages& history_of(RunTask& task, Agent& agent);
// Whether that is the one of the invocation.
bool shares_history(const RunTask& task, const Agent& agent);

// What a turn of the agent goes on from now: the history of its `source`, if that is another agent,
// and its own. Fails with kValidation when there is no agent of that name.
Result<Messages> remembered(Run& run, RunTask& task, Agent& agent);

// Removes those of `messages` that wait for a turn; gives how many.
std::size_t take_pending_of(Conversation& conversation, const Messages& messages);

// The id of what `Procedure.inject` at that position gives to another task.
std::string injected_id(const std::string& position);
// Adds such a message to those that wait for a turn, unless a turn has it already.
void deliver(Conversation& conversation, HistoryMessage message);

// A message as programs write it: {role, content, …} with the fields of language.md 4.4. `content`
// that is no text becomes JSON; `id` and `created_at` may be missing. Fails with kOption naming the
// field.
Result<HistoryMessage> message_from_json(const Json& value);

}  // namespace tactus::runtime
