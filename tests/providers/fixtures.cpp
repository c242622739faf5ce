#include "fixtures.hpp"

#include <gtest/gtest.h>

#include <tactus/base/text.hpp>

namespace tactus::wire {
namespace {

constexpr std::size_t kBytesMax = 16u << 20;

std::string folder() { return std::string(TACTUS_SOURCE_DIR) + "/../shared/fixtures/providers/"; }

}  // namespace

const std::optional<Json>& manifest() {
  static const std::optional<Json> read = []() -> std::optional<Json> {
    const auto bytes = read_file_bytes(folder() + "manifest.json", kBytesMax);
    if (!bytes) return std::nullopt;
    auto json = parse_json(*bytes);
    EXPECT_TRUE(json) << json.error().message;
    return json ? std::optional(*json) : std::nullopt;
  }();
  return read;
}

std::string recorded_bytes(std::string_view file) {
  const auto bytes = read_file_bytes(folder() + std::string(file), kBytesMax);
  EXPECT_TRUE(bytes) << file;
  return bytes.value_or("");
}

}  // namespace tactus::wire
