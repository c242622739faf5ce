// Who may call: session token, Host, Origin. Private to the module.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include <tactus/server/ide_server.hpp>

namespace tactus::server {

class Access {
 public:
  explicit Access(const IdeOptions& options) : options_(options) {}
  // The port is known only once the server listens, while first requests may already arrive.
  void listening_on(std::uint16_t port) { port_ = port; }
  // The refusal to send, or the redirect that sets the cookie; nothing = go on. Any thread.
  std::optional<net::ServerResponse> check(const net::ServerRequest& request) const;

 private:
  std::string cookie_name() const;
  bool is_own_authority(std::string_view authority) const;
  bool has_token(const net::ServerRequest& request) const;

  const IdeOptions& options_;
  std::atomic<std::uint16_t> port_{0};
};

}  // namespace tactus::server
