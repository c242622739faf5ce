// Lets operations of concurrent tasks go on one after another, in the order in which they ended:
// live as they end, in a replay as they ended then (language.md 10.6). Uses: Asio. One strand.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tactus::runtime {

class Sequencer {
 public:
  explicit Sequencer(boost::asio::any_io_executor strand) : strand_(std::move(strand)) {}

  // The orders that a replay will meet, ascending; new ones follow the last.
  void expect(std::deque<std::int64_t> orders, std::int64_t last);
  // The order of an operation that has just ended: its `turn` will come after all earlier ones.
  std::int64_t next();
  // Waits until every expected order before `order` has passed. Until this one passes too, no later
  // one is reached. The caller goes on without a wait in between.
  boost::asio::awaitable<void> reach(std::int64_t order);
  void pass(std::int64_t order);
  // Orders that nobody will come for.
  void skip(const std::vector<std::int64_t>& orders);
  // The last one reached; 0 = none.
  std::int64_t reached() const { return reached_; }
  // The run is ending: nobody waits any more.
  void open();

 private:
  using Timer = boost::asio::steady_timer;
  void wake();

  boost::asio::any_io_executor strand_;
  std::deque<std::int64_t> expected_;
  std::map<std::int64_t, std::shared_ptr<Timer>> waiting_;
  std::int64_t last_ = 0, reached_ = 0;
  bool open_ = false;
};

}  // namespace tactus::runtime
