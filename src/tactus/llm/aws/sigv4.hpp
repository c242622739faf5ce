// Signs requests by AWS Signature Version 4. Pure: time and credentials are values. Uses: base, net
// (HTTP values), OpenSSL. Private to the module.
#pragma once

#include <string>

#include <tactus/base/clock.hpp>
#include <tactus/llm/aws/credentials.hpp>
#include <tactus/net/http_client.hpp>

namespace tactus::llm::aws {

struct SigningScope {
  std::string region;   // "us-east-1".
  std::string service;  // "bedrock".
};

// What is signed of a request. Path and query as on the wire; of `headers` all are signed, `host`
// and `x-amz-date` must be among them.
struct SignedParts {
  std::string method, path, query;
  net::Headers headers;
  std::string_view body;
};

struct Signature {
  std::string canonical_request, string_to_sign;
  std::string authorization;  // The value of the header.
};

// `date` is that of `x-amz-date`: "20260131T235959Z". Dot segments of the path are resolved.
Signature sign(const SignedParts& parts, const Credentials& credentials, const SigningScope& scope,
               std::string_view date);

// "20260131T235959Z".
std::string amz_date(WallTime time);

// Adds `x-amz-date`, `x-amz-security-token` for temporary credentials, and `Authorization`. Signs
// these, the host, the content type, all `x-amz-` headers and the body; whatever else the headers
// hold is not signed. Replaces what an earlier call added. Fails with kConfig when the URL cannot
// be read.
Result<void> sign_request(net::HttpRequest& request, const Credentials& credentials,
                          const SigningScope& scope, WallTime now);

}  // namespace tactus::llm::aws
