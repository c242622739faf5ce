#include <array>

#include <tactus/cli/run_view.hpp>

namespace tactus::cli {
namespace {

constexpr std::array<std::string_view, 10> kFrames = {"⠋", "⠙", "⠹", "⠸", "⠼",
                                                      "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr std::array<std::string_view, 4> kPlainFrames = {"|", "/", "-", "\\"};
constexpr std::size_t kValueBytesMax = 400;
constexpr std::chrono::seconds kFirstTold{5};  // When a plain view says again that it waits.

// A value on one line, shortened.
std::string short_value(const Json& value) {
  std::string text = value.is_string() ? std::string(value.get_string()) : dump_json(value);
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  if (text.size() > kValueBytesMax) text = text.substr(0, kValueBytesMax) + "…";
  return printable(text);
}

const Json& member(const Json& event, std::string_view key) {
  static const Json null;
  const Json* found = find_member(event, key);
  return found ? *found : null;
}

}  // namespace

std::string cost_text(const Json& cost) {
  if (!cost.is_number()) return "cost unknown";
  const double dollars = cost.to_number<double>();
  if (dollars == 0) return "$0";
  return dollars < 0.01 ? fmt::format("${:.4g}", dollars) : fmt::format("${:.4f}", dollars);
}

std::string duration_text(std::int64_t milliseconds) {
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  if (milliseconds < 60'000)
    return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000);
  return fmt::format("{} m {} s", milliseconds / 60'000, milliseconds / 1000 % 60);
}

std::string RunView::event(const Json& event) {
  std::string out;
  for (const Json& free : lanes_.take(event)) out += show(free);
  return out;
}

std::string RunView::show(const Json& event) {
  const std::string_view type = string_member(event, "event_type");
  if (type == "agent_stream_chunk") return text(string_member(event, "chunk_text"), false);
  if (type == "agent_reasoning_chunk") return text(string_member(event, "chunk_text"), true);
  if (type == "agent_turn") return on_turn(event);
  if (type == "agent_tool_call") return on_tool_call(event);
  if (type == "cost") return on_cost(event);
  if (type == "log") return on_log(event);
  if (type == "execution") return on_end(event);
  if (type == "hitl_request") return on_request(event);
  if (type == "hitl_response") return on_response(event);
  if (type == "notification") return on_notification(event);
  if (type == "agent_output_delta") return on_output_delta(event);
  if (type == "agent_output") return on_output(event);
  if (type == "attempt_superseded") return on_superseded(event);
  if (type == "stage_changed") {
    return fresh_line() + fmt::format("{}stage {}{}\n", style_.dim,
                                      printable(string_member(event, "to")), style_.reset);
  }
  return {};
}

std::string RunView::on_superseded(const Json& event) {
  std::string why = printable(string_member(member(event, "error"), "message"));
  if (const Json& next = member(event, "next"); next.is_object()) {
    if (why.ends_with('.')) why.pop_back();
    why += printable(fmt::format("; {}:{} is asked instead", string_member(next, "provider"),
                                 string_member(next, "model")));
  }
  return fresh_line() + fmt::format("{}attempt {} was dropped ({}): {}{}\n", style_.yellow,
                                    int_member(event, "attempt") + 1,
                                    string_member(event, "reason"), why, style_.reset);
}

std::string RunView::on_turn(const Json& event) {
  const std::string_view stage = string_member(event, "stage");
  agent_ = printable(string_member(event, "agent_name"));
  if (stage == "started") {
    std::string out = fresh_line();
    const bool demo = bool_member(event, "demo");
    out += fmt::format("{}{}{} {}{}{}\n", style_.bold, agent_, style_.reset, style_.dim,
                       demo ? "offline demo model" : printable(string_member(event, "model")),
                       style_.reset);
    waiting_ = true;
    waiting_since_ = clock_.steady();
    next_told_ = {};
    waiting_for_ = "waiting for " + std::string(demo ? "the demo model"
                                                     : printable(string_member(event, "provider")));
    return out + tick();
  }
  std::string out = fresh_line();
  if (stage == "failed") {
    const Json& error = member(event, "error");
    out += fmt::format("{}{} failed: {} [{}]{}\n", style_.red, agent_,
                       printable(string_member(error, "message")), string_member(error, "code"),
                       style_.reset);
  }
  if (stage == "cancelled") {
    const double closed = double_member(member(event, "cancel"), "upstream_closed_ms", -1);
    out += closed < 0 ? fmt::format("{}stopped{}\n", style_.yellow, style_.reset)
                      : fmt::format("{}stopped; upstream closed after {:.1f} ms{}\n", style_.yellow,
                                    closed, style_.reset);
  }
  return out;
}

std::string RunView::on_tool_call(const Json& event) {
  const std::string_view stage = string_member(event, "stage");
  const std::string name = printable(string_member(event, "tool_name"));
  const std::string_view arrow = style_.unicode ? "→" : "->";
  if (stage == "executing") {
    return fresh_line() + fmt::format("{}{} {}{} {}\n", style_.cyan, arrow, name, style_.reset,
                                      short_value(member(event, "arguments")));
  }
  if (stage == "progress")
    return fresh_line() + fmt::format("  {}{}{}\n", style_.dim,
                                      short_value(member(event, "message")), style_.reset);
  if (stage == "completed")
    return fresh_line() + fmt::format("  {}= {}{}\n", style_.dim,
                                      short_value(member(event, "result")), style_.reset);
  if (stage == "failed")
    return fresh_line() + fmt::format("  {}failed: {}{}\n", style_.red,
                                      short_value(member(event, "error")), style_.reset);
  return {};
}

std::string RunView::on_output_delta(const Json& event) {
  std::string out = output_.begins_line(event) || waiting_ ? fresh_line() : std::string();
  out += output_.show(event);
  line_open_ = output_.open();
  return out;
}

// Fields that were shown as they came need not be shown again.
std::string RunView::on_output(const Json& event) {
  std::string out = fresh_line();
  if (output_.take_shown()) {
    return out + fmt::format("{}{} valid output{}\n", style_.green, style_.unicode ? "✓" : "=",
                             style_.reset);
  }
  return out + fmt::format("{}output {}{}\n", style_.dim, style_.reset,
                           printable(dump_json(member(event, "output"))));
}

std::string RunView::on_cost(const Json& event) {
  const std::string_view dot = style_.unicode ? " · " : ", ";
  std::string line = cost_text(member(event, "total_cost"));
  line += fmt::format("{}{} in / {} out tokens{}", dot, int_member(event, "prompt_tokens"),
                      int_member(event, "completion_tokens"),
                      bool_member(event, "tokens_estimated") ? " (estimated)" : "");
  line += fmt::format("{}{}", dot, duration_text(int_member(event, "duration_ms")));
  if (find_member(event, "ttft_ms"))
    line += fmt::format("{}first token {}", dot, duration_text(int_member(event, "ttft_ms")));
  return fresh_line() + fmt::format("{}{}{}\n", style_.dim, line, style_.reset);
}

std::string RunView::on_log(const Json& event) {
  const std::string_view level = string_member(event, "level");
  const std::string_view colour = level == "ERROR"     ? style_.red
                                  : level == "WARNING" ? style_.yellow
                                                       : style_.dim;
  std::string line =
      fmt::format("{}[{}] {}", colour, level, printable(string_member(event, "message")));
  if (const Json& context = member(event, "context"); context.is_object() && level != "WARNING")
    line += " " + short_value(context);
  return fresh_line() + line + std::string(style_.reset) + "\n";
}

std::string RunView::on_request(const Json& event) {
  if (!show_requests_) return {};
  return fresh_line() + fmt::format("{}? {}{} {}\n", style_.yellow,
                                    printable(string_member(event, "request_id")), style_.reset,
                                    short_value(member(event, "message")));
}

std::string RunView::on_response(const Json& event) {
  const bool timed_out = bool_member(event, "timed_out");
  return fresh_line() + fmt::format("{}{} {}: {}{}\n", timed_out ? style_.yellow : style_.dim,
                                    printable(string_member(event, "request_id")),
                                    timed_out ? "was not answered in time" : "answered",
                                    short_value(member(event, "value")), style_.reset);
}

std::string RunView::on_notification(const Json& event) {
  const std::string_view level = string_member(event, "level");
  const std::string_view colour = level == "error" || level == "critical" ? style_.red
                                  : level == "warning"                    ? style_.yellow
                                                                          : style_.cyan;
  std::string line = fmt::format("{}[{}]{} {}", colour, printable(level), style_.reset,
                                 printable(string_member(event, "message")));
  if (const Json& context = member(event, "context"); !context.is_null())
    line += " " + short_value(context);
  return fresh_line() + line + "\n";
}

std::string RunView::on_end(const Json& event) {
  if (string_member(event, "lifecycle_stage") == "start") return {};
  return fresh_line();
}

std::string RunView::text(std::string_view piece, bool dim) {
  std::string out;
  if (waiting_ || (line_open_ && dim != dim_open_)) out = fresh_line();
  if (dim && !dim_open_) out += style_.plain ? "Thinking: " : style_.dim;
  dim_open_ = dim;
  out += printable(piece);
  line_open_ = !piece.empty() && piece.back() != '\n';
  return out;
}

std::string RunView::fresh_line() {
  std::string out;
  if (waiting_ && style_.is_terminal) out += style_.clear_line;
  waiting_ = false;
  if (dim_open_) out += style_.reset;
  dim_open_ = false;
  if (line_open_) out += '\n';
  line_open_ = false;
  output_.interrupt();
  return out;
}

std::string RunView::pause() {
  const bool waiting = waiting_;
  std::string out = fresh_line();
  waiting_ = waiting;
  return out;
}

std::string RunView::tick() {
  if (waiting_ && style_.plain) return told_wait();
  if (!waiting_ || !style_.is_terminal) return {};
  frame_ += 1;
  return std::string(style_.clear_line) + spinner_line();
}

// That it waits, at first and whenever that has taken twice as long.
std::string RunView::told_wait() {
  const auto waited = clock_.steady() - waiting_since_;
  if (waited < next_told_) return {};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waited).count();
  next_told_ = std::max<SteadyTime::duration>(waited * 2, kFirstTold);
  return seconds == 0 ? fmt::format("{}.\n", waiting_for_)
                      : fmt::format("Still {}, {} s.\n", waiting_for_, seconds);
}

std::string RunView::spinner_line() const {
  const std::string_view frame = style_.unicode ? kFrames[frame_ % kFrames.size()]
                                                : kPlainFrames[frame_ % kPlainFrames.size()];
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.steady() - waiting_since_).count();
  std::string line = fmt::format("{}{} {}", style_.dim, frame, waiting_for_);
  if (seconds > 0) line += fmt::format(" {} s", seconds);
  return line + std::string(style_.reset);
}

}  // namespace tactus::cli
