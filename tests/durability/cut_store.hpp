// A store that loses its process: from a certain write on, nothing reaches the disk, and nobody
// who waits for it goes on. Tests only.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include <tactus/journal/store.hpp>

namespace tactus::durability {

class CutStore final : public journal::Store {
 public:
  // `ended` is told of each entry that was written as completed or failed, on any thread.
  using Ended = std::function<void(const journal::CheckpointEntry&)>;
  CutStore(std::unique_ptr<journal::Store> store, std::int64_t writes_max, Ended ended)
      : store_(std::move(store)), left_(writes_max), ended_(std::move(ended)) {}

  bool cut() const { return cut_; }
  std::int64_t writes() const { return writes_; }
  // Whoever waits for a flush that will never come is told so: the process has been stopped.
  void let_go() { let_go_ = true; }

  void put_run(journal::RunRecord record) override;
  void append(const std::string& run_id, std::vector<journal::StoredEntry> entries) override;
  boost::asio::awaitable<Result<void>> flush() override;
  Result<std::vector<journal::RunRecord>> list(const journal::RunQuery& query) override;
  Result<std::optional<journal::RunRecord>> find(const std::string& run_id) override;
  Result<std::vector<journal::StoredEntry>> entries(const std::string& run_id) override;
  Result<void> remove(const std::string& run_id) override;
  void put_entry(const std::string& run_id, journal::CheckpointEntry entry) override;
  void drop_entries(const std::string& run_id, std::vector<std::string> positions) override;
  Result<std::vector<journal::CheckpointEntry>> checkpoint_entries(
      const std::string& run_id) override;
  Result<journal::Answer> put_answer(const std::string& run_id, journal::Answer answer) override;
  Result<std::vector<journal::Answer>> answers(const std::string& run_id) override;
  Result<journal::NewAnswers> answers_after(std::int64_t cursor) override;
  Result<std::int64_t> version() override { return store_->version(); }
  Result<void> claim(const std::string& run_id) override;
  void release(const std::string& run_id) override;
  Result<void> settle() override;

 private:
  // Counts a write; false when it comes after the cut.
  bool admit();

  std::unique_ptr<journal::Store> store_;
  std::atomic<std::int64_t> left_, writes_{0};
  std::atomic<bool> cut_{false}, let_go_{false};
  Ended ended_;
  std::mutex mutex_;
};

}  // namespace tactus::durability
