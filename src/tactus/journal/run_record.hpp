// What a store knows of a run besides its log. Values. Uses: base.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tactus/base/json.hpp>
#include <tactus/journal/event.hpp>

namespace tactus::journal {

// kInterrupted: its process ended first. A run that waits (kWaitingForHuman, kSleeping) stays what
// it is without a process, and goes on when it is resumed.
enum class RunStatus : std::uint8_t {
  kRunning,
  kWaitingForHuman,
  kSleeping,
  kInterrupted,
  kCompleted,
  kFailed,
  kCancelled,
};
std::string_view run_status_name(RunStatus status);  // "running", "waiting_for_human" …
std::optional<RunStatus> run_status_from_name(std::string_view name);
// All names, as a person lists them: "running, waiting_for_human, …".
std::string run_status_names();

// True for a run that is not over and not cut off: running, or waiting for something.
bool is_live(RunStatus status);

// The row of one run; a value.
struct RunRecord {
  std::string run_id;
  std::string procedure_id;
  std::string path;         // Workspace-relative; empty for a source that was never a file.
  std::string source_hash;  // SHA-256, hex.
  RunStatus status = RunStatus::kRunning;
  int generation = 1;
  std::string started_at;  // RFC 3339.
  std::string ended_at;    // Empty while running.
  std::int64_t duration_ms = 0;
  std::int64_t total_tokens = 0;
  std::optional<double> total_cost;  // USD; nothing = unknown.
  EventSeq last_seq = 0;
  JsonObject inputs;
  Json result;  // null unless completed.
  Json error;   // null or {code, message, hint?, file?, line?}.
  std::int64_t seed = 0;
  JsonObject overrides;               // Settings given for this run alone.
  JsonObject context;                 // What the caller gave besides the inputs.
  std::optional<std::string> source;  // The text of a program that was never a file.
  JsonArray pending;                  // Open requests to a human: objects as in `hitl_request`.
  JsonObject files;                   // Files it has pulled in: workspace-relative path → SHA-256.
};

}  // namespace tactus::journal
