// Sends one reply over HTTP at its times, with its faults. One object for one request, on the
// connection's strand. Uses: net.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/steady_timer.hpp>

#include <tactus/llm/mock/reply_plan.hpp>

namespace tactus::llm::mock {

class ReplySender {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Timing {
    Time start;                           // When the request came.
    std::chrono::nanoseconds first{0};    // First delta after `start`.
    std::chrono::nanoseconds between{0};  // 0 = as fast as the socket takes them.
  };

  // `responder` must outlive the sender; `executor` is the strand of the connection.
  ReplySender(net::Responder& responder, boost::asio::any_io_executor executor, Timing timing,
              Fault fault);

  // The whole stream. Delta number i is due at start + first + i·between, however late the ones
  // before it were; deltas that are due together go out in one write of about 16 KiB. Ends early
  // when the client leaves.
  boost::asio::awaitable<void> stream(DeltaSource& source, AnswerWriter& writer,
                                      std::string_view finish_reason, const JsonObject& usage);

  // The reply in one piece, when the last of its deltas is due.
  boost::asio::awaitable<void> send_whole(std::size_t deltas, JsonObject reply);

  // An HTTP error.
  boost::asio::awaitable<void> send_status();

  // Waits; false when the client left meanwhile.
  boost::asio::awaitable<bool> wait_until(Time due);

 private:
  enum class Outcome : std::uint8_t { kGoOn, kOver };
  boost::asio::awaitable<Outcome> deltas(DeltaSource& source, AnswerWriter& writer);
  boost::asio::awaitable<Outcome> fault_before(std::size_t delta, AnswerWriter& writer);
  boost::asio::awaitable<bool> flush();
  boost::asio::awaitable<bool> flush_split();
  boost::asio::awaitable<bool> stall();
  Time due_of(std::size_t delta) const;

  net::Responder& responder_;
  // Shared with the callback that ends a wait when the client leaves.
  std::shared_ptr<boost::asio::steady_timer> timer_;
  Timing timing_;
  Fault fault_;
  std::string pending_;
  std::size_t sent_ = 0;  // Bytes of the body.
};

}  // namespace tactus::llm::mock
