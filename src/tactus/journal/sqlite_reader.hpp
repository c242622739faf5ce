// Reads runs and logs back. Private to the module; one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/store.hpp>
#include <tactus/journal/stored_row.hpp>

namespace tactus::journal {

// As the functions of Store of the same names.
// What is damaged of a record is told to `report`; the rest of it is given.
Result<std::vector<RunRecord>> list_runs(Database& database, const RunQuery& query,
                                         DamageReport& report);
Result<std::optional<RunRecord>> find_run(Database& database, const std::string& run_id,
                                          DamageReport& report);
Result<std::vector<StoredEntry>> read_entries(Database& database, const std::string& run_id);

// Nothing for an unknown run.
Result<std::optional<std::int64_t>> find_run_no(Database& database, const std::string& run_id);

// The log of a run by its number; empty when nothing was appended.
Result<std::vector<StoredEntry>> read_entries_of(Database& database, std::int64_t run_no);

}  // namespace tactus::journal
