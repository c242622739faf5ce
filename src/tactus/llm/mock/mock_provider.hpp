// An HTTP server that speaks the providers' formats: the offline demo model, scripted replies, and faults on request. The demo model of a
// newcomer without a key, the tests and the benchmarks all stand on it. Uses: base, net, llm.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <string>
#include <tactus/base/error.hpp>
#include <tactus/net/http_server.hpp>

namespace tactus::llm::mock {

// What goes wrong with a reply.
struct Fault {
  enum class Kind : std::uint8_t {
    kNone, kStatus, kStall, kCutAtByte, kCutAfterChunks, kSlowFirstByte, kErrorAfterChunks, kSplitUtf8, kNoEndMark,
  };
  Kind kind = Kind::kNone;
  int status = 500;                      // kStatus.
  std::optional<double> retry_after_s;   // kStatus.
  std::size_t at = 0;                    // Bytes or chunks before it happens.
  double seconds = 0;                    // kStall, kSlowFirstByte.
  std::size_t times = SIZE_MAX;          // Only the first so many requests.
};
// "429:retry-after=2", "500:times=1", "stall:after=5", "cut:bytes=300", "cut:chunks=5", "slow:seconds=3", "error:after=5", "split-utf8", "no-end".
// Fails with kUsage listing the forms.
Result<Fault> parse_fault(std::string_view text);

struct MockOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  double pace = 0;            // Tokens (words) per second; 0 = as fast as the socket takes them.
  std::string script_json;    // JSON list of replies (language.md 16.4 keys), one per request in order; empty = the demo model.
  Fault fault;
  std::size_t generate_tokens = 0;  // > 0: plain replies of so many tokens instead of the demo model (benchmarks).
  bool stamp_tokens = false;        // Each generated token is the sender's CLOCK_MONOTONIC in ns, for latency measurements.
};

// POST /v1/chat/completions, GET /v1/models, GET /health. A request may override: body key `x_tactus` {"pace", "fault"}.
class MockProvider {
 public:
  virtual ~MockProvider() = default;
  virtual std::uint16_t port() const = 0;
  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port()) + "/v1"; }
  virtual std::size_t requests_served() const = 0;
  virtual boost::asio::awaitable<void> stop() = 0;

  static Result<std::unique_ptr<MockProvider>> start(boost::asio::any_io_executor executor, MockOptions options);
};

}  // namespace tactus::llm::mock
