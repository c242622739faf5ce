#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <tactus/base/text.hpp>
#include <tactus/net/curl_error.hpp>
#include <tactus/net/curl_transfer.hpp>
#include <tactus/net/url.hpp>

namespace tactus::net {
namespace {

std::size_t parse_status(std::string_view line) {  // "HTTP/1.1 200 OK"
  const std::size_t space = line.find(' ');
  std::size_t status = 0;
  for (std::size_t i = space + 1; space != std::string_view::npos && i < line.size(); ++i) {
    if (line[i] < '0' || line[i] > '9' || status > 999) break;
    status = status * 10 + static_cast<std::size_t>(line[i] - '0');
  }
  return status;
}

// The address in numbers; empty for what is no internet address.
std::string numbers_of(const curl_sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.family == AF_INET)
    bytes = &reinterpret_cast<const sockaddr_in*>(&address.addr)->sin_addr;
  if (address.family == AF_INET6)
    bytes = &reinterpret_cast<const sockaddr_in6*>(&address.addr)->sin6_addr;
  if (!bytes || !::inet_ntop(address.family, bytes, text.data(), text.size())) return {};
  return text.data();
}

}  // namespace

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);  // Null is fine for both.
  curl_slist_free_all(headers_);
}

Transfer* Transfer::of(CURL* easy) {
  void* transfer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
  return static_cast<Transfer*>(transfer);
}

void Transfer::enter(Phase phase) {
  phase_ = phase;
  last_activity_ = std::chrono::steady_clock::now();
  observer_->deadline_changed(deadline());
}

SteadyTime Transfer::deadline() const {
  if (phase_ == Phase::kConnecting || paused_) return SteadyTime::max();
  return last_activity_ +
         (phase_ == Phase::kWaiting ? request_.timeouts.first_byte : request_.timeouts.idle);
}

Error Transfer::deadline_error() const {
  if (phase_ == Phase::kWaiting) {
    return {ErrorCode::kProviderNetwork,
            fmt::format("{} sent no response within {} ms (first-byte timeout)", origin_,
                        request_.timeouts.first_byte.count()),
            "try again, or raise the timeout",
            {},
            {}};
  }
  return {head_done_ ? ErrorCode::kProviderStream : ErrorCode::kProviderNetwork,
          fmt::format("{} sent nothing for {} ms (idle timeout)", origin_,
                      request_.timeouts.idle.count()),
          "try again, or raise the timeout",
          {},
          {}};
}

std::optional<Error> Transfer::outcome(CURLcode code) const {
  if (code == CURLE_OK && head_done_) return std::nullopt;
  if (link_local_refused_) {
    return Error{ErrorCode::kNetworkDenied,
                 origin_ + " is a link-local address, which is refused",
                 "use an address of the network",
                 {},
                 {}};
  }
  return curl_error({code, error_text_.data(), origin_, head_done_, request_.timeouts.connect});
}

void Transfer::resume() {
  if (!std::exchange(paused_, false)) return;
  enter(Phase::kReceiving);
  curl_easy_pause(easy_, CURLPAUSE_CONT);
}

// Sockets are not inherited by child processes.
curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.request_.refuse_link_local && is_link_local(numbers_of(*address))) {
    transfer.link_local_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The connection stands (new or reused) and the request goes out now.
int Transfer::on_request_ready(void* self, char*, char*, int, int) {
  static_cast<Transfer*>(self)->enter(Phase::kWaiting);
  return CURL_PREREQFUNC_OK;
}

// Large bodies only. Until the last piece is handed to the kernel the server cannot have answered.
std::size_t Transfer::on_send(char* out, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t part = transfer.request_.body.copy(out, size, transfer.sent_);
  transfer.sent_ += part;
  transfer.last_activity_ = std::chrono::steady_clock::now();
  return part;
}

int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (origin != SEEK_SET || offset < 0 ||
      static_cast<std::size_t>(offset) > transfer.request_.body.size()) {
    return CURL_SEEKFUNC_CANTSEEK;
  }
  transfer.sent_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

std::size_t Transfer::on_header(char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    if (transfer.phase_ != Phase::kReceiving) {
      transfer.enter(Phase::kReceiving);
    } else {
      transfer.last_activity_ = std::chrono::steady_clock::now();
    }
    if (!transfer.head_done_) transfer.header_line(trim({data, size}));
    return size;
  } catch (const std::exception&) {
    return 0;  // Out of memory: libcurl fails the transfer.
  }
}

// Informational responses (1xx) come first and are skipped; trailers come after `head_done_` and
// are not looked at.
void Transfer::header_line(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    head_ = {static_cast<int>(parse_status(line)), {}};
    return;
  }
  if (line.empty()) {
    if (head_.status >= 200 || head_.status == 101) {
      head_done_ = true;
      state_->deliver_head(std::move(head_));
    }
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  head_.headers.emplace_back(to_lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
}

std::size_t Transfer::on_body(char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.last_activity_ = std::chrono::steady_clock::now();
    if (transfer.state_->deliver({data, size}) == ExchangeState::Delivered::kFull) {
      transfer.paused_ = true;  // A consumer that is busy elsewhere is not an idle server.
      return CURL_WRITEFUNC_PAUSE;
    }
    return size;
  } catch (const std::exception&) {
    return CURL_WRITEFUNC_ERROR;
  }
}

}  // namespace tactus::net
