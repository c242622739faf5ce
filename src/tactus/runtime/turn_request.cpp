// Requests of a turn: attempts, retries, fallbacks, what they cost.
#include <deque>
#include <random>

#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/scripted.hpp>
#include <tactus/runtime/turn.hpp>
#include <tactus/runtime/turn_again.hpp>
#include <tactus/runtime/turn_record.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kUsageInterval{250};  // At most four live figures a second.
constexpr std::chrono::milliseconds kMaxRetryAfter{60'000};

// A number in [0, 1) for the jitter of retries; it changes no result, so it need not be
// reproducible.
double jitter() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

std::size_t request_bytes(const llm::ModelRequest& request) {
  std::size_t bytes = 0;
  for (const llm::Message& message : request.messages) {
    bytes += message.content.size();
    for (const llm::ToolCall& call : message.tool_calls)
      bytes += call.name.size() + call.arguments.size();
  }
  for (const llm::ToolSpec& tool : request.tools) {
    bytes += tool.name.size() + tool.description.size() + dump_json(tool.parameters).size();
  }
  return bytes;
}

}  // namespace

// What an answer uses while it arrives: counted against the budgets as it is estimated.
class Turn::Meter {
 public:
  Meter(Turn& turn, const llm::ModelRequest& request)
      : turn_(turn), arriving_(turn.run_.budgets(), *turn.agent_.declaration) {
    if (!turn.run_.budgets().limits(*turn.agent_.declaration)) return;
    limited_ = true;
    usage_.prompt_tokens = static_cast<std::int64_t>((request_bytes(request) + 3) / 4);
    price_ = turn.run_.price_of(turn.model_.provider, turn.model_.model, usage_.prompt_tokens);
  }

  // Sets `budget_error_` once a limit is passed.
  void read(const ResponseStream& stream) {
    if (!limited_ || turn_.budget_error_) return;
    usage_.completion_tokens = stream.estimated_completion_tokens();
    arriving_.set({usage_.prompt_tokens + usage_.completion_tokens,
                   price_ ? llm::cost_of(*price_, usage_).total : 0});
    turn_.budget_error_ = turn_.run_.budgets().passed(*turn_.agent_.declaration);
  }

 private:
  Turn& turn_;
  Budgets::Arriving arriving_;
  bool limited_ = false;
  llm::Usage usage_;
  std::optional<llm::Price> price_;
};

asio::awaitable<Result<Turn::Answer>> Turn::request() {
  const int limit = agent_.declaration->request_limit;
  if (result_.requests >= limit) {
    co_return fail(Error{
        ErrorCode::kAgentRequests,
        fmt::format("agent '{}' made {} requests in one turn", agent_.declaration->name, limit),
        "let the model finish with `done`, or raise `request_limit`",
        {},
        ""});
  }
  EntryHead head;
  head.type = "model_response";
  head.name = model_.model;
  head.scope = &open_.scope;
  std::optional<Answer> live;
  const int index = open_.scope.next_index;
  const std::string position = position_in(open_.scope.position, index);
  const journal::CheckpointEntry* known = run_.replay().find(position);
  const Json usage = known ? known->usage : Json(nullptr);
  const Json told = value_of(usage, "told");
  head.on_replay = [&] {
    tell_callbacks_again(run_, task_, agent_, options_, told, open_.scope, index);
  };
  const EntryBody body = [&](OpenEntry& open) -> asio::awaitable<Result<Json>> {
    auto answered = co_await live_request();
    note_requests();
    JsonObject usage_now = usage_record();
    if (options_.feed) usage_now["pieces"] = options_.feed->take_record();
    if (told_recorded_ < told_to_callbacks_.size()) {
      usage_now["told"] =
          JsonArray(told_to_callbacks_.begin() + static_cast<std::ptrdiff_t>(told_recorded_),
                    told_to_callbacks_.end());
      told_recorded_ = told_to_callbacks_.size();
    }
    open.entry.usage = std::move(usage_now);
    if (!answered) co_return fail(answered.error());
    live = std::move(*answered);
    co_return Json(answer_record(*live));
  };
  bool replayed = false;
  auto recorded = co_await run_.recorded(task_, std::move(head), body, &replayed);
  // A loop of the program begins anew with the run, so it gets what was recorded again.
  if (replayed && options_.feed) {
    options_.feed->give_again(value_of(usage, "pieces"));
    co_await options_.feed->wanted();
  }
  if (replayed && told.is_array()) {
    told_to_callbacks_.insert(told_to_callbacks_.end(), told.get_array().begin(),
                              told.get_array().end());
    told_recorded_ = told_to_callbacks_.size();
  }
  if (!recorded) {
    take_usage(usage);
    co_return fail(recorded.error());
  }
  if (live) co_return std::move(*live);
  co_return recorded_answer(*recorded);
}

asio::awaitable<Result<Turn::Answer>> Turn::live_request() {
  supersede_cut_off();
  const int retries = agent_.declaration->retries.value_or(
      run_.parts().config.retries.value_or(program::AgentDeclaration::kRetries));
  auto built = build_request();
  if (!built) co_return fail(built.error());
  warn_of_dropped(*built);
  for (int retry = 0, attempts = 1;; ++retry, ++attempts) {
    if (auto over = run_.budgets().reached(*agent_.declaration)) co_return fail(std::move(*over));
    ResponseStream stream(run_.log(), run_.clock(), stream_options());
    const llm::AttemptResult result = co_await attempt(*provider_, *built, stream);
    account(result, stream, *built);
    if (budget_error_ && !result.complete && !run_.stopped(task_)) {
      stream.finish(ResponseStream::Calls::kDiscard, "the budget is spent");
      co_return fail(budget_error(stream));
    }
    budget_error_.reset();
    if (options_.feed && (result.complete || stream.rejection())) {
      co_await options_.feed->wanted();  // The program may leave at the last piece.
      if (!callback_stopped_) stream.settle();
      co_await options_.feed->wanted();
    }
    if (callback_error_) {
      stream.finish(ResponseStream::Calls::kDiscard, "the callback failed");
      co_return fail(*callback_error_);
    }
    if (result.cancelled || result.complete || stream.rejection()) {
      Answer answer = take_answer(result, stream);
      // What does not stream has reached the callback only now.
      if (callback_error_) {
        close_calls(answer.response.calls, "the callback failed");
        co_return fail(*callback_error_);
      }
      co_return answer;
    }
    TACTUS_ASSERT(result.failure.has_value());
    const Error error = stream_error(result, stream);
    stream.finish(ResponseStream::Calls::kDiscard, error.message);
    if (callback_error_) co_return fail(*callback_error_);
    const bool again = result.failure->retryable && retry < retries;
    // What was not recorded for one model was not recorded for the next.
    const bool is_final = error.code == ErrorCode::kCassetteMiss || (!again && !take_next_model());
    if (is_final) {
      Error last = error;
      last.details =
          dump_json(JsonObject{{"attempts", attempts}, {"partial", stream.response().text}});
      co_return fail(std::move(last));
    }
    supersede(again ? "retry" : "fallback", error, stream.message_ids(), stream.tool_call_ids());
    result_.retry_count += 1;
    if (callback_error_) co_return fail(*callback_error_);
    if (options_.feed) co_await options_.feed->wanted();
    if (callback_stopped_) {
      Answer stopped;
      stopped.finish_reason = llm::FinishReason::kCancelled;
      stopped.cancelled = true;
      co_return stopped;
    }
    if (again) {
      const auto delay = delay_before(retry, *result.failure);
      if (auto waited = co_await run_.sleep(task_, delay); !waited) co_return fail(waited.error());
      continue;
    }
    retry = -1;  // The other model has its own attempts.
    built = build_request();
    if (!built) co_return fail(built.error());
    warn_of_dropped(*built);
  }
}

std::chrono::milliseconds Turn::delay_before(int retry, const llm::ProviderFailure& failure) const {
  const auto base = std::chrono::milliseconds(
      static_cast<std::int64_t>(agent_.declaration->retry_delay_s * 1000));
  auto wish = failure.retry_after;
  if (wish) wish = std::min(*wish, kMaxRetryAfter);
  return run_.parts().http.pause(llm::retry_delay(base, retry, wish, jitter()));
}

// Once for each agent, model and setting (language.md 4.2).
void Turn::warn_of_dropped(const llm::ModelRequest& request) {
  for (const std::string& setting : provider_->dropped_settings(request)) {
    std::vector<std::string>& warned = agent_.warned_settings;
    std::string loss = fmt::format("'{}' of {} does not take `{}`, which is left out",
                                   request.model, model_.provider, setting);
    if (std::find(warned.begin(), warned.end(), loss) != warned.end()) continue;
    run_.warn(&task_, ErrorCode::kValidation,
              fmt::format("agent '{}': {}", agent_.declaration->name, loss),
              agent_.declaration->line);
    warned.push_back(std::move(loss));
  }
}

// The answer of an attempt that was not a failure: complete, or as far as it came.
Turn::Answer Turn::take_answer(const llm::AttemptResult& result, ResponseStream& stream) {
  const bool given_up = stream.rejection() && !callback_stopped_ && !run_.stopped(task_);
  const bool cut =
      given_up || (!result.cancelled && result.finish_reason == llm::FinishReason::kLength &&
                   !stream.response().calls.empty());
  stream.finish(cut ? ResponseStream::Calls::kDiscard : ResponseStream::Calls::kKeep,
                given_up ? "the reply was given up" : "cut by the length limit");
  for (const std::string& id : stream.message_ids()) kept_message_ids_.push_back(id);
  for (const std::string& id : stream.tool_call_ids()) kept_call_ids_.push_back(id);
  Answer answer;
  answer.cancelled = !given_up && (result.cancelled || callback_stopped_);
  answer.finish_reason = answer.cancelled ? llm::FinishReason::kCancelled
                         : given_up       ? llm::FinishReason::kStop
                                          : result.finish_reason;
  if (given_up) answer.rejection = stream.rejection();
  if (answer.cancelled) answer.partial = stream.partial();
  answer.response = stream.take();
  if (cut) answer.response.calls.clear();
  // They belong to the answer as a whole: a provider refuses them beside a part of it.
  if (cut || answer.cancelled) answer.response.provider_parts.clear();
  return answer;
}

// A request takes a reply of the agent's script when that is what answers it.
asio::awaitable<llm::AttemptResult> Turn::attempt(const llm::Provider& provider,
                                                  const llm::ModelRequest& request,
                                                  ResponseStream& stream) {
  asked_agent().requests += 1;
  if (!model_.scripted) co_return co_await send(provider, request, stream);
  const std::optional<JsonArray>& script = agent_.declaration->script;
  const ScriptedRequest scripted{agent_.declaration->name, script ? &*script : nullptr,
                                 asked_agent().requests};
  const auto with_reply = with_scripted_reply(request, scripted);
  if (!with_reply) co_return unsent(with_reply.error());
  llm::AttemptResult result = co_await send(provider, *with_reply, stream);
  name_script_failure(result, scripted);
  co_return result;
}

asio::awaitable<llm::AttemptResult> Turn::send(const llm::Provider& provider,
                                               const llm::ModelRequest& request,
                                               ResponseStream& stream) {
  llm::StopToken stop;
  stop_ = &stop;
  run_.attach(task_, stop);
  if (!sent_request_) first_request_ = run_.clock().steady();
  sent_request_ = true;
  result_.requests += 1;
  llm::ModelClient client(run_.parts().http, open_.scope.position);
  Meter meter(*this, request);
  // What a loop of the program has not asked for yet.
  std::deque<llm::ModelEvent> backlog;
  const auto pump = [&] {
    while (!backlog.empty() && options_.feed->wants() && !has_enough(stream)) {
      const llm::ModelEvent event = std::move(backlog.front());
      backlog.pop_front();
      stream.add({&event, 1});
      report_usage(stream);
      meter.read(stream);
    }
    if (has_enough(stream)) stop.stop();
  };
  if (options_.feed) options_.feed->on_step(pump);
  const std::function<void(std::vector<llm::ModelEvent>&)> on_events =
      [&](std::vector<llm::ModelEvent>& events) {
        if (options_.feed) {
          std::move(events.begin(), events.end(), std::back_inserter(backlog));
          return pump();
        }
        stream.add(events);
        report_usage(stream);
        meter.read(stream);
        if (has_enough(stream)) stop.stop();
      };
  llm::AttemptResult result = co_await client.run(provider, request, stop, on_events);
  if (options_.feed) {
    while (!backlog.empty() && !has_enough(stream)) {
      co_await options_.feed->wanted();
      pump();
    }
    options_.feed->on_step(nullptr);
  }
  if (callback_stopped_) result.cancelled = true;
  run_.detach(task_, stop);
  stop_ = nullptr;
  if (const auto requested = stop.requested_at()) {
    const SteadyTime closed = stop.closed_at().value_or(run_.clock().steady());
    cancel_details_["upstream_closed_ms"] =
        std::chrono::duration<double, std::milli>(closed - *requested).count();
  }
  co_return result;
}

ResponseStream::Options Turn::stream_options() {
  ResponseStream::Options options;
  options.turn = scope_;
  message_count_ += 1;
  const int generation = run_.parts().record.generation;
  const std::string prefix =
      trace_ ? turn_id_ + "g" + std::to_string(generation) : turn_id_;  // Unlike those before.
  options.ids.text_message = prefix + "-m" + std::to_string(message_count_);
  options.ids.reasoning_message = prefix + "-r" + std::to_string(message_count_);
  options.ids.tool_call = [this](const std::string& id) {
    return run_.unique_call_id(id, turn_id_);
  };
  options.stream = stream_;
  options.output = output_rules_;
  options.tools_offered = !tools_.tools.empty();
  if (has_callbacks())
    options.on_piece = [this](const ResponsePiece& piece) { return call_back(piece); };
  return options;
}

// Live figures, on the way of the text itself: no timer runs for them.
void Turn::report_usage(const ResponseStream& stream) {
  const SteadyTime now = run_.clock().steady();
  const Arrivals& arrivals = stream.arrivals();
  if (!arrivals.first || now - *arrivals.first < kUsageInterval ||
      now - last_usage_report_ < kUsageInterval)
    return;
  last_usage_report_ = now;
  const std::int64_t tokens = stream.estimated_completion_tokens();
  const double seconds = std::chrono::duration<double>(now - *arrivals.first).count();
  JsonObject body;
  body["completion_tokens"] = tokens;
  const auto price = run_.price_of(model_.provider, model_.model, 0);
  const double so_far = result_.spent.total_cost.value_or(0);
  body["total_cost"] =
      price ? Json(so_far + static_cast<double>(tokens) * price->output / 1e6) : Json(nullptr);
  body["tokens_per_second"] = static_cast<double>(tokens) / seconds;
  body["provenance"] = "estimated";
  run_.append(journal::EventType::kUsage, std::move(body), scope_);
}

void Turn::supersede(std::string_view reason, const Error& error,
                     std::vector<std::string> message_ids, std::vector<std::string> tool_call_ids) {
  JsonObject body;
  body["attempt"] = attempt_;
  body["reason"] = reason;
  body["message_ids"] = JsonArray(message_ids.begin(), message_ids.end());
  body["tool_call_ids"] = JsonArray(tool_call_ids.begin(), tool_call_ids.end());
  body["error"] = to_json(error);
  if (reason == "fallback")
    body["next"] = JsonObject{{"provider", model_.provider}, {"model", model_.model}};
  if (!trace_ || !trace_->superseded.contains(attempt_))
    append(journal::EventType::kAttemptSuperseded, std::move(body));
  start_attempt(attempt_ + 1);
  call_back({.kind = ResponsePiece::Kind::kReset, .text = reason});
}

// What an attempt used, also when it failed: measured where the provider said so, estimated where
// it answered without saying.
void Turn::account(const llm::AttemptResult& result, const ResponseStream& stream,
                   const llm::ModelRequest& request) {
  const Arrivals& arrivals = stream.arrivals();
  if (!first_delta_) first_delta_ = arrivals.first;
  gaps_ms_.insert(gaps_ms_.end(), arrivals.gaps_ms.begin(), arrivals.gaps_ms.end());
  if (!result.request_id.empty()) request_id_ = result.request_id;
  if (!result.model.empty()) served_model_ = result.model;
  Spent spent;
  if (result.usage) {
    spent.usage = *result.usage;
  } else if (result.http_status == 200 || result.cancelled) {
    // Also when it was left before its first byte: providers bill what they were sent.
    spent.usage.prompt_tokens = static_cast<std::int64_t>((request_bytes(request) + 3) / 4);
    spent.usage.completion_tokens = stream.estimated_completion_tokens();
    spent.usage.total_tokens = spent.usage.prompt_tokens + spent.usage.completion_tokens;
    spent.usage.estimated = true;
  }
  if (spent.usage.total_tokens == 0) {
    result_.spent.add(spent);
    return;
  }
  const auto price =
      run_.price_of(model_.provider, served_model_.empty() ? model_.model : served_model_,
                    spent.usage.prompt_tokens);
  if (result.cost) {
    spent.total_cost = *result.cost;
  } else if (price) {
    const llm::Cost cost = llm::cost_of(*price, spent.usage);
    spent.prompt_cost = cost.prompt;
    spent.completion_cost = cost.completion;
    spent.total_cost = cost.total;
  } else {
    spent.total_cost.reset();
  }
  result_.spent.add(spent);
  if (run_.budgets().count(*agent_.declaration, model_.model, spent)) {
    run_.warn(&task_, ErrorCode::kBudget,
              fmt::format("a limit in dollars cannot count the model '{0}', whose price is not "
                          "known; set prices.{0} in the configuration",
                          model_.model));
  }
}

// What has arrived was counted: the error tells by how much it was too much.
Error Turn::budget_error(const ResponseStream& stream) const {
  Error error = run_.budgets().passed(*agent_.declaration).value_or(*budget_error_);
  error.place = place_of(agent_);
  const auto details = parse_json(error.details);
  TACTUS_ASSERT(details && details->is_object());
  JsonObject told = details->get_object();
  told["partial"] = stream.response().text;
  error.details = dump_json(Json(std::move(told)));
  return error;
}

Error Turn::stream_error(const llm::AttemptResult& result, const ResponseStream& stream) const {
  Error error = result.failure->error;
  if (!error.place) error.place = place_of(agent_);
  if (!stream.response().text.empty() && error.hint.empty()) {
    error.hint = "the text received so far is kept in the run log";
  }
  return error;
}

}  // namespace tactus::runtime
