#include <algorithm>
#include <array>

#include <tactus/journal/checkpoint.hpp>

namespace tactus::journal {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 4> kStatusNames = {"started", "waiting", "completed",
                                                          "failed"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the first index off `rest`, without the zeros that do not count.
std::string_view take_index(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('.'), rest.size());
  std::string_view index = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  while (index.size() > 1 && index.front() == '0') index.remove_prefix(1);
  return index;
}

}  // namespace

std::string_view entry_status_name(EntryStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<EntryStatus> entry_status_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
    if (kStatusNames[i] == name) return static_cast<EntryStatus>(i);
  }
  return std::nullopt;
}

bool is_position(std::string_view text) {
  bool index_begun = false;
  for (const char c : text) {
    if (c != '.' && !is_digit(c)) return false;
    if (c == '.' && !index_begun) return false;
    index_begun = c != '.';
  }
  return index_begun;
}

bool position_less(std::string_view a, std::string_view b) {
  std::string_view rest_a = a;
  std::string_view rest_b = b;
  while (!rest_a.empty() && !rest_b.empty()) {
    const std::string_view index_a = take_index(rest_a);
    const std::string_view index_b = take_index(rest_b);
    // Of two numbers without leading zeros the longer is the greater, however long they are.
    if (index_a.size() != index_b.size()) return index_a.size() < index_b.size();
    if (index_a != index_b) return index_a < index_b;
  }
  if (rest_a.empty() != rest_b.empty()) return rest_a.empty();
  return a < b;  // "3" and "03" are the same place, but two texts.
}

bool is_nested_in(std::string_view position, std::string_view scope) {
  return position.size() > scope.size() && position.starts_with(scope) &&
         position[scope.size()] == '.';
}

}  // namespace tactus::journal
