#include <gtest/gtest.h>

#include <tactus/vm/test_support.hpp>

namespace tactus::vm {
namespace {

using testing::Fixture;

TEST(Bridge, KeepsIntegersFloatsAndEmptyArraysApart) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call("return Json.encode({a = 5, b = 5.0, c = {}, d = Json.array{}, e = {1, 2},"
                   " f = Json.object{}, g = 1e300, h = 0.1, i = -0.0, j = Json.object{1, 2}})"),
      R"("{\"a\":5,\"b\":5.0,\"c\":{},\"d\":[],\"e\":[1,2],\"f\":{},\"g\":1e+300,\"h\":0.1,)"
      R"(\"i\":-0.0,\"j\":{\"1\":1,\"2\":2}}")");
  EXPECT_EQ(
      fixture.call(
          "local t = Json.decode('{\"a\":5,\"b\":5.0,\"c\":5e0,\"d\":[],\"e\":18446744073709551615,"
          "\"f\":123456789012345678901234567890}')\n"
          "return math.type(t.a), math.type(t.b), math.type(t.c), Json.encode(t.d),"
          " math.type(t.e), math.type(t.f)"),
      R"("integer","float","float","[]","float","float")");
}

TEST(Bridge, WritesKeysInByteOrderAndIntegersAsText) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("return Json.encode({b = 1, a = 2, B = 3, [10] = 4, [2] = 5})"),
            R"("{\"10\":4,\"2\":5,\"B\":3,\"a\":2,\"b\":1}")");
  EXPECT_EQ(fixture.call("return Json.encode({x = {1, {y = 'ö\\n'}}}, {pretty = true})"),
            R"("{\n  \"x\": [\n    1,\n    {\n      \"y\": \"ö\\n\"\n    }\n  ]\n}")");
}

TEST(Bridge, HasOneValueForNull) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call("local t = Json.decode('{\"a\":null,\"b\":[null,1]}')\n"
                   "local k = Json.decode('{\"a\":null}', {null = true})\n"
                   "return t.a, t.b[1] == Json.null, #t.b, k.a == Json.null, tostring(Json.null),"
                   " Json.encode(t), Json.encode(k), Json.decode('null')"),
      R"(null,true,2,true,"null","{\"b\":[null,1]}","{\"a\":null}",null)");
}

TEST(Bridge, NamesThePathOfWhatCannotBeStored) {
  Fixture fixture;
  const std::pair<const char*, const char*> cases[] = {
      {"local t = {} t.self = t return t",
       "state.self: a table that contains itself cannot be stored"},
      {"return {items = {1, 2, {fn = print}}}", "state.items[3].fn: functions cannot be stored"},
      {"return {a = 0/0}", "state.a: NaN cannot be stored"},
      {"return {a = -1/0}", "state.a: -infinity cannot be stored"},
      {"return {a = '\\xff'}", "state.a: text that is not valid UTF-8 cannot be stored"},
      {"return {a = {['\\xff'] = 1}}", "state.a: a key that is not valid UTF-8 cannot be stored"},
      {"return {a = {[true] = 1}}", "state.a: boolean keys cannot be stored"},
      {"return {a = {[1.5] = 1}}", "state.a: fractional number keys cannot be stored"},
      {"return {a = {x = 1, [1] = 1, ['1'] = 2}}",
       "state.a: key 1 as number and as text cannot be stored"},
      {"return {a = coroutine.create(print)}", "state.a: coroutines cannot be stored"},
  };
  for (const auto& [source, message] : cases) {
    auto function = fixture.vm().compile(source, "a.tac");
    ASSERT_TRUE(function.has_value());
    std::optional<Result<Json>> converted;
    ASSERT_TRUE(fixture.vm()
                    .call(*function, nullptr,
                          [&](lua_State* state, int) {
                            ToJsonOptions options;
                            options.path = "state";
                            const int top = lua_gettop(state);
                            converted = to_json(state, -1, options);
                            EXPECT_EQ(lua_gettop(state), top);
                          })
                    .has_value());
    ASSERT_FALSE(converted->has_value()) << source;
    EXPECT_EQ(converted->error().code, ErrorCode::kJson);
    EXPECT_EQ(converted->error().message, message);
  }
}

TEST(Bridge, ShowsTheEndsOfALongPath) {
  Fixture fixture;
  EXPECT_EQ(fixture.call(
                "local t = {f = print} for i = 1, 150 do t = {[('k'):rep(1 << 16) .. i] = t} end\n"
                "local ok, e = pcall(Json.encode, t)\n"
                "return e.code, #e.path, e.path:sub(1, 5), e.path:sub(-4)"),
            R"("TAC-JSON",403,"kkkkk","k1.f")");
}

TEST(Bridge, BoundsTheDepth) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.call("local t = {} for i = 1, 199 do t = {t} end return (pcall(Json.encode, t))"),
      "true");
  EXPECT_EQ(fixture.call("local t = {} for i = 1, 200 do t = {t} end\n"
                         "local ok, e = pcall(Json.encode, t) return ok, e.code"),
            R"(false,"TAC-JSON")");
}

TEST(Bridge, DescribesInLogsWhatItCannotRepresent) {
  Fixture fixture;
  auto function = fixture.vm().compile(
      "local t = {f = print, n = 0/0, s = 'a\\xff', [true] = 1, deep = {}} t.self = t return t",
      "a.tac");
  std::string text;
  ASSERT_TRUE(fixture.vm()
                  .call(*function, nullptr,
                        [&](lua_State* state, int) {
                          ToJsonOptions options;
                          options.lenient = true;
                          text = dump_json(*to_json(state, -1, options));
                        })
                  .has_value());
  EXPECT_EQ(
      text,
      "{\"<boolean>\":1,\"deep\":{},\"f\":\"<function>\",\"n\":\"NaN\",\"s\":\"a\xEF\xBF\xBD\","
      "\"self\":\"<cycle>\"}");
}

TEST(Bridge, SharesATableThatIsNoCycle) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("local s = {1} return {s, s}"), "[[1],[1]]");
}

TEST(Bridge, StoresErrorObjectsAsTheirTextAndObjectsAsTheySay) {
  Fixture fixture;
  ASSERT_TRUE(fixture.vm()
                  .protect([](lua_State* state) {
                    lua_newuserdatauv(state, 0, 0);
                    lua_newtable(state);
                    lua_pushcfunction(state, [](lua_State* at) -> int {
                      lua_newtable(at);
                      lua_pushinteger(at, 1);
                      lua_setfield(at, -2, "output");
                      return 1;
                    });
                    lua_setfield(state, -2, "__json");
                    lua_setmetatable(state, -2);
                    lua_setglobal(state, "object");
                  })
                  .has_value());
  EXPECT_EQ(fixture.call("local _, e = pcall(Json.decode, 5 .. '}') return {e}, {object}"),
            R"(["test.tac:1: invalid JSON at byte 1: extra data [TAC-JSON]"],[{"output":1}])");
}

TEST(Bridge, SurvivesARoundTrip) {
  Fixture fixture;
  const std::string text =
      R"({"a":[],"b":{},"c":[1,2.5,"x",true,false,null],"d":{"e":{"f":[[]]}},"g":"ö"})";
  EXPECT_EQ(
      fixture.call("return Json.encode(Json.decode([==[" + text + "]==])) == [==[" + text + "]==]"),
      "true");
}

TEST(Bridge, ReportsTheBytePositionOfBadJson) {
  Fixture fixture;
  EXPECT_NE(fixture.call("Json.decode('{\"a\":}')").find("at byte 5"), std::string::npos);
}

}  // namespace
}  // namespace tactus::vm
