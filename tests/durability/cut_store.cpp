#include "cut_store.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tactus::durability {

namespace asio = boost::asio;

namespace {

Error gone() { return Error{ErrorCode::kStorage, "the process is gone", "", {}, ""}; }

}  // namespace

bool CutStore::admit() {
  const std::lock_guard lock(mutex_);
  if (cut_) return false;
  if (left_ <= 0) {
    cut_ = true;
    return false;
  }
  --left_;
  ++writes_;
  return true;
}

void CutStore::put_run(journal::RunRecord record) {
  if (admit()) store_->put_run(std::move(record));
}

void CutStore::append(const std::string& run_id, std::vector<journal::StoredEntry> entries) {
  if (admit()) store_->append(run_id, std::move(entries));
}

asio::awaitable<Result<void>> CutStore::flush() {
  Result<void> flushed = co_await store_->flush();
  if (!cut_) co_return flushed;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!let_go_) {
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return fail(gone());
}

Result<std::vector<journal::RunRecord>> CutStore::list(const journal::RunQuery& query) {
  return store_->list(query);
}

Result<std::optional<journal::RunRecord>> CutStore::find(const std::string& run_id) {
  return store_->find(run_id);
}

Result<std::vector<journal::StoredEntry>> CutStore::entries(const std::string& run_id) {
  return store_->entries(run_id);
}

Result<void> CutStore::remove(const std::string& run_id) { return store_->remove(run_id); }

void CutStore::put_entry(const std::string& run_id, journal::CheckpointEntry entry) {
  if (!admit()) return;
  const bool has_ended = entry.status == journal::EntryStatus::kCompleted ||
                         entry.status == journal::EntryStatus::kFailed;
  if (has_ended && ended_) ended_(entry);
  store_->put_entry(run_id, std::move(entry));
}

void CutStore::drop_entries(const std::string& run_id, std::vector<std::string> positions) {
  if (admit()) store_->drop_entries(run_id, std::move(positions));
}

Result<std::vector<journal::CheckpointEntry>> CutStore::checkpoint_entries(
    const std::string& run_id) {
  return store_->checkpoint_entries(run_id);
}

Result<journal::Answer> CutStore::put_answer(const std::string& run_id, journal::Answer answer) {
  if (!admit()) return fail(gone());
  return store_->put_answer(run_id, std::move(answer));
}

Result<std::vector<journal::Answer>> CutStore::answers(const std::string& run_id) {
  return store_->answers(run_id);
}

Result<journal::NewAnswers> CutStore::answers_after(std::int64_t cursor) {
  return store_->answers_after(cursor);
}

Result<void> CutStore::claim(const std::string& run_id) { return store_->claim(run_id); }

void CutStore::release(const std::string& run_id) {
  if (admit()) store_->release(run_id);
}

Result<void> CutStore::settle() { return store_->settle(); }

}  // namespace tactus::durability
