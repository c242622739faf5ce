// All runs of a process: starts them, finds their logs, stops them, remembers how they ended. What
// the terminal, the IDE server and embedders use. Uses: everything below. Thread-safe unless said
// otherwise.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/base/ids.hpp>
#include <tactus/journal/run_log.hpp>
#include <tactus/journal/store.hpp>
#include <tactus/llm/cassette/cassette.hpp>
#include <tactus/program/program.hpp>
#include <tactus/runtime/plugin_files.hpp>
#include <tactus/runtime/run_activity.hpp>

namespace tactus::runtime {

using boost::asio::awaitable;

struct RunServiceOptions {
  std::string workspace;            // Absolute, existing.
  journal::Store* store = nullptr;  // Null: runs live in memory only. Must outlive the service.
  const Clock* clock = &system_clock();
  IdSource* ids = &system_ids();
  // Runs plugins that only a program names, without anybody's consent to their texts.
  bool allow_plugins = false;
  double demo_pace = 30;  // Words per second of the demo model; 0 = unpaced.
};

// What a run-level switch forces on all agents.
struct RunOverrides {
  std::optional<std::string> provider, model;
  std::optional<bool> stream;  // false: nothing streams; true: everything does, except agents with
                               // `disable_streaming`.
  bool default_answers = false;  // Requests to humans are answered with their defaults at once.
};

struct StartRequest {
  std::string path;                   // Workspace-relative; or empty with `source`.
  std::optional<std::string> source;  // Text to run instead of the file's.
  JsonObject inputs;                  // Values; texts are converted to the declared types.
  RunOverrides overrides;
  std::string run_id;                // Empty = a new one. An id that is known answers that run.
  JsonObject context;                // What the caller gives besides the inputs: `{context.x}`.
  std::optional<std::int64_t> seed;  // Of math.random; nothing = drawn.
  // The texts of plugins that this run may use, by their SHA-256.
  std::vector<std::string> allowed_plugins;
  std::optional<llm::CassetteOptions> cassettes = std::nullopt;
};

struct ResumeRequest {
  std::string run_id;
  bool allow_changed_source = false;
  std::vector<std::string>
      allowed_plugins;  // As of a start; earlier generations count for nothing.
  // Not kept with the run: who resumes it says again that it is recorded or replayed.
  std::optional<llm::CassetteOptions> cassettes = std::nullopt;
};

struct Started {
  std::string run_id;
  int generation = 1;
  bool existed = false;
};

struct AnswerRequest {
  std::string run_id, request_id;
  Json value;
  bool resume = true;  // Goes on with the run here when no process has it.
};

struct Answered {
  Json value;                // As the program gets it.
  std::string responded_at;  // RFC 3339.
  bool repeated = false;     // The same answer was given before.
};

// When a stop was asked for and what followed. Empty texts: not yet.
struct CancelTimes {
  std::string requested, upstream_closed, settled;  // RFC 3339.
};

// Which provider and model agents get that name none.
struct DefaultModel {
  std::string provider, model;
  bool demo = false;
};

class RunService {
 public:
  // Runs execute on strands of `executor`'s io_context.
  static Result<std::unique_ptr<RunService>> create(boost::asio::any_io_executor executor,
                                                    RunServiceOptions options);
  virtual ~RunService() =
      default;  // After `stop`; the io_context must not be running handlers of runs any more.

  // Loads and checks the program and its inputs, then starts it; returns once the log has its first
  // event. Fails with what is wrong with the program or inputs (kSyntax, kNoMain, kValidation,
  // kInput …) or its cassettes, kFile, kSandboxDenied, kConfig, kRunBusy.
  virtual awaitable<Result<Started>> start(StartRequest request) = 0;

  // Goes on with a run that its process left (interrupted, waiting), that failed or was stopped, as
  // a new generation: what it has recorded is not done again. A run that is complete or live is
  // answered with `existed`. Fails with kRunNotFound, kRunBusy (another process has it),
  // kSourceChanged, kStorage, or what is wrong with the program now.
  virtual awaitable<Result<Started>> resume(ResumeRequest request) = 0;

  // Answers a request to a human; durable when it completes. The first answer wins, the same again
  // is accepted. Fails with kRunNotFound, kHitlOption (no such request, or a value it does not
  // allow), kHitlAnswered (another answer came first), kStorage.
  virtual awaitable<Result<Answered>> answer(AnswerRequest request) = 0;

  // The log of a run, live or ended. Fails with kRunNotFound.
  virtual Result<std::shared_ptr<journal::RunLog>> log(const std::string& run_id) = 0;
  virtual Result<journal::RunRecord> find(const std::string& run_id) = 0;
  virtual Result<std::vector<journal::RunRecord>> list(const journal::RunQuery& query) = 0;
  // Changes of runs, for readers that add themselves: those of this process at once, those of other
  // processes with the same store within about a second. Shared, because a connection that is cut
  // may let go of it after the service has gone.
  virtual std::shared_ptr<RunActivity> activity() = 0;
  // Removes an ended run. Fails with kRunBusy while it runs, kRunNotFound.
  virtual awaitable<Result<void>> remove(const std::string& run_id) = 0;

  // Stops a run: upstream connections are closed before this returns control to the event loop.
  // Idempotent. A run that waits without a process gets its end, too. Fails with kRunNotFound, with
  // kRunBusy when the run belongs to another process, and as `resume` where it waits but cannot be
  // loaded any more.
  virtual Result<CancelTimes> cancel(const std::string& run_id) = 0;
  // Completes when the run has ended.
  virtual awaitable<void> wait(const std::string& run_id) = 0;

  // The plugins that somebody has to allow before a run of the program at `path`, or of `source` as
  // if it stood there, may use them. A run starts without, and fails where it needs one. None for a
  // program that cannot be loaded. Blocks on the disk.
  virtual PluginFiles plugins_to_allow(const std::string& path,
                                       const std::optional<std::string>& source) = 0;
  // Checks a text as `tactus validate` does; nothing runs. `path` is for messages and
  // configuration; may be empty.
  virtual Result<program::Checked> check(const std::string& path, const std::string& text) = 0;
  virtual DefaultModel default_model() const = 0;

  // Refuses new runs, marks running ones interrupted, waits for writes. For shutting down within
  // `grace`.
  virtual awaitable<void> stop(std::chrono::milliseconds grace) = 0;
};

// True for an id that may stand in a URL and in a file name: letters, digits, _ - and ., at most
// 128, not dots alone.
bool is_run_id(std::string_view id);

// How the messages of `read_workspace_file` end when the file is there but cannot be taken.
constexpr std::string_view kNotText = ": is not UTF-8 text";
constexpr std::string_view kTooLarge = ": is larger than 8 MiB";

// Reads a file of the workspace after resolving links. Fails with kSandboxDenied (outside), kFile
// (missing, directory, over 8 MiB, not UTF-8 text).
Result<std::string> read_workspace_file(const std::string& workspace, const std::string& path);
// The absolute path of `path` if it, or its nearest existing parent, is inside the workspace after
// resolving links. Fails with kSandboxDenied.
Result<std::string> resolve_in_workspace(const std::string& workspace, const std::string& path);
// The same for the entry itself: a link at the end is not followed, though what it leads to must be
// inside, too. For removing and renaming. Fails with kSandboxDenied.
Result<std::string> resolve_entry_in_workspace(const std::string& workspace,
                                               const std::string& path);

}  // namespace tactus::runtime
