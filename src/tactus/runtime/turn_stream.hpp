// A turn that the program takes piece by piece, `for chunk in Agent.stream(…)` (language.md 8.4).
// The turn runs beside the task whose loop it feeds, and one of the two always waits:
//
//   program   step ── waits ──────▶ body of the loop ── step ── … ── break ── waits ──▶
//   turn              reads, gives ── waits ──────────▶ …              is cancelled ──┘
//
// So leaving the loop at a piece cuts the answer at that piece, whatever has arrived since. On the
// run's strand.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <tactus/runtime/response_stream.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

class TurnStream : public std::enable_shared_from_this<TurnStream> {
 public:
  // `agent` as the program names it. Nothing begins before the first step.
  TurnStream(Run& run, RunTask& task, Agent& agent, TurnOptions options);
  TurnStream(const TurnStream&) = delete;
  TurnStream& operator=(const TurnStream&) = delete;

  // --- The program ---

  // The next piece, as the chunk that the loop gets; pushes nil when there is none. Fails with what
  // the turn failed with.
  boost::asio::awaitable<Result<vm::Pusher>> next();
  // Takes what is left without looking at it. Null for a stream that was cancelled before it began.
  boost::asio::awaitable<Result<std::shared_ptr<const TurnResult>>> wait();
  // Ends the turn where it is, and completes when it has ended; does not fail.
  boost::asio::awaitable<void> cancel();
  // The same without waiting for the end.
  void leave();
  // Between two steps: nothing of the task may wait.
  bool in_body() const { return in_body_; }
  // Of the body that began it; null before.
  const Scope* outer() const { return outer_; }
  bool over() const { return !begun_ ? left_ : outcome_.has_value(); }
  // Once the turn has ended well.
  std::shared_ptr<const TurnResult> result() const;

  // --- The turn ---

  // A piece for the program, with the keys that every chunk has.
  void give(const ResponsePiece& piece, JsonObject chunk);
  // Whether the program waits for a piece.
  bool wants() const { return left_ || draining_ || (stepping_ && pieces_.empty()); }
  // Completes when it does, or has left.
  boost::asio::awaitable<void> wanted();
  bool left() const { return left_; }
  // What to do when the program wants a piece, while that is known; and when it leaves.
  void on_step(std::function<void()> step) { step_ = std::move(step); }
  void on_leave(std::function<void()> leaves) { leaves_ = std::move(leaves); }

  // What has been given since this was asked last, to be recorded; and all of it.
  JsonArray take_record();
  const JsonArray& record() const { return record_; }
  // Gives what an earlier generation recorded.
  void give_again(const Json& record);

 private:
  void begin();
  void enter_body();
  void leave_body();
  boost::asio::awaitable<void> changed(boost::asio::steady_timer& timer);
  void push(JsonObject chunk);

  Run& run_;
  RunTask& task_;
  Agent& agent_;
  TurnOptions options_;
  boost::asio::steady_timer for_program_, for_turn_;  // Cancelled when something has changed.
  std::deque<JsonObject> pieces_;                     // Not taken yet.
  JsonArray record_;
  std::size_t recorded_ = 0;  // How much of it was taken.
  std::function<void()> step_, leaves_;
  Scope* outer_ = nullptr;   // The task's scope where the loop stands …
  Scope* inner_ = nullptr;   // … and the turn's, while the body runs.
  JsonObject local_before_;  // The procedure's own state when the body began.
  bool begun_ = false, stepping_ = false, in_body_ = false, left_ = false, draining_ = false;
  bool failure_told_ = false;
  std::optional<Result<std::shared_ptr<const TurnResult>>> outcome_;
};

// A stream that the body of `scope` began, and neither took to its end nor left, ends with it.
boost::asio::awaitable<void> close_stream(RunTask& task, const Scope& scope);

}  // namespace tactus::runtime
