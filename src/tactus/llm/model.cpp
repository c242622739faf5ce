#include <array>

#include <tactus/llm/model.hpp>

namespace tactus::llm {
namespace {

constexpr std::array<std::string_view, 4> kRoles = {"system", "user", "assistant", "tool"};
constexpr std::array<std::string_view, 7> kFinishReasons = {
    "stop", "length", "tool_calls", "content_filter", "cancelled", "truncated", "error"};

// What the words stand for where a budget is wanted, about as their providers take them.
struct Effort {
  std::string_view word;
  std::int64_t tokens;
};
constexpr std::array<Effort, 7> kEfforts = {{{"none", 0},
                                             {"minimal", 1024},
                                             {"low", 2048},
                                             {"medium", 8192},
                                             {"high", 24'576},
                                             {"xhigh", 32'768},
                                             {"max", 65'536}}};

}  // namespace

std::optional<OutputMode> output_mode_from_name(std::string_view name) {
  constexpr std::array<std::string_view, 4> kModes = {"auto", "native", "tool", "prompt"};
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (kModes[i] == name) return static_cast<OutputMode>(i);
  }
  return std::nullopt;
}

std::string_view role_name(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> role_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

std::string_view finish_reason_name(FinishReason reason) {
  return kFinishReasons[static_cast<std::size_t>(reason)];
}

std::optional<FinishReason> finish_reason_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kFinishReasons.size(); ++i) {
    if (kFinishReasons[i] == name) return static_cast<FinishReason>(i);
  }
  return std::nullopt;
}

// A budget between two words is the one below it, so that it is not exceeded; "xhigh" and "max" are
// known to few models and never made of a number.
std::string reasoning_effort_of(const Settings& settings) {
  if (!settings.reasoning_effort.empty() || !settings.reasoning_budget) {
    return settings.reasoning_effort;
  }
  if (*settings.reasoning_budget <= 0) return "none";
  std::string_view word = "minimal";
  for (const Effort& effort : kEfforts) {
    if (effort.word == "xhigh") break;
    if (effort.tokens > 0 && effort.tokens <= *settings.reasoning_budget) word = effort.word;
  }
  return std::string(word);
}

std::optional<std::int64_t> reasoning_budget_of(const Settings& settings) {
  if (settings.reasoning_budget) return settings.reasoning_budget;
  for (const Effort& effort : kEfforts) {
    if (effort.word == settings.reasoning_effort) return effort.tokens;
  }
  return std::nullopt;
}

}  // namespace tactus::llm
