#include <tactus/program/metadata.hpp>
#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// A program with files beside it, by their paths.
class Modules : public ::testing::Test {
 protected:
  Checked check_files(const std::string& main, const std::map<std::string, std::string>& files) {
    Source source{"dir/file.tac", main};
    source.read_file = [this, files](
                           const std::string& path,
                           const std::string& from) -> Result<std::optional<IncludedFile>> {
      asked_.push_back(path + " from " + from);
      const auto file = files.find(path);
      if (file == files.end()) return std::nullopt;
      return IncludedFile{path, file->second, "hash of " + path};
    };
    auto checked = check(source, true);
    EXPECT_TRUE(checked.has_value());
    return std::move(*checked);
  }

  std::vector<std::string> asked_;
};

TEST_F(Modules, RunOnceAndReturnTheirValue) {
  const auto checked = check_files(
      "local a, again = require('lib.a'), require 'lib.a'\n"
      "State.set('same', a == again) State.set('answer', a.answer)\n"
      "State.set('none', require('none'))\n" +
          kMain,
      {{"lib/a/init.lua", "count = (count or 0) + 1\nreturn { answer = 41 + count }"},
       {"none.lua", "\xef\xbb\xbf#!/usr/bin/lua\n"}});
  expect_no_errors(*checked.program);
  EXPECT_EQ(dump_json(checked.program->initial_state), R"({"same":true,"answer":42,"none":true})");
  EXPECT_THAT(checked.program->modules,
              ElementsAre(Pair("lib/a/init.lua", "hash of lib/a/init.lua"),
                          Pair("none.lua", "hash of none.lua")));
  EXPECT_THAT(asked_, ElementsAre("lib/a.lua from dir/file.tac", "lib/a/init.lua from dir/file.tac",
                                  "none.lua from dir/file.tac"));
}

TEST_F(Modules, MayDeclareObjects) {
  const auto checked = check_files("require 'team'\nagent('b', { tools = { 'lookup' } })" + kMain,
                                   {{"team.lua",
                                     "\ntool('lookup', { description = 'd' }, function() end)\n"
                                     "agent('a', { system_prompt = 'p' })"}});
  const Program& program = *checked.program;
  expect_no_errors(program);
  EXPECT_THAT(program.warnings, IsEmpty());
  ASSERT_TRUE(program.find_agent("a") && program.find_tool("lookup") && program.find_agent("b"));
  EXPECT_EQ(program.find_agent("a")->file, "team.lua");
  EXPECT_EQ(program.find_agent("a")->line, 3);
  EXPECT_EQ(program.find_tool("lookup")->file, "team.lua");
  EXPECT_EQ(program.find_agent("b")->file, "");
  EXPECT_THAT(dump_json(metadata(program)), HasSubstr(R"("file":"team.lua")"));
}

TEST_F(Modules, HaveTheirOwnFindings) {
  const auto checked =
      check_files("require 'team'" + kMain,
                  {{"team.lua", "\nagent('a', {\n  provder = 'x' })\nagent('a', {})"}});
  ASSERT_THAT(checked.program->errors, testing::SizeIs(2));
  for (const Finding& finding : checked.program->errors) EXPECT_EQ(finding.file, "team.lua");
  EXPECT_THAT(to_text(checked.program->errors[0]), HasSubstr("3:3 TAC-VALIDATION"));
  EXPECT_THAT(to_text(checked.program->errors[1]), HasSubstr("the first is in line 2 |"));
}

TEST_F(Modules, ShareNamesWithTheProgram) {
  const auto checked =
      check_files("agent('a', {})\nrequire 'team'" + kMain, {{"team.lua", "agent('a', {})"}});
  ASSERT_THAT(checked.program->errors, testing::SizeIs(1));
  EXPECT_THAT(to_text(checked.program->errors[0]), HasSubstr("in line 1 of dir/file.tac |"));
}

TEST_F(Modules, TellWhatIsWrong) {
  const std::map<std::string, std::string> files = {
      {"syntax.lua", "\nlocal x = = 1"}, {"fails.lua", "\nerror('no')"},
      {"waits.lua", "\nSleep(1)"},       {"a.lua", "require 'b'"},
      {"b.lua", "\nreturn require 'c'"}, {"c.lua", "require('a')"},
      {"self.lua", "require 'self'"}};
  const std::tuple<std::string, std::string, std::string> cases[] = {
      {"'syntax'", "syntax.lua", "2:11 TAC-SYNTAX"},
      {"'fails'", "fails.lua", "2:0 TAC-LUA"},
      {"'waits'", "waits.lua", "2:0 TAC-PHASE"},
      {"'a'", "c.lua",
       "TAC-REQUIRE require: modules need each other: a.lua → b.lua → c.lua → a.lua"},
      {"'self'", "self.lua", "self.lua → self.lua"},
      {"'gone.x'", "",
       "TAC-REQUIRE require: there is no module 'gone.x' | there is neither gone/x.lua"},
      {"'../x'", "", "TAC-SANDBOX-DENIED"},
      {"'/etc/passwd'", "", "TAC-SANDBOX-DENIED"},
      {"'a/../../x'", "", "TAC-SANDBOX-DENIED"},
      {"'a\\0b'", "", "TAC-SANDBOX-DENIED"},
      {"'..'", "", "TAC-SANDBOX-DENIED"},
      {"''", "", "is not the name of a module"},
      {"'a..b'", "", "is not the name of a module"},
      {"'a\\\\b'", "", "is not the name of a module"},
      {"{}", "", "require expects the name of a module, got table"}};
  for (const auto& [argument, file, text] : cases) {
    const auto checked = check_files("require(" + argument + ")" + kMain, files);
    ASSERT_THAT(checked.program->errors, testing::SizeIs(1)) << argument;
    EXPECT_EQ(checked.program->errors[0].file, file) << argument;
    EXPECT_THAT(to_text(checked.program->errors[0]), HasSubstr(text));
  }
}

TEST_F(Modules, ThatFailedMayBeRequiredAgain) {
  const auto checked = check_files(
      "local first = pcall(require, 'a')\nok = true\nState.set('x', { first, require('a') })" +
          kMain,
      {{"a.lua", "if not ok then error('not yet') end return 'loaded'"}});
  expect_no_errors(*checked.program);
  EXPECT_EQ(dump_json(checked.program->initial_state), R"({"x":[false,"loaded"]})");
}

TEST_F(Modules, OfScriptsAreFollowedByChecks) {
  const auto checked = check_files(
      "local lib = require 'lib'\nagent('a', { provider = 'demo', tools = { lib.tool, 'other' } "
      "})\n"
      "require 'gone'\nif input.x then require 'never' end\nreturn A.turn(input.x).text",
      {{"lib.lua",
        "tool('other', {}, function() end)\nreturn { tool = tool('t', {}, function() end) }"}});
  EXPECT_EQ(checked.program->mode, Mode::kScript);
  ASSERT_TRUE(checked.program->find_agent("a"));
  ASSERT_TRUE(checked.program->find_agent("a")->tools);
  EXPECT_EQ(checked.program->find_agent("a")->tools->size(), 2u);
  EXPECT_THAT(to_texts(checked.program->warnings), IsEmpty());
  EXPECT_THAT(to_texts(checked.program->errors), ElementsAre(HasSubstr("3:0 TAC-REQUIRE")));
}

TEST_F(Modules, AreNotThereWithoutAReader) {
  const auto checked = check_text("require 'a'" + kMain);
  EXPECT_THAT(to_texts(checked.program->errors), ElementsAre(HasSubstr("no files can be read")));
}

}  // namespace
}  // namespace tactus::program
