// What is put right when a store is opened. Private to the module.
#pragma once

#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/store_owner.hpp>

namespace tactus::journal {

// Runs recorded as running by owners that are gone become `interrupted`, with the last entry that
// was kept as their `last_seq` and its time as their `ended_at`. The log itself is not touched.
// Fails with kStorage.
Result<void> recover_runs(Database& database, StoreOwner& owner);

}  // namespace tactus::journal
