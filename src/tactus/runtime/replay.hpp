// What an earlier generation of a run has recorded, by position, and in which order its operations
// ended: by these a resumed program finds its way back (language.md 13.4). Uses: journal. One
// strand.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <tactus/journal/checkpoint.hpp>

namespace tactus::runtime {

class Replay {
 public:
  // `position_less` order, so that a scope's entries follow one another.
  using Entries =
      std::map<std::string, journal::CheckpointEntry, bool (*)(std::string_view, std::string_view)>;

  Replay() : entries_(position_before) {}
  explicit Replay(std::vector<journal::CheckpointEntry> entries);

  // The entry recorded at `position`, or null. Valid until it is erased.
  const journal::CheckpointEntry* find(const std::string& position) const;
  // Whether the scope (an entry's position; "" = main) has an entry at `index` or behind it.
  bool has_from(const std::string& scope, int index) const;
  // The first such entry; null when there is none.
  const journal::CheckpointEntry* first_from(const std::string& scope, int index) const;

  // For a run that failed by an uncaught error: the operations that failed last will be tried
  // again. A failed turn goes with everything in it, as do explanations of failures; other failed
  // entries only open again. Gives the positions that are gone and the entries that have changed.
  struct Reopened {
    std::vector<std::string> dropped;
    std::vector<journal::CheckpointEntry> changed;
  };
  Reopened reopen_failed();
  // Forgets an entry and what is nested in it, once its operation is done again.
  void erase(const std::string& position);

  // The orders of all entries that a replay will meet: those inside an ended entry are skipped with
  // it. Ascending.
  std::deque<std::int64_t> orders() const;
  // All entries nested in `scope` ("" = all there are); `own`: without those of the tasks that its
  // body spawned. Valid until one is erased.
  std::vector<const journal::CheckpointEntry*> nested_in(const std::string& scope,
                                                         bool own = false) const;
  std::int64_t last_order() const;
  // The entries whose orders these are.
  std::vector<const journal::CheckpointEntry*> met() const;
  bool empty() const { return entries_.empty(); }

 private:
  static bool position_before(std::string_view a, std::string_view b) {
    return journal::position_less(a, b);
  }
  Entries entries_;
};

// Whether the task was cancelled while the operation ran. Its error alone does not say so: it may
// be that of another task.
bool ended_its_task(const journal::CheckpointEntry& entry);

// "3.2" of scope "3" and index 2; "2" of main.
std::string position_in(const std::string& scope, int index);

}  // namespace tactus::runtime
