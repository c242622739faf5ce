// What is put right when a store is opened. Private to the module.
#pragma once

#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/store_owner.hpp>

namespace tactus::journal {

// Runs recorded as running by owners that are gone become `interrupted`, with the last entry that
// was kept as their `last_seq` and its time as their `ended_at`. Those that wait keep their status.
// None belongs to anybody then. The logs themselves are not touched. Fails with kStorage.
Result<void> recover_runs(Database& database, StoreOwner& owner);

// The same for one owner, whose byte the caller holds (StoreOwner::claim).
Result<void> recover_owner(Database& database, std::int64_t gone);

}  // namespace tactus::journal
