// Further files in the interpreter of a program, with globals of their own.
#include <deque>

#include <lua.h>

#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Beside : public ::testing::Test {
 protected:
  void SetUp() override {
    auto created = vm::Vm::create({});
    ASSERT_TRUE(created);
    vm_ = std::move(*created);
    auto globals = copy_globals(*vm_);
    ASSERT_TRUE(globals);
    globals_ = std::move(*globals);
  }

  Program& load_main(const std::string& text) {
    load(*vm_, source("main.tac", text), *factory_, main_);
    return main_;
  }
  Program& load_file(const std::string& path, const std::string& text) {
    Program& program = files_.emplace_back();
    load_beside(*vm_, globals_, source(path, text), *factory_, program);
    return program;
  }
  // What main of the program returns, as text.
  std::string run(const Program& program) {
    std::string text;
    auto done = vm_->call(program.main->body, {}, [&](lua_State* state, int count) {
      if (count > 0) text = vm::to_display_text(state, -count);
    });
    return done ? text : to_string(done.error());
  }

  std::map<std::string, std::string> modules_;

 private:
  Source source(const std::string& path, const std::string& text) {
    Source made{path, text};
    made.read_file = [this](const std::string& wanted,
                            const std::string&) -> Result<std::optional<IncludedFile>> {
      const auto file = modules_.find(wanted);
      if (file == modules_.end()) return std::nullopt;
      return IncludedFile{wanted, file->second, "hash"};
    };
    return made;
  }

  std::unique_ptr<vm::Vm> vm_;
  std::unique_ptr<ObjectFactory> factory_ = make_inert_factory();
  vm::Ref globals_;
  Program main_;
  std::deque<Program> files_;
};

std::string main_of(const std::string& body) {
  return "main = procedure('main', {}, function() " + body + " end)";
}

TEST_F(Beside, AFileSeesNothingOfTheOthers) {
  const Program& main = load_main("x = 1 function string.shout(s) return s .. '!' end " +
                                  main_of("return tostring(x) .. tostring(y) .. ('a'):upper()"));
  const Program& file =
      load_file("lib/file.tac",
                "y = 2 table.extra = 3 " + main_of("return tostring(x) .. tostring(y) .. "
                                                   "tostring(string.shout) .. tostring(_G.y)"));
  const Program& other = load_file("lib/other.tac", main_of("return tostring(table.extra)"));
  expect_no_errors(main);
  expect_no_errors(file);
  EXPECT_EQ(file.name, "file");
  EXPECT_EQ(run(main), "1nilA");
  EXPECT_EQ(run(file), "nil2nil2");
  EXPECT_EQ(run(other), "nil");
}

TEST_F(Beside, WhatIsCompiledLaterBelongsToItsFile) {
  modules_["words.lua"] = "loaded = (loaded or 0) + 1 return { count = loaded }";
  const std::string body =
      "load('made = (made or 0) + 1')() "
      "return made .. ' ' .. require('words').count .. ' ' .. tostring(load('return 1', 'c', 't', "
      "{})())";
  const Program& main = load_main("local words = require('words') " + main_of(body));
  const Program& file = load_file("file.tac", main_of(body));
  EXPECT_EQ(run(file), "1 1 1") << "a module runs once for each program";
  EXPECT_EQ(run(file), "2 1 1");
  EXPECT_EQ(run(main), "1 1 1");
}

TEST_F(Beside, DeclarationsGoToTheirFile) {
  const Program& main =
      load_main("agent 'helper' { tools = {} } " + main_of("return tostring(Late)"));
  const Program& file = load_file(
      "file.tac", "agent 'helper' { tools = {} } agent 'other' { tools = {} } " +
                      main_of("local pending = agent 'late' pending { tools = {} } "
                              "return tostring(Late ~= nil) .. tostring(Toolset:define('t', "
                              "{ type = 'lua', tools = {} }))"));
  expect_no_errors(file);
  EXPECT_EQ(run(file), "truetoolset t");
  EXPECT_EQ(run(main), "nil");
  EXPECT_EQ(main.agents.size(), 1u);
  EXPECT_EQ(file.agents.size(), 3u);
  EXPECT_FALSE(main.find_toolset("t"));
}

TEST_F(Beside, WhatIsWrongIsSaidOfTheFile) {
  load_main(kMain);
  EXPECT_THAT(to_texts(load_file("bad.tac", "x = (").errors), ElementsAre(HasSubstr("TAC-SYNTAX")));
  EXPECT_THAT(to_texts(load_file("empty.tac", "agent 'a' { tools = {} }").errors),
              ElementsAre(HasSubstr("TAC-NO-MAIN")));
  EXPECT_THAT(to_texts(load_file("fails.tac", "\nerror('no')" + kMain).errors),
              ::testing::Contains(HasSubstr("2:")));
}

}  // namespace
}  // namespace tactus::program
