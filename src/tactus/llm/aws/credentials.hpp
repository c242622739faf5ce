// AWS credentials and where they come from. Uses: base, net.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/net/http_client.hpp>

namespace tactus::llm {

class StopToken;

namespace aws {

using boost::asio::awaitable;

struct Credentials {
  std::string access_key_id, secret_access_key;
  std::string session_token;           // Empty for credentials that are not temporary.
  std::optional<WallTime> expires_at;  // Nothing = never.
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

// Gives credentials that are valid now. Thread-safe.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // May ask an endpoint with `http`; `stop` ends the wait with kCancelled. References must outlive
  // the coroutine.
  virtual awaitable<Result<Credentials>> get(net::HttpClient& http, StopToken& stop) = 0;
};

std::shared_ptr<CredentialSource> fixed_credentials(Credentials credentials);

// The keys of one profile, `~/.aws/credentials` winning over `~/.aws/config`; empty when neither
// has it. The arguments are the texts of these files, "" for one that does not exist.
struct ProfileFiles {
  std::string credentials, config;
};
std::map<std::string, std::string> read_profile(const ProfileFiles& files, std::string_view name);

// The credentials in the keys of a profile; nothing when they have none. Fails with kProviderAuth
// when they come from elsewhere, in a way that is not supported (a role, single sign-on, a
// process): the message says which and the hint what to do.
Result<std::optional<Credentials>> profile_credentials(
    const std::map<std::string, std::string>& keys, std::string_view name);

// An endpoint that hands out temporary credentials to the programs of a container (ECS, EKS).
struct ContainerEndpoint {
  std::string url;
  std::string token;       // Sent as Authorization, if not empty.
  std::string token_file;  // Holds the token, which may change; read for each request.
};

// Fails with kProviderAuth for an address that is neither https nor on this machine nor one of the
// fixed addresses of such endpoints: credentials would go over the network in the clear.
Result<void> check_container_endpoint(const std::string& url);

// The credentials in an endpoint's answer. Fails with kProviderAuth when it has none; the message
// does not repeat it.
Result<Credentials> read_container_answer(std::string_view body);

// How long before credentials expire new ones are asked for.
inline constexpr std::chrono::minutes kRenewBefore{5};

// Asks the endpoint when credentials are needed the first time and again before they expire, once
// for all who need them at that time: they wait, unless the old ones are still valid. While those
// are, a failure to renew them is no failure. `executor` is that of an io_context; `clock` outlives
// the source.
std::shared_ptr<CredentialSource> container_credentials(ContainerEndpoint endpoint,
                                                        boost::asio::any_io_executor executor,
                                                        const Clock& clock);

}  // namespace aws
}  // namespace tactus::llm
