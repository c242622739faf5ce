#include <spdlog/spdlog.h>

#include <tactus/journal/sqlite_reader.hpp>
#include <tactus/journal/store_recovery.hpp>

namespace tactus::journal {
namespace {

Result<std::vector<std::int64_t>> select_numbers(Database& database, const std::string& sql) {
  Result<Statement> select = database.prepare(sql);
  if (!select) return fail(select.error());
  std::vector<std::int64_t> numbers;
  for (;;) {
    const Result<bool> row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return numbers;
    numbers.push_back(select->integer(0));
  }
}

// A log that cannot be read must not keep all others from being opened.
std::vector<StoredEntry> kept_entries(Database& database, std::int64_t run_no) {
  Result<std::vector<StoredEntry>> entries = read_entries_of(database, run_no);
  if (entries) return *std::move(entries);
  spdlog::warn("the log of interrupted run number {} is damaged: {}", run_no,
               to_string(entries.error()));
  return {};
}

Result<void> interrupt_run(Database& database, std::int64_t run_no) {
  const std::vector<StoredEntry> entries = kept_entries(database, run_no);
  Result<Statement> update = database.prepare(
      "UPDATE runs SET status='interrupted', owner=NULL, last_seq=?2, ended_at=?3, duration_ms=?4"
      " WHERE run_no=?1");
  if (!update) return fail(update.error());
  std::string ended_at;
  std::int64_t last_seq = 0;
  std::int64_t duration_ms = 0;
  if (!entries.empty()) {
    const StoredEntry& last = entries.back();
    last_seq = static_cast<std::int64_t>(last.seq);
    ended_at = format_time(last.time);
    duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(last.time - entries.front().time)
            .count();
  }
  update->bind(1, run_no).bind(2, last_seq).bind(3, std::string_view(ended_at));
  return update->bind(4, duration_ms).run();
}

}  // namespace

Result<void> recover_owner(Database& database, std::int64_t gone) {
  const Result<std::vector<std::int64_t>> run_nos = select_numbers(
      database, fmt::format("SELECT run_no FROM runs WHERE status='running' AND owner={}", gone));
  if (!run_nos) return fail(run_nos.error());
  for (const std::int64_t run_no : *run_nos) {
    if (auto done = interrupt_run(database, run_no); !done) return done;
  }
  const std::string forget = fmt::format(
      "UPDATE runs SET owner=NULL WHERE owner={0}; DELETE FROM owners WHERE owner={0};", gone);
  return database.run(forget.c_str());
}

Result<void> recover_runs(Database& database, StoreOwner& owner) {
  const Result<std::vector<std::int64_t>> others = select_numbers(
      database, fmt::format("SELECT owner FROM owners WHERE owner<>{}", owner.number()));
  if (!others) return fail(others.error());
  for (const std::int64_t other : *others) {
    if (!owner.claim(other)) continue;
    Result<void> done = recover_owner(database, other);
    owner.release(other);
    if (!done) return done;
  }
  return {};
}

}  // namespace tactus::journal
