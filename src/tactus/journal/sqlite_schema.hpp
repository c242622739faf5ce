// The tables of the run store and their version. Private to the module.
#pragma once

#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/store.hpp>
#include <tactus/journal/store_version.hpp>

namespace tactus::journal {

// Makes the tables in a new file; checks the version of an old one and brings it up to date, all or
// nothing. Fails with kStorage: written by a newer version, or a database that is not a run store.
Result<void> prepare_schema(Database& database, const std::string& path);
// Fails in the same way; changes nothing.
Result<StoreVersion> version_of(Database& database, const std::string& path);

// Where an entry lies: runs one after the other, within a run by seq. Both tables of entries use it
// as their integer key, so a run is one range of each, and appending never touches an index.
inline std::int64_t entry_position(std::int64_t run_no, EventSeq seq) {
  TACTUS_ASSERT(seq < (EventSeq{1} << 32));
  return (run_no << 32) | static_cast<std::int64_t>(seq);
}
inline EventSeq seq_at(std::int64_t position) {
  return static_cast<EventSeq>(position & 0xffff'ffff);
}

}  // namespace tactus::journal
