#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/llm/cassette/redactor.hpp>

namespace tactus::llm::cassette {
namespace {

constexpr std::string_view kNames[] = {"key",    "token", "auth",  "sig", "pwd",
                                       "passwd", "cred",  "appid", "jwt", "bearer"};
constexpr std::string_view kNameEnds[] = {
    "apikey",        "secret",    "password",     "accesstoken", "authtoken",
    "authkey",       "accesskey", "accesskeyid",  "apitoken",    "signature",
    "securitytoken", "idtoken",   "refreshtoken", "credential"};
// Names of headers are less ambiguous than those of members.
constexpr std::string_view kHeaderParts[] = {"key",      "token",  "secret",  "auth",
                                             "password", "cookie", "session", "signature"};

// What decoders, retries and redirects read, and how providers name a request.
constexpr std::string_view kHeadersKept[] = {"content-type",
                                             "retry-after",
                                             "retry-after-ms",
                                             "x-should-retry",
                                             "location",
                                             "x-request-id",
                                             "request-id",
                                             "apim-request-id",
                                             "x-amzn-requestid",
                                             "x-generation-id",
                                             "mistral-correlation-id",
                                             "x-ds-trace-id",
                                             "x-amzn-errortype"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string letters_of(std::string_view name) {
  std::string plain;
  for (const char c : to_lower(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
  }
  return plain;
}

// Of "a=1&key=2", which may stand in an address or be a body.
std::string redacted_query(std::string_view query) {
  std::string out;
  for (std::size_t from = 0; from <= query.size();) {
    const std::size_t end = std::min(query.find('&', from), query.size());
    const std::string_view pair = query.substr(from, end - from);
    const std::size_t equals = pair.find('=');
    if (!out.empty() || from > 0) out += '&';
    if (equals != std::string_view::npos && is_secret_name(pair.substr(0, equals))) {
      out += std::string(pair.substr(0, equals + 1)) + std::string(kRedacted);
    } else {
      out += pair;
    }
    from = end + 1;
  }
  return out;
}

}  // namespace

bool is_secret_name(std::string_view name) {
  const std::string plain = letters_of(name);
  return is_one_of(kNames, plain) ||
         std::any_of(std::begin(kNameEnds), std::end(kNameEnds),
                     [&](std::string_view end) { return plain.ends_with(end); });
}

Redactor::Redactor(std::span<const std::string> secrets) {
  for (const std::string& secret : secrets) add(secret);
}

void Redactor::add(std::string_view secret) {
  secret = trim(secret);
  if (secret.size() < kSecretBytesMin) return;
  if (std::find(secrets_.begin(), secrets_.end(), secret) != secrets_.end()) return;
  const auto place = std::find_if(secrets_.begin(), secrets_.end(), [&](const std::string& other) {
    return other.size() < secret.size();
  });
  secrets_.insert(place, std::string(secret));
}

void Redactor::learn(const net::HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    const std::string lower = to_lower(name);
    const bool secret =
        std::any_of(std::begin(kHeaderParts), std::end(kHeaderParts),
                    [&](std::string_view part) { return lower.find(part) != std::string::npos; });
    if (!secret) continue;
    add(value);
    const std::size_t space = value.find(' ');  // "Bearer …"
    if (space != std::string::npos) add(std::string_view(value).substr(space + 1));
  }
  const std::size_t mark = std::min(request.url.find('?'), request.url.size());
  for (std::size_t from = mark + 1; from < request.url.size();) {
    const std::size_t end = std::min(request.url.find('&', from), request.url.size());
    const std::string_view pair = std::string_view(request.url).substr(from, end - from);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && is_secret_name(pair.substr(0, equals)))
      add(pair.substr(equals + 1));
    from = end + 1;
  }
}

std::string Redactor::text(std::string text) const {
  for (const std::string& secret : secrets_) {
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + kRedacted.size()))
      text.replace(at, secret.size(), kRedacted);
  }
  return text;
}

Json Redactor::values(const Json& value) const {
  if (value.is_string()) return Json(text(std::string(value.get_string())));
  if (const JsonArray* list = value.if_array()) {
    JsonArray clean;
    for (const Json& item : *list) clean.push_back(values(item));
    return clean;
  }
  const JsonObject* object = value.if_object();
  if (!object) return value;
  JsonObject clean;
  for (const auto& member : *object)
    clean[text(std::string(member.key()))] = values(member.value());
  return clean;
}

// Texts under the name of a secret are taken out, at any depth.
Json Redactor::members(const Json& value) const {
  if (const JsonArray* list = value.if_array()) {
    JsonArray clean;
    for (const Json& item : *list) clean.push_back(members(item));
    return clean;
  }
  const JsonObject* object = value.if_object();
  if (!object) return value;
  JsonObject clean;
  for (const auto& member : *object) {
    const bool secret = member.value().is_string() && is_secret_name(member.key());
    clean[member.key()] = secret ? Json(kRedacted) : members(member.value());
  }
  return clean;
}

std::string Redactor::address(const std::string& url) const {
  std::string clean = url;
  const std::size_t scheme = clean.find("://");
  if (scheme != std::string::npos) {
    const std::size_t host = scheme + 3;
    const std::size_t path = std::min(clean.find_first_of("/?#", host), clean.size());
    const std::size_t at = clean.substr(0, path).rfind('@');
    if (at != std::string::npos && at >= host) clean.erase(host, at + 1 - host);
  }
  const std::size_t mark = clean.find('?');
  if (mark == std::string::npos) return clean;
  return clean.substr(0, mark + 1) + redacted_query(std::string_view(clean).substr(mark + 1));
}

net::RequestSubject Redactor::subject(net::RequestSubject subject) const {
  if (JsonObject* asked = subject.asked.if_object()) {
    if (Json* url = asked->if_contains("url"); url && url->is_string())
      *url = address(std::string(url->get_string()));
    if (Json* form = asked->if_contains("form"); form && form->is_string())
      *form = redacted_query(form->get_string());
    for (const char* key : {"body", "message", "extra_body"}) {
      if (Json* body = asked->if_contains(key)) *body = members(*body);
    }
  }
  subject.asked = values(subject.asked);
  subject.peer = text(std::move(subject.peer));
  return subject;
}

void Redactor::overwrite(std::vector<Recording::Chunk>& chunks) const {
  if (secrets_.empty()) return;
  std::string whole;
  for (const Recording::Chunk& chunk : chunks) whole += chunk.bytes;
  bool found = false;
  for (const std::string& secret : secrets_) {
    for (std::size_t at = whole.find(secret); at != std::string::npos;
         at = whole.find(secret, at + secret.size())) {
      whole.replace(at, secret.size(), std::string(secret.size(), '*'));
      found = true;
    }
  }
  if (!found) return;
  std::size_t from = 0;
  for (Recording::Chunk& chunk : chunks) {
    chunk.bytes = whole.substr(from, chunk.bytes.size());
    from += chunk.bytes.size();
  }
}

net::Headers Redactor::headers(const net::Headers& headers) const {
  net::Headers kept;
  for (const auto& [name, value] : headers) {
    const std::string lower = to_lower(name);
    if (is_one_of(kHeadersKept, lower))
      kept.emplace_back(lower, text(lower == "location" ? address(value) : value));
  }
  return kept;
}

}  // namespace tactus::llm::cassette
