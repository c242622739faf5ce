#include <algorithm>

#include <tactus/runtime/history_filters.hpp>

namespace tactus::runtime {
namespace {

using program::HistoryFilter;

std::int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::int64_t characters(const HistoryMessage& entry) {
  std::int64_t count = characters(entry.message.content);
  for (const llm::ToolCall& call : entry.message.tool_calls)
    count += characters(call.name) + characters(call.arguments);
  return count;
}

Messages tail(Messages messages, std::size_t count) {
  if (count < messages.size())
    messages.erase(messages.begin(), messages.end() - static_cast<std::ptrdiff_t>(count));
  return messages;
}

Messages of_role(Messages messages, std::string_view role) {
  std::erase_if(messages, [&](const HistoryMessage& entry) {
    return llm::role_name(entry.message.role) != role;
  });
  return messages;
}

Messages with_few_results(Messages messages, std::int64_t count) {
  for (auto entry = messages.rbegin(); entry != messages.rend(); ++entry) {
    if (entry->message.role != llm::Role::kTool) continue;
    if (count-- > 0) continue;
    entry->message.content = kRemovedResult;
  }
  return messages;
}

bool is_user(const HistoryMessage& entry) { return entry.message.role == llm::Role::kUser; }

}  // namespace

std::int64_t estimated_tokens(const HistoryMessage& message) {
  return (characters(message) + 3) / 4;
}

Messages within_budget(Messages messages, std::int64_t tokens) {
  std::int64_t used = 0;
  std::size_t count = 0;
  for (auto entry = messages.rbegin(); entry != messages.rend(); ++entry, ++count) {
    used += estimated_tokens(*entry);
    if (used > tokens) break;
  }
  return tail(std::move(messages), count);
}

Result<Messages> apply_filter(const HistoryFilter& filter, Messages messages,
                              const FilterFunction& call) {
  switch (filter.kind) {
    case HistoryFilter::Kind::kLastN:
      return tail(std::move(messages), static_cast<std::size_t>(filter.count));
    case HistoryFilter::Kind::kTokenBudget:
      return within_budget(std::move(messages), filter.count);
    case HistoryFilter::Kind::kByRole:
      return of_role(std::move(messages), filter.role);
    case HistoryFilter::Kind::kLimitToolResults:
      return with_few_results(std::move(messages), filter.count);
    case HistoryFilter::Kind::kFunction:
      return call(filter.function, messages);
    case HistoryFilter::Kind::kCompose:
      break;
  }
  for (const HistoryFilter& step : filter.chain) {
    auto next = apply_filter(step, std::move(messages), call);
    if (!next) return next;
    messages = std::move(*next);
  }
  return messages;
}

Messages with_newest_user(const Messages& all, Messages kept) {
  const auto newest = std::find_if(all.rbegin(), all.rend(), is_user);
  if (newest == all.rend()) return kept;
  const auto with_id = [](const std::string& id) {
    return [&id](const HistoryMessage& entry) { return entry.id == id; };
  };
  if (std::any_of(kept.begin(), kept.end(), with_id(newest->id))) return kept;
  // Before the first message that came after it.
  const auto place = std::find_if(kept.begin(), kept.end(), [&](const HistoryMessage& entry) {
    return std::any_of(all.rbegin(), newest, with_id(entry.id));
  });
  kept.insert(place, *newest);
  return kept;
}

void remove_orphans(Messages& messages) {
  Messages whole;
  whole.reserve(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    HistoryMessage& entry = messages[i];
    if (entry.message.role == llm::Role::kTool) continue;  // Its call is not before it.
    std::size_t end = i + 1;
    while (end < messages.size() && messages[end].message.role == llm::Role::kTool) ++end;
    std::vector<llm::ToolCall> calls;
    Messages results;
    std::vector<bool> taken(end, false);
    for (llm::ToolCall& call : entry.message.tool_calls) {
      for (std::size_t at = i + 1; at < end; ++at) {
        if (taken[at] || messages[at].message.tool_call_id != call.id) continue;
        taken[at] = true;
        results.push_back(std::move(messages[at]));
        calls.push_back(std::move(call));
        break;
      }
    }
    const bool lost_calls = !entry.message.tool_calls.empty() && calls.empty();
    entry.message.tool_calls = std::move(calls);
    if (!lost_calls || !entry.message.content.empty()) whole.push_back(std::move(entry));
    for (HistoryMessage& result : results) whole.push_back(std::move(result));
    i = end - 1;
  }
  messages = std::move(whole);
}

Result<Messages> select_messages(Messages all, const HistoryFilter* filter,
                                 std::optional<std::int64_t> max_tokens,
                                 const FilterFunction& call) {
  Messages kept;
  if (filter || max_tokens) {
    kept = all;
    if (filter) {
      auto filtered = apply_filter(*filter, std::move(kept), call);
      if (!filtered) return filtered;
      kept = std::move(*filtered);
    }
    if (max_tokens) kept = within_budget(std::move(kept), *max_tokens);
    kept = with_newest_user(all, std::move(kept));
  } else {
    kept = std::move(all);
  }
  remove_orphans(kept);
  return kept;
}

}  // namespace tactus::runtime
