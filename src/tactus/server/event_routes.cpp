// /api/events: one connection for many runs.
#include <charconv>

#include <tactus/server/context.hpp>
#include <tactus/server/event_stream.hpp>

namespace tactus::server {

using boost::asio::awaitable;

namespace {

// "<run>", "<run>:<seq>" or "<run>:<generation>-<seq>".
std::optional<Subscription> parse_subscription(std::string_view text) {
  const std::size_t colon = text.find(':');
  Subscription asked{std::string(text.substr(0, colon)), {}};
  if (!runtime::is_run_id(asked.run_id)) return std::nullopt;
  if (colon == std::string_view::npos) return asked;
  const std::string_view position = text.substr(colon + 1);
  if (auto parsed = parse_position(position)) {
    asked.position = *parsed;
    return asked;
  }
  const auto [end, error] =
      std::from_chars(position.data(), position.data() + position.size(), asked.position.seq);
  if (error != std::errc{} || end != position.data() + position.size()) return std::nullopt;
  return asked;
}

ApiError bad_request(std::string message, std::string hint = {}) {
  return api_error(400, "bad_request", std::move(message), std::move(hint));
}

// Fails with 400.
tl::expected<EventCursor, ApiError> event_cursor(const net::ServerRequest& request) {
  EventCursor cursor;
  const std::string subscribe = request.query_value("subscribe").value_or("");
  for (std::string_view rest = subscribe; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find(','));
    auto asked = parse_subscription(part);
    if (!asked) {
      return tl::unexpected(bad_request(
          fmt::format("'{}' in 'subscribe' is no run and place", std::string(part.substr(0, 200))),
          "write RUN, RUN:SEQ or RUN:GENERATION-SEQ, separated by commas"));
    }
    cursor.subscriptions.push_back(std::move(*asked));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  if (cursor.subscriptions.size() > kSubscriptionsMax) {
    return tl::unexpected(
        bad_request(fmt::format("{} subscriptions are more than a connection may have: {}",
                                cursor.subscriptions.size(), kSubscriptionsMax),
                    "open another connection for the rest"));
  }
  if (const auto since = request.query_value("activity"); since && !since->empty()) {
    const auto activity = parse_activity(*since);
    if (!activity)
      return tl::unexpected(bad_request("'activity' must be taken from the id of an event"));
    cursor.activity = *activity;
  }
  if (const auto last = request.header("last-event-id"); last && !last->empty()) {
    if (!cursor.go_on_at(*last))
      return tl::unexpected(bad_request("Last-Event-ID is not of a stream with these subscriptions",
                                        "leave it out, or send the same 'subscribe' as then"));
  }
  return cursor;
}

}  // namespace

awaitable<void> get_all_events(Context& context) {
  auto cursor = event_cursor(context.request);
  if (!cursor) co_return (void) co_await context.out.send(error_response(cursor.error()));
  co_await stream_events(context.runs, std::move(*cursor), context.options.heartbeat, context.out);
}

}  // namespace tactus::server
