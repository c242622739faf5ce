#include <tactus/journal/checkpoint_writer.hpp>

namespace tactus::journal {
namespace {

constexpr std::string_view kPut =
    "INSERT INTO checkpoints(run_no, position, type, name, status, completion, started_at,"
    " ended_at, input_hash, start, result, error, effects, usage)"
    " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT(run_no, position) DO UPDATE SET type=excluded.type, name=excluded.name,"
    " status=excluded.status, completion=excluded.completion, started_at=excluded.started_at,"
    " ended_at=excluded.ended_at, input_hash=excluded.input_hash, start=excluded.start,"
    " result=excluded.result, error=excluded.error, effects=excluded.effects,"
    " usage=excluded.usage";

// '/' is the byte after '.'.
constexpr std::string_view kDrop =
    "DELETE FROM checkpoints WHERE run_no=?1 AND"
    " (position=?2 OR (position > ?2||'.' AND position < ?2||'/'))";

constexpr std::string_view kPutAnswer =
    "INSERT OR REPLACE INTO answers(run_no, request_id, value, responded_at) VALUES(?,?,?,?)";

}  // namespace

Result<CheckpointWriter> CheckpointWriter::create(Database& database) {
  auto put = database.prepare(kPut);
  auto drop = database.prepare(kDrop);
  auto find_answer =
      database.prepare("SELECT value, responded_at FROM answers WHERE run_no=? AND request_id=?");
  auto put_answer = database.prepare(kPutAnswer);
  for (auto* statement : {&put, &drop, &find_answer, &put_answer}) {
    if (!*statement) return fail(statement->error());
  }
  return CheckpointWriter(Statements{*std::move(put), *std::move(drop), *std::move(find_answer),
                                     *std::move(put_answer)});
}

Result<void> CheckpointWriter::put(std::int64_t run_no, const StoredCheckpoint& entry) {
  const auto text = [](const std::string& value) { return std::string_view(value); };
  Statement& put = statements_.put;
  put.bind(1, run_no).bind(2, text(entry.position)).bind(3, text(entry.type));
  put.bind(4, text(entry.name)).bind(5, entry_status_name(entry.status)).bind(6, entry.order);
  put.bind(7, text(entry.started_at)).bind(8, text(entry.ended_at));
  put.bind(9, text(entry.input_hash)).bind(10, text(entry.start)).bind(11, text(entry.result));
  put.bind(12, text(entry.error)).bind(13, text(entry.effects)).bind(14, text(entry.usage));
  return put.run();
}

Result<void> CheckpointWriter::drop(std::int64_t run_no, const std::string& position) {
  return statements_.drop.bind(1, run_no).bind(2, std::string_view(position)).run();
}

Result<std::optional<Answer>> CheckpointWriter::find_answer(std::int64_t run_no,
                                                            const std::string& request_id) {
  Statement& find = statements_.find_answer;
  const Result<bool> row = find.bind(1, run_no).bind(2, std::string_view(request_id)).step();
  if (!row) return fail(row.error());
  std::optional<Answer> answer;
  if (*row) {
    Result<Json> value = parse_json(find.text(0));
    if (value) answer = Answer{request_id, *std::move(value), std::string(find.text(1))};
  }
  find.reset();
  return answer;
}

Result<void> CheckpointWriter::put_answer(std::int64_t run_no, Answer& answer) {
  const Result<std::optional<Answer>> stored = find_answer(run_no, answer.request_id);
  if (!stored) return fail(stored.error());
  if (*stored) {
    answer = **stored;
    return {};
  }
  const std::string value = stored_json(answer.value);
  Statement& put = statements_.put_answer;
  put.bind(1, run_no).bind(2, std::string_view(answer.request_id));
  put.bind(3, std::string_view(value)).bind(4, std::string_view(answer.responded_at));
  return put.run();
}

}  // namespace tactus::journal
