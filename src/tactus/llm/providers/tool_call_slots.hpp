// Puts the fragments of streamed tool calls together: which fragment belongs to which call.
// Private to the providers.
//
// Servers disagree on what tells calls apart. The rules, in order:
//  - a fragment with an `index` belongs to the latest call of that index, unless it brings an id
//    other than that call's: then it starts a new one (several calls all at index 0);
//  - without an index, an id that is not the latest call's starts a new call; so does a name, once
//    the latest call has arguments or when the fragment is not the first of its chunk;
//  - otherwise it continues the latest call. The first non-empty id and name are kept: some servers
//    repeat them, some send "" on later fragments.
// A call is announced once its id and name are known, or at the latest when the next call or the
// end of the answer shows that no id will come.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/llm/providers/utf8_joiner.hpp>

namespace tactus::llm {

struct ToolCallFragment {
  std::optional<std::int64_t> index;
  std::size_t position = 0;  // Within its chunk.
  std::string_view id;
  std::string_view name;
  std::string_view arguments;
};

class ToolCallSlots {
 public:
  static constexpr std::size_t kCallsMax = 1024;

  // Appends the events that `fragment` gives. False, and nothing done, when it would start one more
  // call than an answer may have.
  [[nodiscard]] bool push(const ToolCallFragment& fragment, std::vector<ModelEvent>& events);
  // Appends what is still owed: announcements without an id, cut texts.
  void finish(std::vector<ModelEvent>& events);
  bool empty() const { return slots_.empty(); }

 private:
  struct Slot {
    std::optional<std::int64_t> index;
    std::string id;
    std::string name;
    bool announced = false;
    bool has_arguments = false;
    std::string waiting;  // Arguments that came before the announcement.
    Utf8Joiner joiner;
  };
  Slot* continued(const ToolCallFragment& fragment);
  void announce(std::size_t position, std::vector<ModelEvent>& events);

  std::vector<Slot> slots_;
};

}  // namespace tactus::llm
