// Notices what other processes do to runs of the same store: started, waiting, ended, removed.
// Looks once a second while somebody reads the activity, at the runs that a list begins with.
// Private to the module.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <tactus/journal/store.hpp>
#include <tactus/runtime/run_activity.hpp>

namespace tactus::runtime {

// Thread-safe. Owned through a shared pointer. `store` and `activity` outlive it until `stop`.
class StoreWatch : public std::enable_shared_from_this<StoreWatch> {
 public:
  // `is_own` says whether a run lives in this process, which notes its changes by itself. Called
  // under the watch's lock.
  StoreWatch(boost::asio::any_io_executor executor, journal::Store& store, RunActivity& activity,
             std::function<bool(const std::string& run_id)> is_own);
  // Call when there is a reader: what changes from now on is noted.
  void start();
  // Afterwards nothing is looked at any more.
  void stop();

 private:
  void look_later();
  void look();
  // What is in the store now. Notes what is not as it was, unless `is_first`.
  void compare(bool is_first);

  journal::Store& store_;
  RunActivity& activity_;
  const std::function<bool(const std::string&)> is_own_;
  std::mutex mutex_;  // Guards what follows.
  boost::asio::steady_timer timer_;
  std::int64_t version_ = -1;
  std::map<std::string, std::string> known_;  // By id, what a list shows of a run.
  bool looking_ = false, stopped_ = false;
};

}  // namespace tactus::runtime
