#include <tactus/net/curl_error.hpp>

namespace tactus::net {
namespace {

struct Explanation {
  std::string what;
  std::string hint;
};

Explanation explain_before_head(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {"cannot find the host of " + failure.origin,
              "check the host name in the base URL, and the network"};
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return {"cannot reach " + failure.origin + " through the proxy",
              "check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"};
    case CURLE_COULDNT_CONNECT:
      return {"cannot connect to " + failure.origin,
              "check that the server is running and that the base URL is right"};
    case CURLE_OPERATION_TIMEDOUT:
      return {"cannot connect to " + failure.origin + " within " +
                  std::to_string(failure.connect_timeout.count()) + " ms (connect timeout)",
              "check the network, or raise the timeout"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return {"the TLS certificate of " + failure.origin + " is not trusted",
              "if a company proxy or own server signs it, name its CA file in SSL_CERT_FILE"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
      return {"cannot set up TLS with " + failure.origin,
              "check that the server speaks https; many local ones need http:// in the base URL"};
    default:
      return {failure.origin + " closed the connection before it answered", ""};
  }
}

}  // namespace

Error curl_error(const CurlFailure& failure) {
  const Explanation explanation =
      failure.head_done
          ? Explanation{"the connection to " + failure.origin + " was lost in mid-response", ""}
          : explain_before_head(failure);
  Error error;
  error.code = failure.head_done ? ErrorCode::kProviderStream : ErrorCode::kProviderNetwork;
  error.message = explanation.what;
  error.message += ": ";
  error.message += failure.detail.empty() ? curl_easy_strerror(failure.code) : failure.detail;
  error.hint = explanation.hint;
  return error;
}

}  // namespace tactus::net
