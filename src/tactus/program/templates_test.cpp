#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/program/templates.hpp>

namespace tactus::program {
namespace {

using testing::ElementsAre;

const Json kValues = {
    {"input",
     {{"q", "Who?"}, {"n", 3}, {"items", {{{"fn", "x"}}, {{"fn", "y"}}}}, {"none", nullptr}}},
    {"name", "Ada"},
    {"a", "{name}"}};

std::optional<Json> lookup(std::string_view path) { return value_at_path(kValues, path); }

TEST(Templates, ReplaceMarkersAndNothingElse) {
  const std::pair<const char*, const char*> cases[] = {
      {"Hello {name}!", "Hello Ada!"},
      {"{input.q} {input.n}", "Who? 3"},
      {"{input.items[2].fn}", "y"},
      {"{input.items}", R"([{"fn":"x"},{"fn":"y"}])"},
      {"[{input.none}]", "[]"},
      {"{{name}} and {{input.q}}", "{name} and {input.q}"},
      {"{{{name}}}", "{{name}}"},
      {"{name}}", "Ada}"},
      {"{{name}", "{Ada"},
      {"{ name } {na me} {} {1} {\"a\": 1} {a, b} {.x} {x.}", nullptr},
      {"{input.items[]} {input.items[x]} {a..b}", nullptr},
      {"{a}", "{name}"},
      {"ö{name}ö", "öAdaö"},
      {"{", nullptr},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) {
    SCOPED_TRACE(text);
    EXPECT_EQ(render(text, lookup), expected ? expected : text);
  }
}

TEST(Templates, LeaveJsonSamplesAndUnknownMarkersVerbatimWithOneReport) {
  std::vector<std::string> unresolved;
  const std::string text = render(
      R"(Give {"a": {b}} for {input.q} {nope})",
      [](std::string_view path) -> std::optional<Json> {
        if (path == "b") return std::nullopt;
        return lookup(path);
      },
      [&](std::string_view path) { unresolved.emplace_back(path); });
  EXPECT_EQ(text, R"(Give {"a": {b}} for Who? {nope})");
  // {b} has the form of a marker, so it is looked up; JSON around it is not.
  EXPECT_THAT(unresolved, ElementsAre("b", "nope"));
}

TEST(Templates, ListTheirMarkersOnce) {
  EXPECT_THAT(template_markers("{a} {{b}} {c.d[1]} {a} {e f}"), ElementsAre("a", "c.d[1]"));
}

TEST(ValueAtPath, CountsFromOneAndFindsNothingOutside) {
  EXPECT_EQ(value_at_path(kValues, "input.items[1].fn"), Json("x"));
  EXPECT_EQ(value_at_path(kValues, "input.items[0]"), std::nullopt);
  EXPECT_EQ(value_at_path(kValues, "input.items[3]"), std::nullopt);
  EXPECT_EQ(value_at_path(kValues, "input.items[99999999999999999999]"), std::nullopt);
  EXPECT_EQ(value_at_path(kValues, "name.x"), std::nullopt);
  EXPECT_EQ(value_at_path(kValues, "input.none"), Json(nullptr));
  EXPECT_EQ(value_at_path(kValues, ""), kValues);
}

}  // namespace
}  // namespace tactus::program
