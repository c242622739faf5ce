#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <tactus/base/clock.hpp>
#include <tactus/base/ids.hpp>
#include <tactus/base/json.hpp>
#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>

namespace tactus {
namespace {

TEST(Error, EveryCodeHasItsOwnNameAndIsFoundByIt) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::kPortInUse); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_EQ(error_code_from_name(error_code_name(code)), code) << i;
  }
  EXPECT_EQ(error_code_from_name("TAC-NOPE"), std::nullopt);
}

TEST(Error, PrintsPlaceMessageAndCode) {
  Error error{ErrorCode::kInput, "no topic", "", Place{"a.tac", 3, 1}, ""};
  EXPECT_EQ(to_string(error), "a.tac:3: no topic [TAC-INPUT]");
  error.place.reset();
  EXPECT_EQ(to_string(error), "no topic [TAC-INPUT]");
}

TEST(Utf8, ACutSequenceIsHeldBackAndNothingElseIs) {
  const std::string text = "aö€😀z";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view head = std::string_view(text).substr(0, cut);
    const std::size_t complete = complete_utf8_length(head);
    EXPECT_TRUE(is_valid_utf8(head.substr(0, complete))) << cut;
    EXPECT_LE(cut - complete, 3u);
    EXPECT_EQ(is_valid_utf8(head), complete == cut) << cut;
  }
}

TEST(Utf8, MalformedBytesAreReplacedNotHeld) {
  EXPECT_FALSE(is_valid_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
  EXPECT_EQ(complete_utf8_length("a\xFF"), 2u);
  EXPECT_EQ(repair_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(truncate_utf8("aö", 2), "a");
}

TEST(Json, StringsSurviveAppendAndParse) {
  std::string nasty = "quote\" back\\ tab\t nul";
  nasty += '\0';
  nasty += "ö😀\x1f";
  std::string literal;
  append_json_string(literal, nasty);
  const auto parsed = parse_json(literal);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(std::string(parsed->as_string()), nasty);
}

TEST(Json, WritesNumbersSoThatTheyReadBackAsTheSameKind) {
  const Json value =
      JsonObject{{"a", 5}, {"b", 5.0}, {"c", 0.0}, {"d", 0.0021}, {"e", 1e300}, {"f", -2.5}};
  EXPECT_EQ(dump_json(value), R"({"a":5,"b":5.0,"c":0.0,"d":0.0021,"e":1e+300,"f":-2.5})");
  EXPECT_EQ(*parse_json(dump_json(value)), value);
  EXPECT_EQ(dump_json(Json(JsonArray{1, JsonObject{}, JsonArray{}}), JsonForm::kPretty),
            "[\n  1,\n  {},\n  []\n]");
}

TEST(Json, BadTextNamesTheByte) {
  const auto parsed = parse_json("{\"a\": 1} x");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::kJson);
  EXPECT_NE(parsed.error().message.find("byte 9"), std::string::npos) << parsed.error().message;
  EXPECT_FALSE(parse_json(std::string(300, '[')));
  EXPECT_FALSE(parse_json(""));
}

TEST(Text, ProposesOnlyLikelyWords) {
  const std::vector<std::string> words = {"temperature", "tools", "top_p"};
  EXPECT_EQ(closest_match("temprature", words), "temperature");
  EXPECT_EQ(closest_match("zzzzzz", words), std::nullopt);
}

TEST(Text, ReadsRegularFilesAndWaitsForNoPipe) {
  const std::string folder = ::testing::TempDir() + random_token(8);
  std::filesystem::create_directory(folder);
  std::ofstream(folder + "/file") << std::string("a\0b", 3);
  EXPECT_EQ(read_file_bytes(folder + "/file", 3), std::string("a\0b", 3));
  EXPECT_EQ(read_file_bytes(folder + "/file", 2), std::nullopt);
  EXPECT_EQ(read_file_bytes(folder + "/absent", 9), std::nullopt);
  EXPECT_EQ(read_file_bytes(folder, 1 << 20), std::nullopt);
  ASSERT_EQ(::mkfifo((folder + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file_bytes(folder + "/pipe", 9), std::nullopt);
  std::filesystem::remove_all(folder);
}

TEST(Clock, FormatsUtcWithMicroseconds) {
  EXPECT_EQ(format_time(WallTime(std::chrono::nanoseconds(1'500'000))),
            "1970-01-01T00:00:00.001500Z");
}

TEST(Ids, SystemIdsAreOrderedInTimeAndUnique) {
  const std::string a = system_ids().next("run");
  const std::string b = system_ids().next("run");
  EXPECT_NE(a, b);
  EXPECT_EQ(a.rfind("run_", 0), 0u);
  EXPECT_EQ(a.size(), 30u);
  EXPECT_EQ(random_token(16).size(), 32u);
}

}  // namespace
}  // namespace tactus
