// Laws 2 to 6 and 9 of the verifier: what happens inside one turn; see laws.hpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::journal {

// Follows one turn of a transcript. Not thread-safe.
class TurnLaws {
 public:
  // What is wrong with this event of the turn ("law 2: …"), given those before it.
  std::vector<std::string> check(const Json& event);

  // What is wrong when nothing more comes for this turn.
  std::vector<std::string> finish() const;

  // An event of a tool call that the program made itself, outside all turns: only law 4 holds.
  std::vector<std::string> check_outside(const Json& event);

  // The run goes on in a later generation. A turn that is open now was cut off: it may be
  // continued, and what it was receiving may be superseded for the reason `crash`.
  void begin_generation();

  bool is_open() const { return started_ && end_stage_.empty(); }

 private:
  // One tool call: `started → arguments* → executing → progress* → completed | failed`.
  struct ToolCall {
    std::int64_t attempt = 0;
    int received_in = 0;  // The generation in which it started …
    int executed_in = 0;  // … and that in which it was executed last.
    std::string stage;
    std::string arguments_text;
    bool is_void = false;  // Superseded.
  };
  struct Message {
    std::int64_t attempt = 0;
    int generation = 0;
    std::string event_type;
    std::string text;
    bool is_void = false;
  };

  void check_turn(const Json& event);
  void check_end(const Json& event);
  void check_cost();
  void check_superseded(const Json& event);
  void check_crash(const Json& event);
  void make_void(const Json& event);
  void check_chunk(const Json& event);
  void check_tool_call(const Json& event);
  bool is_in_order(const ToolCall& call, std::string_view stage) const;
  void check_arguments(const Json& event, const ToolCall& call);
  void check_output_delta(const Json& event);
  void report(int law, std::string what);

  bool started_ = false;
  std::string end_stage_;  // Empty while open.
  int costs_ = 0;
  std::int64_t attempt_ = 0;
  int generation_ = 0;                // Counts those that this object has seen.
  bool was_cut_before_cost_ = false;  // A run that is stopped before it comes back never tells it.
  bool was_cut_ = false;              // Open when this generation began, and no `crash` told yet.
  std::map<std::string, Message> messages_;
  std::map<std::string, ToolCall> calls_;
  // Paths of the partial output that stand now; true = still open.
  std::map<std::string, bool, std::less<>> output_;
  bool output_given_up_ = false;
  std::vector<std::string> findings_;
};

}  // namespace tactus::journal
