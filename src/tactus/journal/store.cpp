#include <array>

#include <tactus/journal/store.hpp>

namespace tactus::journal {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 5> kStatusNames = {"running", "interrupted", "completed",
                                                          "failed", "cancelled"};

}  // namespace

std::string_view run_status_name(RunStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<RunStatus> run_status_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
    if (kStatusNames[i] == name) return static_cast<RunStatus>(i);
  }
  return std::nullopt;
}

}  // namespace tactus::journal
