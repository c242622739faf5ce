// Cassettes: what providers and services answer is recorded, and later replayed through the same
// decoders, offline and byte for byte. Both are HTTP clients that stand where the real one stands.
// Uses: net, the mock provider's faults.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <tactus/llm/mock/mock_provider.hpp>
#include <tactus/net/http_client.hpp>

namespace tactus::llm {

struct CassetteOptions {
  enum class Mode : std::uint8_t { kRecord, kReplay };
  Mode mode = Mode::kReplay;
  std::string folder;
  // Of a replay: 1 = at the recorded times, 4 = four times as fast, 0 = at once.
  double speed = 0;
  mock::Fault fault = {};  // Of a replay: what goes wrong with the recorded answers.
};

// What the options do not say.
struct CassetteUse {
  // A run that goes on adds to what it has recorded; a new one fails where there are cassettes.
  bool goes_on = false;
  // Values that must not be kept, besides what each request itself carries.
  std::vector<std::string> secrets = {};
};

// The cassettes of one run in one folder. Thread-safe.
class CassetteClient : public net::HttpClient {
 public:
  // True if it replays, and one of its recordings is an answer of that provider.
  virtual bool has_answers_of(std::string_view provider) const = 0;
};

// Requests without a subject are sent as ever while recording, and fail with kCassetteMiss in a
// replay. A recording is written when its exchange ends; where it cannot be, the exchange fails
// with kFile. In a replay nothing is sent: what was not recorded fails with kCassetteMiss, which
// names the nearest recording and what differs.
//
// `http` (of a recording) and the io_context of `executor` outlive the client and its exchanges.
// Fails with kFile: the folder cannot be read or made, holds cassettes already, or damaged ones.
Result<std::unique_ptr<CassetteClient>> open_cassettes(boost::asio::any_io_executor executor,
                                                       net::HttpClient& http,
                                                       const CassetteOptions& options,
                                                       const CassetteUse& use);

}  // namespace tactus::llm
