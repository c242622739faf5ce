#include <spdlog/spdlog.h>

#include <tactus/runtime/answer_watch.hpp>

namespace tactus::runtime {
namespace {

constexpr std::chrono::milliseconds kInterval{500};

}  // namespace

AnswerWatch::AnswerWatch(boost::asio::any_io_executor executor, journal::Store& store, Take take,
                         std::function<bool()> is_needed)
    : store_(store),
      take_(std::move(take)),
      is_needed_(std::move(is_needed)),
      timer_(std::move(executor)) {}

void AnswerWatch::start() {
  const std::lock_guard lock(mutex_);
  if (looking_ || stopped_) return;
  looking_ = true;
  cursor_ = -1;
  advance();
  look_later();
}

void AnswerWatch::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  timer_.cancel();
}

void AnswerWatch::look_later() {
  timer_.expires_after(kInterval);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code) {
    if (const auto self = weak.lock()) self->look();
  });
}

void AnswerWatch::look() {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  advance();
  looking_ = is_needed_();
  if (looking_) look_later();
}

void AnswerWatch::advance() {
  const auto found = store_.answers_after(cursor_);
  if (!found) {
    // The runs look for themselves, too, if rarely.
    spdlog::warn("answers cannot be looked for: {}", to_string(found.error()));
    return;
  }
  cursor_ = found->cursor;
  for (const auto& [run_id, answer] : found->answers) take_(run_id, answer);
}

}  // namespace tactus::runtime
