#include <algorithm>
#include <charconv>

#include <tactus/runtime/replay.hpp>

namespace tactus::runtime {
namespace {

using journal::CheckpointEntry;
using journal::EntryStatus;

bool has_ended(const CheckpointEntry& entry) {
  return entry.status == EntryStatus::kCompleted || entry.status == EntryStatus::kFailed;
}

std::string scope_of(const std::string& position) {
  const std::size_t dot = position.rfind('.');
  return dot == std::string::npos ? std::string() : position.substr(0, dot);
}

int index_of(const std::string& position) {
  const std::size_t dot = position.rfind('.');
  const std::size_t begin = dot == std::string::npos ? 0 : dot + 1;
  int index = 0;
  std::from_chars(position.data() + begin, position.data() + position.size(), index);
  return index;
}

}  // namespace

bool ended_its_task(const CheckpointEntry& entry) {
  return has_ended(entry) && bool_member(entry.start, "cancelled");
}

std::string position_in(const std::string& scope, int index) {
  return scope.empty() ? std::to_string(index) : scope + "." + std::to_string(index);
}

Replay::Replay(std::vector<CheckpointEntry> entries) : entries_(position_before) {
  for (CheckpointEntry& entry : entries) {
    std::string position = entry.position;
    entries_.insert_or_assign(std::move(position), std::move(entry));
  }
}

const CheckpointEntry* Replay::find(const std::string& position) const {
  const auto found = entries_.find(position);
  return found == entries_.end() ? nullptr : &found->second;
}

const CheckpointEntry* Replay::first_from(const std::string& scope, int index) const {
  // Everything between the first candidate and the end of the scope is in the scope, at any depth.
  auto at = entries_.lower_bound(position_in(scope, index));
  for (; at != entries_.end(); ++at) {
    if (!scope.empty() && !journal::is_nested_in(at->first, scope)) return nullptr;
    if (scope_of(at->first) == scope && index_of(at->first) >= index) return &at->second;
  }
  return nullptr;
}

bool Replay::has_from(const std::string& scope, int index) const {
  return first_from(scope, index) != nullptr;
}

void Replay::erase(const std::string& position) {
  auto at = entries_.find(position);
  if (at == entries_.end()) return;
  at = entries_.erase(at);
  while (at != entries_.end() && journal::is_nested_in(at->first, position))
    at = entries_.erase(at);
}

Replay::Reopened Replay::reopen_failed() {
  std::vector<const CheckpointEntry*> ended;
  for (const auto& [position, entry] : entries_) {
    if (has_ended(entry)) ended.push_back(&entry);
  }
  std::sort(ended.begin(), ended.end(),
            [](const auto* a, const auto* b) { return a->order > b->order; });
  std::vector<std::string> failed;
  Reopened reopened;
  for (const CheckpointEntry* entry : ended) {
    const bool in_explanation = std::any_of(
        reopened.dropped.begin(), reopened.dropped.end(),
        [&](const std::string& outer) { return journal::is_nested_in(entry->position, outer); });
    if (in_explanation) continue;
    if (bool_member(entry->start, "explains")) {
      reopened.dropped.push_back(entry->position);
    } else if (entry->status == EntryStatus::kFailed) {
      failed.push_back(entry->position);
    } else {
      break;
    }
  }
  for (const std::string& position : reopened.dropped) erase(position);
  for (const std::string& position : failed) {
    const auto found = entries_.find(position);
    if (found == entries_.end()) continue;  // Inside a turn that is gone.
    if (found->second.type == "agent_turn" || found->second.type == "model_response") {
      reopened.dropped.push_back(position);
      erase(position);
      continue;
    }
    CheckpointEntry& entry = found->second;
    entry.status = EntryStatus::kStarted;
    entry.order = 0;
    entry.ended_at.clear();
    entry.error = nullptr;
    entry.effects.clear();
    reopened.changed.push_back(entry);
  }
  return reopened;
}

std::vector<const CheckpointEntry*> Replay::met() const {
  std::vector<const CheckpointEntry*> met;
  std::string skipped;  // The ended entry whose inside is skipped.
  for (const auto& [position, entry] : entries_) {
    if (!skipped.empty() && journal::is_nested_in(position, skipped)) continue;
    skipped.clear();
    if (!has_ended(entry)) continue;
    met.push_back(&entry);
    // A spawned task lives on after the operation that began it.
    if (entry.type != "spawn") skipped = position;
  }
  return met;
}

std::deque<std::int64_t> Replay::orders() const {
  std::deque<std::int64_t> orders;
  for (const CheckpointEntry* entry : met()) orders.push_back(entry->order);
  std::sort(orders.begin(), orders.end());
  return orders;
}

std::vector<const CheckpointEntry*> Replay::nested_in(const std::string& scope, bool own) const {
  std::vector<const CheckpointEntry*> nested;
  std::string skipped;  // The spawn whose task is left out.
  auto at = scope.empty() ? entries_.begin() : entries_.upper_bound(scope);
  for (; at != entries_.end(); ++at) {
    if (!scope.empty() && !journal::is_nested_in(at->first, scope)) break;
    if (!skipped.empty() && journal::is_nested_in(at->first, skipped)) continue;
    nested.push_back(&at->second);
    if (own && at->second.type == "spawn") skipped = at->first;
  }
  return nested;
}

std::int64_t Replay::last_order() const {
  std::int64_t last = 0;
  for (const auto& [position, entry] : entries_) last = std::max(last, entry.order);
  return last;
}

}  // namespace tactus::runtime
