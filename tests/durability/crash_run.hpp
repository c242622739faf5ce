// One run of one program through any number of processes, each of which may be cut off after some
// writes to the store. Tests only.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <tactus/base/clock.hpp>
#include <tactus/base/json.hpp>
#include <tactus/runtime/run_service.hpp>

#include "cut_store.hpp"

namespace tactus::durability {

constexpr std::int64_t kNoCut = INT64_MAX;

// How a process ended, and what it left behind.
struct Ending {
  bool cut = false;
  std::int64_t writes = 0;  // Of this process.
  std::optional<Error> refused;
  journal::RunRecord record;  // As the next process finds it.
  std::map<std::string, journal::CheckpointEntry> entries;
};

// What a run came to.
struct Outcome {
  Json result, error, state;  // `error`: its code.
  std::string status;
  std::vector<std::string> lines;  // The log, entry by entry.
  // Messages that agents began, by agent; what tools said they did ("ran …" logs), by text.
  std::map<std::string, std::size_t> requests, handled;
};

class CrashRun {
 public:
  explicit CrashRun(std::string source);
  ~CrashRun();
  CrashRun(const CrashRun&) = delete;
  CrashRun& operator=(const CrashRun&) = delete;

  struct Process {
    std::int64_t writes_max = kNoCut;
    bool allow_changed_source = false;
    bool answers = true;  // Requests to humans are answered: approvals with yes, the rest "blue".
    // Stops the process properly once this is true of the run's record.
    std::function<bool(const journal::RunRecord&)> stop_at = nullptr;
    bool cancel = false;  // Cancels the run as soon as it has started.
  };
  // The first process starts the run, the others resume it. Returns when the run has ended or its
  // process has.
  Ending run(const Process& process);
  Ending run() { return run(Process{}); }

  void change_source(const std::string& source);
  void write_file(const std::string& name, const std::string& text);
  std::string read_file(const std::string& name) const;
  void use_clock(const Clock& clock) { clock_ = &clock; }
  // Answers through a service that does not go on with the run.
  Result<runtime::Answered> answer(const std::string& request_id, Json value);

  // From the log as the store has it.
  Outcome outcome() const;
  // How often each entry was written as ended, over all processes.
  const std::map<std::string, int>& ended() const { return ended_; }

 private:
  std::unique_ptr<CutStore> open(std::int64_t writes_max);
  std::string path_;
  const Clock* clock_ = &system_clock();
  bool started_ = false;
  std::mutex mutex_;
  std::map<std::string, int> ended_;
};

}  // namespace tactus::durability
