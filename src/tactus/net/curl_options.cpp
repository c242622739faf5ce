// Which libcurl options a request gets, and why.
#include <cstdlib>

#include <tactus/base/text.hpp>
#include <tactus/net/curl_transfer.hpp>
#include <tactus/net/environment.hpp>

namespace tactus::net {
namespace {

// Up to this size a body goes out together with the head; larger ones are sent piece by piece, so
// that the first-byte timeout starts when the last piece has gone.
constexpr std::size_t kBodyInOneBytesMax = 64u << 10;
constexpr long kKeepAliveProbeSeconds = 30;

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  // Fails only for options this libcurl was built without, and for lack of memory.
  TACTUS_ASSERT(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

struct UrlHandle {
  CURLU* handle = curl_url();
  ~UrlHandle() { curl_url_cleanup(handle); }
  std::string part(CURLUPart which, unsigned flags = 0) const {
    char* text = nullptr;
    if (curl_url_get(handle, which, &text, flags) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
  }
};

bool has_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

Result<void> Transfer::prepare(const HttpClientOptions& options, TransferObserver& observer) {
  observer_ = &observer;
  easy_ = curl_easy_init();
  if (easy_ == nullptr) return fail(ErrorCode::kInternal, "no memory for an HTTP request");
  if (Result<void> url = read_url(); !url) return url;
  if (Result<void> headers = set_headers(options); !headers) return headers;
  set_method_and_body();
  set_connection_options(options);
  set_proxy();
  set_callbacks();
  return {};
}

Result<void> Transfer::read_url() {
  const UrlHandle url;
  const CURLUcode code = curl_url_set(url.handle, CURLUPART_URL, request_.url.c_str(), 0);
  const std::string scheme = url.part(CURLUPART_SCHEME);
  host_ = to_lower(url.part(CURLUPART_HOST));
  if (code != CURLUE_OK || host_.empty() || (scheme != "http" && scheme != "https")) {
    return fail(Error{ErrorCode::kConfig,
                      "the provider's URL is not a valid http(s) URL",
                      "check the base URL, e.g. https://host/v1",
                      {},
                      {}});
  }
  is_http_ = scheme == "http";
  const std::string port = url.part(CURLUPART_PORT);
  origin_ = scheme + "://" + host_ + (port.empty() ? "" : ":" + port);
  set(easy_, CURLOPT_URL, request_.url.c_str());
  return {};
}

Result<void> Transfer::set_headers(const HttpClientOptions& options) {
  for (const auto& [name, value] : request_.headers) {
    if (name.empty() ||
        (name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return fail(Error{ErrorCode::kConfig,
                        "the request header '" + std::string(trim(name)) + "' holds a line break",
                        "check the API key or configured header for a trailing newline",
                        {},
                        {}});
    }
    // libcurl drops "Name:" and sends "Name;" as an empty header.
    if (Result<void> added = add_header(value.empty() ? name + ";" : name + ": " + value); !added)
      return added;
  }
  // What libcurl would add by itself: a round trip before the body, and a type that is not the
  // body's.
  if (!find_header(request_.headers, "expect")) {
    if (Result<void> added = add_header("Expect:"); !added) return added;
  }
  if (!find_header(request_.headers, "content-type")) {
    if (Result<void> added = add_header("Content-Type:"); !added) return added;
  }
  if (!find_header(request_.headers, "user-agent")) {
    set(easy_, CURLOPT_USERAGENT, options.user_agent.c_str());
  }
  set(easy_, CURLOPT_HTTPHEADER, headers_);
  return {};
}

Result<void> Transfer::add_header(const std::string& line) {
  curl_slist* longer = curl_slist_append(headers_, line.c_str());
  if (longer == nullptr) return fail(ErrorCode::kInternal, "no memory for an HTTP request");
  headers_ = longer;
  return {};
}

void Transfer::set_method_and_body() {
  const bool has_body = !request_.body.empty() || request_.method == "POST";
  if (request_.method == "HEAD") {
    set(easy_, CURLOPT_NOBODY, 1L);
  } else if (!has_body) {
    set(easy_, CURLOPT_HTTPGET, 1L);
  } else {
    set(easy_, CURLOPT_POST, 1L);
    set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    if (request_.body.size() <= kBodyInOneBytesMax) {
      set(easy_, CURLOPT_POSTFIELDS,
          request_.body.c_str());  // Not copied: lives as long as the transfer.
    } else {
      set(easy_, CURLOPT_READFUNCTION, &Transfer::on_send);
      set(easy_, CURLOPT_READDATA, this);
      set(easy_, CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
      set(easy_, CURLOPT_SEEKDATA, this);
    }
  }
  if (request_.method != "HEAD") set(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_connection_options(const HttpClientOptions& options) {
  set(easy_, CURLOPT_PRIVATE, this);
  set(easy_, CURLOPT_ERRORBUFFER, error_text_.data());
  set(easy_, CURLOPT_NOSIGNAL, 1L);
  set(easy_, CURLOPT_TCP_NODELAY, 1L);
  set(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy_, CURLOPT_TCP_KEEPIDLE, kKeepAliveProbeSeconds);
  set(easy_, CURLOPT_TCP_KEEPINTVL, kKeepAliveProbeSeconds);
  set(easy_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
  set(easy_, CURLOPT_OPENSOCKETDATA, this);
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS,
      std::max(1L, static_cast<long>(request_.timeouts.connect.count())));
  set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy_, CURLOPT_FOLLOWLOCATION, 0L);  // A redirect must not carry a key elsewhere.
  set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // Otherwise removing a handle waits for its name look-up to end, and the strand with it.
  set(easy_, CURLOPT_QUICK_EXIT, 1L);
  set(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) set(easy_, CURLOPT_CAINFO, options.ca_file.c_str());
}

// libcurl reads https_proxy, HTTPS_PROXY, all_proxy, NO_PROXY … by itself. It ignores HTTP_PROXY in
// capitals, which in a CGI program is a client's header; ours is none, and people set it. This
// machine itself is never reached by a proxy, nor is what is on its own network link: no proxy
// could.
void Transfer::set_proxy() {
  if (is_never_proxied(host_)) {
    set(easy_, CURLOPT_PROXY, "");
  } else if (is_http_ && !has_environment("http_proxy") && has_environment("HTTP_PROXY") &&
             !has_environment("REQUEST_METHOD")) {
    set(easy_, CURLOPT_PROXY, std::getenv("HTTP_PROXY"));
  }
}

void Transfer::set_callbacks() {
  set(easy_, CURLOPT_PREREQFUNCTION, &Transfer::on_request_ready);
  set(easy_, CURLOPT_PREREQDATA, this);
  set(easy_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(easy_, CURLOPT_HEADERDATA, this);
  set(easy_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(easy_, CURLOPT_WRITEDATA, this);
}

}  // namespace tactus::net
