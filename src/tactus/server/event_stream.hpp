// Sends the logs of many runs, and which runs change, to one client over one connection
// (docs/http-api.md, `GET /api/events`). Private to the module.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include <tactus/net/http_server.hpp>
#include <tactus/runtime/run_service.hpp>
#include <tactus/server/log_reader.hpp>

namespace tactus::server {

constexpr std::size_t kSubscriptionsMax = 256;

struct Subscription {
  std::string run_id;
  StreamPosition position;
};

// Where the client stands in the changes of runs: "<epoch>-<version>".
struct ActivityPosition {
  std::string epoch;  // Empty: from now on.
  std::uint64_t version = 0;
};

// All that a connection is about. As an SSE id: "<index>;<activity>;<position>,<position>…" with a
// position for each subscription, in their order; `index` is that of the subscription whose event
// has the id, or "a".
struct EventCursor {
  ActivityPosition activity;
  std::vector<Subscription> subscriptions;

  // Takes the positions of an id over. False when it is not of that form, or has not as many.
  bool go_on_at(std::string_view id);
};
std::optional<ActivityPosition> parse_activity(std::string_view text);

// Completes when the client has left or the server stops. Everything given must outlive the
// coroutine, which runs on the connection's strand.
boost::asio::awaitable<void> stream_events(runtime::RunService& runs, EventCursor cursor,
                                           std::chrono::milliseconds heartbeat,
                                           net::Responder& out);

}  // namespace tactus::server
