// Reads checkpoint entries and answers back. Private to the module; one thread at a time.
#pragma once

#include <string>
#include <vector>

#include <tactus/journal/checkpoint.hpp>
#include <tactus/journal/store.hpp>
#include <tactus/journal/stored_row.hpp>

namespace tactus::journal {

// As Store::checkpoint_entries. An entry without a position is skipped and told.
Result<std::vector<CheckpointEntry>> read_checkpoints(Database& database, const std::string& run_id,
                                                      DamageReport& report);

// As Store::answers. An answer whose value cannot be read is skipped and told: the request is open
// again, and the next answer takes its place.
Result<std::vector<Answer>> read_answers(Database& database, const std::string& run_id,
                                         DamageReport& report);

// As Store::answers_after.
Result<NewAnswers> read_answers_after(Database& database, std::int64_t cursor,
                                      DamageReport& report);

}  // namespace tactus::journal
