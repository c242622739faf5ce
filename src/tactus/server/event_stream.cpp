// A connection holds one cursor for each run and nothing else, so that a client that does not read
// costs nothing but being behind: what is written next is then merged. Within a connection each run
// gets its share of every writing, so that a long history delays no other run for long.
#include <charconv>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/journal/signal.hpp>
#include <tactus/net/sse_decoder.hpp>
#include <tactus/server/context.hpp>
#include <tactus/server/event_stream.hpp>
#include <tactus/server/run_json.hpp>
#include <tactus/server/stream_head.hpp>

namespace tactus::server {

namespace asio = boost::asio;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr std::size_t kShareBytes = 64u << 10;
constexpr std::size_t kWritingBytes = 512u << 10;  // About; the next writing goes on from there.
constexpr std::size_t kChangesMax = 64;  // Beyond it the client had better read the list anew.

// One subscription of a connection.
struct Source {
  Subscription asked;
  std::optional<LogReader> reader;
  bool over = false;  // Its client was told that nothing more will come.

  std::string position() const {
    if (reader) return reader->position();
    return std::to_string(asked.position.generation.value_or(0)) + "-" +
           std::to_string(asked.position.seq);
  }
};

class EventStream {
 public:
  EventStream(runtime::RunService& runs, EventCursor cursor, std::chrono::milliseconds heartbeat,
              net::Responder& out, const asio::any_io_executor& executor)
      : runs_(runs),
        activity_(runs.activity()),
        at_(std::move(cursor.activity)),
        heartbeat_(heartbeat),
        out_(out),
        news_(std::make_shared<journal::Signal>(executor)),
        close_news_(*news_),
        beat_(executor) {
    for (Subscription& asked : cursor.subscriptions)
      sources_.push_back({std::move(asked), std::nullopt, false});
    activity_->add_reader(news_);
  }
  ~EventStream() {
    activity_->remove_reader(news_);
    for (const Source& source : sources_) {
      if (source.reader) source.reader->log().forget(news_);
    }
  }
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  asio::awaitable<void> run() {
    if (!co_await out_.begin(200, stream_headers(StreamFormat::kSse))) co_return;
    out_.on_client_left([this] { beat_.cancel(); });
    if (!co_await out_.write(kReconnectAfter)) co_return;
    std::string bytes;
    while (!out_.client_left()) {
      bytes.clear();
      append_activity(bytes);
      append_logs(bytes);
      if (!bytes.empty()) {
        if (!co_await out_.write(bytes)) co_return;
      } else if (!co_await wait_for_news()) {
        co_return;
      }
    }
    co_await out_.end();
  }

 private:
  // What stands around the position of the subscription `index` in an id.
  struct Around {
    std::string before, after;
  };
  Around around(std::size_t index) const {
    Around id{std::to_string(index) + ";" + activity_position(at_.version) + ";", ""};
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      std::string& part = i < index ? id.before : id.after;
      if (i > index) part += ',';
      if (i != index) part += sources_[i].position();
      if (i < index) part += ',';
    }
    return id;
  }

  std::string activity_position(std::uint64_t version) const {
    return activity_->epoch() + "-" + std::to_string(version);
  }

  // Each once, but no more than fits into a writing.
  void append_logs(std::string& bytes) {
    for (std::size_t i = 0; i < sources_.size() && bytes.size() < kWritingBytes; ++i) {
      append_log(bytes, next_);
      next_ = (next_ + 1) % sources_.size();
    }
  }

  void append_log(std::string& bytes, std::size_t index) {
    Source& source = sources_[index];
    if (source.over) return;
    if (!source.reader && !open(source, bytes, index)) return;
    const Around id = around(index);
    if (source.reader->read(bytes, id.before, id.after, kShareBytes)) return;
    if (!source.reader->ended()) return;
    source.over = true;
    append_end(bytes, index, {{"stage", "ended"}});
    source.asked.position = {source.reader->log().generation(), source.reader->after()};
    source.reader.reset();  // A connection may last longer than anybody needs the log.
  }

  bool open(Source& source, std::string& bytes, std::size_t index) {
    const auto log = runs_.log(source.asked.run_id);
    if (!log) {
      source.over = true;
      const ApiError error = api_error(log.error());
      JsonObject told = error_json(error);
      told["status"] = error.status;
      append_end(bytes, index, {{"stage", "failed"}, {"error", std::move(told)}});
      return false;
    }
    LogReaderOptions options;
    server::go_on_at(options, source.asked.position, **log);
    source.reader.emplace(*log, options);
    return true;
  }

  void append_end(std::string& bytes, std::size_t index, JsonObject rest) {
    JsonObject event{{"event_type", "subscription"}, {"run_id", sources_[index].asked.run_id}};
    for (auto& [key, value] : rest) event[key] = std::move(value);
    const Around id = around(index);
    net::append_sse_event(bytes, id.before + sources_[index].position() + id.after,
                          dump_json(event));
  }

  void append_activity(std::string& bytes) {
    const std::uint64_t now = activity_->version();
    auto changes = at_.epoch == activity_->epoch()
                       ? activity_->since(at_.version)
                       : std::optional<std::vector<runtime::RunActivity::Change>>();
    if (!changes || changes->size() > kChangesMax) {
      at_ = {activity_->epoch(), now};
      append_change(bytes, JsonObject{{"event_type", "activity"}, {"stage", "reset"}});
      return;
    }
    for (const runtime::RunActivity::Change& change : *changes) {
      at_.version = change.version;
      JsonObject event{{"event_type", "activity"}, {"run_id", change.run_id}};
      const auto record = runs_.find(change.run_id);
      event["stage"] = record ? "changed" : "removed";
      if (record) event["run"] = run_json(*record);
      append_change(bytes, event);
    }
  }

  void append_change(std::string& bytes, const JsonObject& event) const {
    std::string id = "a;" + activity_position(at_.version) + ";";
    for (const Source& source : sources_) {
      if (&source != &sources_.front()) id += ',';
      id += source.position();
    }
    net::append_sse_event(bytes, id, dump_json(event));
  }

  // Until something may be read. Sends a comment when nothing came for a heartbeat. False when the
  // client has left.
  asio::awaitable<bool> wait_for_news() {
    for (const Source& source : sources_) {
      if (source.over || source.reader->log().wake_later(source.reader->after(), news_)) continue;
      co_return true;
    }
    beat_.expires_after(heartbeat_);
    boost::system::error_code ignored;
    const auto first = co_await (
        news_->wait_next() || beat_.async_wait(asio::redirect_error(asio::use_awaitable, ignored)));
    if (first.index() == 0) co_return true;
    if (out_.client_left()) co_return false;
    const auto written = co_await out_.write(kHeartbeat);
    co_return written.has_value();
  }

  runtime::RunService& runs_;
  const std::shared_ptr<runtime::RunActivity> activity_;
  ActivityPosition at_;
  const std::chrono::milliseconds heartbeat_;
  net::Responder& out_;
  std::vector<Source> sources_;
  std::size_t next_ = 0;                         // Whose turn it is.
  const std::shared_ptr<journal::Signal> news_;  // Shared with the logs, which may set it any time.
  const journal::Signal::Close close_news_;
  asio::steady_timer beat_;
};

}  // namespace

std::optional<ActivityPosition> parse_activity(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  ActivityPosition position{std::string(text.substr(0, dash)), 0};
  const std::string_view version = text.substr(dash + 1);
  const auto [end, error] =
      std::from_chars(version.data(), version.data() + version.size(), position.version);
  if (error != std::errc{} || end != version.data() + version.size()) return std::nullopt;
  return position;
}

bool EventCursor::go_on_at(std::string_view id) {
  const std::size_t first = id.find(';');
  const std::size_t second = id.find(';', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return false;
  const auto activity_then = parse_activity(id.substr(first + 1, second - first - 1));
  if (!activity_then) return false;
  std::vector<StreamPosition> positions;
  for (std::string_view rest = id.substr(second + 1); !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find(','));
    const auto position = parse_position(part);
    if (!position) return false;
    positions.push_back(*position);
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  if (positions.size() != subscriptions.size()) return false;
  activity = *activity_then;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    // Of a run that was not there; it may be now.
    if (positions[i].generation == 0) positions[i].generation.reset();
    subscriptions[i].position = positions[i];
  }
  return true;
}

asio::awaitable<void> stream_events(runtime::RunService& runs, EventCursor cursor,
                                    std::chrono::milliseconds heartbeat, net::Responder& out) {
  EventStream stream(runs, std::move(cursor), heartbeat, out, co_await asio::this_coro::executor);
  co_await stream.run();
}

}  // namespace tactus::server
