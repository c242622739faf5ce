// Finds the run that a person means, and says how to go on with it. Uses: runtime.
#pragma once

#include <string>

#include <tactus/runtime/run_service.hpp>

namespace tactus::cli {

// How commands name the place of a run: what `--workspace` and `--storage` must be so that a
// command typed in the current folder finds it. Empty = not needed.
struct RunPlace {
  std::string workspace, storage;
};
// `workspace` is absolute; `storage` as it was typed.
RunPlace run_place(const std::string& workspace, const std::string& storage);

// The run whose id is `text`, or the only one whose id begins so. Fails with kRunNotFound (none, or
// several), kStorage.
Result<journal::RunRecord> find_run(runtime::RunService& runs, const std::string& text);

// `text` as one word of a POSIX shell.
std::string shell_word(std::string_view text);

// "tactus resume RUN", complete.
std::string resume_line(const RunPlace& place, const std::string& run_id);
// What a person who watched no prompt is told about a run that waits: each request with the command
// that answers it, then the command that goes on. Several lines.
std::string waiting_text(const RunPlace& place, const journal::RunRecord& record);
// The part of it for one request.
std::string request_text(const RunPlace& place, const std::string& run_id, const Json& request);

}  // namespace tactus::cli
