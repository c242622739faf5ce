// The log of one run in memory: one writer, any number of readers, each of them a cursor. Text is
// stored once. Uses: base, Asio (to wait). Thread-safe: the writer is the run's strand, readers are
// connections on theirs.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/journal/event.hpp>
#include <tactus/journal/signal.hpp>
#include <tactus/journal/store.hpp>

namespace tactus::journal {

using boost::asio::awaitable;

// kDelta: events carry the new text. kAccumulated: an `agent_stream_chunk` also carries the whole
// text of its message so far; pace such a reader with a ReadPacer (read_pacer.hpp).
enum class Profile : std::uint8_t { kDelta, kAccumulated };

struct ReadOptions {
  std::size_t bytes_max = 256u << 10;  // About this much JSON per reading; at least one event.
  Profile profile = Profile::kDelta;
};

// One event as a reader gets it: `json` is the whole object with its envelope, in one line. A
// merged event carries the seq and the time of the last entry in it.
struct ReadEvent {
  EventSeq seq = 0;
  EventType type = EventType::kLog;
  std::string json;
  std::uint32_t stream_key = 0;  // Deltas of one stream share it; 0 = not a delta.
  // A reader that is cut off after this event goes on after `cursor` (the SSE id). Equal to `seq`
  // in the delta profile; in the accumulated one it may be less while parallel turns are merged.
  // After the last event of a reading it is always that reading's end.
  EventSeq cursor = 0;
};

class RunLog {
 public:
  // `store` may be null (memory only); it and `clock` must outlive the log.
  RunLog(RunIdentity identity, int generation, const Clock& clock, Store* store);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  // Restores an earlier log from the store, closed for writing. Blocks while it reads. Fails with
  // kRunNotFound, kStorage.
  static Result<std::shared_ptr<RunLog>> restore(Store& store, const std::string& run_id,
                                                 const Clock& clock);

  // The same, but open for writing: goes on at the next seq, under `generation`, which the caller
  // has raised. First commits what is queued for the store, so that nothing of the log is missed.
  // The run must be the caller's (Store::claim), and an earlier log of it no longer written to.
  static Result<std::shared_ptr<RunLog>> reopen(Store& store, const std::string& run_id,
                                                int generation, const Clock& clock);

  // Writer side, one thread at a time. Each returns the seq of the last entry it made and wakes
  // readers once per call. Appending after `close` is a broken invariant.
  EventSeq append(Event event);
  // `text`: valid UTF-8; an empty one makes no entry.
  EventSeq append_delta(const DeltaStreamPtr& stream, std::string_view text);
  // Several deltas (one provider read) with one arrival time and a single wake-up.
  struct Delta {
    DeltaStreamPtr stream;
    std::string_view text;
  };
  EventSeq append_deltas(std::span<const Delta> deltas);
  // No more entries will come; readers at the end are told so. Closing twice is closing once.
  void close();

  // Completes when everything appended so far is on disk (at once without a store). Fails with
  // kStorage.
  awaitable<Result<void>> flush();

  // Reader side, any thread.
  const RunIdentity& identity() const;
  int generation() const;
  EventSeq last_seq() const;
  bool closed() const;
  // Entries after `after`, merged where adjacent deltas belong to one stream; none when there is
  // nothing new. An unread entry that stands alone is given as it was appended.
  std::vector<ReadEvent> read(EventSeq after, const ReadOptions& options) const;
  // All events of these types that are not deltas, in order: for looking back when a run goes on,
  // without the cost of its text.
  std::vector<ReadEvent> events_of(std::span<const EventType> types) const;
  // Completes on the caller's executor when there is an entry after `after`, or the log is closed.
  // Cancellable (Asio cancellation slot): then throws boost::system::system_error with
  // operation_aborted. The log must outlive the wait.
  awaitable<void> wait(EventSeq after) const;
  // For who waits for several logs at once: false when `wait` would not wait; else `signal` is set
  // once when that changes, whatever is asked meanwhile.
  [[nodiscard]] bool wake_later(EventSeq after, const std::shared_ptr<Signal>& signal) const;
  // `signal` is not set any more, unless that has begun.
  void forget(const std::shared_ptr<Signal>& signal) const;

 private:
  struct State;
  Result<void> load(std::vector<StoredEntry> entries);
  std::unique_ptr<State> state_;
};

}  // namespace tactus::journal
