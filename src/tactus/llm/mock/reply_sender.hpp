// Sends one reply at its times, with its faults: made up, or recorded. One object for one request,
// on the responder's strand. Uses: net.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/llm/mock/reply_plan.hpp>

namespace tactus::llm::mock {

// The body of a streamed reply, in pieces: the deltas of one that is made up, the parts of a
// recorded one. Faults count these.
class ReplyBody {
 public:
  virtual ~ReplyBody() = default;
  // What goes before the first piece, with it.
  virtual void begin(std::string& out) = 0;
  // When the next piece, or the end, is due; nothing = as soon as what came before it is sent.
  virtual std::optional<SteadyTime> due() const = 0;
  // Appends the next piece; false at the end.
  virtual bool next(std::string& out) = 0;
  // The next piece belongs to the mark by which the reply says that it is complete.
  virtual bool at_end_mark() const = 0;
  // Appends what is left of that mark after the last piece.
  virtual void end(std::string& out) = 0;
  // Appends an error in the stream. `error` as make_error gives it.
  virtual void error(std::string& out, const JsonObject& error) = 0;
  // Whether each piece is a write of its own; else those due together share writes of about 16 KiB.
  virtual bool apart() const = 0;
};

// When the deltas of a made-up reply are due: number i at start + first + i·between, however late
// the ones before it were.
struct Timing {
  SteadyTime start;                     // When the request came.
  std::chrono::nanoseconds first{0};    // First delta after `start`.
  std::chrono::nanoseconds between{0};  // 0 = as fast as the socket takes them.
  SteadyTime due(std::size_t delta) const {
    return start + first + between * static_cast<std::int64_t>(delta);
  }
};

class ReplySender {
 public:
  // `responder` must outlive the sender; `executor` is the strand of the connection.
  ReplySender(net::Responder& responder, boost::asio::any_io_executor executor, Fault fault);

  // The whole stream. Ends early when the client leaves.
  boost::asio::awaitable<void> stream(int status, net::Headers headers, ReplyBody& body);

  // The reply in one piece, at `due`.
  boost::asio::awaitable<void> send_whole(SteadyTime due, JsonObject reply);

  // An HTTP error.
  boost::asio::awaitable<void> send_status();

  // Waits; false when the client left meanwhile.
  boost::asio::awaitable<bool> wait_until(SteadyTime due);

 private:
  enum class Outcome : std::uint8_t { kGoOn, kOver };
  boost::asio::awaitable<Outcome> pieces(ReplyBody& body);
  boost::asio::awaitable<Outcome> fault_before(std::size_t piece, ReplyBody& body);
  bool add_piece(std::size_t piece, ReplyBody& body);
  boost::asio::awaitable<bool> flush();
  boost::asio::awaitable<bool> flush_split();
  boost::asio::awaitable<bool> stall();

  net::Responder& responder_;
  // Shared with the callback that ends a wait when the client leaves.
  std::shared_ptr<boost::asio::steady_timer> timer_;
  Fault fault_;
  std::string pending_;
  std::size_t sent_ = 0;  // Bytes of the body.
};

}  // namespace tactus::llm::mock
