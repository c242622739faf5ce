// Shows a run in the terminal as it happens: waiting indicator, text, tools, metrics. A projection
// of the run log; knows nothing of the runtime.
#pragma once

#include <string>
#include <vector>

#include <tactus/base/clock.hpp>
#include <tactus/base/json.hpp>
#include <tactus/cli/output_lines.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/cli/turn_lanes.hpp>

namespace tactus::cli {

// Pure but for time: events in, text to print out. One thread.
class RunView {
 public:
  RunView(Style style, const Clock& clock) : style_(style), clock_(clock), output_(style) {}

  // What to print for one event of the log. Turns of several tasks come one after another.
  std::string event(const Json& event);
  // What to print now that time has passed: the spinner's next frame, or nothing.
  std::string tick();
  // What to print so that others may write: ends the line that is open. The spinner comes back.
  std::string pause();
  // Whether requests to humans are told; not where a prompt shows them. Default: true.
  void show_requests(bool show) { show_requests_ = show; }
  // True while the spinner is on screen.
  bool waiting() const { return waiting_; }

 private:
  std::string show(const Json& event);
  std::string on_superseded(const Json& event);
  std::string on_turn(const Json& event);
  std::string on_tool_call(const Json& event);
  std::string on_output_delta(const Json& event);
  std::string on_output(const Json& event);
  std::string on_cost(const Json& event);
  std::string on_log(const Json& event);
  std::string on_request(const Json& event);
  std::string on_response(const Json& event);
  std::string on_notification(const Json& event);
  std::string on_end(const Json& event);
  std::string text(std::string_view piece, bool dim);
  // Removes the spinner and ends an unfinished line of text.
  std::string fresh_line();
  std::string spinner_line() const;
  std::string told_wait();

  Style style_;
  const Clock& clock_;
  TurnLanes lanes_;
  OutputLines output_;
  bool show_requests_ = true;
  bool waiting_ = false;
  bool line_open_ = false;
  bool dim_open_ = false;
  std::string waiting_for_;
  SteadyTime waiting_since_{};
  SteadyTime::duration next_told_{};  // How long it must have waited to be told again.
  std::size_t frame_ = 0;
  std::string agent_;
};

// "$0.0021", "$0", or "cost unknown".
std::string cost_text(const Json& cost);
// "820 ms", "4.1 s", "2 m 5 s".
std::string duration_text(std::int64_t milliseconds);

}  // namespace tactus::cli
