#include <algorithm>

#include <tactus/journal/checkpoint_reader.hpp>
#include <tactus/journal/sqlite_reader.hpp>

namespace tactus::journal {
namespace {

// For want of its result the operation has to be done again: the entry falls back to "started".
void forget_outcome(CheckpointEntry& entry) {
  entry.status = EntryStatus::kStarted;
  entry.order = 0;
  entry.ended_at.clear();
  entry.result = nullptr;
  entry.error = nullptr;
  entry.effects.clear();
}

// Nothing for a row that cannot be put anywhere.
std::optional<CheckpointEntry> entry_of(const Statement& columns, const std::string& run_id,
                                        DamageReport& report) {
  CheckpointEntry entry;
  entry.position = columns.text(0);
  StoredRow row(columns, fmt::format("entry {} of run '{}'", entry.position, run_id), report);
  if (!is_position(entry.position)) {
    row.tell("a position that is none");
    return std::nullopt;
  }
  entry.type = row.text(1);
  entry.name = row.text(2);
  const auto status = entry_status_from_name(columns.text(3));
  if (!status) row.tell("an unknown status");
  entry.status = status.value_or(EntryStatus::kStarted);
  entry.order = row.integer(4);
  entry.started_at = row.text(5);
  entry.ended_at = row.text(6);
  entry.input_hash = row.text(7);
  entry.start = row.json(8);
  entry.result = row.json(9);
  entry.error = row.json(10);
  entry.effects = row.array(11);
  if (row.is_damaged()) forget_outcome(entry);
  entry.usage = row.json(12);
  return entry;
}

// Nothing for a damaged row.
std::optional<Answer> answer_of(const Statement& columns, const std::string& run_id,
                                DamageReport& report) {
  Answer answer;
  answer.request_id = columns.text(0);
  StoredRow row(columns, fmt::format("answer '{}' of run '{}'", answer.request_id, run_id), report);
  answer.value = row.json(1);
  answer.responded_at = row.text(2);
  if (row.is_damaged()) return std::nullopt;
  return answer;
}

// A statement over the rows of one run, ready to step.
Result<Statement> select_of_run(Database& database, const std::string& run_id,
                                std::string_view sql) {
  const Result<std::optional<std::int64_t>> run_no = find_run_no(database, run_id);
  if (!run_no) return fail(run_no.error());
  if (!*run_no) return fail(ErrorCode::kRunNotFound, "no run '" + run_id + "'");
  Result<Statement> select = database.prepare(sql);
  if (select) select->bind(1, **run_no);
  return select;
}

}  // namespace

Result<std::vector<CheckpointEntry>> read_checkpoints(Database& database, const std::string& run_id,
                                                      DamageReport& report) {
  Result<Statement> select = select_of_run(
      database, run_id,
      "SELECT position, type, name, status, completion, started_at, ended_at, input_hash, start,"
      " result, error, effects, usage FROM checkpoints WHERE run_no=?");
  if (!select) return fail(select.error());
  std::vector<CheckpointEntry> entries;
  for (;;) {
    const Result<bool> row = select->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    if (auto entry = entry_of(*select, run_id, report)) entries.push_back(*std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const CheckpointEntry& a, const CheckpointEntry& b) {
    return position_less(a.position, b.position);
  });
  return entries;
}

Result<std::vector<Answer>> read_answers(Database& database, const std::string& run_id,
                                         DamageReport& report) {
  Result<Statement> select = select_of_run(
      database, run_id,
      "SELECT request_id, value, responded_at FROM answers WHERE run_no=? ORDER BY answer_no");
  if (!select) return fail(select.error());
  std::vector<Answer> answers;
  for (;;) {
    const Result<bool> more = select->step();
    if (!more) return fail(more.error());
    if (!*more) return answers;
    if (auto answer = answer_of(*select, run_id, report)) answers.push_back(*std::move(answer));
  }
}

Result<NewAnswers> read_answers_after(Database& database, std::int64_t cursor,
                                      DamageReport& report) {
  const Result<std::int64_t> last =
      database.query_integer("SELECT coalesce(max(answer_no), 0) FROM answers");
  if (!last) return fail(last.error());
  NewAnswers found;
  found.cursor = *last;
  if (cursor < 0 || *last <= cursor) return found;
  Result<Statement> select = database.prepare(
      "SELECT request_id, value, responded_at, run_id FROM answers JOIN runs USING(run_no)"
      " WHERE answer_no>? AND answer_no<=? ORDER BY answer_no");
  if (!select) return fail(select.error());
  select->bind(1, cursor);
  select->bind(2, *last);
  for (;;) {
    const Result<bool> more = select->step();
    if (!more) return fail(more.error());
    if (!*more) return found;
    std::string run_id(select->text(3));
    if (auto answer = answer_of(*select, run_id, report))
      found.answers.emplace_back(std::move(run_id), *std::move(answer));
  }
}

}  // namespace tactus::journal
