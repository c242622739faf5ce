#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/runtime/local_state.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/turn_again.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

TurnStream::TurnStream(Run& run, RunTask& task, Agent& agent, TurnOptions options)
    : run_(run),
      task_(task),
      agent_(agent),
      options_(std::move(options)),
      for_program_(run.parts().strand),
      for_turn_(run.parts().strand) {}

std::shared_ptr<const TurnResult> TurnStream::result() const {
  return outcome_ && *outcome_ ? **outcome_ : nullptr;
}

void TurnStream::begin() {
  begun_ = true;
  outer_ = task_.scope;
  task_.stream = shared_from_this();
  TurnOptions options = options_;
  options.feed = shared_from_this();
  asio::co_spawn(run_.parts().strand, run_.turn(task_, agent_, std::move(options)),
                 [self = shared_from_this()](std::exception_ptr failure,
                                             Result<std::shared_ptr<const TurnResult>> outcome) {
                   if (failure) {
                     outcome = fail(ErrorCode::kInternal,
                                    "a turn ended by a fault of the implementation");
                   }
                   self->outcome_ = std::move(outcome);
                   self->for_program_.cancel();
                 });
}

asio::awaitable<void> TurnStream::changed(asio::steady_timer& timer) {
  timer.expires_at(asio::steady_timer::time_point::max());
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

// --- The program ---

asio::awaitable<Result<vm::Pusher>> TurnStream::next() {
  const std::shared_ptr<TurnStream> keep = shared_from_this();
  const vm::Pusher nothing = [](lua_State* L) {
    lua_pushnil(L);
    return 1;
  };
  if (!begun_ && left_) co_return nothing;
  if (!begun_) begin();
  leave_body();
  stepping_ = true;
  while (pieces_.empty() && !outcome_) {
    if (step_) step_();
    for_turn_.cancel();
    if (pieces_.empty() && !outcome_) co_await changed(for_program_);
  }
  stepping_ = false;
  if (!pieces_.empty()) {
    JsonObject chunk = std::move(pieces_.front());
    pieces_.pop_front();
    enter_body();
    co_return vm::Pusher([chunk = std::move(chunk)](lua_State* L) {
      push_chunk(L, chunk);
      return 1;
    });
  }
  task_.stream.reset();
  if (!*outcome_ && !std::exchange(failure_told_, true)) co_return fail(outcome_->error());
  co_return nothing;
}

asio::awaitable<Result<std::shared_ptr<const TurnResult>>> TurnStream::wait() {
  const std::shared_ptr<TurnStream> keep = shared_from_this();
  if (!begun_ && left_) co_return nullptr;
  if (!begun_) begin();
  leave_body();
  draining_ = true;
  pieces_.clear();
  while (!outcome_) {
    if (step_) step_();
    for_turn_.cancel();
    if (!outcome_) co_await changed(for_program_);
  }
  pieces_.clear();
  task_.stream.reset();
  co_return *outcome_;
}

void TurnStream::leave() {
  if (over() || left_) return;
  left_ = true;
  pieces_.clear();
  if (leaves_) leaves_();
  for_turn_.cancel();
}

asio::awaitable<void> TurnStream::cancel() {
  const std::shared_ptr<TurnStream> keep = shared_from_this();
  leave();
  pieces_.clear();
  leave_body();
  while (begun_ && !outcome_) co_await changed(for_program_);
  if (task_.stream == keep) task_.stream.reset();
}

// What the body of the loop does is the program's, not the turn's: a replay does it again.
void TurnStream::enter_body() {
  in_body_ = true;
  if (outcome_ || task_.scope == outer_) return;
  run_.emit_state_changes(task_);
  inner_ = task_.scope;
  task_.scope = outer_;
  local_before_ = local_state(run_, task_);
}

void TurnStream::leave_body() {
  if (!std::exchange(in_body_, false) || !inner_) return;
  if (outcome_) {  // It has ended meanwhile, and its scope with it.
    inner_ = nullptr;
    return;
  }
  run_.emit_state_changes(task_);
  const JsonObject now = local_state(run_, task_);
  std::set<std::string> changed_names;
  const JsonObject* const states[] = {&now, &local_before_};
  for (const JsonObject* state : states) {
    for (const auto& member : *state) {
      const Json* before = local_before_.if_contains(member.key());
      const Json* after = now.if_contains(member.key());
      if (!before || !after || *before != *after) changed_names.insert(member.key());
    }
  }
  // Of the request that is under way, and of the turn around it.
  for (Scope* scope = inner_; scope && scope != outer_; scope = scope->outer)
    scope->not_its_own.insert(changed_names.begin(), changed_names.end());
  task_.scope = std::exchange(inner_, nullptr);
}

// --- The turn ---

asio::awaitable<void> TurnStream::wanted() {
  while (!wants()) {
    for_program_.cancel();
    co_await changed(for_turn_);
  }
}

void TurnStream::give(const ResponsePiece& piece, JsonObject chunk) {
  if (left_) return;
  if (piece.kind != ResponsePiece::Kind::kOutput) {
    record_.push_back(chunk);
    push(std::move(chunk));
    return;
  }
  record_.push_back(recorded_piece(piece, chunk));
  chunk["kind"] = "partial";
  chunk["partial"] = *piece.partial;
  push(std::move(chunk));
}

void TurnStream::push(JsonObject chunk) {
  if (draining_ || left_) return;
  pieces_.push_back(std::move(chunk));
  for_program_.cancel();
}

JsonArray TurnStream::take_record() {
  JsonArray taken(record_.begin() + static_cast<std::ptrdiff_t>(recorded_), record_.end());
  recorded_ = record_.size();
  return taken;
}

void TurnStream::give_again(const Json& record) {
  if (!record.is_array()) return;
  PieceReader reader(reply_rules(*agent_.declaration, options_));
  for (const Json& entry : record.get_array()) {
    record_.push_back(entry);
    push(reader.read(entry));
  }
  recorded_ = record_.size();
}

asio::awaitable<void> close_stream(RunTask& task, const Scope& scope) {
  const std::shared_ptr<TurnStream> stream = task.stream;
  if (stream && stream->outer() == &scope) co_await stream->cancel();
}

}  // namespace tactus::runtime
