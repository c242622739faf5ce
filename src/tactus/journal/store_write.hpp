// What is queued for the writer thread, ready to be stored. Values. Private to the module.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <tactus/journal/store.hpp>

namespace tactus::journal {

struct AppendEntries {
  std::string run_id;
  std::vector<StoredEntry> entries;
};

// A checkpoint entry with its JSON as text: who puts it writes that, so that large results never
// hold up the commits of other runs.
struct StoredCheckpoint {
  std::string position, type, name;
  EntryStatus status = EntryStatus::kStarted;
  std::int64_t order = 0;
  std::string started_at, ended_at, input_hash;
  std::string start, result, error, effects, usage;  // JSON.
};
StoredCheckpoint stored_checkpoint(CheckpointEntry entry);

struct PutEntry {
  std::string run_id;
  StoredCheckpoint entry;
};
struct DropEntries {
  std::string run_id;
  std::vector<std::string> positions;
};
struct ReleaseRun {
  std::string run_id;
};
using StoreWrite = std::variant<RunRecord, AppendEntries, PutEntry, DropEntries, ReleaseRun>;

// About what it takes in the queue, in bytes.
std::size_t size_of(const StoreWrite& write);

// JSON text that can be read again: a script's values may hold any bytes, malformed UTF-8 becomes
// U+FFFD.
std::string stored_json(const Json& value);

}  // namespace tactus::journal
