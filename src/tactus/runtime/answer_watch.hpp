// Notices the answers that other processes store: one look for all runs of a service, twice a
// second, while one of them is live. Private to the module.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <tactus/journal/store.hpp>

namespace tactus::runtime {

// Thread-safe. Owned through a shared pointer.
class AnswerWatch : public std::enable_shared_from_this<AnswerWatch> {
 public:
  // `take` is given each new answer with the id of its run, on any thread but one at a time;
  // `is_needed` says whether a run is live. Both are called under the watch's lock and may take the
  // locks of their service; the service calls `start` and `stop` without holding any.
  using Take = std::function<void(const std::string& run_id, const journal::Answer& answer)>;
  AnswerWatch(boost::asio::any_io_executor executor, journal::Store& store, Take take,
              std::function<bool()> is_needed);
  // Call before a run becomes live: every answer that is stored from now on is seen.
  void start();
  // Afterwards nothing is called any more.
  void stop();

 private:
  void look_later();
  void look();
  void advance();

  journal::Store& store_;
  const Take take_;
  const std::function<bool()> is_needed_;
  std::mutex mutex_;  // Guards what follows.
  boost::asio::steady_timer timer_;
  std::int64_t cursor_ = -1;
  bool looking_ = false, stopped_ = false;
};

}  // namespace tactus::runtime
