#include <gtest/gtest.h>

#include <tactus/vm/test_support.hpp>

namespace tactus::vm {
namespace {

using testing::Fixture;

TEST(Vm, RunsAChunkAndHandsBackItsResults) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("return 1 + 1, 'a' .. 2, true, {1, 2}"), R"(2,"a2",true,[1,2])");
}

TEST(Vm, NamesFileLineAndColumnOfASyntaxError) {
  Fixture fixture;
  const auto compiled = fixture.vm().compile("local a = 1\nlocal b = = 2\n", "dir/file.tac");
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().code, ErrorCode::kSyntax);
  EXPECT_EQ(compiled.error().place, (Place{"dir/file.tac", 2, 11}));
  EXPECT_EQ(compiled.error().message, "unexpected symbol near '='");
}

TEST(Vm, KeepsTheWholeFileNameWhereLuaShortensIt) {
  Fixture fixture;
  const std::string name = std::string(80, 'd') + "/file.tac";
  auto function = fixture.vm().compile("\nerror('x')", name);
  ASSERT_TRUE(function.has_value());
  const auto done = fixture.vm().call(*function, nullptr, nullptr);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().place, (Place{name, 2, 0}));
}

TEST(Vm, RefusesBytecode) {
  Fixture fixture;
  EXPECT_FALSE(fixture.vm().compile("\x1bLua", "a.tac").has_value());
}

TEST(Vm, TurnsAnErrorOfTheScriptIntoLuaWithPlaceAndTraceback) {
  Fixture fixture;
  auto function = fixture.vm().compile("local function f()\n  error('boom')\nend\nf()", "a.tac");
  const auto done = fixture.vm().call(*function, nullptr, nullptr);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kLua);
  EXPECT_EQ(done.error().message, "boom");
  EXPECT_EQ(done.error().place, (Place{"a.tac", 2, 0}));
  EXPECT_NE(fixture.vm().last_traceback().find("a.tac:4:"), std::string::npos);
}

TEST(Vm, PassesArgumentsAndRefersToValues) {
  Fixture fixture;
  auto function = fixture.vm().compile("local a, b = ... return a + b.x", "a.tac");
  std::int64_t sum = 0;
  const auto done = fixture.vm().call(
      *function,
      [](lua_State* state) {
        lua_pushinteger(state, 2);
        push_json(state, {{"x", 3}});
        return 2;
      },
      [&](lua_State* state, int count) {
        EXPECT_EQ(count, 1);
        sum = lua_tointeger(state, -1);
      });
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(sum, 5);
}

TEST(Vm, RefersToNothingOnceItsVmIsGone) {
  auto vm = Vm::create({});
  auto function = (*vm)->compile("return 1", "a.tac");
  vm->reset();
  EXPECT_TRUE(function->operator bool());
}  // Destroying the Ref touches no dead interpreter.

TEST(Vm, TakesLittleMemoryBeforeAScriptRuns) {
  auto vm = Vm::create({});
  ASSERT_TRUE(vm.has_value());
  EXPECT_LT((*vm)->memory_used(),
            std::size_t{32} << 10);  // Of the 64 KiB a streaming run may take.
}

struct Witness {
  int* destroyed;
  ~Witness() { ++*destroyed; }
};

int raise_with_witness(lua_State* state) {
  const Witness witness{static_cast<int*>(lua_touserdata(state, lua_upvalueindex(1)))};
  Error error;
  error.code = ErrorCode::kInput;
  error.message = "bad";
  raise(state, std::move(error));
}

int throw_standard_exception(lua_State*) { throw std::runtime_error("from C++"); }

TEST(Vm, RunsDestructorsWhenABindingRaises) {
  Fixture fixture;
  int destroyed = 0;
  ASSERT_TRUE(fixture.vm()
                  .protect([&](lua_State* state) {
                    lua_pushglobaltable(state);
                    set_function(state, "fail", guarded<raise_with_witness>, &destroyed);
                  })
                  .has_value());
  EXPECT_EQ(fixture.call("local ok, e = pcall(fail) return ok, e.code"), R"(false,"TAC-INPUT")");
  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(fixture.call("\nfail()"), "test.tac:2: bad [TAC-INPUT]");
  EXPECT_EQ(destroyed, 2);
}

TEST(Vm, TurnsExceptionsOfABindingIntoErrors) {
  Fixture fixture;
  ASSERT_TRUE(fixture.vm()
                  .protect([&](lua_State* state) {
                    lua_pushglobaltable(state);
                    set_function(state, "fail", guarded<throw_standard_exception>, nullptr);
                  })
                  .has_value());
  EXPECT_EQ(fixture.call("fail()"), "test.tac:1: from C++ [TAC-LUA]");
}

TEST(ErrorObjects, PrintConcatenateAndAnswerStringMethods) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("local ok, e = pcall(Json.encode, {f = print})\n"
                         "return e.code, e.path, tostring(e), e .. '!', '>' .. e, e:find('cannot'),"
                         "e:upper():sub(1, 3), #e > 10, e.line, type(e.procedures)"),
            R"("TAC-JSON","f","test.tac:1: f: functions cannot be encoded [TAC-JSON]",)"
            R"("test.tac:1: f: functions cannot be encoded [TAC-JSON]!",)"
            R"(">test.tac:1: f: functions cannot be encoded [TAC-JSON]",26,"TES",true,1,"table")");
}

TEST(ErrorObjects, CarryThePlaceOfTheCaller) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("local ok, e = pcall(function()\n Json.decode('{') end)\n"
                         "return e.file, e.line, e.code"),
            R"("test.tac",2,"TAC-JSON")");
}

TEST(ErrorObjects, AreTheSameErrorAgainInCpp) {
  Fixture fixture;
  Error error;
  error.code = ErrorCode::kToolFailed;
  error.message = "m";
  error.hint = "h";
  error.path = "a.b";
  error.place = Place{"f.tac", 3, 4};
  Error seen;
  ASSERT_TRUE(fixture.vm()
                  .protect([&](lua_State* state) {
                    push_error(state, error);
                    seen = error_at(state, -1);
                  })
                  .has_value());
  EXPECT_EQ(seen, error);
}

TEST(ErrorObjects, LeaveValuesRaisedByTheScriptUnchanged) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("local t = {x = 1} local ok, e = pcall(error, t)\n"
                         "return e == t, select(2, pcall(error, 'plain', 0)), "
                         "select(2, pcall(error))"),
            R"(true,"plain",null)");
}

}  // namespace
}  // namespace tactus::vm
