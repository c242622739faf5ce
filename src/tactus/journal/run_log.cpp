// The lock and the waiting around LogData. The lock is held to append, or to copy bytes out; never
// while JSON is written, while the store is called or while anyone is woken. So what a reader costs
// the writer is a copy of what that reader has not seen yet, at most a reading's bound.
#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include <boost/asio/this_coro.hpp>

#include <tactus/journal/log_data.hpp>
#include <tactus/journal/run_log.hpp>
#include <tactus/journal/signal.hpp>

namespace tactus::journal {
namespace {

using Waiters = std::unordered_set<std::shared_ptr<Signal>>;

}  // namespace

struct RunLog::State {
  RunIdentity identity;
  int generation;
  const Clock& clock;
  Store* store;

  mutable std::mutex mutex;  // Guards what follows, up to the blank line.
  LogData data;
  Waiters waiters;
  bool closed = false;

  // The writer's own: which key a stream has. The last one is remembered, since deltas come in
  // runs.
  std::unordered_map<const DeltaStream*, std::uint32_t> key_of_stream;
  const DeltaStream* last_stream = nullptr;
  std::uint32_t last_key = 0;
  // Added to the key of a stream to get its key in the store: a reopened log may know fewer streams
  // than the store has keys, and a key there is never used twice.
  std::uint32_t stored_key_base = 0;

  std::uint32_t key_for(const DeltaStreamPtr& stream);
  StoredEntry stored_delta(EventSeq seq, WallTime time, std::string_view text, bool is_first) const;
  void persist(std::vector<StoredEntry> entries) {
    if (store && !entries.empty()) store->append(identity.run_id, std::move(entries));
  }
  static void wake(const Waiters& to_wake) {
    for (const auto& waiter : to_wake) waiter->set();
  }
};

// Called with the lock held. `data.streams` keeps the stream, so its address names it for good.
std::uint32_t RunLog::State::key_for(const DeltaStreamPtr& stream) {
  if (stream.get() == last_stream) return last_key;
  auto [found, is_new] = key_of_stream.try_emplace(stream.get(), 0);
  if (is_new) found->second = data.add_stream(identity, stream);
  last_stream = stream.get();
  last_key = found->second;
  return last_key;
}

// Called with the lock held, for the entry that was just added.
StoredEntry RunLog::State::stored_delta(EventSeq seq, WallTime time, std::string_view text,
                                        bool is_first) const {
  StoredEntry entry;
  entry.seq = seq;
  entry.type = data.entries.back().type;
  entry.time = time;
  const std::uint32_t key = data.entries.back().stream_key;
  entry.stream_key = stored_key_base + key;
  if (is_first) entry.json = describe_stream(*data.streams[key - 1].stream);
  entry.text = text;
  return entry;
}

RunLog::RunLog(RunIdentity identity, int generation, const Clock& clock, Store* store)
    : state_(new State{.identity = std::move(identity),
                       .generation = generation,
                       .clock = clock,
                       .store = store,
                       .mutex = {},
                       .data = {},
                       .waiters = {},
                       .key_of_stream = {}}) {}

RunLog::~RunLog() = default;

EventSeq RunLog::append(Event event) {
  State& state = *state_;
  const WallTime time = state.clock.wall();
  // The writer alone adds entries, so the next seq is known before the lock is taken for adding.
  const EventSeq seq = last_seq() + 1;
  std::string json = render_event(state.identity, event, seq, time);
  Waiters to_wake;
  {
    const std::lock_guard lock(state.mutex);
    TACTUS_ASSERT(!state.closed);
    TACTUS_ASSERT(state.data.entries.size() + 1 == seq);
    state.data.add_event(event.type, time, json);
    to_wake.swap(state.waiters);
  }
  if (state.store) {
    StoredEntry stored;
    stored.seq = seq;
    stored.type = event.type;
    stored.time = time;
    stored.json = std::move(json);
    std::vector<StoredEntry> entries;
    entries.push_back(std::move(stored));
    state.persist(std::move(entries));
  }
  State::wake(to_wake);
  return seq;
}

EventSeq RunLog::append_delta(const DeltaStreamPtr& stream, std::string_view text) {
  const Delta delta{stream, text};
  return append_deltas({&delta, 1});
}

EventSeq RunLog::append_deltas(std::span<const Delta> deltas) {
  State& state = *state_;
  const WallTime time = state.clock.wall();
  std::vector<StoredEntry> stored;
  if (state.store) stored.reserve(deltas.size());
  Waiters to_wake;
  EventSeq last = 0;
  {
    const std::lock_guard lock(state.mutex);
    TACTUS_ASSERT(!state.closed);
    const std::size_t before = state.data.entries.size();
    for (const Delta& delta : deltas) {
      if (delta.text.empty()) continue;
      const std::size_t streams_before = state.data.streams.size();
      state.data.add_delta(state.key_for(delta.stream), time, delta.text);
      if (!state.store) continue;
      const bool is_first = state.data.streams.size() != streams_before;
      stored.push_back(state.stored_delta(state.data.entries.size(), time, delta.text, is_first));
    }
    last = state.data.entries.size();
    if (last != before) to_wake.swap(state.waiters);
  }
  state.persist(std::move(stored));
  State::wake(to_wake);
  return last;
}

void RunLog::close() {
  Waiters to_wake;
  {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    to_wake.swap(state_->waiters);
  }
  State::wake(to_wake);
}

awaitable<Result<void>> RunLog::flush() {
  if (!state_->store) co_return Result<void>{};
  co_return co_await state_->store->flush();
}

const RunIdentity& RunLog::identity() const { return state_->identity; }

int RunLog::generation() const { return state_->generation; }

EventSeq RunLog::last_seq() const {
  const std::lock_guard lock(state_->mutex);
  return state_->data.entries.size();
}

bool RunLog::closed() const {
  const std::lock_guard lock(state_->mutex);
  return state_->closed;
}

std::vector<ReadEvent> RunLog::read(EventSeq after, const ReadOptions& options) const {
  std::vector<ReadPiece> pieces;
  {
    const std::lock_guard lock(state_->mutex);
    pieces = gather(state_->data, after, options);
  }
  std::vector<ReadEvent> events;
  events.reserve(pieces.size());
  for (ReadPiece& piece : pieces) events.push_back(render(std::move(piece)));
  return events;
}

awaitable<void> RunLog::wait(EventSeq after) const {
  auto signal = std::make_shared<Signal>(co_await boost::asio::this_coro::executor);
  if (!wake_later(after, signal)) co_return;
  // Also when the coroutine is destroyed while it waits (its context shuts down).
  struct Leave {
    const RunLog& log;
    const std::shared_ptr<Signal>& signal;
    ~Leave() { log.forget(signal); }
  } leave{*this, signal};
  const boost::system::error_code error = co_await signal->wait();
  if (error) throw boost::system::system_error(error);
}

bool RunLog::wake_later(EventSeq after, const std::shared_ptr<Signal>& signal) const {
  const std::lock_guard lock(state_->mutex);
  if (state_->data.entries.size() > after || state_->closed) return false;
  state_->waiters.insert(signal);
  return true;
}

void RunLog::forget(const std::shared_ptr<Signal>& signal) const {
  const std::lock_guard lock(state_->mutex);
  state_->waiters.erase(signal);
}

std::vector<ReadEvent> RunLog::events_of(std::span<const EventType> types) const {
  std::vector<ReadEvent> events;
  const std::lock_guard lock(state_->mutex);
  const LogData& data = state_->data;
  for (std::size_t i = 0; i < data.entries.size(); ++i) {
    const LogEntry& entry = data.entries[i];
    if (entry.stream_key != 0 || std::ranges::find(types, entry.type) == types.end()) continue;
    ReadEvent event;
    event.seq = event.cursor = i + 1;
    event.type = entry.type;
    event.json = data.events.substr(entry.offset, entry.length);
    events.push_back(std::move(event));
  }
  return events;
}

// Before anyone else has the log.
Result<void> RunLog::load(std::vector<StoredEntry> entries) {
  State& state = *state_;
  std::unordered_map<std::uint32_t, std::uint32_t> key_of_stored;
  std::uint32_t stored_key_max = 0;
  for (const StoredEntry& entry : entries) {
    if (entry.seq != state.data.entries.size() + 1) {
      return fail(ErrorCode::kStorage,
                  fmt::format("the stored log of run '{}' lacks entry {}", state.identity.run_id,
                              state.data.entries.size() + 1));
    }
    if (entry.stream_key == 0) {
      state.data.add_event(entry.type, entry.time, entry.json);
      continue;
    }
    auto [found, is_new] = key_of_stored.try_emplace(entry.stream_key, 0);
    if (is_new) {
      const Result<DeltaStreamPtr> stream = parse_stream(entry.json);
      if (!stream) return fail(stream.error());
      found->second = state.data.add_stream(state.identity, *stream);
      stored_key_max = std::max(stored_key_max, entry.stream_key);
    }
    state.data.add_delta(found->second, entry.time, entry.text);
  }
  state.stored_key_base = stored_key_max - static_cast<std::uint32_t>(state.data.streams.size());
  return {};
}

Result<std::shared_ptr<RunLog>> RunLog::restore(Store& store, const std::string& run_id,
                                                const Clock& clock) {
  const Result<std::optional<RunRecord>> record = store.find(run_id);
  if (!record) return fail(record.error());
  if (!*record) return fail(ErrorCode::kRunNotFound, "no run '" + run_id + "'");
  Result<std::vector<StoredEntry>> entries = store.entries(run_id);
  if (!entries) return fail(entries.error());
  RunIdentity identity{run_id, (*record)->procedure_id};
  auto log = std::make_shared<RunLog>(std::move(identity), (*record)->generation, clock, nullptr);
  if (auto loaded = log->load(*std::move(entries)); !loaded) return fail(loaded.error());
  log->state_->closed = true;
  return log;
}

Result<std::shared_ptr<RunLog>> RunLog::reopen(Store& store, const std::string& run_id,
                                               int generation, const Clock& clock) {
  if (auto settled = store.settle(); !settled) return fail(settled.error());
  auto log = restore(store, run_id, clock);
  if (!log) return log;
  State& state = *(*log)->state_;
  state.generation = generation;
  state.store = &store;
  state.closed = false;
  return log;
}

}  // namespace tactus::journal
