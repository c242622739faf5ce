// What the tests of this module share: a run's events, and readings as lines. Tests only.
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <tactus/base/clock.hpp>
#include <tactus/journal/run_log.hpp>

namespace tactus::journal::testing {

inline TurnScopePtr turn_scope(std::string turn_id, int attempt = 0) {
  return std::make_shared<TurnScope>(TurnScope{"writer", std::move(turn_id), attempt, ""});
}

inline DeltaStreamPtr message(TurnScopePtr turn, std::string id,
                              EventType type = EventType::kAgentStreamChunk) {
  return std::make_shared<DeltaStream>(DeltaStream{type, std::move(turn), std::move(id), ""});
}

inline DeltaStreamPtr tool_arguments(TurnScopePtr turn, std::string id) {
  return std::make_shared<DeltaStream>(
      DeltaStream{EventType::kAgentToolCall, std::move(turn), std::move(id), "search"});
}

inline Event event(EventType type, JsonObject body = {}, TurnScopePtr turn = nullptr) {
  return Event{type, std::move(turn), std::move(body)};
}

// All readings of at most `bytes_max` each, from the start to the end.
inline std::vector<std::string> read_all(const RunLog& log, const ReadOptions& options = {}) {
  std::vector<std::string> lines;
  EventSeq after = 0;
  for (;;) {
    std::vector<ReadEvent> events = log.read(after, options);
    if (events.empty()) return lines;
    after = events.back().cursor;
    for (ReadEvent& read : events) lines.push_back(std::move(read.json));
  }
}

// Every entry by itself: a reading of one byte gives the next entry only.
inline std::vector<std::string> read_entries_alone(const RunLog& log) {
  return read_all(log, {.bytes_max = 1});
}

// Runs `operation` to its end on a context of its own.
template <typename T>
T run_to_end(boost::asio::awaitable<T> operation) {
  boost::asio::io_context context;
  std::optional<T> result;
  boost::asio::co_spawn(context, std::move(operation), [&](std::exception_ptr error, T value) {
    if (error) std::rethrow_exception(error);
    result = std::move(value);
  });
  context.run();
  return *std::move(result);
}

// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "journal-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace tactus::journal::testing
