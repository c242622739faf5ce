#include <spdlog/spdlog.h>

#include <tactus/runtime/store_watch.hpp>

namespace tactus::runtime {
namespace {

constexpr std::chrono::milliseconds kInterval{1000};

std::string shown(const journal::RunRecord& record) {
  return fmt::format("{} {} {} {}", journal::run_status_name(record.status), record.generation,
                     record.ended_at, record.pending.size());
}

}  // namespace

StoreWatch::StoreWatch(boost::asio::any_io_executor executor, journal::Store& store,
                       RunActivity& activity, std::function<bool(const std::string&)> is_own)
    : store_(store), activity_(activity), is_own_(std::move(is_own)), timer_(std::move(executor)) {}

void StoreWatch::start() {
  const std::lock_guard lock(mutex_);
  if (looking_ || stopped_) return;
  looking_ = true;
  compare(true);
  look_later();
}

void StoreWatch::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  timer_.cancel();
}

void StoreWatch::look_later() {
  timer_.expires_after(kInterval);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code) {
    if (const auto self = weak.lock()) self->look();
  });
}

void StoreWatch::look() {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  looking_ = activity_.has_readers();
  if (!looking_) return;
  compare(false);
  look_later();
}

void StoreWatch::compare(bool is_first) {
  const auto version = store_.version();
  if (version && *version == version_ && !is_first) return;
  const auto records = store_.list({});
  if (!version || !records) {
    const Error& error = version ? records.error() : version.error();
    spdlog::warn("changes of runs cannot be looked for: {}", to_string(error));
    return;
  }
  version_ = *version;
  std::map<std::string, std::string> now;
  for (const journal::RunRecord& record : *records) now.emplace(record.run_id, shown(record));
  if (!is_first) {
    for (const auto& [run_id, state] : now) {
      const auto before = known_.find(run_id);
      const bool same = before != known_.end() && before->second == state;
      if (!same && !is_own_(run_id)) activity_.note(run_id);
    }
    for (const auto& [run_id, state] : known_) {
      // Or it has only become too old for the list, which does no harm.
      if (!now.contains(run_id) && !is_own_(run_id)) activity_.note(run_id);
    }
  }
  known_ = std::move(now);
}

}  // namespace tactus::runtime
