// Writes checkpoint entries and answers, inside the caller's transactions. Private to the module;
// for the writer thread.
#pragma once

#include <string>

#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/store_write.hpp>

namespace tactus::journal {

class CheckpointWriter {
 public:
  // `database` must outlive the writer. Fails with kStorage, as everything here.
  static Result<CheckpointWriter> create(Database& database);

  // Inserts or replaces by position.
  Result<void> put(std::int64_t run_no, const StoredCheckpoint& entry);
  // With everything nested in it.
  Result<void> drop(std::int64_t run_no, const std::string& position);
  // Stores `answer`, or sets it to the one that is stored already. A stored one that cannot be read
  // counts as none. Call it in a transaction that excludes other writers.
  Result<void> put_answer(std::int64_t run_no, Answer& answer);

 private:
  struct Statements {
    Statement put, drop, find_answer, put_answer;
  };
  explicit CheckpointWriter(Statements statements) : statements_(std::move(statements)) {}

  Result<std::optional<Answer>> find_answer(std::int64_t run_no, const std::string& request_id);

  Statements statements_;
};

}  // namespace tactus::journal
