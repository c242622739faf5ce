#include <array>

#include <tactus/journal/run_record.hpp>

namespace tactus::journal {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 7> kStatusNames = {
    "running", "waiting_for_human", "sleeping", "interrupted", "completed", "failed", "cancelled"};
static_assert(kStatusNames.size() == static_cast<std::size_t>(RunStatus::kCancelled) + 1);

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

std::string run_status_names() {
  std::string names;
  for (const std::string_view name : kStatusNames) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

bool is_live(RunStatus status) {
  return status == RunStatus::kRunning || status == RunStatus::kWaitingForHuman ||
         status == RunStatus::kSleeping;
}

}  // namespace tactus::journal
