#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/lenient_json.hpp>
#include <tactus/llm/providers/surrogates.hpp>

namespace tactus::llm {

Result<Json> parse_lenient_json(std::string_view text) {
  constexpr std::size_t kShownBytesMax = 200;
  auto json = parse_json(text);
  if (json) return json;
  const std::string repaired = repair_utf8(text);
  json = parse_json(replace_lone_surrogates(repaired));
  if (json) return json;
  return fail(ErrorCode::kProviderStream,
              fmt::format("the provider sent something that is not JSON ({}): {}",
                          json.error().message, truncate_utf8(repaired, kShownBytesMax)));
}

}  // namespace tactus::llm
