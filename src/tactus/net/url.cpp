#include <boost/asio/ip/address.hpp>
#include <curl/curl.h>

#include <tactus/base/text.hpp>
#include <tactus/net/url.hpp>

namespace tactus::net {
namespace {

struct Handle {
  CURLU* url = curl_url();
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { curl_url_cleanup(url); }

  std::string part(CURLUPart which, unsigned flags = 0) const {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
  }
};

Result<Url> take_apart(const Handle& handle) {
  Url url;
  url.scheme = to_lower(handle.part(CURLUPART_SCHEME));
  url.host = to_lower(handle.part(CURLUPART_HOST));
  if (url.host.starts_with('[') && url.host.ends_with(']'))
    url.host = url.host.substr(1, url.host.size() - 2);
  const bool web = url.scheme == "http" || url.scheme == "https";
  if (!web || url.host.empty()) {
    return fail(Error{ErrorCode::kConfig,
                      "this is no http:// or https:// address",
                      "write it like https://host/path",
                      {},
                      ""});
  }
  const std::string port = handle.part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
  url.port = std::atoi(port.c_str());
  url.path = handle.part(CURLUPART_PATH);
  url.query = handle.part(CURLUPART_QUERY);
  url.text = handle.part(CURLUPART_URL);
  return url;
}

bool is_link_local_v4(const boost::asio::ip::address_v4& address) {
  return (address.to_uint() >> 16) == 0xA9FEU;
}

}  // namespace

std::string Url::origin() const {
  const bool usual = port == (scheme == "https" ? 443 : 80);
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return scheme + "://" + shown + (usual ? "" : ":" + std::to_string(port));
}

Result<Url> parse_url(const std::string& text) {
  const Handle handle;
  if (text.find('\0') == std::string::npos)
    (void)curl_url_set(handle.url, CURLUPART_URL, text.c_str(), 0);
  return take_apart(handle);
}

Result<Url> resolve_url(const Url& base, const std::string& reference) {
  const Handle handle;
  const bool set = reference.find('\0') == std::string::npos &&
                   curl_url_set(handle.url, CURLUPART_URL, base.text.c_str(), 0) == CURLUE_OK &&
                   curl_url_set(handle.url, CURLUPART_URL, reference.c_str(), 0) == CURLUE_OK;
  if (!set) return take_apart(Handle{});
  return take_apart(handle);
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos ||
                       keep.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

bool is_link_local(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) return false;
  if (address.is_v4()) return is_link_local_v4(address.to_v4());
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) {
    return is_link_local_v4(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6));
  }
  return v6.is_link_local();
}

}  // namespace tactus::net
