// Answers of humans to the requests of runs, wherever these are (language.md 12.3).
#include <algorithm>

#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <tactus/runtime/human.hpp>
#include <tactus/runtime/service.hpp>

namespace tactus::runtime {
namespace {

const Json* pending_request(const journal::RunRecord& record, const std::string& request_id) {
  for (const Json& request : record.pending) {
    if (string_member(request, "request_id") == request_id) return &request;
  }
  return nullptr;
}

Error no_request(const journal::RunRecord& record, const std::string& request_id) {
  std::vector<std::string> open;
  for (const Json& request : record.pending)
    open.emplace_back(string_member(request, "request_id"));
  Error error;
  error.code = ErrorCode::kHitlOption;
  error.message = fmt::format("run '{}' has no open request '{}'", record.run_id, request_id);
  error.hint = open.empty() ? "it waits for nobody"
                            : fmt::format("open requests: {}", fmt::join(open, ", "));
  return error;
}

Error answered_otherwise(const std::string& request_id) {
  Error error;
  error.code = ErrorCode::kHitlAnswered;
  error.message = fmt::format("the request '{}' has been answered otherwise", request_id);
  error.hint = "the first answer counts; the run goes on with it";
  return error;
}

}  // namespace

// The answer that was given before, if any.
Result<std::optional<journal::Answer>> Service::earlier_answer(const std::string& run_id,
                                                               const std::string& request_id) {
  if (const auto run = live_run(run_id)) {
    if (auto known = run->known_answer(request_id)) return known;
  }
  if (!options_.store) return std::optional<journal::Answer>{};
  auto answers = options_.store->answers(run_id);
  if (!answers) return fail(answers.error());
  for (journal::Answer& answer : *answers) {
    if (answer.request_id == request_id) return std::optional(std::move(answer));
  }
  return std::optional<journal::Answer>{};
}

std::shared_ptr<AnswerWatch> Service::watch_answers() {
  if (!options_.store) return nullptr;
  auto take = [this](const std::string& run_id, const journal::Answer& answer) {
    if (const auto run = live_run(run_id)) run->take_answer(answer);
  };
  return std::make_shared<AnswerWatch>(executor_, *options_.store, std::move(take),
                                       [this] { return any_running(); });
}

std::shared_ptr<Run> Service::live_run(const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(run_id);
  return found == runs_.end() ? nullptr : found->second.run;
}

awaitable<Result<Answered>> Service::answer(AnswerRequest request) {
  auto record = find(request.run_id);
  if (!record) co_return fail(record.error());
  const Json* open = pending_request(*record, request.request_id);
  auto earlier = earlier_answer(request.run_id, request.request_id);
  if (!earlier) co_return fail(earlier.error());
  if (!open && !*earlier) co_return fail(no_request(*record, request.request_id));
  Json value = request.value;
  if (open) {
    auto checked = check_answer(*open, std::move(value));
    if (!checked) co_return fail(checked.error());
    value = std::move(*checked);
  }
  if (*earlier) {
    if ((*earlier)->value != value && (*earlier)->value != request.value)
      co_return fail(answered_otherwise(request.request_id));
    co_return Answered{(*earlier)->value, (*earlier)->responded_at, true};
  }
  co_return co_await give_answer(std::move(request), std::move(value));
}

// Stores it, so that it survives, and hands it to the run.
awaitable<Result<Answered>> Service::give_answer(AnswerRequest request, Json value) {
  journal::Answer answer{request.request_id, value, format_time(options_.clock->wall())};
  if (options_.store) {
    auto stored = options_.store->put_answer(request.run_id, answer);
    if (!stored) co_return fail(stored.error());
    if (stored->value != value) co_return fail(answered_otherwise(request.request_id));
    answer = std::move(*stored);
  }
  const Answered answered{answer.value, answer.responded_at, false};
  if (const auto run = live_run(request.run_id)) {
    if (!run->take_answer(answer)) co_return fail(answered_otherwise(request.request_id));
    co_return answered;
  }
  if (!request.resume) co_return answered;
  // The answer is kept whatever becomes of the run; another process may be at it.
  ResumeRequest resume_request;
  resume_request.run_id = request.run_id;
  const auto resumed = co_await resume(std::move(resume_request));
  if (!resumed && resumed.error().code != ErrorCode::kRunBusy)
    spdlog::warn("run {} was answered, but could not be resumed: {}", request.run_id,
                 to_string(resumed.error()));
  co_return answered;
}

}  // namespace tactus::runtime
