#include <tactus/base/text.hpp>
#include <tactus/server/access.hpp>
#include <tactus/server/context.hpp>

namespace tactus::server {
namespace {

constexpr std::string_view kCookiePrefix = "tactus_session_";

// Takes the same time whatever differs, so that a token cannot be guessed piece by piece.
bool same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

std::string cookie_value(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    const std::string_view pair = trim(cookies.substr(0, end));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name)
      return std::string(pair.substr(equals + 1));
  }
  return {};
}

// An image or a link of another page sends no Origin with a GET, and a page of another port of this
// host sends the cookie: to SameSite it is the same site. Clients that are no browsers send
// nothing.
bool is_from_another_site(const net::ServerRequest& request) {
  const auto site = request.header("sec-fetch-site");
  return site && *site != "same-origin" && *site != "none";
}

}  // namespace

std::optional<net::ServerResponse> Access::check(const net::ServerRequest& request) const {
  if (!is_own_authority(request.header("host").value_or(""))) {
    return error_response(api_error(403, "wrong_host",
                                    "this server was not started for that host name",
                                    "open the URL that `tactus ide` prints"));
  }
  if (const auto origin = request.header("origin"); origin && !origin->empty()) {
    const bool own = origin->starts_with("http://") && is_own_authority(origin->substr(7));
    if (!own)
      return error_response(
          api_error(403, "wrong_origin", "requests from other sites are refused"));
  }
  const bool open = !request.path.starts_with("/api/") && !request.path.starts_with("/v1/");
  if (!open && is_from_another_site(request))
    return error_response(api_error(403, "wrong_origin", "requests from other sites are refused"));
  if (options_.token.empty()) return std::nullopt;
  if (const auto token = request.query_value("token");
      token && request.path == "/" && same_secret(*token, options_.token)) {
    const std::string cookie =
        fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict", cookie_name(), options_.token);
    return net::ServerResponse{
        303, {{"Location", "/"}, {"Set-Cookie", cookie}, {"Cache-Control", "no-store"}}, ""};
  }
  if (open || has_token(request)) return std::nullopt;
  return error_response(api_error(401, "unauthorized", "the session token is missing or wrong",
                                  "open the URL that `tactus ide` prints"));
}

// Cookies know no ports: without it in the name, two servers on one host would log each other out.
std::string Access::cookie_name() const {
  return std::string(kCookiePrefix) + std::to_string(port_.load());
}

bool Access::is_own_authority(std::string_view authority) const {
  const std::string port = ":" + std::to_string(port_.load());
  if (authority.ends_with(port)) {
    authority.remove_suffix(port.size());
  } else if (port_ != 80) {  // Of http, which is left out.
    return false;
  }
  const std::string host = to_lower(authority);
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]" ||
         host == to_lower(options_.http.host) || host == "[" + options_.http.host + "]";
}

bool Access::has_token(const net::ServerRequest& request) const {
  const std::string_view authorization = request.header("authorization").value_or("");
  if (authorization.starts_with("Bearer ") && same_secret(authorization.substr(7), options_.token))
    return true;
  return same_secret(cookie_value(request.header("cookie").value_or(""), cookie_name()),
                     options_.token);
}

}  // namespace tactus::server
