// Attacks on the sandbox's limits. The CPU budget here is short, so that each ends soon.
#include <chrono>
#include <ctime>

#include <gtest/gtest.h>

#include <tactus/vm/test_support.hpp>

namespace tactus::vm {
namespace {

using testing::Fixture;
using namespace std::chrono_literals;

constexpr auto kBudget = 100ms;
// A sanitizer's build is slower by far.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TACTUS_SLOW_BUILD 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TACTUS_SLOW_BUILD 1
#endif
#if defined(TACTUS_SLOW_BUILD)
constexpr auto kOverrun = 10s;
constexpr auto kAmpleBudget = 300s;
#else
constexpr auto kOverrun = 1s;  // What the language allows after the budget.
constexpr auto kAmpleBudget = 30s;
#endif
// kAmpleBudget: where another limit is attacked, time must not be what ends it.

// Of this thread, so that a busy machine does not decide.
std::chrono::nanoseconds cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

struct Attack {
  const char* name;
  const char* script;
};

std::ostream& operator<<(std::ostream& out, const Attack& attack) { return out << attack.name; }

class CpuAttack : public ::testing::TestWithParam<Attack> {};

TEST_P(CpuAttack, EndsWithinASecondOfTheBudget) {
  Fixture fixture({.memory_bytes = std::size_t{256} << 20, .cpu = kBudget});
  for (const bool as_task : {false, true}) {
    SCOPED_TRACE(as_task ? "as a task" : "as a call");
    const auto begin = cpu_time();
    const std::string script = std::string(GetParam().script) + " survived = true";
    const std::string result = as_task ? fixture.run_to_end(script) : fixture.call(script);
    EXPECT_NE(result.find("[TAC-SANDBOX-CPU]"), std::string::npos) << result;
    EXPECT_LT(cpu_time() - begin, kBudget + kOverrun);
    EXPECT_EQ(fixture.call("return survived"), "null");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Limits, CpuAttack,
    ::testing::Values(
        Attack{"Loop", "while true do end"},
        Attack{"PcallLoop", "while true do pcall(function() while true do end end) end"},
        Attack{"XpcallHandler",
               "xpcall(function() while true do end end, function() while true do end end)"},
        Attack{"HandlerOfAnOrdinaryError", "xpcall(error, function() while true do end end)"},
        Attack{"CoroutineLoop",
               "while true do coroutine.resume(coroutine.create(function() while true do end end)) "
               "end"},
        Attack{"WrapInPcall",
               "while true do pcall(coroutine.wrap(function() while true do end end)) end"},
        Attack{"YieldForever",
               "local f = coroutine.wrap(function() while true do coroutine.yield() end end) "
               "while true do f() end"},
        Attack{"CloseHandler",
               "local x <close> = setmetatable({}, {__close = function() while true do end end}) "
               "while true do end"},
        Attack{"CloseHandlerOfACoroutine",
               "local mt = {__close = function() while true do pcall(error) end end} "
               "local co = coroutine.wrap(function() local x <close> = setmetatable({}, mt) "
               "while true do end end) pcall(co)"},
        Attack{"ClosedCoroutine",
               "local mt = {__close = function() while true do end end} "
               "local co = coroutine.create(function() local x <close> = setmetatable({}, mt) "
               "coroutine.yield() end) coroutine.resume(co) pcall(coroutine.close, co)"},
        Attack{"ReplacedByACloseError",
               "local mt = {__close = function() error('other') end} "
               "pcall(function() local x <close> = setmetatable({}, mt) while true do end end)"},
        Attack{"Finalizer",
               "setmetatable({}, {__gc = function() while true do end end}) "
               "while true do collectgarbage() end"},
        Attack{"FinalizerSetLater",
               "local mt = {__gc = function() end} setmetatable({}, mt) "
               "mt.__gc = function() while true do end end collectgarbage()"
               " for i = 1, 1e9 do end"},
        Attack{"Tostring",
               "tostring(setmetatable({}, {__tostring = function() while true do end end}))"},
        Attack{"FindBacktracking",
               "string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40) .. 'b')"},
        Attack{"FindStars", "string.find(('a'):rep(5000), ('.-'):rep(12) .. 'b')"},
        Attack{"MatchQuadratic", "while true do string.match(('a'):rep(1e6), '.-b') end"},
        Attack{"PcallFind",
               "while true do pcall(string.find, ('a'):rep(5000), ('.*'):rep(12) .. 'b') end"},
        Attack{"Gmatch", "for w in (('a'):rep(5000)):gmatch(('.-'):rep(12) .. 'b') do end"},
        Attack{"Gsub", "(('a'):rep(5000)):gsub(('.-'):rep(12) .. 'b', '')"},
        Attack{"GsubReplacement", "('a'):gsub('a', function() while true do end end)"},
        Attack{"Balance", "while true do (('('):rep(1e6)):find('%b()') end"},
        Attack{"LongSet", "(('a'):rep(1e5)):find('[' .. ('b'):rep(1e6) .. ']')"},
        Attack{"PlainFind",
               "while true do (('a'):rep(1e7)):find(('a'):rep(5e6) .. 'b', 1, true) end"},
        Attack{"RepOfNothing", "while true do (''):rep(1 << 62) end"},
        Attack{"Concatenation", "local s = ('x'):rep(3e7) while true do local t = s .. 'y' end"},
        Attack{"LongComparison",
               "local a, b = ('x'):rep(5e7) .. 'a', ('x'):rep(5e7) .. 'b' "
               "while true do local c = a < b end"},
        Attack{"LongCaseChange", "local s = ('x'):rep(3e7) while true do s:upper() end"},
        Attack{"TableMove", "table.move({}, 1, 1 << 61, 2)"},
        Attack{"TableInsert",
               "table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 1)"},
        Attack{"TableRemove",
               "table.remove(setmetatable({}, {__len = function() return 1 << 60 end}), 1)"},
        Attack{"TableConcat",
               "table.concat(setmetatable({}, {__index = table.concat}), '', 1, 1 << 60)"},
        Attack{"TableSortLength",
               "table.sort(setmetatable({}, {__len = function() return 1 << 30 end,"
               " __index = rawlen}))"},
        Attack{"SortComparison", "table.sort({2, 1}, function() while true do end end)"},
        Attack{"NextOfALargeTable",
               "local t = {} for i = 1, 1e5 do t['k' .. i] = i end while true do next(t) end"},
        Attack{"Collect",
               "local t = {} for i = 1, 1e5 do t[i] = {} end "
               "while true do collectgarbage() end"},
        Attack{"LoadOfALongSource", "while true do load(('x = 1 '):rep(1e6)) end"},
        Attack{"LoadReader", "load(function() return ' ' end)"},
        Attack{"LoadReaderLoop", "while true do load(function() while true do end end) end"},
        Attack{"JsonDecode",
               "local s = '[' .. ('1,'):rep(1e5) .. '1]' while true do Json.decode(s) end"},
        Attack{"UnpackMuch", "local t = {} while true do table.unpack(t, 1, 2e5) end"},
        Attack{"Metamethods",
               "local t = {} setmetatable(t, {__index = function(_, k) "
               "return t[k + 1] end}) while true do pcall(function() return t[1] end) end"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(CpuBudget, CountsOnlyBetweenWaits) {
  Fixture fixture({.cpu = 200ms});
  EXPECT_EQ(
      fixture.run_to_end("for i = 1, 6 do local begin = os.clock()\n"
                         "  while os.clock() - begin < 0.1 do end wait('w') end return 'done'"),
      R"("done")");
}

TEST(CpuBudget, IsSharedByACallNestedInATask) {
  Fixture fixture({.cpu = kBudget});
  auto endless = fixture.vm().compile("while true do end", "nested.tac");
  ASSERT_TRUE(endless.has_value());
  struct Context {
    Fixture* fixture;
    const Ref* function;
  } context{&fixture, &*endless};
  ASSERT_TRUE(fixture.vm()
                  .protect([&](lua_State* state) {
                    lua_pushglobaltable(state);
                    set_function(
                        state, "nested",
                        [](lua_State* at) -> int {
                          auto& given =
                              *static_cast<Context*>(lua_touserdata(at, lua_upvalueindex(1)));
                          auto done = given.fixture->vm().call(*given.function, nullptr, nullptr);
                          if (!done) raise(at, done.error());
                          return 0;
                        },
                        &context);
                  })
                  .has_value());
  const std::string result = fixture.run_to_end("pcall(nested) survived = true");
  EXPECT_NE(result.find("[TAC-SANDBOX-CPU]"), std::string::npos) << result;
  EXPECT_EQ(fixture.call("return survived"), "null");
}

TEST(CpuBudget, LeavesTheVmUsableAfterwards) {
  Fixture fixture({.cpu = kBudget});
  fixture.run_to_end("while true do end");
  EXPECT_EQ(fixture.run_to_end("local n = 0 for i = 1, 1e5 do n = n + 1 end return n"), "100000");
}

class MemoryAttack : public ::testing::TestWithParam<Attack> {};

TEST_P(MemoryAttack, IsACatchableErrorAndTheProgramContinues) {
  Fixture fixture({.memory_bytes = std::size_t{16} << 20, .cpu = kAmpleBudget});
  for (const bool as_task : {false, true}) {
    SCOPED_TRACE(as_task ? "as a task" : "as a call");
    const std::string script = std::string("local ok, e = pcall(function() ") + GetParam().script +
                               " end) collectgarbage() return ok, e.code, #('x'):rep(1000)";
    const std::string result = as_task ? fixture.run_to_end(script) : fixture.call(script);
    EXPECT_EQ(result, R"(false,"TAC-SANDBOX-MEMORY",1000)");
    EXPECT_LE(fixture.vm().memory_used(), std::size_t{16} << 20);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Limits, MemoryAttack,
    ::testing::Values(
        Attack{"Rep", "return ('x'):rep(1 << 30)"},
        Attack{"RepOverflow", "return ('xy'):rep(1 << 62)"},
        Attack{"RepJustBelow", "local s = ('x'):rep(15 << 20) return s .. s"},
        Attack{"Concatenation", "local s = 'x' while true do s = s .. s end"},
        Attack{"TableConcat",
               "local s = ('x'):rep(1 << 20) local t = {} for i = 1, 64 do t[i] = s end "
               "return table.concat(t)"},
        Attack{"Gsub", "return (('x'):rep(1 << 16)):gsub('x', ('y'):rep(1 << 12))"},
        Attack{"Format", "return ('%s%s'):format(('x'):rep(9 << 20), ('y'):rep(9 << 20))"},
        Attack{"Tables", "local t = {} while true do t[#t + 1] = {} end"},
        Attack{"Strings", "local t = {} for i = 1, 1e9 do t[i] = 'k' .. i end"},
        Attack{"Closures", "local t = {} while true do t[#t + 1] = function() return t end end"},
        Attack{"Coroutines", "local t = {} while true do t[#t + 1] = coroutine.create(print) end"},
        Attack{"InACoroutine",
               "local f = coroutine.wrap(function() local s = 'x' while true do s = s .. s end end)"
               " f()"},
        Attack{"InXpcall",
               "local ok, e = xpcall(function() local s = 'x' while true do s = s .. s end end,"
               " tostring) error(e)"},
        Attack{"Finalizers",
               "local t = {} while true do t[#t + 1] = setmetatable({}, {__gc = print}) end"},
        Attack{"Load", "return load('return \"' .. ('x'):rep(9 << 20) .. '\"')"},
        Attack{"Pack", "return string.pack('c' .. (1 << 28), '')"},
        Attack{"JsonOfSharedText",
               "local s = ('x'):rep(1 << 20) local t = {} for i = 1, 64 do t[i] = s end "
               "return Json.encode(t)"},
        Attack{"JsonOfSharedTables",
               "local t = {} for i = 1, 100 do t = {t, t} end return Json.encode(t)"},
        Attack{"JsonOfSharedKeys",
               "local k = ('k'):rep(1 << 20) local t = {} for i = 1, 64 do t[i] = {[k] = 1} end "
               "return Json.encode(t)"},
        Attack{"JsonDecode", "return Json.decode('[' .. ('1,'):rep(1 << 20) .. '1]')"},
        Attack{"PrintOfSharedText",
               "local s = ('x'):rep(1 << 20) print(s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, "
               "s)"},
        Attack{"Pairs",
               "local t = {} for i = 1, 3e5 do t['k' .. i] = true end "
               "local keep = {} while true do keep[#keep + 1] = {pairs(t)} end"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(MemoryCap, EndsATaskThatDoesNotCatchIt) {
  Fixture fixture({.memory_bytes = std::size_t{16} << 20});
  const std::string result = fixture.run_to_end("local t = {} while true do t[#t + 1] = {} end");
  EXPECT_EQ(result, "the script needs more than its 16 MiB of memory [TAC-SANDBOX-MEMORY]");
}

TEST(MemoryCap, FailsToCreateAVmThatDoesNotFit) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1000}, std::size_t{10000}}) {
    const auto vm = Vm::create({.memory_bytes = bytes});
    ASSERT_FALSE(vm.has_value());
    EXPECT_EQ(vm.error().code, ErrorCode::kSandboxMemory);
  }
}

TEST(MemoryCap, RaisesOfRepNameThePlace) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call("\nlocal ok, e = pcall(string.rep, 'x', 1 << 30) return ok, e.code, e.line"),
      R"(false,"TAC-SANDBOX-MEMORY",2)");
}

class StackAttack : public ::testing::TestWithParam<Attack> {};

TEST_P(StackAttack, IsACatchableErrorAndTheProgramContinues) {
  Fixture fixture({.cpu = kAmpleBudget});
  for (const bool as_task : {false, true}) {
    const std::string script =
        std::string("local ok = pcall(function() ") + GetParam().script + " end) return ok, 1 + 1";
    EXPECT_EQ(as_task ? fixture.run_to_end(script) : fixture.call(script), "false,2");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Limits, StackAttack,
    ::testing::Values(
        Attack{"Recursion", "local function f() return 1 + f() end f()"},
        Attack{"PcallRecursion",
               "local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()"},
        Attack{"Metamethods",
               "local t = setmetatable({}, {}) getmetatable(t).__index = function(s, k) "
               "return s[k] end return t.x"},
        Attack{"IndexChain",
               "local t = {} for i = 1, 1e4 do t = setmetatable({}, {__index = t}) end "
               "return t.x + 1"},
        Attack{"Tostring",
               "local t = setmetatable({}, {}) getmetatable(t).__tostring = tostring "
               "return tostring(t)"},
        Attack{"Coroutines", "local function f() coroutine.wrap(f)() end f()"},
        Attack{"CoroutineClose",
               "local function nest(n) local co = coroutine.create(function() "
               "local x <close> = setmetatable({}, {__close = function() nest(n + 1) end}) "
               "coroutine.yield() end) coroutine.resume(co) "
               "local ok, e = coroutine.close(co) if not ok then error(e, 0) end end nest(1)"},
        Attack{"Gsub", "local function f() return ('a'):gsub('a', f) end f()"},
        Attack{"Sort", "local function f() table.sort({2, 1}, f) end f()"},
        Attack{"DeepPattern", "return (('a'):rep(1000)):find(('(a'):rep(300) .. (')'):rep(300))"},
        Attack{"DeepSource",
               "assert(load('return ' .. ('('):rep(1000) .. '1' .. (')'):rep(1000)))"},
        Attack{"DeepJson", "Json.decode(('['):rep(1000) .. (']'):rep(1000))"},
        Attack{"UnpackMuch", "return table.unpack({}, 1, 1e7)"},
        Attack{"HandlerRaises",
               "local function h(e) error(e) end "
               "local ok, e = xpcall(error, h, 'x') if not ok then error('as expected') end"}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace tactus::vm
