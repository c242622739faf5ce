#include "fixtures.hpp"

#include <gtest/gtest.h>

#include <tactus/base/text.hpp>

namespace tactus::wire {
namespace {

constexpr std::size_t kBytesMax = 16u << 20;

std::string folder(std::string_view name) {
  return std::string(TACTUS_SOURCE_DIR) + "/../shared/fixtures/" + std::string(name) + "/";
}

}  // namespace

const std::optional<Json>& manifest() {
  static const std::optional<Json> read = []() -> std::optional<Json> {
    const auto bytes = read_file_bytes(folder("providers") + "manifest.json", kBytesMax);
    if (!bytes) return std::nullopt;
    auto json = parse_json(*bytes);
    EXPECT_TRUE(json) << json.error().message;
    return json ? std::optional(*json) : std::nullopt;
  }();
  return read;
}

std::string recorded_bytes(std::string_view file) {
  const auto bytes = read_file_bytes(folder("providers") + std::string(file), kBytesMax);
  EXPECT_TRUE(bytes) << file;
  return bytes.value_or("");
}

std::optional<std::string> aws_fixture(std::string_view file) {
  return read_file_bytes(folder("aws") + std::string(file), kBytesMax);
}

}  // namespace tactus::wire
