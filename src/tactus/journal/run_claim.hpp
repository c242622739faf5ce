// To whom a run belongs, and how it changes hands. Private to the module; each function is for the
// thread that has the writing connection.
#pragma once

#include <string>

#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/store_owner.hpp>

namespace tactus::journal {

enum class OwnerOfRun : std::uint8_t { kNobody, kThis, kOther };

// An owner that turns out to be gone is put right first (recover_owner), so that kOther is alive or
// being looked after at this moment. Fails with kRunNotFound, kStorage.
Result<OwnerOfRun> owner_of_run(Database& database, StoreOwner& owner, const std::string& run_id);

// As Store::claim.
Result<void> claim_run(Database& database, StoreOwner& owner, const std::string& run_id);

// The kRunBusy of a run of another process.
Error belongs_to_other(const std::string& run_id);

// At the end of a store: what waits is anybody's; the owner itself leaves no trace unless it has
// runs still recorded as running, which become `interrupted` when the file is opened next.
Result<void> give_up_runs(Database& database, std::int64_t owner);

}  // namespace tactus::journal
