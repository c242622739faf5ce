// The log of one run in memory: one writer, any number of readers, each of them a cursor. Text is stored once.
// Uses: base, Asio (to wait). Thread-safe: the writer is the run's strand, readers are connections on theirs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <span>
#include <string>
#include <tactus/base/clock.hpp>
#include <tactus/journal/event.hpp>
#include <tactus/journal/store.hpp>
#include <vector>

namespace tactus::journal {

using boost::asio::awaitable;

struct RunIdentity {
  std::string run_id;
  std::string procedure_id;
};

enum class Profile : std::uint8_t { kDelta, kAccumulated };

struct ReadOptions {
  std::size_t bytes_max = 256u << 10;  // About this much JSON per reading; at least one event.
  Profile profile = Profile::kDelta;
};

// One event as a reader gets it: `json` is the whole object with its envelope, in one line. A merged event carries the
// seq of the last entry in it.
struct ReadEvent {
  EventSeq seq = 0;
  EventType type = EventType::kLog;
  std::string json;
};

class RunLog {
 public:
  // `store` may be null (memory only); it and `clock` must outlive the log.
  RunLog(RunIdentity identity, int generation, const Clock& clock, Store* store);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  // Restores an earlier log from the store, closed for writing. Fails with kRunNotFound, kStorage.
  static Result<std::shared_ptr<RunLog>> restore(Store& store, const std::string& run_id, const Clock& clock);

  // Writer side, one thread at a time. Wakes readers once per call. Appending after `close` is a broken invariant.
  EventSeq append(Event event);
  EventSeq append_delta(const DeltaStreamPtr& stream, std::string_view text);  // `text`: valid UTF-8, not empty.
  // Several deltas (one provider read) with a single wake-up.
  struct Delta { DeltaStreamPtr stream; std::string_view text; };
  EventSeq append_deltas(std::span<const Delta> deltas);
  // No more entries will come; readers at the end are told so.
  void close();

  // Completes when everything appended so far is on disk (at once without a store). Fails with kStorage.
  awaitable<Result<void>> flush();

  // Reader side, any thread.
  const RunIdentity& identity() const;
  int generation() const;
  EventSeq last_seq() const;
  bool closed() const;
  // Entries after `after`, merged where adjacent deltas belong to one stream and more than one entry is pending.
  std::vector<ReadEvent> read(EventSeq after, const ReadOptions& options) const;
  // Completes when there is an entry after `after`, or the log is closed. Cancellable (Asio cancellation slot).
  awaitable<void> wait(EventSeq after) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tactus::journal
