#include <algorithm>

#include <tactus/llm/providers/tool_call_slots.hpp>

namespace tactus::llm {
namespace {

bool differs(std::string_view wanted, const std::string& known) {
  return !wanted.empty() && !known.empty() && wanted != known;
}

}  // namespace

// The call that `fragment` continues; null if it starts one.
ToolCallSlots::Slot* ToolCallSlots::continued(const ToolCallFragment& fragment) {
  if (fragment.index) {
    const auto latest = std::find_if(slots_.rbegin(), slots_.rend(), [&](const Slot& slot) {
      return slot.index == fragment.index;
    });
    if (latest == slots_.rend() || differs(fragment.id, latest->id)) return nullptr;
    // No ids at all: a second name after arguments can only be a second call.
    const bool second = fragment.id.empty() && latest->id.empty() && latest->has_arguments &&
                        differs(fragment.name, latest->name);
    return second ? nullptr : &*latest;
  }
  if (slots_.empty()) return nullptr;
  Slot& latest = slots_.back();
  if (!fragment.id.empty()) {
    const bool same = latest.id == fragment.id || (latest.id.empty() && fragment.name.empty());
    return same ? &latest : nullptr;
  }
  const bool named_anew = !fragment.name.empty() && (latest.has_arguments || fragment.position > 0);
  return named_anew ? nullptr : &latest;
}

bool ToolCallSlots::push(const ToolCallFragment& fragment, std::vector<ModelEvent>& events) {
  Slot* found = continued(fragment);
  if (!found) {
    if (slots_.size() == kCallsMax) return false;
    if (!slots_.empty()) announce(slots_.size() - 1, events);
    found = &slots_.emplace_back();
    found->index = fragment.index;
  }
  Slot& slot = *found;
  const int index = static_cast<int>(&slot - slots_.data());
  if (slot.id.empty()) slot.id = repair_utf8(fragment.id);
  if (slot.name.empty()) slot.name = repair_utf8(fragment.name);
  if (!slot.announced && !slot.id.empty() && !slot.name.empty()) {
    announce(static_cast<std::size_t>(index), events);
  }
  if (fragment.arguments.empty()) return true;
  slot.has_arguments = true;
  std::string text = slot.joiner.push(fragment.arguments);
  if (!slot.announced) {
    slot.waiting += text;
  } else if (!text.empty()) {
    events.emplace_back(ToolCallArguments{index, std::move(text)});
  }
  return true;
}

void ToolCallSlots::announce(std::size_t position, std::vector<ModelEvent>& events) {
  Slot& slot = slots_[position];
  if (slot.announced) return;
  slot.announced = true;
  const int index = static_cast<int>(position);
  events.emplace_back(ToolCallStart{index, slot.id, slot.name});
  if (slot.waiting.empty()) return;
  events.emplace_back(ToolCallArguments{index, std::move(slot.waiting)});
  slot.waiting.clear();
}

void ToolCallSlots::finish(std::vector<ModelEvent>& events) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    announce(i, events);
    std::string rest = slots_[i].joiner.finish();
    if (!rest.empty()) events.emplace_back(ToolCallArguments{static_cast<int>(i), std::move(rest)});
  }
}

}  // namespace tactus::llm
