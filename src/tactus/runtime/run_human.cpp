// Asking humans: the request is stored before it is shown, and waits for the first answer, from
// whichever process it comes (language.md 12.3).
#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/runtime/human.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

namespace {

// Answers given in another process are looked for this often; those of this one wake the task.
// The service tells of answers as they come; this is for one that it has missed.
constexpr std::chrono::seconds kLookInterval{30};

std::string_view pending_class(HumanKind kind) {
  switch (kind) {
    case HumanKind::kApproval:
      return "PENDING_APPROVAL";
    case HumanKind::kReview:
      return "PENDING_REVIEW";
    default:
      return "PENDING_INPUT";
  }
}

WallTime after(WallTime time, double seconds) {
  return time + std::chrono::duration_cast<std::chrono::nanoseconds>(
                    std::chrono::duration<double>(seconds));
}

Error timed_out(const HumanRequest& request) {
  Error error;
  error.code = ErrorCode::kHitlTimeout;
  error.message = fmt::format("nobody answered in time: {}",
                              std::string(request.fields.at("message").as_string()));
  error.hint = "catch it, or let `on_timeout` be \"default\"";
  return error;
}

}  // namespace

asio::awaitable<Result<Json>> Run::ask(RunTask& task, HumanRequest request) {
  EntryHead head;
  head.type = "hitl_" + std::string(human_kind_name(request.kind));
  head.name = request.point;
  head.input = request.fields;
  const EntryBody body = [&](OpenEntry& open) { return ask_live(open, request); };
  co_return co_await recorded(task, std::move(head), body);
}

// Asks, and asks again where that is wanted. {value, timed_out, responded_at}.
asio::awaitable<Result<Json>> Run::ask_live(OpenEntry& open, const HumanRequest& request) {
  int asked = static_cast<int>(int_member(open.entry.start, "asked"));
  bool again = open.again && open.entry.start.is_object();
  for (;; ++asked, again = false) {
    JsonObject event = request.fields;
    const std::string id =
        "h" + open.entry.position + (asked > 0 ? "-" + std::to_string(asked) : std::string());
    event["request_id"] = id;
    event["request_type"] = human_kind_name(request.kind);
    event["message_class"] = pending_class(request.kind);
    if (const std::string parent = open.task.parent(); !parent.empty()) event["parent"] = parent;
    std::optional<WallTime> expires;
    if (again) {
      expires = parse_time(string_member(open.entry.start, "expires_at"));
    } else if (request.timeout_s) {
      expires = after(clock().wall(), *request.timeout_s);
    }
    if (expires) event["expires_at"] = format_time(*expires);
    if (!again) {
      JsonObject start{{"asked", asked}};
      if (expires) start["expires_at"] = format_time(*expires);
      open.begin_waiting(std::move(start));
    }
    auto answer = co_await wait_for_answer(open.task, id, std::move(event), expires);
    if (!answer) co_return fail(answer.error());
    if (*answer) {
      append_response(id, (*answer)->value, false, (*answer)->responded_at);
      co_return Json(JsonObject{{"value", (*answer)->value},
                                {"timed_out", false},
                                {"responded_at", (*answer)->responded_at}});
    }
    const std::string now = format_time(clock().wall());
    const Json fallback = default_answer(request);
    append_response(id, fallback, true, now);
    if (request.on_timeout == OnTimeout::kError) co_return fail(timed_out(request));
    if (request.on_timeout == OnTimeout::kRetry && asked < request.max_retries) continue;
    co_return Json(JsonObject{{"value", fallback}, {"timed_out", true}, {"responded_at", now}});
  }
}

void Run::append_response(const std::string& id, const Json& value, bool timed_out,
                          const std::string& at) {
  const auto told = trace_.requests.find(id);
  if (told != trace_.requests.end() && told->second) return;
  append(journal::EventType::kHitlResponse,
         {{"request_id", id},
          {"value", value},
          {"responded_at", at},
          {"timed_out", timed_out},
          {"message_class", timed_out ? "TIMED_OUT" : "RESPONSE"}});
}

// Shows the request and waits. Nothing: the time is over.
asio::awaitable<Result<std::optional<journal::Answer>>> Run::wait_for_answer(
    RunTask& task, std::string id, JsonObject request, std::optional<WallTime> expires) {
  std::optional<journal::Answer> answer = given_answer(id);
  if (!answer && parts_.overrides.default_answers) answer = default_given(id, request);
  if (!answer) {
    // Stored before it is shown: a crash after that leaves a run that waits.
    add_pending(request);
    set_wait(task, RunTask::Wait::kHuman, expires, Tell::kLater);
    const Result<void> stored = co_await log().flush();
    if (!stored) co_return fail(stored.error());
  }
  if (!trace_.requests.contains(id)) append(journal::EventType::kHitlRequest, request);
  if (!answer) answer = given_answer(id);
  while (!answer && !stopped(task) && (!expires || clock().wall() < *expires)) {
    std::chrono::nanoseconds wait = kLookInterval;
    if (!parts_.store) wait = std::chrono::hours(1);
    if (expires) wait = std::min<std::chrono::nanoseconds>(wait, *expires - clock().wall());
    set_wait(task, RunTask::Wait::kHuman, expires);
    asio::steady_timer timer(parts_.strand);
    timer.expires_after(std::chrono::duration_cast<asio::steady_timer::clock_type::duration>(wait));
    task.timers.insert(&timer);
    answer_timers_[id] = &timer;
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    answer_timers_.erase(id);
    task.timers.erase(&timer);
    answer = given_answer(id);
  }
  if (stopped(task)) co_return fail(ErrorCode::kCancelled, "the run was stopped");
  set_wait(task, RunTask::Wait::kNone);
  remove_pending(id);
  co_return answer;
}

std::optional<journal::Answer> Run::given_answer(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(id);
    if (found != answers_.end()) return found->second;
  }
  if (!parts_.store) return std::nullopt;
  auto answers = parts_.store->answers(log().identity().run_id);
  if (!answers) return std::nullopt;  // Told by whatever writes next; looked for again soon.
  for (journal::Answer& answer : *answers) {
    if (answer.request_id == id) return std::move(answer);
  }
  return std::nullopt;
}

// `--hitl default`: nobody is asked.
journal::Answer Run::default_given(const std::string& id, const JsonObject& event) {
  HumanRequest request;
  const Json all(event);
  request.kind =
      human_kind_from_name(string_member(all, "request_type")).value_or(HumanKind::kApproval);
  request.fields = event;
  return {id, default_answer(request), format_time(clock().wall())};
}

void Run::add_pending(JsonObject request) {
  change_pending([&](JsonArray& pending) { pending.push_back(std::move(request)); });
}

void Run::remove_pending(const std::string& id) {
  change_pending([&](JsonArray& pending) {
    pending.erase(
        std::remove_if(pending.begin(), pending.end(),
                       [&](const Json& one) { return string_member(one, "request_id") == id; }),
        pending.end());
  });
}

void Run::change_pending(const std::function<void(JsonArray&)>& change) {
  journal::RunRecord changed;
  {
    const std::lock_guard lock(mutex_);
    change(parts_.record.pending);
    changed = parts_.record;
  }
  parts_.activity.note(changed.run_id);
  changed.last_seq = log().last_seq();
  if (parts_.store) parts_.store->put_run(std::move(changed));
}

bool Run::take_answer(const journal::Answer& answer) {
  {
    const std::lock_guard lock(mutex_);
    if (!answers_.try_emplace(answer.request_id, answer).second) return false;
  }
  asio::post(parts_.strand, [self = shared_from_this(), id = answer.request_id] {
    const auto waiting = self->answer_timers_.find(id);
    if (waiting != self->answer_timers_.end()) waiting->second->cancel();
  });
  return true;
}

std::optional<journal::Answer> Run::known_answer(const std::string& request_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(request_id);
  if (found == answers_.end()) return std::nullopt;
  return found->second;
}

}  // namespace tactus::runtime
