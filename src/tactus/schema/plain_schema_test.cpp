#include <gtest/gtest.h>

#include <tactus/schema/schema.hpp>

namespace tactus::schema {
namespace {

Json json(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Json();
}

Schema schema_of(std::string_view text) {
  auto schema = parse_schema(json(text), Required::kOnlyIfSaid);
  EXPECT_TRUE(schema) << text << ": " << schema.error().message;
  return schema ? *schema : Schema();
}

std::string violations(std::string_view schema, std::string_view value) {
  return describe(validate_json_schema(json(schema).get_object(), json(value)));
}

TEST(PlainJsonSchema, IsRecognisedByTypeBesideItsCompanions) {
  const auto is_plain = [](std::string_view text) {
    return schema_of(text).json_schema.has_value();
  };
  EXPECT_TRUE(is_plain(R"({"type":"object","properties":{"a":{"type":"string"}}})"));
  EXPECT_TRUE(is_plain(R"({"type":"array","items":{"type":"string"}})"));
  EXPECT_TRUE(is_plain(R"({"type":"string","enum":["a"]})"));
  EXPECT_TRUE(is_plain(R"({"type":"object","anyOf":[{}]})"));
  EXPECT_FALSE(is_plain(R"({"type":"string"})"));
  EXPECT_FALSE(is_plain(R"({"type":"string","items":"list","properties":"dict"})"));
  EXPECT_FALSE(is_plain(R"({"type":{"type":"string"},"items":{"type":"array"}})"));
}

TEST(PlainJsonSchema, DecidesAFieldThatUsesItsKeywords) {
  for (const char* field :
       {R"({"anyOf":[{"type":"string"}]})", R"({"type":["string","null"]})",
        R"({"type":"object","properties":{"a":{}},"required":["a"]})", R"({"const":5})",
        R"({"type":"object","additionalProperties":{"type":"integer"}})",
        R"({"type":"number","exclusiveMinimum":0})", R"({"$ref":"#/$defs/a","$defs":{"a":{}}})"}) {
    EXPECT_TRUE(schema_of(fmt::format(R"({{"f":{}}})", field)).fields[0].json_schema) << field;
  }
  EXPECT_FALSE(
      schema_of(R"({"f":{"type":"object","properties":{"a":"string"}}})").fields[0].json_schema);
  const Schema both = schema_of(R"({"f":{"anyOf":[{"type":"integer"}],"required":true}})");
  EXPECT_TRUE(both.fields[0].required);
  EXPECT_EQ(Json(to_json_schema(both)), json(R"({"type":"object","required":["f"],
      "properties":{"f":{"anyOf":[{"type":"integer"}]}},"additionalProperties":false})"));
}

TEST(PlainJsonSchema, AsAWholeStandsAsItIsAndListsItsProperties) {
  const std::string text =
      R"({"type":"object","required":["a","b"],"properties":{"a":{"type":"integer"},
          "b":{"type":"string","default":"x"},"c":{"type":["string","null"]},"d":{"type":"string"}},
          "additionalProperties":false})";
  const Schema schema = schema_of(text);
  EXPECT_EQ(Json(to_json_schema(schema)), json(text));
  EXPECT_TRUE(schema.find("a")->required);
  EXPECT_FALSE(schema.find("b")->required);
  EXPECT_EQ(schema.find("a")->type, Type::kInteger);
  Json value = json(R"({"a":1,"c":null,"d":null,"e":5})");
  std::vector<std::string> unknown;
  EXPECT_EQ(describe(validate(schema, value, &unknown)), "");
  EXPECT_EQ(unknown, std::vector<std::string>{"e"});
  EXPECT_EQ(value, json(R"({"a":1,"b":"x","c":null})"));
  Json wrong = json(R"({"a":"x"})");
  EXPECT_EQ(describe(validate(schema, wrong, nullptr)), "a: expected integer, got string \"x\"");
  Json arguments = json(R"({"a":"12"})");
  coerce_arguments(schema, arguments);
  EXPECT_EQ(arguments, json(R"({"a":12})"));
}

TEST(PlainJsonSchema, OfAnotherTypeThanObjectIsHeldTo) {
  const Schema schema = schema_of(R"({"type":"array","items":{"type":"integer"}})");
  Json good = json("[1,2]");
  EXPECT_TRUE(validate(schema, good, nullptr).empty());
  Json bad = json(R"([1,"x"])");
  EXPECT_EQ(describe(validate(schema, bad, nullptr)), "[1]: expected integer, got string \"x\"");
}

struct Case {
  const char* schema;
  const char* good;
  const char* bad;
  const char* why;
};

TEST(PlainJsonSchema, ChecksEveryListedKeyword) {
  const Case cases[] = {
      {R"({"type":"integer"})", "5.0", "5.5", "expected integer, got number 5.5"},
      {R"({"type":["string","null"]})", "null", "5", "expected string or null, got integer 5"},
      {R"({"enum":[1,"a"]})", "1.0", "2", "expected one of 1, \"a\", got integer 2"},
      {R"({"const":{"a":[1]}})", R"({"a":[1]})", "3", "expected {\"a\":[1]}, got integer 3"},
      {R"({"required":["a"]})", R"({"a":null})", "{}", "a: is required"},
      {R"({"properties":{"a":{"properties":{"b":{"type":"string"}}}}})", R"({"a":{"b":"x"}})",
       R"({"a":{"b":1}})", "a.b: expected string, got integer 1"},
      {R"({"properties":{"a":{}},"additionalProperties":false})", R"({"a":1})", R"({"b":1})",
       "b: is not allowed"},
      {R"({"additionalProperties":{"type":"integer"}})", R"({"x":1})", R"({"x":"y"})",
       "x: expected integer, got string \"y\""},
      {R"({"patternProperties":{"^n_":{"type":"integer"}},"additionalProperties":false})",
       R"({"n_a":1})", R"({"n_a":"1"})", "n_a: expected integer, got string \"1\""},
      {R"({"minProperties":1,"maxProperties":1})", R"({"a":1})", "{}",
       "must have at least 1 members, has 0"},
      {R"({"items":{"type":"integer"}})", "[1]", R"([1,"x"])",
       "[1]: expected integer, got string \"x\""},
      {R"({"prefixItems":[{"type":"string"}],"items":false})", R"(["a"])", R"(["a",1])",
       "[1]: is not allowed"},
      {R"({"minItems":1})", "[1]", "[]", "must have at least 1 elements, has 0"},
      {R"({"maxItems":1})", "[1]", "[1,2]", "must have at most 1 elements, has 2"},
      {R"({"uniqueItems":true})", "[1,2]", "[1,1.0]", "[1]: repeats element 0"},
      {R"({"minLength":2})", R"("öä")", R"("ö")", "must have at least 2 characters, has 1"},
      {R"({"maxLength":1})", R"("ö")", R"("öä")", "must have at most 1 characters, has 2"},
      {R"({"pattern":"b$"})", R"("ab")", R"("ba")", "must match the pattern b$, got string \"ba\""},
      {R"({"minimum":1})", "1", "0", "must be at least 1, got integer 0"},
      {R"({"maximum":1})", "1", "2", "must be at most 1, got integer 2"},
      {R"({"exclusiveMinimum":1})", "2", "1", "must be greater than 1, got integer 1"},
      {R"({"exclusiveMaximum":1})", "0", "1", "must be less than 1, got integer 1"},
      {R"({"multipleOf":0.1})", "0.3", "0.35", "must be a multiple of 0.1, got number 0.35"},
      {R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "5", "4",
       "fits none of the alternatives, got integer 4"},
      {R"({"oneOf":[{"type":"integer"},{"minimum":5}]})", "4", "6",
       "fits more than one of the alternatives, got integer 6"},
      {R"({"allOf":[{"type":"integer"},{"minimum":5}]})", "5", "4",
       "must be at least 5, got integer 4"},
      {R"({"not":{"type":"string"}})", "4", R"("x")",
       "is excluded by the schema, got string \"x\""},
      {R"({"$defs":{"n~a/b":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/n~0a~1b"}}})",
       R"({"a":1})", R"({"a":"x"})", "a: expected integer, got string \"x\""},
      {R"({"properties":{"next":{"$ref":"#"},"v":{"type":"integer"}}})",
       R"({"next":{"next":{"v":1}}})", R"({"next":{"next":{"v":"x"}}})",
       "next.next.v: expected integer, got string \"x\""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(violations(c.schema, c.good), "") << c.schema;
    EXPECT_EQ(violations(c.schema, c.bad), c.why) << c.schema;
  }
}

TEST(PlainJsonSchema, AnnotationsAndKeywordsOfOtherKindsNeverFail) {
  EXPECT_EQ(violations(R"({"title":"t","format":"date","minLength":5,"x-y":1})", "5"), "");
  EXPECT_EQ(violations(R"({"type":"weird","enum":5,"required":"a","items":[1]})", "[5]"), "");
}

TEST(PlainJsonSchema, AReferenceThatLeadsNowhereIsAViolationNotALoop) {
  EXPECT_EQ(violations(R"({"$ref":"#"})", "1"), "the schema refers to itself too deeply");
  EXPECT_EQ(violations(R"({"$ref":"#/$defs/x"})", "1"), "the schema lacks #/$defs/x");
  EXPECT_EQ(violations(R"({"$ref":"other.json"})", "1"), "the schema refers to another document");
}

}  // namespace
}  // namespace tactus::schema
