// One reader of a run's log: where it stands, and what it has not seen yet, framed for a client.
// Every stream is made of these, one for each run that its client watches. Private to the module.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <tactus/journal/read_pacer.hpp>
#include <tactus/journal/run_log.hpp>

namespace tactus::server {

enum class StreamFormat : std::uint8_t { kSse, kJsonLines };

struct LogReaderOptions {
  StreamFormat format = StreamFormat::kSse;
  journal::Profile profile = journal::Profile::kDelta;
  journal::EventSeq after = 0;  // Entries up to this one were seen.
  bool reset = false;           // The client's position is not of this log: it is told so first.
};

// Where a reader stands: "<generation>-<seq>".
struct StreamPosition {
  std::optional<int> generation;  // Nothing: whichever the log has.
  journal::EventSeq seq = 0;
};
// Nothing when `id` is not of that form.
std::optional<StreamPosition> parse_position(std::string_view id);
// Goes on at `position`, or from the start with a reset where that is not of the log.
void go_on_at(LogReaderOptions& options, const StreamPosition& position,
              const journal::RunLog& log);

class LogReader {
 public:
  static constexpr std::size_t kReadingBytes = 256u << 10;

  LogReader(std::shared_ptr<journal::RunLog> log, LogReaderOptions options)
      : log_(std::move(log)), options_(options), pacer_(options.profile) {}

  // Appends what comes next to `bytes`, at most about `bytes_max`; false when there is nothing new.
  // The SSE id of an event is its position between `id_prefix` and `id_suffix`.
  bool read(std::string& bytes, std::string_view id_prefix, std::string_view id_suffix = {},
            std::size_t bytes_max = kReadingBytes);
  // After a reading that gave nothing: true if nothing can come any more.
  bool ended() const { return ended_; }
  // How long the client is to be left alone before the next reading.
  std::chrono::nanoseconds pause() const;
  // Of the last entry that was read.
  std::string position() const { return position_of(options_.after); }
  journal::EventSeq after() const { return options_.after; }
  const journal::RunLog& log() const { return *log_; }

 private:
  std::string position_of(journal::EventSeq seq) const;
  bool append_reset(std::string& bytes, std::string_view id_prefix, std::string_view id_suffix);

  std::shared_ptr<journal::RunLog> log_;
  LogReaderOptions options_;
  journal::ReadPacer pacer_;
  bool ended_ = false;
};

}  // namespace tactus::server
