// Temporary credentials from the endpoint of a container. All state is on one strand: who finds no
// valid credentials asks, or waits for who is asking already.
#include <algorithm>
#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/base/json.hpp>
#include <tactus/base/text.hpp>
#include <tactus/llm/aws/credentials.hpp>
#include <tactus/llm/model_client.hpp>
#include <tactus/net/async.hpp>
#include <tactus/net/url.hpp>

namespace tactus::llm::aws {
namespace {

namespace asio = boost::asio;
using Timer = asio::steady_timer;

constexpr std::size_t kBytesMax = 64 << 10;  // Of an answer and of a token.

Error auth_error(std::string message, std::string hint = "") {
  return Error{ErrorCode::kProviderAuth, std::move(message), std::move(hint), {}, ""};
}

Error cancelled() { return Error{ErrorCode::kCancelled, "the request was cancelled", "", {}, ""}; }

// "2026-01-31T23:59:59Z", maybe with a fraction.
std::optional<WallTime> expiry_of(std::string_view text) {
  constexpr std::size_t kSeconds = std::string_view("2026-01-31T23:59:59").size();
  if (text.size() <= kSeconds || !text.ends_with('Z')) return std::nullopt;
  return parse_time(std::string(text.substr(0, kSeconds)) + ".000000Z");
}

class ContainerCredentials final : public CredentialSource {
 public:
  ContainerCredentials(ContainerEndpoint endpoint, asio::any_io_executor executor,
                       const Clock& clock)
      : endpoint_(std::move(endpoint)), strand_(net::make_own_strand(executor)), clock_(clock) {}

  awaitable<Result<Credentials>> get(net::HttpClient& http, StopToken& stop) override {
    auto here = get_on_strand(http, stop);
    co_return co_await asio::co_spawn(strand_, std::move(here), asio::use_awaitable);
  }

 private:
  awaitable<Result<Credentials>> get_on_strand(net::HttpClient& http, StopToken& stop) {
    while (!stop.stopped()) {
      if (valid_for(kRenewBefore)) co_return *known_;
      if (!asking_) co_return co_await renew(http, stop);
      if (valid_for({})) co_return *known_;
      const int round = round_;
      co_await wait_for_answer(stop);
      if (round_ != round && failure_) co_return fail(*failure_);
    }
    co_return fail(cancelled());
  }

  bool valid_for(std::chrono::nanoseconds time) const {
    return known_ && (!known_->expires_at || clock_.wall() + time < *known_->expires_at);
  }

  awaitable<void> wait_for_answer(StopToken& stop) {
    const auto timer = std::make_shared<Timer>(strand_, Timer::time_point::max());
    waiting_.push_back(timer);
    stop.on_stop([timer] { asio::post(timer->get_executor(), [timer] { timer->cancel(); }); });
    boost::system::error_code woken;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, woken));
    stop.on_stop({});
    std::erase(waiting_, timer);
  }

  awaitable<Result<Credentials>> renew(net::HttpClient& http, StopToken& stop) {
    asking_ = true;
    Result<Credentials> answer = co_await ask(http, stop);
    asking_ = false;
    // Who was cancelled has learned nothing: the next of those that wait asks.
    if (answer || answer.error().code != ErrorCode::kCancelled) {
      ++round_;
      failure_.reset();
      if (answer) {
        known_ = *answer;
      } else if (valid_for({})) {
        answer = *known_;
      } else {
        failure_ = answer.error();
      }
    }
    for (const auto& timer : waiting_) timer->cancel();
    co_return answer;
  }

  awaitable<Result<Credentials>> ask(net::HttpClient& http, StopToken& stop) {
    auto request = build();
    if (!request) co_return fail(std::move(request.error()));
    const std::shared_ptr<net::HttpExchange> exchange = http.start(*std::move(request));
    stop.attach(exchange);
    Result<std::string> body = co_await read(exchange);
    stop.detach();
    if (!body) co_return fail(std::move(body.error()));
    co_return read_container_answer(*body);
  }

  Result<net::HttpRequest> build() const {
    if (auto safe = check_container_endpoint(endpoint_.url); !safe) return fail(safe.error());
    std::string token = endpoint_.token;
    if (!endpoint_.token_file.empty()) {
      const auto read = read_file_bytes(endpoint_.token_file, kBytesMax);
      if (!read) {
        return fail(
            auth_error("the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names cannot "
                       "be read: " +
                       endpoint_.token_file));
      }
      token = trim(*read);
    }
    net::HttpRequest request;
    request.method = "GET";
    request.url = endpoint_.url;
    request.headers = {{"Accept", "application/json"}};
    if (!token.empty()) request.headers.emplace_back("Authorization", token);
    request.timeouts = {std::chrono::seconds(2), std::chrono::seconds(5), std::chrono::seconds(5)};
    return request;
  }

  static awaitable<Result<std::string>> read(std::shared_ptr<net::HttpExchange> exchange) {
    Result<net::HttpHead> head = co_await exchange->head();
    if (!head) co_return fail(unreachable(std::move(head.error())));
    if (head->status != 200) {
      co_return fail(auth_error(
          fmt::format("the credentials endpoint of the container answered HTTP {}", head->status),
          "check the role of the task or the pod"));
    }
    std::string body;
    for (;;) {
      Result<std::string> bytes = co_await exchange->read();
      if (!bytes) co_return fail(unreachable(std::move(bytes.error())));
      if (bytes->empty()) co_return body;
      body += *bytes;
      if (body.size() > kBytesMax) co_return fail(auth_error("the credentials are too large"));
    }
  }

  static Error unreachable(Error error) {
    if (error.code != ErrorCode::kCancelled) {
      error.message = "the credentials endpoint of the container: " + error.message;
    }
    return error;
  }

  const ContainerEndpoint endpoint_;
  const asio::any_io_executor strand_;
  const Clock& clock_;
  std::optional<Credentials> known_;
  std::optional<Error> failure_;  // Of the last answer.
  int round_ = 0;                 // Counts answers.
  bool asking_ = false;
  std::vector<std::shared_ptr<Timer>> waiting_;
};

}  // namespace

Result<void> check_container_endpoint(const std::string& url) {
  const auto parsed = net::parse_url(url);
  if (!parsed) {
    return fail(auth_error("AWS_CONTAINER_CREDENTIALS_FULL_URI is no http:// or https:// address"));
  }
  static constexpr std::array<std::string_view, 6> kHosts = {
      "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "127.0.0.1", "::1", "localhost"};
  const bool known = std::find(kHosts.begin(), kHosts.end(), parsed->host) != kHosts.end();
  if (parsed->scheme == "https" || known) return {};
  return fail(
      auth_error("AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or the address of a "
                 "container's endpoint"));
}

Result<Credentials> read_container_answer(std::string_view body) {
  const auto json = parse_json(body);
  Credentials credentials;
  std::string_view expiration;
  if (json) {
    credentials.access_key_id = string_member(*json, "AccessKeyId");
    credentials.secret_access_key = string_member(*json, "SecretAccessKey");
    credentials.session_token = string_member(*json, "Token");
    expiration = string_member(*json, "Expiration");
  }
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return fail(auth_error("the credentials endpoint of the container answered without credentials",
                           "check the role of the task or the pod"));
  }
  if (expiration.empty()) return credentials;
  credentials.expires_at = expiry_of(expiration);
  if (credentials.expires_at) return credentials;
  return fail(auth_error("the credentials of the container expire at a time that cannot be read"));
}

std::shared_ptr<CredentialSource> container_credentials(ContainerEndpoint endpoint,
                                                        asio::any_io_executor executor,
                                                        const Clock& clock) {
  return std::make_shared<ContainerCredentials>(std::move(endpoint), std::move(executor), clock);
}

}  // namespace tactus::llm::aws
