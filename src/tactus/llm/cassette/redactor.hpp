// Takes secrets out of what is kept. They are known by their values (keys of the configuration,
// credentials in the headers of a request) and by their names (in queries and JSON bodies). Values.
// Uses: base, net.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <tactus/llm/cassette/recording.hpp>

namespace tactus::llm::cassette {

// Shorter values are words that stand anywhere.
inline constexpr std::size_t kSecretBytesMin = 8;
inline constexpr std::string_view kRedacted = "***";

class Redactor {
 public:
  explicit Redactor(std::span<const std::string> secrets);

  // The credentials that the request carries, in headers and address, are secrets, too.
  void learn(const net::HttpRequest& request);

  std::string text(std::string text) const;
  // Without secrets of either kind. Texts of messages lose only known values.
  net::RequestSubject subject(net::RequestSubject subject) const;
  // Known values become asterisks, as many as they had bytes, also across chunks: nothing moves.
  void overwrite(std::vector<Recording::Chunk>& chunks) const;
  // The headers that decide how the body is read, or what is done about a failure; no others.
  net::Headers headers(const net::Headers& headers) const;

 private:
  void add(std::string_view secret);
  Json values(const Json& value) const;
  Json members(const Json& value) const;
  std::string address(const std::string& url) const;

  std::vector<std::string> secrets_;  // Longest first.
};

// "api_key", "X-Auth-Token", "password": a name under which secrets are handed over.
bool is_secret_name(std::string_view name);

}  // namespace tactus::llm::cassette
