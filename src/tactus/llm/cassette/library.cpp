#include <algorithm>
#include <filesystem>
#include <tuple>

#include <tactus/base/text.hpp>
#include <tactus/llm/cassette/library.hpp>
#include <tactus/llm/cassette/nearest.hpp>

namespace tactus::llm::cassette {
namespace fs = std::filesystem;

namespace {

Result<Recording> read_file(const std::string& path) {
  const auto text = read_file_bytes(path, kFileBytesMax);
  if (!text) {
    return fail(Error{ErrorCode::kFile,
                      path + ": the cassette cannot be read",
                      "check that it is there, readable, and below 256 MiB",
                      {},
                      ""});
  }
  return parse_recording(*text, path);
}

Result<std::vector<std::string>> files_of(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.ends_with(kSuffix) && !name.starts_with('.')) names.push_back(name);
  }
  if (!error) return names;
  return fail(
      Error{ErrorCode::kFile,
            fmt::format("{}: the folder of cassettes cannot be read: {}", folder, error.message()),
            "record them first: tactus run FILE --record " + folder,
            {},
            ""});
}

}  // namespace

Result<std::vector<Library::Entry>> Library::entries_of(const std::string& folder) {
  const auto names = files_of(folder);
  if (!names) return fail(names.error());
  std::vector<Entry> entries;
  for (const std::string& name : *names) {
    auto recording = read_file((fs::path(folder) / name).string());
    if (!recording) return fail(recording.error());
    entries.push_back({name, std::move(recording->key), recording->occurrence,
                       std::move(recording->subject), recording->end == Recording::End::kCancelled,
                       false});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.key, a.occurrence, a.file) < std::tie(b.key, b.occurrence, b.file);
  });
  return entries;
}

Result<std::unique_ptr<Library>> Library::open(const std::string& folder) {
  auto entries = entries_of(folder);
  if (!entries) return fail(entries.error());
  return std::unique_ptr<Library>(new Library(folder, std::move(*entries)));
}

Library::Entry* Library::choose(const std::string& key, const std::string& place, Again again) {
  Entry* next = nullptr;
  Entry* last = nullptr;
  Entry* last_here = nullptr;
  for (Entry& entry : entries_) {
    if (entry.key != key) continue;
    const bool same_place = entry.subject.place == place;
    if (!entry.used && same_place) return &entry;
    if (!entry.used && !next) next = &entry;
    last = &entry;
    if (same_place) last_here = &entry;
  }
  if (next || again == Again::kNo) return next;
  return last_here ? last_here : last;
}

Result<Recording> Library::take(const net::RequestSubject& subject, Again again) {
  const std::string key = key_of(subject);
  std::string path;
  {
    const std::lock_guard lock(mutex_);
    Entry* const entry = choose(key, subject.place, again);
    if (!entry) return fail(miss(folder_, entries_, key, subject));
    entry->used = true;
    path = (fs::path(folder_) / entry->file).string();
  }
  return read_file(path);
}

}  // namespace tactus::llm::cassette
