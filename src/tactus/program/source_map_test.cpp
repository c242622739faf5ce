#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/program/source_map.hpp>

namespace tactus::program {
namespace {

using testing::ElementsAre;

std::vector<std::string> words(const std::string& source) {
  std::vector<std::string> all;
  for (const Token& token : tokenize(source)) {
    if (token.kind != TokenKind::kEnd) all.emplace_back(token_text(source, token));
  }
  return all;
}

TEST(Lexer, SplitsNamesNumbersTextsAndSymbols) {
  EXPECT_THAT(words("local x <const> = 0x1p-4 + .5e+3 .. a.b...c"),
              ElementsAre("local", "x", "<", "const", ">", "=", "0x1p-4", "+", ".5e+3", "..", "a",
                          ".", "b", "...", "c"));
  EXPECT_THAT(words("a//b~=c<<1::l::"),
              ElementsAre("a", "//", "b", "~=", "c", "<<", "1", "::", "l", "::"));
}

TEST(Lexer, SkipsCommentsOfBothKindsAndTheFirstLineMark) {
  EXPECT_THAT(words("\xEF\xBB\xBF#!/usr/bin/tactus\nx --[[ y\n end ]] z --[==[ ]] ]==] w -- v\nu"),
              ElementsAre("x", "z", "w", "u"));
  EXPECT_THAT(words("--[ not long\nx --"), ElementsAre("x"));
}

TEST(Lexer, KeepsTextsWithEscapesAndLineBreaksWhole) {
  EXPECT_THAT(words(R"("a\"b" 'c\\' x)"), ElementsAre(R"("a\"b")", R"('c\\')", "x"));
  EXPECT_THAT(words("\"a\\z  \n b\" x"), ElementsAre("\"a\\z  \n b\"", "x"));
  EXPECT_THAT(words("\"a\\\nb\" x"), ElementsAre("\"a\\\nb\"", "x"));
  EXPECT_THAT(words("[==[ ]] end return ]==] x"), ElementsAre("[==[ ]] end return ]==]", "x"));
}

TEST(Lexer, EndsUnfinishedTextsAtTheLineOrTheFile) {
  EXPECT_THAT(words("\"open\nx"), ElementsAre("\"open", "x"));
  EXPECT_THAT(words("[[open\nx"), ElementsAre("[[open\nx"));
  EXPECT_THAT(words("\"\\"), ElementsAre("\"\\"));
}

TEST(Lexer, CountsLinesAcrossLongTextsAndComments) {
  const std::string source = "--[[\n\n]] a [[\n]] b";
  const std::vector<Token> tokens = tokenize(source);
  ASSERT_EQ(tokens.size(), 4u);
  EXPECT_EQ(tokens[0].line, 3);
  EXPECT_EQ(tokens[1].line, 3);
  EXPECT_EQ(tokens[1].end_line, 4);
  EXPECT_EQ(tokens[2].line, 4);
}

TEST(Lexer, CountsColumnsInCharacters) {
  EXPECT_EQ(column_of("x = \"ö\" y", 9), 9);
  EXPECT_EQ(column_of("a\nbc", 3), 2);
  EXPECT_EQ(column_of("\xEF\xBB\xBFx", 3), 1);
}

TEST(Lexer, ReadsPlainTextsOnly) {
  const auto value = [](const std::string& source) {
    return plain_string_value(source, tokenize(source).front());
  };
  EXPECT_EQ(value("'ab'"), "ab");
  EXPECT_EQ(value("[==[ab]==]"), "ab");
  EXPECT_EQ(value("[[\nab]]"), "ab");
  EXPECT_EQ(value("'a\\n'"), std::nullopt);
  EXPECT_EQ(value("'ab"), std::nullopt);
  EXPECT_EQ(value("[[ab"), std::nullopt);
  EXPECT_EQ(value("ab"), std::nullopt);
}

struct ModeCase {
  const char* source;
  bool main, script;
};

TEST(SourceMap, DecidesBetweenMainAndScript) {
  const ModeCase cases[] = {
      {"agent(\"a\", { system_prompt = (\"x\"):rep(3) })", false, false},
      {"agent \"a\" { prepare = function() return f() end }", false, false},
      {"local function f() return g() end", false, false},
      {"function t.f() g() end", false, false},
      {"local f = function() return 1 end", false, false},
      {"specifications([[ return f() ]])", false, false},
      {"-- return f()\n--[[ f() ]]", false, false},
      {"filters.last_n(3)", false, false},
      {"return 1", false, true},
      {"if x then return 1 end", false, true},
      {"for i = 1, 3 do f(i) end", false, true},
      {"input { a = \"string\" }", false, true},
      {"output({ a = \"string\" })", false, true},
      {"A.turn()", false, true},
      {"A:turn \"x\"", false, true},
      {"agent(\"a\", {}).turn()", false, true},
      {"f { 1 }", false, true},
      {"t[1](2)", false, true},
      {"(function() end)()", false, true},
      {"local x = require \"y\"", false, true},
      {"while true do f() end", false, true},
      {"repeat local x = 1 until f()", false, true},
      {"goto done ::done:: return", false, true},
      {"procedure(function() end)", true, false},
      {"procedure({}, function() end)", true, false},
      {"procedure { run = function() end }", true, false},
      {"procedure(\"main\", function() end)", true, false},
      {"procedure \"main\" { run = function() end }", true, false},
      {"main = procedure(\"other\", function() end)", true, false},
      {"procedure([[main]], {})\nLog.info(\"x\")", true, true},
      {"procedure(NAME, {})", true, false},
      {"procedure(\"other\", function() end)", false, false},
      {"local main = procedure(\"other\", function() end)", false, false},
      {"x.main = procedure(\"other\", function() end)", false, false},
      {"local function f() procedure(\"main\", {}) end", false, false},
      {"x.procedure(\"main\", {})", false, true},
      {"", false, false},
  };
  for (const ModeCase& c : cases) {
    SCOPED_TRACE(c.source);
    const SourceMap map(c.source);
    EXPECT_EQ(map.declares_main(), c.main);
    EXPECT_EQ(map.has_script_code(), c.script);
  }
}

TEST(SourceMap, SurvivesSourcesThatAreNoLua) {
  for (const char* source : {"end end end", "function (", "{ { [", "} ) ]", "agent(", "agent \"",
                             "agent { a = ", "procedure(\"main\"", "::", "= = =", "\"", "f("}) {
    SCOPED_TRACE(source);
    const SourceMap map(source);
    for (const CallSite& call : map.calls()) {
      if (call.table) map.locate(*call.table, {std::string("a"), std::size_t{1}});
    }
    EXPECT_EQ(map.tokens().back().kind, TokenKind::kEnd);
  }
}

TEST(SourceMap, ReadsDeepNestingInOnePass) {
  std::string source;
  for (int i = 0; i < 200000; ++i) source += "do ";
  source += "f() ";
  for (int i = 0; i < 200000; ++i) source += "end ";
  EXPECT_TRUE(SourceMap(source).has_script_code());  // Quadratic work would take minutes.
}

TEST(SourceMap, FindsTheTableOfEachCallForm) {
  for (const char* source :
       {"agent(\"a\", { k = 1 })", "agent \"a\" { k = 1 }", "agent(\"a\") { k = 1 }",
        "agent(\"a\")({ k = 1 })", "agent [[a]] { k = 1 }", "x = agent(\"a\", { k = 1 }, nil)"}) {
    SCOPED_TRACE(source);
    const SourceMap map(source);
    ASSERT_EQ(map.calls().size(), 1u);
    EXPECT_EQ(map.calls()[0].name, "a");
    ASSERT_TRUE(map.calls()[0].table.has_value());
    EXPECT_THAT(map.keys(*map.calls()[0].table), ElementsAre("k"));
  }
  const SourceMap merged("agent(\"a\", base or { k = 1 })");
  EXPECT_FALSE(merged.calls()[0].table.has_value());
}

TEST(SourceMap, LocatesKeysWhateverStandsBetween) {
  const SourceMap map(
      "agent \"a\" {\n"
      "  prepare = function(x) if x then return { b = 1 }, 2 end end,\n"
      "  [\"b\"] = ({ f(1, 2) })[1],\n"
      "  tools = { \"x\", { name = \"y\",\n"
      "    handler = function() end } };\n"
      "}");
  ASSERT_EQ(map.calls().size(), 1u);
  const std::size_t table = *map.calls()[0].table;
  EXPECT_THAT(map.keys(table), ElementsAre("prepare", "b", "tools"));
  EXPECT_EQ(map.locate(table, parse_table_path("b", 1))->line, 3);
  EXPECT_EQ(map.locate(table, parse_table_path("tools[2].handler", 1))->line, 5);
  EXPECT_EQ(map.locate(table, parse_table_path("tools[1]", 0))->line, 4);
  EXPECT_EQ(map.locate(table, parse_table_path("tools.nothing", 1))->line, 4);
  EXPECT_FALSE(map.locate(table, parse_table_path("nothing", 1)).has_value());
  const Span span = *map.locate(table, parse_table_path("tools", 1));
  EXPECT_EQ(span.column, 3);
  EXPECT_EQ(span.end_column, 8);
}

TEST(SourceMap, TellsCallsOnOneLineApartByName) {
  const SourceMap map("agent(\"a\", {}) agent(\"b\", {})");
  EXPECT_EQ(map.find_call("agent", 1, "b"), &map.calls()[1]);
  EXPECT_EQ(map.find_call("agent", 1, "unknown"), &map.calls()[0]);
  EXPECT_EQ(map.find_call("agent", 2, "a"), nullptr);
}

}  // namespace
}  // namespace tactus::program
