#include <tactus/journal/frame_laws.hpp>

namespace tactus::journal {
namespace {

bool is_terminal(std::string_view lifecycle_stage) {
  return lifecycle_stage == "complete" || lifecycle_stage == "error" ||
         lifecycle_stage == "cancelled";
}

}  // namespace

std::vector<std::string> FrameLaws::check(const Json& event) {
  findings_.clear();
  ++events_;
  const std::string_view type = string_member(event, "event_type");
  const bool is_execution = type == "execution";
  const std::string_view stage =
      is_execution ? string_member(event, "lifecycle_stage") : std::string_view{};
  has_begun_generation_ = begins_generation(event);
  if (has_begun_generation_) {
    generation_ = int_member(event, "generation");
    ended_ = false;
    summaries_ = waits_ = 0;
  } else {
    if (ended_) report("an event after the terminal execution");
    if (events_ == 1 && stage != "start") report("the first event is not execution(start)");
    if (type == "execution_summary" && ++summaries_ > 1) report("a second execution_summary");
    if (is_execution) check_stage(event, stage);
  }
  previous_type_ = type;
  return std::move(findings_);
}

// Whether or not the one before it came to an end.
bool FrameLaws::begins_generation(const Json& event) const {
  return events_ > 1 && string_member(event, "event_type") == "execution" &&
         string_member(event, "lifecycle_stage") == "resumed" &&
         int_member(event, "generation", generation_) > generation_;
}

void FrameLaws::check_stage(const Json& event, std::string_view stage) {
  const std::int64_t generation = int_member(event, "generation", generation_);
  if (stage == "start" && events_ == 1) generation_ = generation;
  if (generation != generation_) {
    report(fmt::format("belongs to generation {}, but {} is the current one", generation,
                       generation_));
  }
  if (stage == "start") {
    if (events_ > 1) report("a second execution(start)");
  } else if (stage == "waiting") {
    ++waits_;
  } else if (stage == "resumed") {
    if (waits_ == 0) report("resumed in its generation without having waited");
    if (waits_ > 0) --waits_;
  } else if (is_terminal(stage)) {
    check_end();
  } else {
    report(fmt::format("unknown lifecycle_stage '{}'", stage));
  }
}

void FrameLaws::check_end() {
  ended_ = true;
  if (previous_type_ != "execution_summary") report("execution_summary does not stand before it");
}

std::vector<std::string> FrameLaws::finish() const {
  std::vector<std::string> findings;
  if (events_ == 0) findings.push_back("law 1: no events");
  if (events_ > 0 && !ended_) findings.push_back("law 1: no terminal execution");
  if (ended_ && summaries_ == 0) findings.push_back("law 1: no execution_summary");
  return findings;
}

}  // namespace tactus::journal
