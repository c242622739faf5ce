#include <map>

#include <tactus/base/utf8.hpp>
#include <tactus/journal/checkpoint_laws.hpp>
#include <tactus/journal/envelope_laws.hpp>
#include <tactus/journal/frame_laws.hpp>
#include <tactus/journal/laws.hpp>
#include <tactus/journal/turn_laws.hpp>

namespace tactus::journal {
namespace {

class Verifier {
 public:
  void check(const std::string& line) {
    if (!is_valid_utf8(line)) report("law 7: not valid UTF-8");
    // A lone surrogate, half of a character, is an error of the parser's.
    const Result<Json> event = parse_json(line);
    if (!event) {
      report("law 7: not one JSON object: " + event.error().message);
      return;
    }
    seq_ = int_member(*event, "seq");
    type_ = string_member(*event, "event_type");
    for (const std::string& what : envelope_.check(*event)) report("envelope: " + what);
    check_frame(*event);
    if (is_turn_event(type_)) check_turn(*event);
    for (const std::string& what : checkpoints_.check(*event)) report(what);
  }

  std::vector<std::string> finish(Transcript transcript) {
    if (transcript == Transcript::kBeginning) return std::move(findings_);
    type_.clear();
    for (const std::string& what : frame_.finish()) report(what);
    for (const auto& [turn_id, turn] : turns_) {
      for (const std::string& what : turn.finish()) report_turn(what, turn_id);
    }
    return std::move(findings_);
  }

 private:
  void report(const std::string& what) {
    findings_.push_back(
        fmt::format("seq {}: {}{}{}", seq_, what, type_.empty() ? "" : " in ", type_));
  }
  void report_turn(const std::string& what, const std::string& turn_id) {
    report(fmt::format("{} (turn '{}')", what, turn_id));
  }

  // Law 1, and law 6 at the end of a generation.
  void check_frame(const Json& event) {
    const bool had_ended = frame_.has_ended();
    for (const std::string& what : frame_.check(event)) report(what);
    if (frame_.has_begun_generation()) {
      for (auto& [turn_id, turn] : turns_) turn.begin_generation();
      program_calls_.begin_generation();
    }
    if (had_ended || !frame_.has_ended()) return;
    for (const auto& [turn_id, turn] : turns_) {
      if (turn.is_open()) report_turn("law 6: a turn is still open", turn_id);
    }
  }

  void check_turn(const Json& event) {
    if (is_outside_turns(event)) {
      for (const std::string& what : program_calls_.check_outside(event)) report(what);
      return;
    }
    const std::string turn_id(string_member(event, "turn_id"));
    for (const std::string& what : turns_[turn_id].check(event)) report_turn(what, turn_id);
  }

  EnvelopeLaws envelope_;
  FrameLaws frame_;
  CheckpointLaws checkpoints_;
  std::map<std::string, TurnLaws> turns_;
  TurnLaws program_calls_;  // Tool calls that no model made.
  std::int64_t seq_ = 0;
  std::string type_;
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> verify_laws(std::span<const std::string> json_lines,
                                     Transcript transcript) {
  Verifier verifier;
  for (const std::string& line : json_lines) verifier.check(line);
  return verifier.finish(transcript);
}

}  // namespace tactus::journal
