#include <random>

#include <gtest/gtest.h>
#include <lualib.h>

#include <tactus/vm/test_support.hpp>

namespace tactus::vm {
namespace {

using testing::Fixture;

TEST(Sandbox, HasTheGlobalsOfTheAllowListAndNoOthers) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call("local names = {} for k in pairs(_G) do names[#names + 1] = k end\n"
                   "return table.concat(names, ' ')"),
      R"("Json _G _VERSION assert collectgarbage coroutine error getmetatable ipairs load math )"
      R"(next os pairs pcall print rawequal rawget rawlen rawset select setmetatable string )"
      R"(table tonumber tostring type utf8 wait xpcall")");
  EXPECT_EQ(fixture.call("local names = {} for k in pairs(os) do names[#names + 1] = k end\n"
                         "return table.concat(names, ' '), string.dump, _G == _ENV"),
            R"("clock date difftime getenv time tmpname",null,true)");
}

TEST(Sandbox, LoadsTextOnly) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("local f, e = load('\\27Lua') return f, e.code"),
            R"(null,"TAC-SANDBOX-BYTECODE")");
  EXPECT_EQ(fixture.call("local f, e = load('\\27Lua', 'x', 'b') return f, e.code"),
            R"(null,"TAC-SANDBOX-BYTECODE")");
  EXPECT_EQ(fixture.call(
                "local first = true\n"
                "local f, e = load(function() if first then first = false return '\\27Lua' end end)"
                "\nreturn f, e.code"),
            R"(null,"TAC-SANDBOX-BYTECODE")");
  EXPECT_EQ(
      fixture.call("local parts = {'return ', '1', ' + x'} local n = 0\n"
                   "return load(function() n = n + 1 return parts[n] end, 'c', 't', {x = 2})(),"
                   " load('return y', 'c')(), select(2, load('= 1', '=c'))"),
      R"(3,null,"c:1: unexpected symbol near '='")");
}

TEST(Sandbox, ProtectsTheMetatablesOfStringsAndGlobals) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("return getmetatable(''), getmetatable(_G), pcall(setmetatable, _G, {})"),
            R"("protected","protected",false,"cannot change a protected metatable")");
}

TEST(Sandbox, ShowsNoAddresses) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("return tostring({}), tostring(print), tostring(coroutine.create(print)),"
                         " ('%s %p %5.1f|%-4d|'):format({}, {}, 1.25, 7), ('%p'):format(1),"
                         " tostring(setmetatable({}, {__name = 'Thing'})), ('%%s'):format({})"),
            R"x("table: 0x?","function: 0x?","thread: 0x?","table: 0x? 0x?   1.2|7   |",)x"
            R"x("(null)","Thing: 0x?","%s")x");
}

TEST(Sandbox, VisitsKeysInOneOrder) {
  Fixture fixture;
  const std::string table =
      "local t = {z = 1, a = 1, [true] = 1, [false] = 1, [2.5] = 1, [-1] = 1, [10] = 1, [2] = 1, B "
      "= 1}";
  const std::string order = R"("-1 2 2.5 10 B a z false true")";
  EXPECT_EQ(fixture.call(table + " local r = {} for k in pairs(t) do r[#r + 1] = tostring(k) end "
                                 "return table.concat(r, ' ')"),
            order);
  EXPECT_EQ(fixture.call(table + " local r = {} local k = next(t) while k ~= nil do "
                                 "r[#r + 1] = tostring(k) k = next(t, k) end "
                                 "return table.concat(r, ' ')"),
            order);
}

TEST(Sandbox, VisitsTheKeysThatWerePresentAndStillAre) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call("local t = {a = 1, b = 2, c = 3, d = 4} local r = {}\n"
                   "for k, v in pairs(t) do r[#r + 1] = k .. v t.b = nil t['x' .. k] = 9 end\n"
                   "return r"),
      R"(["a1","c3","d4"])");
  EXPECT_EQ(
      fixture.call("local t = {a = 1, b = 2, c = 3} local r = {}\n"
                   "for k, v in next, t do r[#r + 1] = k .. v t[k] = nil end return r, next(t)"),
      R"(["a1","b2","c3"],null)");
  EXPECT_EQ(
      fixture.call("local t = {a = 1} local s = {a = 2, b = 3} local r = {}\n"
                   "for k in next, s do for l in next, t do r[#r + 1] = k .. l end end return r"),
      R"(["aa","ba"])");
  EXPECT_EQ(
      fixture.call("local t = setmetatable({}, {__pairs = function() return next, {x = 1} end})\n"
                   "local r = {} for k in pairs(t) do r[#r + 1] = k end return r, next({})"),
      R"(["x"],null)");
}

TEST(Sandbox, OffersTheOlderMathFunctions) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("return math.pow(2, 3), math.log10(1000), math.cosh(0), math.sinh(0),"
                         " math.tanh(0), math.atan2(0, 1), math.maxinteger == 1 << 63 - 1"),
            "8.0,3.0,1.0,0.0,0.0,0.0,false");
}

TEST(Sandbox, GivesTheSameRandomNumbersForASeed) {
  const std::string draw = "return math.random(1000000), math.random(1000000)";
  Fixture one, two, other;
  one.vm().set_random_seed(1, 2);
  two.vm().set_random_seed(1, 2);
  other.vm().set_random_seed(1, 3);
  const std::string first = one.call(draw);
  EXPECT_EQ(first, two.call(draw));
  EXPECT_NE(first, other.call(draw));
  EXPECT_EQ(first, one.call("math.randomseed() " + draw));
}

TEST(Sandbox, ReadsTimeAndEnvironmentFromTheHost) {
  Fixture fixture;
  std::string printed;
  Host host;
  host.time = [] { return std::int64_t{86400}; };
  host.clock = [] { return 1.5; };
  host.getenv = [](const std::string& name) -> std::optional<std::string> {
    if (name == "HOME") return "/root";
    return std::nullopt;
  };
  host.tmpname = [] { return std::string("tmp-1"); };
  host.print = [&](std::string line) { printed += line + "\n"; };
  fixture.vm().set_host(std::move(host));
  EXPECT_EQ(fixture.call("print('a', 1, nil, {}) return os.time(), os.clock(), os.getenv('HOME'),"
                         " os.getenv('KEY'), os.tmpname(), os.date('%Y-%m-%d %H:%M:%S %%'),"
                         " os.date('!*t').day, os.time{year = 2024, month = 14, day = 1, hour = 0},"
                         " os.difftime(5, 3)"),
            R"(86400,1.5,"/root",null,"tmp-1","1970-01-02 00:00:00 %",2,1738368000,2.0)");
  EXPECT_EQ(printed, "a\t1\tnil\ttable: 0x?\n");
  EXPECT_EQ(fixture.call("return pcall(os.date, '%Ez')").substr(0, 5), "false");
}

TEST(Sandbox, RunsFinalizersWithTheirObject) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call(
          "seen = {} local mt = {__gc = function(o) seen[#seen + 1] = o.name end}\n"
          "do setmetatable({name = 'a'}, mt) end local keep = setmetatable({name = 'b'}, mt)\n"
          "collectgarbage() collectgarbage()\n"
          "return seen, type(mt.__gc), getmetatable(keep) == mt, collectgarbage('step')"),
      R"(["a"],"function",true,0)");
}

TEST(Sandbox, OffersNoOtherUseOfTheCollector) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("local ok, e = pcall(collectgarbage, 'count') return e.code"),
            R"("TAC-SANDBOX-DENIED")");
}

TEST(Coroutines, BehaveAsInLua) {
  Fixture fixture;
  const std::string script =
      "local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b)\n"
      "  local d, e = coroutine.yield(c * 2) return d + e end)\n"
      "local r = {coroutine.resume(co, 1, 2)} local s = {coroutine.resume(co, 10)}\n"
      "local t = {coroutine.resume(co, 3, 4)} local u = {coroutine.resume(co)}\n"
      "local main, ismain = coroutine.running()\n"
      "local failing = coroutine.create(function() error('oops') end)\n"
      "local f = {coroutine.resume(failing)}\n"
      "local wrapped = {pcall(coroutine.wrap(function() error({}) end))}\n"
      "local closing = coroutine.create(function() local x <close> = setmetatable({}, {__close ="
      " function() error('c', 0) end}) coroutine.yield() end) coroutine.resume(closing)\n"
      "local ok, why = coroutine.close(closing)\n"
      "return r, s, t, u, ismain, f, coroutine.status(failing), #wrapped, type(wrapped[2]), ok, "
      "why,"
      " coroutine.isyieldable(), coroutine.wrap(function() return coroutine.isyieldable() end)()";
  const std::string expected =
      R"([true,3],[true,20],[true,7],[false,"cannot resume dead coroutine"],true,)"
      R"([false,"test.tac:3: oops"],"dead",2,"table",false,"c",false,true)";
  std::string wanted = expected;
  wanted.replace(wanted.find("test.tac:3"), 10, "test.tac:6");
  EXPECT_EQ(fixture.call(script), wanted);
  wanted.replace(wanted.find("test.tac:6"), 10, "task.tac:6");
  EXPECT_EQ(fixture.run_to_end(script), wanted);
}

TEST(Tables, BehaveAsInLua) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call("local t = {1, 2, 3} table.insert(t, 1, 0) table.insert(t, 4)\n"
                   "local a, b = table.remove(t, 2), table.remove(t)\n"
                   "return t, a, b, table.remove({}), table.move({1, 2, 3}, 2, 3, 1),"
                   " table.move({1, 2, 3}, 1, 2, 2), table.concat({1, 'x', 2.5}, '-'),"
                   " table.concat({1, 2, 3}, ',', 2, 3), table.concat({}), table.pack(1, nil).n,"
                   " (pcall(table.insert, {1}, 5, 1)), (pcall(table.insert, {1})),"
                   " (pcall(table.remove, {1}, 5)), (pcall(table.concat, {{}}))"),
      R"([0,2,3],1,4,null,[2,3,3],[1,1,2],"1-x-2.5","2,3","",2,false,false,false,false)");
}

TEST(Tables, SortStablyWhateverTheComparisonSays) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call("local t = {{1, 'a'}, {0, 'b'}, {1, 'c'}, {0, 'd'}, {0, 'e'}}\n"
                   "table.sort(t, function(x, y) return x[1] < y[1] end) local r = {}\n"
                   "for i, v in ipairs(t) do r[i] = v[2] end\n"
                   "local n = {} for i = 1, 200 do n[i] = (i * 37) % 200 end table.sort(n)\n"
                   "local sorted = true for i = 2, 200 do sorted = sorted and n[i - 1] < n[i] end\n"
                   "local evil = {5, 3, 9, 1} table.sort(evil, function() return true end)\n"
                   "return table.concat(r), sorted, #evil, (pcall(table.sort, {1, 'x'}))"),
      R"("bdeac",true,4,false)");
}

TEST(Strings, RepeatWithAndWithoutSeparator) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("return ('ab'):rep(3), ('ab'):rep(4, '-'), ('x'):rep(0), (''):rep(5),"
                         " (''):rep(3, ','), ('ab'):rep(1, '-'), ('x'):rep(-1)"),
            R"("ababab","ab-ab-ab-ab","","",",,","ab","")");
}

// Runs the same code in a plain Lua and says what it returns or raises.
std::string in_plain_lua(lua_State* lua, const std::string& source) {
  lua_settop(lua, 0);
  std::string text;
  if (luaL_loadbuffer(lua, source.data(), source.size(), "=t") != LUA_OK ||
      lua_pcall(lua, 0, 1, 0) != LUA_OK) {
    text = "failed: ";
  }
  return text + luaL_tolstring(lua, -1, nullptr);
}

TEST(Patterns, MatchLikeLuasOwn) {
  Fixture fixture;
  lua_State* const lua = luaL_newstate();
  luaL_openlibs(lua);
  const std::string pieces[] = {"a", "b",    ".",      "%a",  "%d",     "[ab]", "[^a]", "*",
                                "-", "+",    "?",      "(",   ")",      "()",   "%1",   "^",
                                "$", "%b()", "%f[%w]", "%",   "[",      "]",    "[]]",  "[a-c%d]",
                                "x", "%s",   "%%",     "[^]", "[%a-z]", "%bxy"};
  const std::string subjects[] = {"",        "a",      "abab", "aab(b)a", "hello world 123",
                                  "((a)b)x", "xaby yx"};
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string pattern;
    for (auto left = random() % 6 + 1; left > 0; --left)
      pattern += pieces[random() % std::size(pieces)];
    const std::string& subject = subjects[random() % std::size(subjects)];
    const std::string start = std::to_string(static_cast<int>(random() % 12) - 5);
    const std::string arguments = "[[" + subject + "]], [==[" + pattern + "]==]";
    const std::string source =
        "local function list(...) local t = table.pack(...) for i = 1, t.n do "
        "t[i] = tostring(t[i]) end return table.concat(t, '|') end\n"
        "local function try(f, ...) local t = table.pack(pcall(f, ...))\n"
        "  if not t[1] then return (t[2]:gsub('^[^ ]*:%d+: ', '')) end return list(table.unpack(t, "
        "2, t.n)) end\n"
        "local r = {try(string.find, " +
        arguments + ", " + start +
        ")}\n"
        "r[2] = try(string.match, " +
        arguments +
        ")\n"
        "r[3] = try(string.gsub, " +
        arguments +
        ", '<%0>')\n"
        "r[4] = try(string.gsub, " +
        arguments +
        ", '%1', 2)\n"
        "r[5] = try(string.gsub, " +
        arguments +
        ", function(a) return a == 'a' and 'Q' or nil end)\n"
        "r[6] = try(function() local out, n = {}, 0 for a, b in string.gmatch(" +
        arguments +
        ") do\n"
        "  n = n + 1 out[#out + 1] = tostring(a) .. ':' .. tostring(b) end return "
        "table.concat(out, ',') end)\n"
        "return table.concat(r, '\\n')";
    std::string ours;
    auto function = fixture.vm().compile(source, "t");
    ASSERT_TRUE(function.has_value());
    ASSERT_TRUE(fixture.vm()
                    .call(*function, nullptr,
                          [&](lua_State* state, int) { ours = to_display_text(state, -1); })
                    .has_value());
    ASSERT_EQ(ours, in_plain_lua(lua, source))
        << "pattern " << pattern << " on '" << subject << "'";
  }
  lua_close(lua);
}

}  // namespace
}  // namespace tactus::vm
