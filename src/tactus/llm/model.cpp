#include <array>

#include <tactus/llm/model.hpp>

namespace tactus::llm {
namespace {

constexpr std::array<std::string_view, 4> kRoles = {"system", "user", "assistant", "tool"};
constexpr std::array<std::string_view, 7> kFinishReasons = {
    "stop", "length", "tool_calls", "content_filter", "cancelled", "truncated", "error"};

}  // namespace

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

}  // namespace tactus::llm
