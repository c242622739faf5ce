#include <array>
#include <charconv>
#include <cstdlib>

#include <boost/asio/ip/address.hpp>
#include <curl/curl.h>
#include <unistd.h>

#include <tactus/base/text.hpp>
#include <tactus/net/environment.hpp>

namespace tactus::net {
namespace {

using boost::asio::ip::address;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::optional<address> address_of(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  boost::system::error_code error;
  const address parsed = boost::asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return parsed;
}

template <typename Bytes>
bool begins_alike(const Bytes& a, const Bytes& b, std::size_t bits) {
  for (std::size_t i = 0; i < a.size() && bits > 0; ++i) {
    const std::size_t compared = std::min<std::size_t>(bits, 8);
    if ((a[i] ^ b[i]) >> (8 - compared) != 0) return false;
    bits -= compared;
  }
  return true;
}

// "10.0.0.1" or "10.0.0.0/8", as libcurl reads them.
bool covers(std::string_view entry, const address& host) {
  const std::size_t slash = std::min(entry.find('/'), entry.size());
  const auto network = address_of(entry.substr(0, slash));
  if (!network || network->is_v4() != host.is_v4()) return false;
  if (slash == entry.size()) return *network == host;
  std::size_t bits = 0;
  const char* const end = entry.data() + entry.size();
  const auto [at, error] = std::from_chars(entry.data() + slash + 1, end, bits);
  if (error != std::errc{} || at != end || bits > (host.is_v4() ? 32U : 128U)) return false;
  return host.is_v4() ? begins_alike(network->to_v4().to_bytes(), host.to_v4().to_bytes(), bits)
                      : begins_alike(network->to_v6().to_bytes(), host.to_v6().to_bytes(), bits);
}

// "example.org" and ".example.org" stand for that host and all below it.
bool names(std::string_view entry, std::string_view host) {
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.ends_with('.')) entry.remove_suffix(1);
  if (entry.empty() || !host.ends_with(entry)) return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

bool is_excepted(const std::string& exceptions, const std::string& host) {
  if (exceptions == "*") return true;
  const auto number = address_of(host);
  const std::string lower = to_lower(exceptions);
  std::string_view rest = lower;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
    const std::string_view entry = rest.substr(0, end);
    if (!entry.empty() && (number ? covers(entry, *number) : names(entry, host))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

// The first of these that is not empty.
ProxyChoice first_of(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = variable(name); !value.empty()) return {name, std::move(value)};
  }
  return {};
}

}  // namespace

bool is_never_proxied(const std::string& host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.") ||
         is_link_local(host);
}

ProxyChoice proxy_of(const Url& url) {
  if (is_never_proxied(url.host)) return {};
  ProxyChoice choice;
  if (url.scheme == "https") {
    choice = first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  } else if (variable("REQUEST_METHOD").empty()) {
    choice = first_of({"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"});
  } else {
    choice = first_of({"http_proxy", "all_proxy", "ALL_PROXY"});
  }
  if (choice.proxy.empty()) return {};
  const ProxyChoice exceptions = first_of({"no_proxy", "NO_PROXY"});
  if (is_excepted(exceptions.proxy, url.host)) return {exceptions.variable, ""};
  return choice;
}

Result<std::string> proxy_origin(const std::string& proxy) {
  constexpr std::array<std::string_view, 6> kSchemes = {"http",    "https",  "socks4",
                                                        "socks4a", "socks5", "socks5h"};
  const std::size_t mark = proxy.find("://");
  const std::string scheme =
      mark == std::string::npos ? "http" : to_lower(std::string_view(proxy).substr(0, mark));
  const auto* const known = std::find(kSchemes.begin(), kSchemes.end(), scheme);
  const auto url =
      parse_url("http://" + (mark == std::string::npos ? proxy : proxy.substr(mark + 3)));
  if (known == kSchemes.end() || !url) {
    return fail(Error{ErrorCode::kConfig,
                      "this is no address of a proxy",
                      "write it like http://host:3128",
                      {},
                      ""});
  }
  return scheme + url->origin().substr(std::string_view("http").size());
}

TrustedCertificates trusted_certificates() {
  const std::string named = variable("SSL_CERT_FILE");
  if (!named.empty() && ::access(named.c_str(), R_OK) == 0) return {named, "", true};
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  TrustedCertificates built_in;
  if (info->cainfo != nullptr) built_in.file = info->cainfo;
  if (info->capath != nullptr) built_in.folder = info->capath;
  return built_in;
}

}  // namespace tactus::net
