// Says the events of one run to whoever watches: people, a program that reads JSON lines, nobody.
// Uses: journal.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <tactus/cli/commands.hpp>
#include <tactus/cli/run_view.hpp>
#include <tactus/cli/sentence_hold.hpp>
#include <tactus/journal/run_log.hpp>

namespace tactus::cli {

// One thread at a time.
class Follower {
 public:
  // Begins after the event `after` of the log.
  Follower(const WatchOptions& options, journal::EventSeq after,
           boost::asio::any_io_executor executor);

  // Says everything that there is to say. False: the log is closed and nothing of it is left.
  bool say_all(const journal::RunLog& log);
  // Until there may be more to say, or a moment is over; turns the spinner meanwhile.
  boost::asio::awaitable<void> wait(const journal::RunLog& log);

  // Leaves the screen to somebody else: what follows begins on a fresh line.
  void pause();
  // True if a person can be asked: the terminal is where the run is shown and where one types.
  bool can_ask() const { return can_ask_; }
  // True if the run's text appears where its result does.
  bool shows_text() const { return show_ && human_ == 1; }

 private:
  void say(const std::vector<journal::ReadEvent>& events);
  void write_human(std::string_view text);

  bool json_lines_;
  bool can_ask_;
  int human_;  // The descriptor that people read.
  bool quiet_;
  bool show_;
  RunView view_;
  std::optional<SentenceHold> hold_;  // With --plain.
  journal::EventSeq after_;
  boost::asio::steady_timer timer_;
};

}  // namespace tactus::cli
