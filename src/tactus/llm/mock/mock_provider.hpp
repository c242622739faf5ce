// An HTTP server that speaks the providers' formats: the offline demo model, scripted replies, and
// faults on request. The demo model of a newcomer without a key, the tests and the benchmarks all
// stand on it. Uses: base, net, llm.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <tactus/base/error.hpp>
#include <tactus/net/http_server.hpp>

namespace tactus::llm::mock {

// What goes wrong with a reply. A place beyond the end of the reply is never reached.
struct Fault {
  enum class Kind : std::uint8_t {
    kNone,
    kStatus,          // An HTTP error instead of the reply.
    kStall,           // After `at` deltas nothing more for `seconds` (0 = until the client leaves).
    kCutAtByte,       // The connection is cut after `at` bytes of the body.
    kCutAfterChunks,  // The same after `at` deltas.
    kSlowFirstByte,   // The head of the response comes after `seconds`.
    kErrorAfterChunks,  // After `at` deltas an error object in the stream, and its end.
    kSplitUtf8,         // Every event in two writes, cut inside a character if it has a long one.
    kNoEndMark,         // A clean end of the body without finish reason, usage and end mark.
    kDuplicate,         // The delta after the first `at` comes twice.
    kWrongToolIndex,    // After `at` deltas, arguments of tool calls name the index of the next.
  };
  Kind kind = Kind::kNone;
  int status = 500;                     // kStatus; decides the error of kErrorAfterChunks.
  std::optional<double> retry_after_s;  // kStatus.
  std::size_t at = 0;                   // Bytes or deltas before it happens.
  double seconds = 0;                   // kStall, kSlowFirstByte.
  std::size_t times = SIZE_MAX;         // Only the first so many requests.
  std::string message;                  // Of the error; empty = a usual one for the status.
};

// "429:retry-after=2", "500:times=1", "stall:after=5", "cut:bytes=300", "cut:chunks=5",
// "slow:seconds=3", "error:after=5:status=429", "split-utf8", "no-end", "duplicate:after=5",
// "tool-index:after=5"; further parts are joined with ':' or ','. Empty text = none. Fails with
// kUsage listing the forms.
Result<Fault> parse_fault(std::string_view text);

struct MockOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  double pace = 0;  // Tokens (words) per second; 0 = as fast as the socket takes them.
  // Before the first token of a paced demo reply: a real model takes its time to begin.
  std::chrono::milliseconds first_token{0};
  std::string script_json{};  // JSON list of replies (language.md 16.4 keys), one per request in
                              // order; empty = the demo model.
  Fault fault{};
  std::size_t generate_tokens =
      0;  // > 0: plain replies of so many tokens instead of the demo model (benchmarks).
  bool stamp_tokens = false;  // Each generated token is the sender's CLOCK_MONOTONIC in ns, for
                              // latency measurements.
};

// POST /v1/chat/completions (OpenAI), /v1/responses (OpenAI) and /v1/messages (Anthropic); GET
// /v1/models, /health. Replies, scripts and faults are the same for all. A request may override
// with the body key `x_tactus`: {"pace": tokens per second, "fault": as for parse_fault, "reply":
// one scripted reply}. A failed script is answered with status 400 and code "script".
class MockProvider {
 public:
  virtual ~MockProvider() = default;
  virtual std::uint16_t port() const = 0;
  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port()) + "/v1"; }
  virtual std::size_t requests_served() const = 0;
  // Stops accepting, ends running replies and waits for them.
  virtual boost::asio::awaitable<void> stop() = 0;

  // Fails with kConfig (bad script or host) or kPortInUse.
  static Result<std::unique_ptr<MockProvider>> start(boost::asio::any_io_executor executor,
                                                     MockOptions options);
};

}  // namespace tactus::llm::mock
