#include <algorithm>

#include <tactus/runtime/run_service.hpp>

namespace tactus::runtime {
namespace {

constexpr std::size_t kRunIdBytesMax = 128;

bool may_stand_in_id(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

}  // namespace

bool is_run_id(std::string_view id) {
  const bool dots_alone = id.find_first_not_of('.') == std::string_view::npos;  // Also when empty.
  return !dots_alone && id.size() <= kRunIdBytesMax && std::ranges::all_of(id, may_stand_in_id);
}

}  // namespace tactus::runtime
