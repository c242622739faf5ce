// Sends a run's log to one client: SSE or JSON lines, live until the run ends. A client that leaves
// does not stop the run.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <tactus/net/http_server.hpp>
#include <tactus/server/log_reader.hpp>

namespace tactus::server {

struct LogStreamOptions {
  LogReaderOptions reader;
  std::string id_prefix;  // Before the position in SSE ids.
  std::chrono::milliseconds heartbeat{15'000};
};

// Completes when the log is closed and read, or the client has left. `out` must outlive the
// coroutine; runs on the connection's strand.
boost::asio::awaitable<void> stream_log(std::shared_ptr<journal::RunLog> log,
                                        LogStreamOptions options, net::Responder& out);

}  // namespace tactus::server
