// Reads runs and logs back. Private to the module; one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/store.hpp>

namespace tactus::journal {

// As the functions of Store of the same names.
Result<std::vector<RunRecord>> list_runs(Database& database, const RunQuery& query);
Result<std::optional<RunRecord>> find_run(Database& database, const std::string& run_id);
Result<std::vector<StoredEntry>> read_entries(Database& database, const std::string& run_id);

// The log of a run by its number; empty when nothing was appended.
Result<std::vector<StoredEntry>> read_entries_of(Database& database, std::int64_t run_no);

}  // namespace tactus::journal
