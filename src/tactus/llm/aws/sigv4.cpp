#include <algorithm>
#include <map>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <time.h>

#include <tactus/base/text.hpp>
#include <tactus/llm/aws/sigv4.hpp>
#include <tactus/net/url.hpp>

namespace tactus::llm::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const int done = EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  TACTUS_ASSERT(done == 1);
  return hex({reinterpret_cast<const char*>(digest), size});
}

std::string hmac(const std::string& key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const unsigned char* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  TACTUS_ASSERT(done != nullptr);
  return {reinterpret_cast<const char*>(digest), size};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The path without dot segments and empty ones, encoded once more: `%3A` becomes `%253A`.
std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (!segment.empty() && segment != "." && segment != "..") kept.push_back(segment);
  }
  std::string canonical;
  for (const std::string_view segment : kept) canonical += "/" + net::percent_encode(segment);
  if (canonical.empty() || path.ends_with('/')) canonical += '/';
  return canonical;
}

// Parameters sorted by name and value. What is encoded already stays as it is.
std::string canonical_query(std::string_view query) {
  if (query.empty()) return "";
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string_view parameter : split(query, '&')) {
    const std::size_t equals = parameter.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
    parameters.emplace_back(net::percent_encode(parameter.substr(0, equals), "%"),
                            net::percent_encode(value, "%"));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    if (!canonical.empty()) canonical += '&';
    canonical += name + "=" + value;
  }
  return canonical;
}

// The value without blanks around it, runs of blanks as one.
std::string canonical_value(std::string_view value) {
  std::string canonical;
  for (const char c : trim(value)) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && canonical.ends_with(' ')) continue;
    canonical += blank ? ' ' : c;
  }
  return canonical;
}

// By name in lower case; values of one name in their order.
std::map<std::string, std::string> canonical_headers(const net::Headers& headers) {
  std::map<std::string, std::string> canonical;
  for (const auto& [name, value] : headers) {
    const auto [entry, is_new] = canonical.try_emplace(to_lower(name), canonical_value(value));
    if (!is_new) entry->second += "," + canonical_value(value);
  }
  return canonical;
}

std::string signing_key(const std::string& secret, std::string_view day,
                        const SigningScope& scope) {
  const std::string of_day = hmac("AWS4" + secret, day);
  return hmac(hmac(hmac(of_day, scope.region), scope.service), "aws4_request");
}

void set_header(net::Headers& headers, std::string_view name, std::string value) {
  std::erase_if(headers, [&](const auto& header) { return to_lower(header.first) == name; });
  headers.emplace_back(std::string(name), std::move(value));
}

// As libcurl writes it: with the port unless it is the scheme's own.
std::string host_header(const net::Url& url) {
  const std::string origin = url.origin();
  return origin.substr(origin.find("://") + 3);
}

}  // namespace

Signature sign(const SignedParts& parts, const Credentials& credentials, const SigningScope& scope,
               std::string_view date) {
  Signature signature;
  std::string names, lines;
  for (const auto& [name, value] : canonical_headers(parts.headers)) {
    if (!names.empty()) names += ';';
    names += name;
    lines += name + ":" + value + "\n";
  }
  signature.canonical_request =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", parts.method, canonical_path(parts.path),
                  canonical_query(parts.query), lines, names, sha256_hex(parts.body));
  const std::string_view day = date.substr(0, 8);
  const std::string scope_text =
      fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service);
  signature.string_to_sign = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date, scope_text,
                                         sha256_hex(signature.canonical_request));
  const std::string key = signing_key(credentials.secret_access_key, day, scope);
  signature.authorization = fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                        kAlgorithm, credentials.access_key_id, scope_text, names,
                                        hex(hmac(key, signature.string_to_sign)));
  return signature;
}

std::string amz_date(WallTime time) {
  const time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Result<void> sign_request(net::HttpRequest& request, const Credentials& credentials,
                          const SigningScope& scope, WallTime now) {
  auto url = net::parse_url(request.url);
  if (!url) return fail(std::move(url.error()));
  const std::string date = amz_date(now);
  set_header(request.headers, "x-amz-date", date);
  std::erase_if(request.headers, [](const auto& header) {
    return to_lower(header.first) == "x-amz-security-token";
  });
  if (!credentials.session_token.empty()) {
    set_header(request.headers, "x-amz-security-token", credentials.session_token);
  }
  SignedParts parts{
      request.method, url->path, url->query, {{"host", host_header(*url)}}, request.body};
  for (const auto& header : request.headers) {
    const std::string name = to_lower(header.first);
    if (name == "content-type" || name.starts_with("x-amz-")) parts.headers.push_back(header);
  }
  set_header(request.headers, "authorization", sign(parts, credentials, scope, date).authorization);
  return {};
}

}  // namespace tactus::llm::aws
