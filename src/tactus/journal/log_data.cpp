// Which deltas are merged, and why.
//
// Delta profile: runs of consecutive entries of one stream, nothing else. A reader may be cut off
// after any event of a reading and goes on after that event's seq. So after each event, exactly the
// entries up to its seq must have been given, and by induction each event must stand for an
// unbroken interval of entries. Merging across entries of other streams would lose their text at
// such a cut.
//
// Accumulated profile: a reader replaces the text of a message by `accumulated_text`, so getting a
// piece of it twice does no harm. Here deltas of parallel turns are merged across each other (else
// two agents that write at once would defeat the bound on events a second). An event then carries
// the seq of its last entry, and `cursor` says where a reader that is cut off after it must go on.
// Within a turn the order is kept: a turn has one open group, which another stream of the same turn
// closes; any event that is not a delta closes all of them.
#include <algorithm>
#include <limits>

#include <tactus/journal/log_data.hpp>

namespace tactus::journal {
namespace {

constexpr std::size_t kEnvelopeBytes = 320;  // About the size of an envelope; only a bound uses it.

// Deltas that become one event. Their texts adjoin in the stream's text, because one writer
// appends.
struct Group {
  EventSeq first = 0;
  EventSeq last = 0;
  std::uint32_t stream_key = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

class Gatherer {
 public:
  Gatherer(const LogData& data, const ReadOptions& options)
      : data_(data), accumulated_(options.profile == Profile::kAccumulated) {}

  // Bytes of JSON that taking `entry` adds, about.
  std::size_t cost(const LogEntry& entry) const {
    if (entry.stream_key == 0) return entry.length;
    const bool carries_all = accumulated_ && entry.type == EventType::kAgentStreamChunk;
    const std::size_t text = carries_all ? std::size_t{2} * entry.length : entry.length;
    if (find_open(entry.stream_key)) return text;
    return text + kEnvelopeBytes + (carries_all ? entry.offset : 0);
  }

  void take(EventSeq seq, const LogEntry& entry) {
    if (entry.stream_key == 0) {
      flush();
      ReadPiece piece;
      piece.seq = piece.cursor = seq;
      piece.type = entry.type;
      piece.text = data_.events.substr(entry.offset, entry.length);
      pieces_.push_back(std::move(piece));
      return;
    }
    if (Group* open = find_open(entry.stream_key)) {
      open->last = seq;
      open->length += entry.length;
      return;
    }
    if (!accumulated_) flush();
    close_turn(entry.stream_key);
    open_.push_back(groups_.size());
    groups_.push_back({seq, seq, entry.stream_key, entry.offset, entry.length});
  }

  std::vector<ReadPiece> finish() {
    flush();
    return std::move(pieces_);
  }

 private:
  const TextStream& stream(std::uint32_t key) const { return data_.streams[key - 1]; }

  const Group* find_open(std::uint32_t key) const {
    for (const std::size_t index : open_) {
      if (groups_[index].stream_key == key) return &groups_[index];
    }
    return nullptr;
  }
  Group* find_open(std::uint32_t key) {
    return const_cast<Group*>(std::as_const(*this).find_open(key));
  }

  // Another stream of the same turn comes: what is open of that turn must stand before it.
  void close_turn(std::uint32_t key) {
    const std::string& turn_id = stream(key).stream->turn->turn_id;
    std::erase_if(open_, [&](std::size_t index) {
      return stream(groups_[index].stream_key).stream->turn->turn_id == turn_id;
    });
  }

  void flush() {
    std::sort(groups_.begin(), groups_.end(),
              [](const Group& a, const Group& b) { return a.last < b.last; });
    const std::size_t from = pieces_.size();
    for (const Group& group : groups_) pieces_.push_back(make_piece(group));
    // What is not given yet when a piece is out begins at the smallest `first` behind it.
    EventSeq ungiven = std::numeric_limits<EventSeq>::max();
    for (std::size_t i = groups_.size(); i-- > 0;) {
      pieces_[from + i].cursor = std::min(groups_[i].last, ungiven - 1);
      ungiven = std::min(ungiven, groups_[i].first);
    }
    groups_.clear();
    open_.clear();
  }

  ReadPiece make_piece(const Group& group) const {
    const TextStream& from = stream(group.stream_key);
    ReadPiece piece;
    piece.seq = group.last;
    piece.time = data_.entries[group.last - 1].time;
    piece.type = from.stream->type;
    piece.stream_key = group.stream_key;
    piece.envelope = &from.envelope;
    piece.text = from.text.substr(group.offset, group.length);
    if (accumulated_ && piece.type == EventType::kAgentStreamChunk) {
      piece.accumulated = from.text.substr(0, group.offset + group.length);
    }
    return piece;
  }

  const LogData& data_;
  const bool accumulated_;
  std::vector<ReadPiece> pieces_;
  std::vector<Group> groups_;      // Of the deltas since the last event that is not one.
  std::vector<std::size_t> open_;  // Those that may still grow, at most one for each turn.
};

}  // namespace

std::uint32_t LogData::add_stream(const RunIdentity& identity, DeltaStreamPtr stream) {
  TACTUS_ASSERT(streams.size() < std::numeric_limits<std::uint32_t>::max());
  DeltaEnvelope envelope = make_delta_envelope(identity, *stream);
  streams.push_back({std::move(stream), std::move(envelope), {}});
  return static_cast<std::uint32_t>(streams.size());
}

void LogData::add_delta(std::uint32_t stream_key, WallTime time, std::string_view text) {
  TACTUS_ASSERT(text.size() <= std::numeric_limits<std::uint32_t>::max());
  TextStream& to = streams[stream_key - 1];
  entries.push_back(
      {time, to.text.size(), static_cast<std::uint32_t>(text.size()), stream_key, to.stream->type});
  to.text += text;
}

void LogData::add_event(EventType type, WallTime time, std::string_view json) {
  TACTUS_ASSERT(json.size() <= std::numeric_limits<std::uint32_t>::max());
  entries.push_back({time, events.size(), static_cast<std::uint32_t>(json.size()), 0, type});
  events += json;
}

std::vector<ReadPiece> gather(const LogData& data, EventSeq after, const ReadOptions& options) {
  // Also keeps `after + 1` from wrapping: a client may name any position.
  if (after >= data.entries.size()) return {};
  Gatherer gatherer(data, options);
  std::size_t bytes = 0;
  for (EventSeq seq = after + 1; seq <= data.entries.size(); ++seq) {
    const LogEntry& entry = data.entries[seq - 1];
    const std::size_t cost = gatherer.cost(entry);
    if (bytes > 0 && bytes + cost > options.bytes_max) break;
    bytes += cost;
    gatherer.take(seq, entry);
  }
  return gatherer.finish();
}

ReadEvent render(ReadPiece piece) {
  ReadEvent event;
  event.seq = piece.seq;
  event.type = piece.type;
  event.stream_key = piece.stream_key;
  event.cursor = piece.cursor;
  if (piece.envelope) {
    event.json = render_delta(*piece.envelope, piece.seq, piece.time, piece.text,
                              piece.accumulated ? &*piece.accumulated : nullptr);
  } else {
    event.json = std::move(piece.text);
  }
  return event;
}

}  // namespace tactus::journal
