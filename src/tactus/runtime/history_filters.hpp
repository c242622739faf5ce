// Which messages of a conversation are sent (language.md 4.4). Pure but for filters that are
// functions of the program. Uses: program, llm.
#pragma once

#include <functional>

#include <tactus/program/history_filter.hpp>
#include <tactus/runtime/agent.hpp>

namespace tactus::runtime {

// Stands for an older tool result.
inline constexpr std::string_view kRemovedResult = "[older tool result removed]";

// Calls a filter of the program with messages and gives the list that it returned.
using FilterFunction = std::function<Result<Messages>(const vm::Ref& function, const Messages&)>;

// 4 characters of text, names and arguments are a token.
std::int64_t estimated_tokens(const HistoryMessage& message);

// Fails only with what `call` fails with.
Result<Messages> apply_filter(const program::HistoryFilter& filter, Messages messages,
                              const FilterFunction& call);

// The longest tail within `tokens`.
Messages within_budget(Messages messages, std::int64_t tokens);

// `kept` with the newest user message of `all`, at its place, unless it is there.
Messages with_newest_user(const Messages& all, Messages kept);

// Removes calls without a result and results without a call: a result belongs to a call of the
// assistant message before it, with only results between them. A message that has neither text nor
// calls left goes, too. Providers refuse anything else.
void remove_orphans(Messages& messages);

// What is sent of `all`: `filter` (may be null), then the longest tail within `max_tokens`, then
// the newest user message put back and orphans removed.
Result<Messages> select_messages(Messages all, const program::HistoryFilter* filter,
                                 std::optional<std::int64_t> max_tokens,
                                 const FilterFunction& call);

}  // namespace tactus::runtime
