// libcurl's multi handle on Asio. libcurl says which sockets to watch and when to be called again;
// Asio waits.
//
//   socket ready -> curl_multi_socket_action -> Transfer's callbacks -> ExchangeState -> the
//   waiting coroutine
//
// All libcurl calls are made on one strand, so there is no lock. A watched socket stays libcurl's:
// its descriptor is released from Asio when libcurl stops watching it, which it does before it
// closes it. First-byte and idle timeouts have one timer for all transfers, set for the earliest
// deadline; a chunk of body only writes down the time.
#include <unordered_map>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <tactus/net/async.hpp>
#include <tactus/net/curl_transfer.hpp>
#include <tactus/net/environment.hpp>

namespace tactus::net {
namespace {

using boost::system::error_code;
using Descriptor = asio::posix::stream_descriptor;

constexpr long kPooledConnectionsMax = 256;
constexpr int kActionsInARowMax = 8;
constexpr std::chrono::milliseconds kDeadlineGrain{10};  // Deadlines are looked at no more often.

Error cancelled(std::string why) { return {ErrorCode::kCancelled, std::move(why), {}, {}, {}}; }

struct SocketWatch {
  explicit SocketWatch(const asio::any_io_executor& strand) : descriptor(strand) {}
  Descriptor descriptor;
  curl_socket_t socket = CURL_SOCKET_BAD;
  bool want_read = false;
  bool want_write = false;
  bool waiting_read = false;
  bool waiting_write = false;
};

// Shared by the client and the pending waits; a wait that outlives the client finds it shut down.
class CurlCore final : public TransferControl,
                       public TransferObserver,
                       public std::enable_shared_from_this<CurlCore> {
 public:
  CurlCore(const asio::any_io_executor& executor, HttpClientOptions options)
      : strand_(make_own_strand(executor)),
        options_(std::move(options)),
        curl_timer_(strand_),
        deadline_timer_(strand_) {}
  ~CurlCore() override { shut_down(); }

  bool open();

  // Any thread.
  void start(std::unique_ptr<Transfer> transfer) {
    asio::post(strand_, [self = shared_from_this(), transfer = std::move(transfer)]() mutable {
      self->add(std::move(transfer));
    });
  }
  void cancel_transfer(std::uint64_t id) override {
    asio::post(strand_, [self = shared_from_this(), id] {
      self->end(id, cancelled("the request was cancelled"));
    });
  }
  void resume_transfer(std::uint64_t id) override {
    asio::post(strand_, [self = shared_from_this(), id] {
      const auto found = self->transfers_.find(id);
      if (found == self->transfers_.end()) return;
      found->second->resume();
      self->settle();
    });
  }
  void request_shut_down() {
    asio::post(strand_, [self = shared_from_this()] { self->shut_down(); });
  }

 private:
  void add(std::unique_ptr<Transfer> transfer);
  void end(std::uint64_t id, std::optional<Error> error);
  void remove(std::uint64_t id, std::optional<Error> error);
  void shut_down();

  void act(curl_socket_t socket, int events);
  void settle();
  void collect_finished();

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* watch);
  void watch_socket(curl_socket_t socket, int what);
  void unwatch_socket(curl_socket_t socket);
  void wait(const std::shared_ptr<SocketWatch>& watch);
  void wait_for(const std::shared_ptr<SocketWatch>& watch, Descriptor::wait_type type);

  static int on_timer(CURLM*, long timeout_ms, void* self);
  void set_curl_timer(long timeout_ms);

  void deadline_changed(SteadyTime deadline) override;
  void arm_deadline_timer();
  void check_deadlines();

  asio::any_io_executor strand_;
  HttpClientOptions options_;
  CURLM* multi_ = nullptr;
  std::unordered_map<std::uint64_t, std::unique_ptr<Transfer>> transfers_;
  std::unordered_map<curl_socket_t, std::shared_ptr<SocketWatch>> watches_;
  asio::steady_timer curl_timer_;
  std::uint64_t curl_timer_setting_ = 0;
  bool act_now_ = false;  // libcurl asked for a time-out of zero.
  asio::steady_timer deadline_timer_;
  SteadyTime next_check_ = SteadyTime::max();   // The earliest deadline known.
  SteadyTime armed_check_ = SteadyTime::max();  // What the timer is set for.
};

bool CurlCore::open() {
  multi_ = curl_multi_init();
  return multi_ != nullptr &&
         curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlCore::on_socket) == CURLM_OK &&
         curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this) == CURLM_OK &&
         curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlCore::on_timer) == CURLM_OK &&
         curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this) == CURLM_OK &&
         curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kPooledConnectionsMax) == CURLM_OK &&
         // HTTP/2 without sharing: libcurl 7.88 lost bytes of a paused stream when another ran
         // beside it.
         curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING) == CURLM_OK;
}

void CurlCore::add(std::unique_ptr<Transfer> transfer) {
  if (multi_ == nullptr) {
    transfer->state().finish(cancelled("the HTTP client is closed"));
    return;
  }
  if (transfer->state().cancelled()) {  // Never opened.
    transfer->state().mark_closed(std::chrono::steady_clock::now());
    transfer->state().finish(cancelled("the request was cancelled"));
    return;
  }
  if (Result<void> ready = transfer->prepare(options_, *this); !ready) {
    transfer->state().finish(std::move(ready.error()));
    return;
  }
  const CURLMcode code = curl_multi_add_handle(multi_, transfer->easy());
  TACTUS_ASSERT(code == CURLM_OK);
  transfers_.emplace(transfer->id(), std::move(transfer));
  act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlCore::end(std::uint64_t id, std::optional<Error> error) {
  remove(id, std::move(error));
  settle();
}

// Takes the transfer out of libcurl. One in mid-response has its connection closed. libcurl would
// keep that of an HTTP/2 stream, and tell the server of the reset only with its next request.
void CurlCore::remove(std::uint64_t id, std::optional<Error> error) {
  auto node = transfers_.extract(id);
  if (node.empty()) return;
  Transfer& transfer = *node.mapped();
  if (error) curl_easy_setopt(transfer.easy(), CURLOPT_FORBID_REUSE, 1L);
  curl_multi_remove_handle(multi_, transfer.easy());
  transfer.state().mark_closed(std::chrono::steady_clock::now());
  transfer.state().finish(std::move(error));
}

// Also called by the destructor: libcurl must not call back into an object that nobody shares.
void CurlCore::shut_down() {
  if (multi_ == nullptr) return;
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, nullptr);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
  while (!watches_.empty()) unwatch_socket(watches_.begin()->first);
  while (!transfers_.empty()) {
    remove(transfers_.begin()->first, cancelled("the HTTP client is closed"));
  }
  curl_multi_cleanup(std::exchange(multi_, nullptr));
  curl_timer_.cancel();
  deadline_timer_.cancel();
}

void CurlCore::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  settle();
}

// After any call into libcurl: does what it asked for meanwhile.
void CurlCore::settle() {
  collect_finished();
  for (int i = 0; act_now_ && i < kActionsInARowMax; ++i) {
    act_now_ = false;
    int running = 0;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    collect_finished();
  }
  if (act_now_) set_curl_timer(1);  // A busy transfer: others have their turn.
  arm_deadline_timer();
}

void CurlCore::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const Transfer& transfer = *Transfer::of(message->easy_handle);
    remove(transfer.id(), transfer.outcome(message->data.result));
  }
}

int CurlCore::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto& core = *static_cast<CurlCore*>(self);
  if (what == CURL_POLL_REMOVE) {
    core.unwatch_socket(socket);
  } else {
    core.watch_socket(socket, what);
  }
  return 0;
}

void CurlCore::watch_socket(curl_socket_t socket, int what) {
  std::shared_ptr<SocketWatch>& watch = watches_[socket];
  if (!watch) {
    watch = std::make_shared<SocketWatch>(strand_);
    watch->socket = socket;
    error_code error;
    watch->descriptor.assign(socket, error);
    if (error) {
      spdlog::error("http client: cannot watch a socket: {}", error.message());
      watches_.erase(socket);
      return;  // The connect or first-byte timeout ends the transfer.
    }
  }
  watch->want_read = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
  watch->want_write = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
  wait(watch);
}

void CurlCore::unwatch_socket(curl_socket_t socket) {
  const auto node = watches_.extract(socket);
  if (node.empty()) return;
  node.mapped()->want_read = node.mapped()->want_write = false;
  (void)node.mapped()->descriptor.release();  // libcurl closes it.
}

void CurlCore::wait(const std::shared_ptr<SocketWatch>& watch) {
  if (watch->want_read && !std::exchange(watch->waiting_read, true)) {
    wait_for(watch, Descriptor::wait_read);
  }
  if (watch->want_write && !std::exchange(watch->waiting_write, true)) {
    wait_for(watch, Descriptor::wait_write);
  }
}

void CurlCore::wait_for(const std::shared_ptr<SocketWatch>& watch, Descriptor::wait_type type) {
  watch->descriptor.async_wait(
      type, [self = shared_from_this(), watch, type](const error_code& error) {
        const bool read = type == Descriptor::wait_read;
        (read ? watch->waiting_read : watch->waiting_write) = false;
        if (error || !(read ? watch->want_read : watch->want_write)) return;
        self->act(watch->socket, read ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
        self->wait(watch);  // Nothing, if libcurl has let go of it.
      });
}

int CurlCore::on_timer(CURLM*, long timeout_ms, void* self) {
  static_cast<CurlCore*>(self)->set_curl_timer(timeout_ms);
  return 0;
}

// -1 = none. Zero is not waited for: whoever called into libcurl looks at `act_now_` next.
void CurlCore::set_curl_timer(long timeout_ms) {
  const std::uint64_t setting = ++curl_timer_setting_;
  act_now_ = timeout_ms == 0;
  if (timeout_ms <= 0) {
    curl_timer_.cancel();
    return;
  }
  curl_timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  curl_timer_.async_wait([self = shared_from_this(), setting](const error_code& error) {
    if (error || setting != self->curl_timer_setting_ || self->multi_ == nullptr) return;
    self->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlCore::deadline_changed(SteadyTime deadline) {
  next_check_ = std::min(next_check_, deadline);
}

void CurlCore::arm_deadline_timer() {
  if (transfers_.empty()) {
    if (armed_check_ != SteadyTime::max()) deadline_timer_.cancel();
    next_check_ = armed_check_ = SteadyTime::max();
    return;
  }
  if (next_check_ >= armed_check_) return;
  armed_check_ = next_check_;
  deadline_timer_.expires_at(armed_check_);
  deadline_timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && self->multi_ != nullptr) self->check_deadlines();
  });
}

void CurlCore::check_deadlines() {
  const SteadyTime now = std::chrono::steady_clock::now();
  std::vector<std::uint64_t> expired;
  SteadyTime earliest = SteadyTime::max();
  for (const auto& [id, transfer] : transfers_) {
    const SteadyTime deadline = transfer->deadline();
    if (deadline <= now) {
      expired.push_back(id);
    } else {
      earliest = std::min(earliest, deadline);
    }
  }
  armed_check_ = SteadyTime::max();
  next_check_ = earliest == SteadyTime::max() ? earliest : std::max(earliest, now + kDeadlineGrain);
  for (const std::uint64_t id : expired) {
    const auto found = transfers_.find(id);
    if (found != transfers_.end()) remove(id, found->second->deadline_error());
  }
  settle();
}

class Exchange final : public HttpExchange {
 public:
  explicit Exchange(std::shared_ptr<ExchangeState> state) : state_(std::move(state)) {}
  ~Exchange() override { state_->cancel_unless_finished(); }

  awaitable<Result<HttpHead>> head() override { return ExchangeState::head(state_); }
  awaitable<Result<std::string>> read() override { return ExchangeState::read(state_); }
  void cancel() override { state_->cancel(); }
  std::optional<SteadyTime> closed_at() const override { return state_->closed_at(); }

 private:
  std::shared_ptr<ExchangeState> state_;
};

class CurlClient final : public HttpClient {
 public:
  CurlClient(std::shared_ptr<CurlCore> core, std::size_t buffer_bytes_max)
      : core_(std::move(core)), buffer_bytes_max_(buffer_bytes_max) {}
  ~CurlClient() override { core_->request_shut_down(); }

  std::shared_ptr<HttpExchange> start(HttpRequest request) override {
    const std::uint64_t id = ++last_id_;
    auto state = std::make_shared<ExchangeState>(core_, id, buffer_bytes_max_);
    core_->start(std::make_unique<Transfer>(std::move(request), state, id));
    return std::make_shared<Exchange>(std::move(state));
  }

 private:
  std::shared_ptr<CurlCore> core_;
  std::size_t buffer_bytes_max_;
  std::atomic<std::uint64_t> last_id_{0};
};

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::open(asio::any_io_executor executor,
                                                     HttpClientOptions options) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (global != CURLE_OK) return fail(ErrorCode::kInternal, "libcurl cannot be initialised");
  if (!options.ca_file.empty() && ::access(options.ca_file.c_str(), R_OK) != 0) {
    return fail(Error{ErrorCode::kConfig,
                      "cannot read the CA file '" + options.ca_file + "'",
                      "name a readable PEM file",
                      {},
                      {}});
  }
  // libcurl itself does not look at the variable. One that names nothing readable is passed over,
  // as OpenSSL does.
  if (const TrustedCertificates trusted = trusted_certificates();
      options.ca_file.empty() && trusted.from_variable) {
    options.ca_file = trusted.file;
  }
  const std::size_t buffer_bytes_max = options.buffer_bytes_max;
  auto core = std::make_shared<CurlCore>(executor, std::move(options));
  if (!core->open()) return fail(ErrorCode::kInternal, "libcurl cannot make a multi handle");
  return std::make_unique<CurlClient>(std::move(core), buffer_bytes_max);
}

}  // namespace tactus::net
