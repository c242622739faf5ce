// What the environment decides about connections: proxies and certificates. Only variables of the
// process count. Uses: base, libcurl (inside).
#pragma once

#include <optional>
#include <string>

#include <tactus/net/url.hpp>

namespace tactus::net {

// This machine itself and what is on its own network link: no proxy could reach them for us. An
// IPv6 address may be in brackets.
bool is_never_proxied(const std::string& host);

struct ProxyChoice {
  std::string variable;  // Which one said it; empty = none did.
  std::string proxy;     // As it is written there, which may hold a password; empty = no proxy.
};

// How requests to `url` go. NO_PROXY is named only if it keeps them from a proxy.
ProxyChoice proxy_of(const Url& url);

// "http://host:3128" of what a proxy variable may hold, without user and password. Fails with
// kConfig when no proxy can be meant by it; the message does not repeat it.
Result<std::string> proxy_origin(const std::string& proxy);

// The certificates that servers are checked against, as PEM files; empty = none of the kind.
struct TrustedCertificates {
  std::string file, folder;
  bool from_variable = false;  // `file` is what SSL_CERT_FILE names.
};
// SSL_CERT_FILE if it can be read, else what libcurl was built with.
TrustedCertificates trusted_certificates();

}  // namespace tactus::net
