// Recording: every exchange is carried out as ever, and what the reader of the answer gets is kept.
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <tactus/base/clock.hpp>
#include <tactus/llm/cassette/clients.hpp>
#include <tactus/llm/cassette/library.hpp>
#include <tactus/llm/cassette/redactor.hpp>

namespace tactus::llm::cassette {
namespace fs = std::filesystem;
using net::awaitable;

namespace {

// What the exchanges of one recording share; they may outlive the client. Thread-safe.
class Tape {
 public:
  Tape(std::string folder, std::vector<Library::Entry> earlier)
      : folder_(std::move(folder)), earlier_(std::move(earlier)) {
    for (const Library::Entry& entry : earlier_) {
      int& count = counts_[entry.key];
      count = std::max(count, entry.occurrence);
    }
  }

  // The number of a request among those that ask the same: in the order in which they are started.
  // What was cut off at the same place is asked again by a run that goes on, and replaced.
  int number_of(const std::string& key, const std::string& place) {
    const std::lock_guard lock(mutex_);
    for (Library::Entry& entry : earlier_) {
      if (entry.key != key || entry.subject.place != place || !entry.cut_off || entry.used)
        continue;
      entry.used = true;
      return entry.occurrence;
    }
    return ++counts_[key];
  }

  // A name of its own until the file is whole: who is killed leaves no half cassette.
  Result<void> write(const Recording& recording) const {
    const std::string name = file_name(recording);
    const fs::path path = fs::path(folder_) / name;
    const fs::path partial = fs::path(folder_) / fmt::format(".{}.{}.tmp", name, ::getpid());
    std::error_code error;
    {
      std::ofstream out(partial, std::ios::binary);
      const std::string text = format_recording(recording);
      out.write(text.data(), static_cast<std::streamsize>(text.size()));
      out.close();
      if (!out) error = std::make_error_code(std::errc::io_error);
    }
    if (!error) fs::rename(partial, path, error);
    if (!error) return {};
    std::error_code ignored;
    fs::remove(partial, ignored);
    return fail(
        Error{ErrorCode::kFile,
              fmt::format("{}: the cassette cannot be written: {}", path.string(), error.message()),
              "check the folder, its permissions and the space on its disk",
              {},
              ""});
  }

 private:
  const std::string folder_;
  std::mutex mutex_;
  std::map<std::string, int> counts_;    // By key.
  std::vector<Library::Entry> earlier_;  // Of the same run; `used`: replaced.
};

class RecordingExchange final : public net::HttpExchange {
 public:
  RecordingExchange(std::shared_ptr<net::HttpExchange> inner, std::shared_ptr<Tape> tape,
                    Redactor redactor, Recording recording)
      : inner_(std::move(inner)),
        tape_(std::move(tape)),
        redactor_(std::move(redactor)),
        recording_(std::move(recording)),
        started_(system_clock().steady()) {}

  // Left before its end: the beginning is a recording, too.
  ~RecordingExchange() override {
    if (finished_) return;
    inner_->cancel();
    try {
      const Result<void> kept = finish(Recording::End::kCancelled);
      if (!kept) spdlog::error("{}", to_string(kept.error()));
    } catch (const std::exception& problem) {
      spdlog::error("a cassette was not written: {}", problem.what());
    }
  }

  awaitable<Result<net::HttpHead>> head() override {
    Result<net::HttpHead> head = co_await inner_->head();
    if (!head) co_return fail(failed(head.error()));
    if (!recording_.head) {
      recording_.head_at = now();
      recording_.head = net::HttpHead{head->status, redactor_.headers(head->headers)};
    }
    co_return head;
  }

  awaitable<Result<std::string>> read() override {
    Result<std::string> bytes = co_await inner_->read();
    if (!bytes) co_return fail(failed(bytes.error()));
    if (bytes->empty()) {
      // An answer that was to be kept and is not has failed.
      const Result<void> kept = finish(Recording::End::kComplete);
      if (!kept) co_return fail(kept.error());
      co_return bytes;
    }
    size_ += bytes->size();
    if (size_ <= kAnswerBytesMax) recording_.chunks.push_back({now(), *bytes});
    co_return bytes;
  }

  void cancel() override { inner_->cancel(); }
  std::optional<SteadyTime> closed_at() const override { return inner_->closed_at(); }

 private:
  Recording::Time now() const {
    return std::chrono::duration_cast<Recording::Time>(system_clock().steady() - started_);
  }

  Error failed(const Error& error) {
    const bool left = error.code == ErrorCode::kCancelled;
    if (!left) {
      recording_.error = error;
      recording_.error->message = redactor_.text(error.message);
    }
    const Result<void> kept = finish(left ? Recording::End::kCancelled : Recording::End::kFailed);
    if (kept || left) {
      if (!kept) spdlog::error("{}", to_string(kept.error()));
      return error;
    }
    return kept.error();
  }

  Result<void> finish(Recording::End end) {
    if (finished_) return {};
    finished_ = true;
    if (size_ > kAnswerBytesMax) {
      return fail(Error{ErrorCode::kFile,
                        fmt::format("the answer of {} is larger than the {} MiB of a cassette",
                                    recording_.subject.peer, kAnswerBytesMax >> 20),
                        "run without --record",
                        {},
                        ""});
    }
    recording_.end = end;
    recording_.end_at = now();
    redactor_.overwrite(recording_.chunks);
    Result<void> kept = tape_->write(recording_);
    recording_.chunks = {};
    return kept;
  }

  const std::shared_ptr<net::HttpExchange> inner_;
  const std::shared_ptr<Tape> tape_;  // Outlives the client with the exchanges.
  const Redactor redactor_;
  Recording recording_;
  const SteadyTime started_;
  std::size_t size_ = 0;
  bool finished_ = false;
};

class Recorder final : public CassetteClient {
 public:
  Recorder(net::HttpClient& http, std::shared_ptr<Tape> tape, Redactor redactor)
      : http_(http), tape_(std::move(tape)), redactor_(std::move(redactor)) {}

  std::shared_ptr<net::HttpExchange> start(net::HttpRequest request) override {
    if (!request.subject) return http_.start(std::move(request));
    Redactor redactor = redactor_;
    redactor.learn(request);
    Recording recording;
    recording.subject = redactor.subject(request.subject());
    recording.key = key_of(recording.subject);
    recording.occurrence = tape_->number_of(recording.key, recording.subject.place);
    request.subject = nullptr;
    return std::make_shared<RecordingExchange>(http_.start(std::move(request)), tape_,
                                               std::move(redactor), std::move(recording));
  }

  bool has_answers_of(std::string_view) const override { return false; }

 private:
  net::HttpClient& http_;
  const std::shared_ptr<Tape> tape_;  // Shared with exchanges, which may end later.
  const Redactor redactor_;
};

Error taken(const std::string& folder) {
  return {ErrorCode::kFile,
          fmt::format("{}: the folder holds cassettes already", folder),
          "record into another folder, or remove this one first",
          {},
          ""};
}

}  // namespace

Result<std::unique_ptr<CassetteClient>> make_recorder(net::HttpClient& http,
                                                      const std::string& folder,
                                                      const CassetteUse& use) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || ::access(folder.c_str(), W_OK | X_OK) != 0) {
    return fail(Error{ErrorCode::kFile,
                      fmt::format("{}: the folder of cassettes cannot be made or written", folder),
                      "check the path and its permissions",
                      {},
                      ""});
  }
  auto earlier = Library::entries_of(folder);
  if (!earlier) return fail(earlier.error());
  if (!earlier->empty() && !use.goes_on) return fail(taken(folder));
  auto tape = std::make_shared<Tape>(folder, std::move(*earlier));
  return std::make_unique<Recorder>(http, std::move(tape), Redactor(use.secrets));
}

}  // namespace tactus::llm::cassette
