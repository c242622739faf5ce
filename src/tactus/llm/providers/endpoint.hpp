// What all dialects that speak over HTTP with an API key have in common. Private to the providers.
#pragma once

#include <string>
#include <string_view>

#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/provider_error.hpp>

namespace tactus::llm {

// `base_url` with `path` after its own path, unless it ends with it already; its query stays (the
// api-version of Azure).
std::string endpoint_url(const std::string& base_url, std::string_view path);

// Takes blanks off the key and fills in a hint where none is given, from the endpoint's name.
EndpointOptions completed(EndpointOptions options);
ErrorContext error_context(const EndpointOptions& options);

// Fails with kProviderAuth when the key is needed and missing, or holds what no header can carry.
// `credential_headers`: those of the endpoint that take the key's place.
Result<void> check_key(const EndpointOptions& options,
                       std::initializer_list<std::string_view> credential_headers);

// Unless a header of that name is there.
void add_header(net::Headers& headers, std::string name, std::string value);

// A POST of `body` to `url` with the endpoint's headers, content type and timeouts; without a
// credential.
net::HttpRequest json_request(const EndpointOptions& options, std::string url, std::string accept,
                              const JsonObject& body);

}  // namespace tactus::llm
