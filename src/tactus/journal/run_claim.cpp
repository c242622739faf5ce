#include <tactus/journal/run_claim.hpp>
#include <tactus/journal/store_recovery.hpp>

namespace tactus::journal {
namespace {

// Nothing if the run belongs to nobody.
Result<std::optional<std::int64_t>> owner_number(Database& database, const std::string& run_id) {
  Result<Statement> select = database.prepare("SELECT owner FROM runs WHERE run_id=?");
  if (!select) return fail(select.error());
  const Result<bool> row = select->bind(1, std::string_view(run_id)).step();
  if (!row) return fail(row.error());
  if (!*row) return fail(ErrorCode::kRunNotFound, "no run '" + run_id + "'");
  if (select->is_null(0)) return std::optional<std::int64_t>{};
  return std::optional(select->integer(0));
}

Error busy(std::string message, std::string hint) {
  Error error;
  error.code = ErrorCode::kRunBusy;
  error.message = std::move(message);
  error.hint = std::move(hint);
  return error;
}

}  // namespace

Error belongs_to_other(const std::string& run_id) {
  return busy("run '" + run_id + "' belongs to another process",
              "stop it there, or wait until it ends");
}

Result<OwnerOfRun> owner_of_run(Database& database, StoreOwner& owner, const std::string& run_id) {
  const Result<std::optional<std::int64_t>> number = owner_number(database, run_id);
  if (!number) return fail(number.error());
  if (!*number) return OwnerOfRun::kNobody;
  if (**number == owner.number()) return OwnerOfRun::kThis;
  if (!owner.claim(**number)) return OwnerOfRun::kOther;
  const Result<void> recovered = recover_owner(database, **number);
  owner.release(**number);
  if (!recovered) return fail(recovered.error());
  return OwnerOfRun::kNobody;
}

Result<void> claim_run(Database& database, StoreOwner& owner, const std::string& run_id) {
  const Result<OwnerOfRun> now = owner_of_run(database, owner, run_id);
  if (!now) return fail(now.error());
  if (*now == OwnerOfRun::kThis) {
    return fail(busy("run '" + run_id + "' is going on already", "wait until it ends or waits"));
  }
  if (*now == OwnerOfRun::kOther) return fail(belongs_to_other(run_id));
  Result<Statement> update =
      database.prepare("UPDATE runs SET owner=? WHERE run_id=? AND owner IS NULL");
  if (!update) return fail(update.error());
  auto done = update->bind(1, owner.number()).bind(2, std::string_view(run_id)).run();
  if (!done) return done;
  // Since the look above somebody else may have been quicker.
  if (database.changed_rows() == 0) return fail(belongs_to_other(run_id));
  return {};
}

Result<void> give_up_runs(Database& database, std::int64_t owner) {
  const std::string sql = fmt::format(
      "UPDATE runs SET owner=NULL WHERE owner={0} AND status<>'running';"
      "DELETE FROM owners WHERE owner={0} AND NOT EXISTS(SELECT 1 FROM runs WHERE owner={0});",
      owner);
  return database.run(sql.c_str());
}

}  // namespace tactus::journal
