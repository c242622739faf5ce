// Which runs have begun, waited, gone on, ended or been removed lately: for whoever shows a list of
// them. As with a log, a reader is a cursor and never a queue: a run that changed often since is
// one change. Thread-safe. Uses: journal (signal).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <tactus/journal/signal.hpp>

namespace tactus::runtime {

class RunActivity {
 public:
  // So many runs are remembered; a cursor from before the oldest of their changes is too old.
  static constexpr std::size_t kRunsMax = 1024;

  struct Change {
    std::uint64_t version = 0;  // The cursor after it.
    std::string run_id;
  };

  RunActivity();

  // Something has changed that a list of runs shows.
  void note(const std::string& run_id);

  // Tells this object's cursors from those of an earlier process.
  const std::string& epoch() const { return epoch_; }
  std::uint64_t version() const;
  // What has changed after `version`, oldest first, each run once. Nothing: the cursor is too old,
  // or not of this object, and the list is to be read anew.
  std::optional<std::vector<Change>> since(std::uint64_t version) const;

  // Sets `signal` at every change until it is removed.
  void add_reader(std::shared_ptr<journal::Signal> signal);
  void remove_reader(const std::shared_ptr<journal::Signal>& signal);
  bool has_readers() const;

 private:
  const std::string epoch_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::uint64_t version_ = 0;
  std::uint64_t forgotten_ = 0;  // Of the newest change that is not remembered.
  std::map<std::uint64_t, std::string> changes_;
  std::unordered_map<std::string, std::uint64_t> version_of_run_;
  std::set<std::shared_ptr<journal::Signal>> readers_;
};

}  // namespace tactus::runtime
