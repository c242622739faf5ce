#include <random>

#include <fmt/format.h>

#include <tactus/runtime/run_activity.hpp>

namespace tactus::runtime {

RunActivity::RunActivity() : epoch_(fmt::format("{:08x}", std::random_device{}())) {}

void RunActivity::note(const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  ++version_;
  std::uint64_t& of_run = version_of_run_[run_id];
  changes_.erase(of_run);
  of_run = version_;
  changes_.emplace(version_, run_id);
  if (changes_.size() > kRunsMax) {
    const auto oldest = changes_.begin();
    forgotten_ = oldest->first;
    version_of_run_.erase(oldest->second);
    changes_.erase(oldest);
  }
  for (const auto& reader : readers_) reader->set();
}

std::uint64_t RunActivity::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

std::optional<std::vector<RunActivity::Change>> RunActivity::since(std::uint64_t version) const {
  const std::lock_guard lock(mutex_);
  if (version < forgotten_ || version > version_) return std::nullopt;
  std::vector<Change> found;
  for (auto change = changes_.upper_bound(version); change != changes_.end(); ++change)
    found.push_back({change->first, change->second});
  return found;
}

void RunActivity::add_reader(std::shared_ptr<journal::Signal> signal) {
  const std::lock_guard lock(mutex_);
  readers_.insert(std::move(signal));
}

void RunActivity::remove_reader(const std::shared_ptr<journal::Signal>& signal) {
  const std::lock_guard lock(mutex_);
  readers_.erase(signal);
}

bool RunActivity::has_readers() const {
  const std::lock_guard lock(mutex_);
  return !readers_.empty();
}

}  // namespace tactus::runtime
