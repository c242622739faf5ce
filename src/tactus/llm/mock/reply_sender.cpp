#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/llm/mock/reply_sender.hpp>
#include <tactus/llm/mock/wrong_tool_index.hpp>

namespace tactus::llm::mock {
namespace asio = boost::asio;
using asio::awaitable;
using Kind = Fault::Kind;

namespace {

constexpr std::size_t kWriteBytes = 16 << 10;
constexpr auto kUseResult = asio::as_tuple(asio::use_awaitable);

std::chrono::nanoseconds seconds(double value) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(std::min(value, 86'400.0)));
}

}  // namespace

ReplySender::ReplySender(net::Responder& responder, asio::any_io_executor executor, Fault fault)
    : responder_(responder),
      timer_(std::make_shared<asio::steady_timer>(executor)),
      fault_(std::move(fault)) {
  responder_.on_client_left([timer = timer_] { timer->cancel(); });
}

awaitable<bool> ReplySender::wait_until(SteadyTime due) {
  if (responder_.client_left()) co_return false;
  timer_->expires_at(due);
  // The error only says that the client left, which the responder knows better.
  (void)co_await timer_->async_wait(kUseResult);
  co_return !responder_.client_left();
}

awaitable<bool> ReplySender::stall() {
  const bool forever = fault_.seconds <= 0;
  const SteadyTime end =
      forever ? SteadyTime::max() : std::chrono::steady_clock::now() + seconds(fault_.seconds);
  co_return co_await wait_until(end);
}

awaitable<bool> ReplySender::flush() {
  if (pending_.empty()) co_return true;
  if (fault_.kind == Kind::kSplitUtf8) co_return co_await flush_split();
  const bool cut = fault_.kind == Kind::kCutAtByte && sent_ + pending_.size() >= fault_.at;
  if (cut) pending_.resize(fault_.at - sent_);
  const auto written = co_await responder_.write(pending_);
  sent_ += pending_.size();
  pending_.clear();
  if (cut) responder_.abort();
  co_return written.has_value() && !cut;
}

awaitable<bool> ReplySender::flush_split() {
  // Inside the first long character, else in the middle.
  std::size_t at = 0;
  while (at < pending_.size() && (static_cast<unsigned char>(pending_[at]) & 0xC0) != 0x80) ++at;
  if (at == pending_.size()) at = pending_.size() / 2;
  const std::string tail = pending_.substr(at);
  pending_.resize(at);
  for (const std::string* part : {static_cast<const std::string*>(&pending_), &tail}) {
    if (!co_await responder_.write(*part)) co_return false;
    sent_ += part->size();
    // Time for the receiver to take the first half alone.
    if (!co_await wait_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(1)))
      co_return false;
  }
  pending_.clear();
  co_return true;
}

awaitable<ReplySender::Outcome> ReplySender::fault_before(std::size_t piece, ReplyBody& body) {
  if (fault_.kind == Kind::kNoEndMark && body.at_end_mark()) {
    if (co_await flush()) (void)co_await responder_.end();
    co_return Outcome::kOver;
  }
  if (fault_.at != piece) co_return Outcome::kGoOn;
  switch (fault_.kind) {
    case Kind::kStall: {
      const bool on = co_await flush() && co_await stall();
      co_return on ? Outcome::kGoOn : Outcome::kOver;
    }
    case Kind::kCutAfterChunks:
      co_await flush();
      responder_.abort();
      co_return Outcome::kOver;
    case Kind::kErrorAfterChunks:
      body.error(pending_, make_error(fault_.status, fault_.message));
      if (co_await flush()) (void)co_await responder_.end();
      co_return Outcome::kOver;
    default:
      co_return Outcome::kGoOn;
  }
}

bool ReplySender::add_piece(std::size_t piece, ReplyBody& body) {
  const std::size_t from = pending_.size();
  if (!body.next(pending_)) return false;
  if (fault_.kind == Kind::kDuplicate && piece == fault_.at) pending_.append(pending_.substr(from));
  if (fault_.kind == Kind::kWrongToolIndex && piece >= fault_.at)
    pending_.replace(from, std::string::npos, with_wrong_tool_index(pending_.substr(from)));
  return true;
}

awaitable<ReplySender::Outcome> ReplySender::pieces(ReplyBody& body) {
  const bool each_alone = fault_.kind == Kind::kSplitUtf8 || body.apart();
  for (std::size_t piece = 0;; ++piece) {
    if (const auto due = body.due(); due && std::chrono::steady_clock::now() < *due) {
      if (!co_await flush() || !co_await wait_until(*due)) co_return Outcome::kOver;
    }
    if (co_await fault_before(piece, body) == Outcome::kOver) co_return Outcome::kOver;
    if (!add_piece(piece, body)) co_return Outcome::kGoOn;
    if (pending_.size() < kWriteBytes && !each_alone) continue;
    if (!co_await flush()) co_return Outcome::kOver;
    // Writes complete at once while the socket takes them: let the other connections of this thread
    // have their turn.
    co_await asio::post(timer_->get_executor(), asio::use_awaitable);
  }
}

awaitable<void> ReplySender::stream(int status, net::Headers headers, ReplyBody& body) {
  if (!co_await responder_.begin(status, std::move(headers))) co_return;
  pending_.reserve(kWriteBytes + 4096);
  body.begin(pending_);
  if (co_await pieces(body) == Outcome::kOver) co_return;
  if (fault_.kind != Kind::kNoEndMark) body.end(pending_);
  if (co_await flush()) (void)co_await responder_.end();
}

awaitable<void> ReplySender::send_whole(SteadyTime due, JsonObject reply) {
  if (fault_.kind == Kind::kStall && !co_await stall()) co_return;
  if (fault_.kind == Kind::kErrorAfterChunks) co_return co_await send_status();
  if (std::chrono::steady_clock::now() < due && !co_await wait_until(due)) co_return;
  std::string body = dump_json(Json(std::move(reply)));
  net::Headers headers{{"content-type", "application/json"}};
  const bool cut = fault_.kind == Kind::kCutAtByte || fault_.kind == Kind::kCutAfterChunks;
  if (!cut && fault_.kind != Kind::kNoEndMark) {
    net::ServerResponse response;
    response.headers = std::move(headers);
    response.body = std::move(body);
    (void)co_await responder_.send(std::move(response));
    co_return;
  }
  // A body that breaks off: for faults told in deltas in its middle.
  body.resize(fault_.kind == Kind::kCutAtByte ? std::min(fault_.at, body.size()) : body.size() / 2);
  if (!co_await responder_.begin(200, std::move(headers))) co_return;
  if (!co_await responder_.write(body)) co_return;
  if (cut) {
    responder_.abort();
  } else {
    (void)co_await responder_.end();
  }
}

awaitable<void> ReplySender::send_status() {
  net::ServerResponse response;
  response.status = fault_.status;
  response.headers = {{"content-type", "application/json"}, {"x-request-id", "req_mock"}};
  if (fault_.retry_after_s)
    response.headers.emplace_back("retry-after", fmt::format("{}", *fault_.retry_after_s));
  response.body = dump_json(Json(make_error(fault_.status, fault_.message)));
  (void)co_await responder_.send(std::move(response));
}

}  // namespace tactus::llm::mock
