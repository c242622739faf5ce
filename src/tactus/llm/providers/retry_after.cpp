#include <charconv>

#include <time.h>

#include <tactus/base/text.hpp>
#include <tactus/llm/providers/provider_error.hpp>

namespace tactus::llm {
namespace {

using std::chrono::milliseconds;

constexpr double kSecondsMax = 30.0 * 24 * 3600;

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(number >= 0)) return 0;
  return number;
}

milliseconds from_seconds(double seconds) {
  return milliseconds(static_cast<std::int64_t>(std::min(seconds, kSecondsMax) * 1000));
}

// "Wed, 21 Oct 2026 07:28:00 GMT"; the locale of the process is never changed from "C".
std::optional<milliseconds> until_date(std::string_view text, WallTime now) {
  tm parts{};
  const std::string date(text);
  const char* end = strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (!end || *end != '\0') return std::nullopt;
  const WallTime then{std::chrono::seconds(timegm(&parts))};
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(then - now));
}

}  // namespace

std::optional<milliseconds> retry_after_of(const net::Headers& headers, WallTime now) {
  if (const auto value = net::find_header(headers, "retry-after-ms")) {
    if (const auto number = number_in(trim(*value))) return from_seconds(*number / 1000);
  }
  const auto value = net::find_header(headers, "retry-after");
  if (!value) return std::nullopt;
  if (const auto number = number_in(trim(*value))) return from_seconds(*number);
  return until_date(trim(*value), now);
}

}  // namespace tactus::llm
