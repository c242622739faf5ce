// Sends a run's log to one client: SSE or JSON lines, live until the run ends. A client that leaves
// does not stop the run.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include <tactus/journal/run_log.hpp>
#include <tactus/net/http_server.hpp>

namespace tactus::server {

struct LogStreamOptions {
  enum class Format : std::uint8_t { kSse, kJsonLines } format = Format::kSse;
  journal::Profile profile = journal::Profile::kDelta;
  std::string id_prefix;        // Before "<generation>-<seq>" in SSE ids.
  journal::EventSeq after = 0;  // Entries up to this one were seen.
  bool reset = false;           // The reader's cursor belongs to an older generation.
  std::chrono::milliseconds heartbeat{15'000};
};

// Completes when the log is closed and read, or the client has left. `out` must outlive the
// coroutine; runs on the connection's strand.
boost::asio::awaitable<void> stream_log(std::shared_ptr<journal::RunLog> log,
                                        LogStreamOptions options, net::Responder& out);

// Where a reader stands, from "<generation>-<seq>"; nothing when it is not of that form.
struct StreamPosition {
  int generation = 0;
  journal::EventSeq seq = 0;
};
std::optional<StreamPosition> parse_position(std::string_view id);

}  // namespace tactus::server
