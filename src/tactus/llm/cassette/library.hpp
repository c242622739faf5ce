// The recordings of a folder: which there are, which fits a request. Uses: recording.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <tactus/llm/cassette/recording.hpp>

namespace tactus::llm::cassette {

class Library {
 public:
  // What is known of a recording without its answer.
  struct Entry {
    std::string file;  // Its name in the folder.
    std::string key;
    int occurrence = 1;
    net::RequestSubject subject;
    bool cut_off = false;  // Ended by who asked.
    bool used = false;
  };

  // Reads all cassettes of the folder. Fails with kFile: there is no such folder, or a file that is
  // no whole cassette. A folder without any is fine.
  static Result<std::vector<Entry>> entries_of(const std::string& folder);
  static Result<std::unique_ptr<Library>> open(const std::string& folder);

  enum class Again : bool { kNo, kYes };
  // The recording for a request, each once: with its key, one of the same place before others,
  // then in the order of occurrence. With Again::kYes, the last one is given again when there are
  // no more. Fails with kCassetteMiss naming the nearest, kFile when the file has gone.
  // Thread-safe.
  Result<Recording> take(const net::RequestSubject& subject, Again again);

  const std::vector<Entry>& entries() const { return entries_; }

 private:
  Library(std::string folder, std::vector<Entry> entries)
      : folder_(std::move(folder)), entries_(std::move(entries)) {}
  Entry* choose(const std::string& key, const std::string& place, Again again);

  const std::string folder_;
  std::mutex mutex_;            // Guards `used`.
  std::vector<Entry> entries_;  // By key, then occurrence.
};

}  // namespace tactus::llm::cassette
