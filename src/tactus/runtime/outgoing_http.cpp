#include <algorithm>
#include <charconv>
#include <random>

#include <boost/asio/steady_timer.hpp>

#include <tactus/base/text.hpp>
#include <tactus/llm/cassette/subject.hpp>
#include <tactus/runtime/outgoing_http.hpp>

namespace tactus::runtime {
namespace {

namespace asio = boost::asio;
constexpr std::chrono::milliseconds kRetryDelay{250};  // Doubled with each further attempt.

Error denied(std::string message, std::string hint) {
  return Error{ErrorCode::kNetworkDenied, std::move(message), std::move(hint), {}, ""};
}

Result<void> check_host(const net::Url& url, const Config& config) {
  if (net::is_link_local(url.host)) {
    return fail(denied(fmt::format("programs may not reach the link-local address {}", url.host),
                       "use an address of the network"));
  }
  if (is_allowed(url, config.network_allow)) return {};
  return fail(denied(fmt::format("programs may not reach the host {}", url.host),
                     "add it to `network.allow` in .tactus/config.yml"));
}

// Only where the same server answers, so that no key of the request goes elsewhere.
bool may_follow(const net::Url& from, const net::Url& to) {
  if (from.host != to.host) return false;
  const bool upgrade =
      from.scheme == "http" && to.scheme == "https" && from.port == 80 && to.port == 443;
  return upgrade || (from.scheme == to.scheme && from.port == to.port);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// As browsers do: 307 and 308 keep the method, the others ask with GET.
void redirect(OutgoingRequest& request, int status, std::string url) {
  request.url = std::move(url);
  if (status == 307 || status == 308 || request.method == "HEAD") return;
  request.method = "GET";
  request.body.clear();
  std::erase_if(request.headers,
                [](const auto& header) { return to_lower(header.first) == "content-type"; });
}

bool worth_repeating(int status) { return status == 429 || status >= 500; }

std::optional<std::chrono::milliseconds> retry_after(const OutgoingAnswer& answer) {
  constexpr int kSecondsMax = 60;
  const auto header = net::find_header(answer.headers, "retry-after");
  int seconds = -1;
  if (header) std::from_chars(header->data(), header->data() + header->size(), seconds);
  if (seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kSecondsMax));
}

double jitter() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Reads the answer of one exchange to its end.
asio::awaitable<Result<OutgoingAnswer>> read_answer(std::shared_ptr<net::HttpExchange> exchange) {
  auto head = co_await exchange->head();
  if (!head) co_return fail(head.error());
  OutgoingAnswer answer;
  answer.status = head->status;
  answer.headers = std::move(head->headers);
  for (;;) {
    auto bytes = co_await exchange->read();
    if (!bytes) co_return fail(bytes.error());
    if (bytes->empty()) co_return answer;
    answer.body += *bytes;
    if (answer.body.size() > kOutgoingBytesMax) {
      co_return fail(Error{ErrorCode::kLimitExceeded,
                           fmt::format("the answer is larger than {} MiB", kOutgoingBytesMax >> 20),
                           "ask for less at a time",
                           {},
                           ""});
    }
  }
}

// Lets a stop of the task close the exchange for as long as this is there.
class StopOfTask {
 public:
  StopOfTask(Run& run, RunTask& task, std::shared_ptr<net::HttpExchange> exchange)
      : run_(run), task_(task) {
    run_.attach(task_, token_);
    token_.attach(std::move(exchange));
  }
  ~StopOfTask() {
    token_.detach();
    run_.detach(task_, token_);
  }
  StopOfTask(const StopOfTask&) = delete;
  StopOfTask& operator=(const StopOfTask&) = delete;

  bool stopped() const { return token_.stopped(); }

 private:
  Run& run_;
  RunTask& task_;
  llm::StopToken token_;
};

net::RequestSubject subject_of(const OutgoingRequest& request) {
  net::HttpRequest asked;
  asked.method = request.method;
  asked.url = request.url;
  asked.headers = request.headers;
  asked.body = request.body;
  return llm::cassette::http_subject(asked, request.place);
}

// One request to one address, under the deadline and stops of the task.
asio::awaitable<Result<OutgoingAnswer>> exchange_once(Run& run, RunTask& task,
                                                      const OutgoingRequest& request,
                                                      const net::Url& url) {
  net::HttpRequest sent;
  sent.method = request.method;
  sent.url = request.url;
  sent.headers = request.headers;
  sent.body = request.body;
  // The deadline below speaks first, whatever the request waits for.
  const auto beyond = request.timeout + std::chrono::seconds(1);
  sent.timeouts = {beyond, beyond, beyond};
  sent.refuse_link_local = true;
  sent.subject = [&request] { return subject_of(request); };
  const std::shared_ptr<net::HttpExchange> exchange = run.parts().http.start(std::move(sent));
  const StopOfTask stop(run, task, exchange);
  const auto late = std::make_shared<bool>(false);
  asio::steady_timer deadline(run.parts().strand, request.timeout);
  deadline.async_wait([exchange, late](const boost::system::error_code& stopped) {
    if (stopped) return;
    *late = true;
    exchange->cancel();
  });
  auto answer = co_await read_answer(exchange);
  deadline.cancel();
  if (!answer && *late && !stop.stopped()) {
    co_return fail(Error{ErrorCode::kProviderNetwork,
                         fmt::format("{} did not answer within {:g} s", url.origin(),
                                     static_cast<double>(request.timeout.count()) / 1000),
                         "try again, or raise `timeout`",
                         {},
                         ""});
  }
  co_return answer;
}

// One attempt: the request and the redirects it leads to.
asio::awaitable<Result<OutgoingAnswer>> attempt(Run& run, RunTask& task, OutgoingRequest request) {
  for (int redirects = 0;; ++redirects) {
    const auto url = net::parse_url(request.url);
    if (!url) co_return fail(url.error());
    if (auto allowed = check_host(*url, run.parts().config); !allowed)
      co_return fail(allowed.error());
    auto answer = co_await exchange_once(run, task, request, *url);
    if (!answer || !is_redirect(answer->status)) co_return answer;
    const auto location = net::find_header(answer->headers, "location");
    if (!location) co_return answer;
    const auto target = net::resolve_url(*url, std::string(*location));
    if (!target || !may_follow(*url, *target)) {
      co_return fail(denied(fmt::format("{} redirects to {}, which is refused", url->origin(),
                                        target ? target->origin() : "something else"),
                            "use the address that it leads to, if it is trusted"));
    }
    if (redirects == kRedirectsMax) {
      co_return fail(
          Error{ErrorCode::kProviderNetwork,
                fmt::format("{} redirects more than {} times", url->origin(), kRedirectsMax),
                "use the address that it leads to",
                {},
                ""});
    }
    redirect(request, answer->status, target->text);
  }
}

// Whether the failure may pass by itself.
bool may_pass(const Error& error) {
  return error.code == ErrorCode::kProviderNetwork || error.code == ErrorCode::kProviderStream;
}

Error as_failure(Error error, ErrorCode failure) {
  const bool says_why = error.code == ErrorCode::kNetworkDenied ||
                        error.code == ErrorCode::kCancelled ||
                        error.code == ErrorCode::kCassetteMiss;
  if (!says_why) error.code = failure;
  return error;
}

}  // namespace

asio::awaitable<Result<OutgoingAnswer>> send_outgoing(Run& run, RunTask& task,
                                                      OutgoingRequest request, ErrorCode failure) {
  if (request.body.size() > kOutgoingBytesMax) {
    co_return fail(Error{failure,
                         fmt::format("the request is larger than {} MiB", kOutgoingBytesMax >> 20),
                         "send less at a time",
                         {},
                         ""});
  }
  for (int retry = 0;; ++retry) {
    if (run.stopped(task)) co_return fail(ErrorCode::kCancelled, "the task was stopped");
    auto answer = co_await attempt(run, task, request);
    const bool again = answer ? worth_repeating(answer->status) : may_pass(answer.error());
    if (!again || retry >= request.retries || run.stopped(task)) {
      if (run.stopped(task)) co_return fail(ErrorCode::kCancelled, "the task was stopped");
      if (!answer) co_return fail(as_failure(answer.error(), failure));
      co_return answer;
    }
    const auto wish = answer ? retry_after(*answer) : std::nullopt;
    const auto delay = run.parts().http.pause(llm::retry_delay(kRetryDelay, retry, wish, jitter()));
    if (auto waited = co_await run.sleep(task, delay); !waited) co_return fail(waited.error());
  }
}

bool is_allowed(const net::Url& url, const std::optional<std::vector<std::string>>& allow) {
  if (!allow) return true;
  return std::any_of(allow->begin(), allow->end(), [&](const std::string& entry) {
    const std::string pattern = to_lower(entry);
    if (pattern.starts_with("*."))
      return url.host.size() >= pattern.size() && url.host.ends_with(pattern.substr(1));
    return pattern == url.host || pattern == url.host + ":" + std::to_string(url.port);
  });
}

}  // namespace tactus::runtime
