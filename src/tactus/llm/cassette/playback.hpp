// One exchange that a recording answers, at its times and with its faults. Nothing is sent. Uses:
// net, mock.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <tactus/llm/cassette/recorded_body.hpp>
#include <tactus/net/http_exchange.hpp>
#include <tactus/net/http_server.hpp>

namespace tactus::llm::cassette {

struct PlaybackOptions {
  double speed = 0;  // As CassetteOptions.
  mock::Fault fault;
  net::Timeouts timeouts;  // Of the request; they matter for answers that stall by a fault.
  std::string origin;      // For messages.
  const mock::Dialect* dialect = nullptr;  // Of the answer; kErrorAfterChunks needs it.
};

// What a recording ends by when its reader had left: the replay waits so much longer for the same
// to happen, then it fails.
inline constexpr std::chrono::seconds kLeaveGrace{2};

// Begins to play; the exchange is that of any client. Ends by itself, or when it is cancelled.
std::shared_ptr<net::HttpExchange> play(boost::asio::any_io_executor executor, Recording recording,
                                        PlaybackOptions options);

// An exchange that fails with `error`.
std::shared_ptr<net::HttpExchange> failing_exchange(Error error);

}  // namespace tactus::llm::cassette
