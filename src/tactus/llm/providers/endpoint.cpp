#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/llm/providers/endpoint.hpp>

namespace tactus::llm {

std::unique_ptr<StreamDecoder> Provider::answer_decoder(const ModelRequest&,
                                                        std::string_view content_type) const {
  return decoder(content_type);
}

std::string endpoint_url(const std::string& base_url, std::string_view path) {
  const std::size_t query = std::min(base_url.find('?'), base_url.size());
  std::string url = base_url.substr(0, query);
  while (url.ends_with('/')) url.pop_back();
  if (!url.ends_with(path)) url += path;
  return url + base_url.substr(query);
}

EndpointOptions completed(EndpointOptions options) {
  options.api_key = trim(options.api_key);
  if (options.key_hint.empty()) {
    options.key_hint = "providers." + options.name + ".api_key in .tactus/config.yml";
  }
  return options;
}

ErrorContext error_context(const EndpointOptions& options) {
  return {options.name, options.api_key, options.key_hint};
}

Result<void> check_key(const EndpointOptions& options,
                       std::initializer_list<std::string_view> credential_headers) {
  Error error;
  error.code = ErrorCode::kProviderAuth;
  error.hint = "set " + options.key_hint;
  const bool own_credential = std::any_of(
      credential_headers.begin(), credential_headers.end(),
      [&](std::string_view name) { return net::find_header(options.headers, name).has_value(); });
  if (options.api_key.empty() && options.needs_key && !own_credential) {
    error.message = "no API key for provider '" + options.name + "'";
    return fail(std::move(error));
  }
  for (const char c : options.api_key) {
    if (c > ' ' && c < 0x7F) continue;
    error.message = "the API key for provider '" + options.name +
                    "' contains a blank, a line break or another character that no key has";
    return fail(std::move(error));
  }
  return {};
}

void add_header(net::Headers& headers, std::string name, std::string value) {
  if (!net::find_header(headers, name)) headers.emplace_back(std::move(name), std::move(value));
}

net::HttpRequest json_request(const EndpointOptions& options, std::string url, std::string accept,
                              const JsonObject& body) {
  net::HttpRequest http;
  http.url = std::move(url);
  http.timeouts = options.timeouts;
  http.headers = options.headers;
  add_header(http.headers, "Content-Type", "application/json");
  add_header(http.headers, "Accept", std::move(accept));
  http.body = dump_json(body);
  return http;
}

}  // namespace tactus::llm
