// One request as libcurl sees it: an easy handle, its options and callbacks, and the state of its
// deadlines. Used on the client's strand alone. Uses: libcurl (private to the module).
#pragma once

#include <array>

#include <curl/curl.h>

#include <tactus/net/http_exchange.hpp>

namespace tactus::net {

// What a transfer tells the client from within libcurl's callbacks.
class TransferObserver {
 public:
  virtual ~TransferObserver() = default;
  virtual void deadline_changed(SteadyTime deadline) = 0;
};

class Transfer {
 public:
  Transfer(HttpRequest request, std::shared_ptr<ExchangeState> state, std::uint64_t id)
      : request_(std::move(request)), state_(std::move(state)), id_(id) {}
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Makes the easy handle ready to be added. Fails with kConfig for a URL or header that cannot be
  // sent.
  Result<void> prepare(const HttpClientOptions& options, TransferObserver& observer);

  CURL* easy() const { return easy_; }
  std::uint64_t id() const { return id_; }
  ExchangeState& state() { return *state_; }

  // When the present wait is over; time_point::max() while libcurl connects (it has its own
  // timeout) or reading is paused.
  SteadyTime deadline() const;
  Error deadline_error() const;
  // Goes on reading after a pause.
  void resume();
  // The outcome when libcurl says `code`.
  std::optional<Error> outcome(CURLcode code) const;

  static Transfer* of(CURL* easy);

 private:
  enum class Phase { kConnecting, kWaiting, kReceiving };

  Result<void> read_url();
  Result<void> set_headers(const HttpClientOptions& options);
  void set_method_and_body();
  void set_connection_options(const HttpClientOptions& options);
  void set_proxy();
  void set_callbacks();
  Result<void> add_header(const std::string& line);
  void header_line(std::string_view line);
  void enter(Phase phase);

  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_request_ready(void* self, char*, char*, int, int);
  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t on_send(char* out, std::size_t, std::size_t size, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);

  HttpRequest request_;
  std::shared_ptr<ExchangeState> state_;
  std::uint64_t id_;
  TransferObserver* observer_ = nullptr;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::string host_;
  std::string
      origin_;  // "https://host:port": what messages name, for a path or query may hold a secret.
  bool is_http_ = false;

  Phase phase_ = Phase::kConnecting;
  bool paused_ = false;
  SteadyTime last_activity_{};
  std::size_t sent_ = 0;  // Of a body that is sent through on_send.
  HttpHead head_;
  bool head_done_ = false;
  bool link_local_refused_ = false;
};

}  // namespace tactus::net
