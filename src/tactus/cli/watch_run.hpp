// Watches one run to its end, or until it waits for a human who is not here, and says how it ended.
// Uses: runtime.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <tactus/cli/commands.hpp>
#include <tactus/cli/run_reference.hpp>
#include <tactus/cli/session.hpp>

namespace tactus::cli {

constexpr int kExitWaiting = 3;
constexpr int kExitInterrupted = 130;

struct WatchedRun {
  std::string run_id;           // Empty = not started yet.
  journal::EventSeq after = 0;  // Events up to this one are of earlier generations.
  RunPlace place;
  WatchOptions options;
  bool memory_only = false;
  bool leave = false;  // Go, and let the run be resumed: SIGTERM.
  int signals = 0;
};

// What SIGINT (the run is cancelled) and SIGTERM (it can be resumed) do; a second one of either
// ends the process. For Session::run.
void handle_signal(Session& session, WatchedRun& watched, int signal);

// Gives the exit code. On the strand of the command.
boost::asio::awaitable<int> watch_run(Session& session, WatchedRun& watched);

// Watches a run that was started or resumed under `watched`, in the latter case from where its
// generation begins. `started`: what the service answered.
boost::asio::awaitable<int> watch_started(Session& session, WatchedRun& watched,
                                          Result<runtime::Started> started);

}  // namespace tactus::cli
