#include <charconv>

#include <tactus/net/sse_decoder.hpp>
#include <tactus/server/log_reader.hpp>

namespace tactus::server {

std::optional<StreamPosition> parse_position(std::string_view id) {
  const std::size_t dash = id.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto whole = [](std::string_view text, auto& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
  };
  StreamPosition position;
  int generation = 0;
  if (!whole(id.substr(0, dash), generation) || !whole(id.substr(dash + 1), position.seq))
    return std::nullopt;
  position.generation = generation;
  return position;
}

void go_on_at(LogReaderOptions& options, const StreamPosition& position,
              const journal::RunLog& log) {
  options.reset = position.generation.value_or(log.generation()) != log.generation() ||
                  position.seq > log.last_seq();
  options.after = options.reset ? 0 : position.seq;
}

bool LogReader::read(std::string& bytes, std::string_view id_prefix, std::string_view id_suffix,
                     std::size_t bytes_max) {
  const bool is_reset = append_reset(bytes, id_prefix, id_suffix);
  // Closed is asked before reading: what is read afterwards is then all there will be.
  const bool closed = log_->closed();
  const auto events =
      log_->read(options_.after, {.bytes_max = bytes_max, .profile = options_.profile});
  if (events.empty()) {
    ended_ = closed;
    return is_reset;
  }
  std::size_t size = bytes.size();
  for (const journal::ReadEvent& event : events)
    size += event.json.size() + id_prefix.size() + id_suffix.size() + 48;
  bytes.reserve(size);
  std::string id;
  for (const journal::ReadEvent& event : events) {
    if (options_.format == StreamFormat::kJsonLines) {
      bytes += event.json;
      bytes += '\n';
      continue;
    }
    id.assign(id_prefix).append(position_of(event.cursor)).append(id_suffix);
    net::append_sse_event(bytes, id, event.json);
  }
  options_.after = events.back().cursor;
  pacer_.given(events, std::chrono::steady_clock::now());
  return true;
}

std::chrono::nanoseconds LogReader::pause() const {
  return pacer_.pause(std::chrono::steady_clock::now());
}

std::string LogReader::position_of(journal::EventSeq seq) const {
  return std::to_string(log_->generation()) + "-" + std::to_string(seq);
}

// True when there was one to be told.
bool LogReader::append_reset(std::string& bytes, std::string_view id_prefix,
                             std::string_view id_suffix) {
  if (!options_.reset || options_.format != StreamFormat::kSse) return false;
  options_.reset = false;
  const JsonObject reset{{"event_type", "reset"},
                         {"run_id", log_->identity().run_id},
                         {"generation", log_->generation()}};
  const std::string id = fmt::format("{}{}{}", id_prefix, position_of(0), id_suffix);
  net::append_sse_event(bytes, id, dump_json(reset));
  return true;
}

}  // namespace tactus::server
