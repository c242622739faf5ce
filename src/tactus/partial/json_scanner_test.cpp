#include <random>

#include <gtest/gtest.h>

#include <tactus/partial/json_scanner.hpp>

namespace tactus::partial {
namespace {

// Builds the value again from what the scanner tells.
class Builder : public JsonEvents {
 public:
  bool begin(Kind kind) override {
    if (kind == Kind::kArray) open_.push_back(JsonArray());
    if (kind == Kind::kObject) open_.push_back(JsonObject());
    if (kind == Kind::kString) open_.push_back("");
    names_.push_back(name_);
    return true;
  }
  bool text(std::string_view piece) override {
    EXPECT_FALSE(piece.empty());
    open_.back().get_string().append({piece.data(), piece.size()});
    return true;
  }
  bool key(std::string_view name) override {
    name_ = name;
    return true;
  }
  bool scalar(Json value) override { return give(std::move(value)); }
  bool end() override {
    Json value = std::move(open_.back());
    open_.pop_back();
    return give(std::move(value));
  }
  std::optional<Json> whole;

 private:
  bool give(Json value) {
    const std::string name = names_.back();
    names_.pop_back();
    if (open_.empty()) {
      whole = std::move(value);
    } else if (open_.back().is_array()) {
      open_.back().get_array().push_back(std::move(value));
    } else {
      open_.back().get_object()[name] = std::move(value);
    }
    return true;
  }
  std::vector<Json> open_;
  std::vector<std::string> names_;
  std::string name_;
};

// The value, or nothing if it is no JSON; in two pieces.
std::optional<Json> scan(std::string_view text, std::size_t split) {
  Builder builder;
  JsonScanner scanner(builder);
  std::size_t used = scanner.push(text.substr(0, split));
  if (used == std::min(split, text.size())) used += scanner.push(text.substr(used));
  scanner.finish();
  if (scanner.state() != JsonScanner::State::kComplete) return std::nullopt;
  if (text.find_first_not_of(" \n\t\r", used) != std::string_view::npos) return std::nullopt;
  return builder.whole;
}

TEST(JsonScanner, AcceptsAndRefusesWhatTheWholeParserDoesForEverySplit) {
  const std::string texts[] = {
      R"({"a":[1,-2.5e3,true,null,{"b":"x"}],"":false})",
      "  [ ]  ",
      "{ }",
      R"("ö€😀 \u00f6\u20ac\ud83d\ude00\n\t\/\"\\")",
      "0",
      "-0",
      "12345678901234567890",
      "123456789012345678901234567890",
      "1e5",
      "1E+05",
      "1.5e-3 ",
      "01",
      "-",
      "1.",
      "1e",
      "+1",
      ".5",
      "tru",
      "truth",
      "nul",
      "[1,]",
      "[,1]",
      R"({"a"})",
      R"({"a":1,})",
      R"({a:1})",
      "\"\x01\"",
      R"("\x")",
      R"("\ud83d")",
      R"("\ude00")",
      R"("\ud83dx")",
      "\"\xff\"",
      "\"\xc3\"",
      "\"\xc3(\"",
      "\"\xe2\x82\"",
      "\"\xed\xa0\x80\"",
      "\"open",
      "[1] 2",
      "{} {}",
      "1e400",
      std::string(200, '[') + std::string(200, ']'),
      std::string(201, '[') + std::string(201, ']'),
      "",
      " ",
  };
  for (const std::string& text : texts) {
    const auto expected = parse_json(text);
    for (std::size_t split = 0; split <= text.size(); ++split) {
      SCOPED_TRACE(text + " split at byte " + std::to_string(split));
      const auto found = scan(text, split);
      ASSERT_EQ(found.has_value(), expected.has_value());
      if (found) {
        EXPECT_EQ(dump_json(*found), dump_json(*expected));
      }
    }
  }
}

TEST(JsonScanner, ReadsDamagedDocumentsAsTheWholeParserDoes) {
  std::mt19937 random(7);
  const std::string whole =
      R"({"name":"Zoë \ud83d\ude00","list":[1,2.5e-1,-3,true,null,[]],"o":{}})";
  static constexpr std::string_view kBytes = "{}[]\",:\\u0019eE+-.tfn \xc3\xab";
  for (int round = 0; round < 20000; ++round) {
    std::string text = whole;
    for (int i = static_cast<int>(random() % 3); i >= 0; --i)
      text[random() % text.size()] = kBytes[random() % kBytes.size()];
    const auto expected = parse_json(text);
    const auto found = scan(text, random() % text.size());
    ASSERT_EQ(found.has_value(), expected.has_value()) << text;
    if (found) {
      ASSERT_EQ(dump_json(*found), dump_json(*expected)) << text;
    }
  }
}

TEST(JsonScanner, SaysWhatWasExpectedAndAtWhichByte) {
  Builder builder;
  JsonScanner scanner(builder);
  EXPECT_EQ(scanner.push(R"({"a":1)"), 6u);
  EXPECT_EQ(scanner.push(" ;"), 1u);
  EXPECT_EQ(scanner.state(), JsonScanner::State::kFailed);
  EXPECT_EQ(scanner.error(), "expected ',' or '}' at byte 7");
}

TEST(JsonScanner, TellsABrokenCharacterAtTheSameByteForEverySplit) {
  for (const std::string text :
       {"[\"ab\xc3\"]", "[\"ab\xa2\"]", "[\"ö\xe2\x82z\"]", "[\"ab\xcd\xcd\"]"}) {
    std::string error;
    for (std::size_t split = 0; split <= text.size(); ++split) {
      SCOPED_TRACE(text + " split at byte " + std::to_string(split));
      Builder builder;
      JsonScanner scanner(builder);
      scanner.push(std::string_view(text).substr(0, split));
      if (scanner.state() == JsonScanner::State::kRunning)
        scanner.push(std::string_view(text).substr(split));
      ASSERT_EQ(scanner.state(), JsonScanner::State::kFailed);
      if (split == 0) error = scanner.error();
      EXPECT_EQ(scanner.error(), error);
    }
    EXPECT_EQ(error, "a broken character at byte 4");
  }
}

TEST(JsonScanner, LeavesWhatFollowsTheDocument) {
  Builder builder;
  JsonScanner scanner(builder);
  EXPECT_EQ(scanner.push("[1]\n```"), 3u);
  EXPECT_EQ(scanner.state(), JsonScanner::State::kComplete);
  EXPECT_EQ(scanner.push("more"), 0u);
}

}  // namespace
}  // namespace tactus::partial
