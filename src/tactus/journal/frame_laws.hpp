// Law 1 of the verifier: how a run begins, waits, ends, and goes on in a later generation; see
// laws.hpp.
#pragma once

#include <string>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::journal {

// Follows one transcript. Not thread-safe.
class FrameLaws {
 public:
  // What is wrong with this event's place in the run, given those before it.
  std::vector<std::string> check(const Json& event);
  // What is wrong when nothing more comes.
  std::vector<std::string> finish() const;

  // The event checked last was the first of a later generation / ended its generation.
  bool has_begun_generation() const { return has_begun_generation_; }
  bool has_ended() const { return ended_; }

 private:
  void check_stage(const Json& event, std::string_view stage);
  void check_end();
  bool begins_generation(const Json& event) const;
  void report(std::string what) { findings_.push_back("law 1: " + std::move(what)); }

  std::size_t events_ = 0;
  std::int64_t generation_ = 1;
  bool has_begun_generation_ = false;
  // Of this generation.
  bool ended_ = false;
  int summaries_ = 0;
  int waits_ = 0;  // `waiting` without its `resumed` yet.
  std::string previous_type_;
  std::vector<std::string> findings_;
};

}  // namespace tactus::journal
