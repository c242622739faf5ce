// libcurl's outcomes as our errors. Uses: libcurl (private to the module).
#pragma once

#include <chrono>
#include <string>

#include <curl/curl.h>

#include <tactus/base/error.hpp>

namespace tactus::net {

struct CurlFailure {
  CURLcode code;
  std::string detail;  // libcurl's own words; may be empty.
  std::string origin;  // "https://host:port".
  bool head_done = false;
  std::chrono::milliseconds connect_timeout{};
};

// kProviderStream after the response head, kProviderNetwork before it. Says what failed, where, and
// what to check.
Error curl_error(const CurlFailure& failure);

}  // namespace tactus::net
