#include <gtest/gtest.h>

#include <tactus/schema/schema.hpp>

namespace tactus::schema {
namespace {

Json json(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Json();
}

Schema schema_of(std::string_view text, Required required = Required::kOnlyIfSaid) {
  auto schema = parse_schema(json(text), required);
  EXPECT_TRUE(schema) << text << ": " << schema.error().message;
  return schema ? *schema : Schema();
}

Error error_of(std::string_view text) {
  const auto schema = parse_schema(json(text), Required::kOnlyIfSaid);
  EXPECT_FALSE(schema) << text;
  return schema ? Error() : schema.error();
}

// What `value` becomes, or the violations.
std::string outcome(const Schema& schema, std::string_view value) {
  Json checked = json(value);
  const auto violations = validate(schema, checked, nullptr);
  return violations.empty() ? dump_json(checked) : describe(violations);
}
std::string outcome(std::string_view schema, std::string_view value) {
  return outcome(schema_of(schema), value);
}

TEST(ParseSchema, EveryTypeAndSynonymIsKnownInBothForms) {
  const std::vector<std::pair<std::string, Type>> names = {
      {"string", Type::kString},   {"str", Type::kString},      {"number", Type::kNumber},
      {"float", Type::kNumber},    {"integer", Type::kInteger}, {"int", Type::kInteger},
      {"boolean", Type::kBoolean}, {"bool", Type::kBoolean},    {"array", Type::kArray},
      {"list", Type::kArray},      {"object", Type::kObject},   {"dict", Type::kObject},
      {"table", Type::kTable},     {"any", Type::kAny}};
  for (const auto& [name, type] : names) {
    EXPECT_EQ(schema_of(R"({"a":")" + name + R"("})").fields[0].type, type) << name;
    EXPECT_EQ(schema_of(R"({"a":{"type":")" + name + R"("}})").fields[0].type, type) << name;
  }
  EXPECT_EQ(schema_of(R"({"a":{}})").fields[0].type, Type::kAny);
}

TEST(ParseSchema, ReadsEveryOptionInBothSpellings) {
  const Schema snake = schema_of(
      R"({"a":{"type":"string","required":true,"description":"d","enum":["x1"],"min_length":1,
          "max_length":9,"pattern":"^x"},
          "b":{"type":"list","items":"int","min_items":1,"max_items":3},
          "c":{"type":"number","minimum":-1,"maximum":2.5,"default":0}})");
  const Schema camel = schema_of(
      R"({"a":{"type":"string","required":true,"description":"d","enum":["x1"],"minLength":1,
          "maxLength":9,"pattern":"^x"},
          "b":{"type":"list","items":"int","minItems":1,"maxItems":3},
          "c":{"type":"number","minimum":-1,"maximum":2.5,"default":0}})");
  for (const Schema& schema : {snake, camel}) {
    const Field& a = *schema.find("a");
    EXPECT_TRUE(a.required);
    EXPECT_EQ(a.description, "d");
    EXPECT_EQ(a.enum_values, std::vector<Json>{"x1"});
    EXPECT_EQ(a.min_length, 1u);
    EXPECT_EQ(a.max_length, 9u);
    EXPECT_EQ(a.pattern, "^x");
    const Field& b = *schema.find("b");
    EXPECT_EQ(b.min_items, 1u);
    EXPECT_EQ(b.max_items, 3u);
    EXPECT_EQ(b.items->type, Type::kInteger);
    EXPECT_FALSE(b.required);
    const Field& c = *schema.find("c");
    EXPECT_EQ(c.minimum, -1.0);
    EXPECT_EQ(c.maximum, 2.5);
    EXPECT_EQ(*c.default_value, Json(0));
  }
}

TEST(ParseSchema, ToolParametersAreRequiredUnlessTheySayOtherwiseOrHaveADefault) {
  const Schema schema = schema_of(
      R"({"a":"string","b":{"type":"int","default":1},"c":{"required":false},
          "d":{"type":"object","properties":{"e":"string"}}})",
      Required::kByDefault);
  EXPECT_TRUE(schema.find("a")->required);
  EXPECT_FALSE(schema.find("b")->required);
  EXPECT_FALSE(schema.find("c")->required);
  EXPECT_FALSE(schema.find("d")->properties->find("e")->required);
}

TEST(ParseSchema, RefusesWhatCannotBeMeantAndNamesThePath) {
  EXPECT_EQ(error_of(R"({"a":"strin"})").message,
            "field 'a': unknown type 'strin'; did you mean 'string'?");
  EXPECT_EQ(
      error_of(R"({"a":{"type":"object","properties":{"b":{"type":"list","items":"qqq"}}}})").path,
      "a.b.items");
  EXPECT_EQ(error_of(R"({"a":7})").code, ErrorCode::kValidation);
  for (const char* bad :
       {R"([1])", R"("string")", R"({"a":{"type":5}})", R"({"a":{"required":"yes"}})",
        R"({"a":{"enum":"x"}})", R"({"a":{"enum":[]}})", R"({"a":{"minimum":"1"}})",
        R"({"a":{"min_length":-1}})", R"({"a":{"max_items":1.5}})", R"({"a":{"pattern":"("}})",
        R"({"a":{"description":1}})", R"({"a":{"minimum":2,"maximum":1}})",
        R"({"a":{"min_length":2,"max_length":1}})", R"({"a":{"min_items":2,"max_items":1}})",
        R"({"a":{"type":"int","default":"x"}})", R"({"a":{"enum":["x"],"default":"y"}})"}) {
    EXPECT_EQ(error_of(bad).code, ErrorCode::kValidation) << bad;
  }
  EXPECT_TRUE(schema_of("{}").empty());
  EXPECT_TRUE(schema_of("[]").empty());
}

TEST(ParseSchema, WarningsTakeBadDefaultsAndMisspeltOptions) {
  std::vector<std::string> warnings;
  const auto schema = parse_schema(
      json(
          R"({"a":{"type":"int","default":"x"},"b":{"type":"string","requried":true,"title":"T"}})"),
      Required::kOnlyIfSaid, &warnings);
  ASSERT_TRUE(schema);
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_EQ(warnings[0], "field 'a': the default does not fit: expected integer, got string \"x\"");
  EXPECT_EQ(warnings[1], "field 'b': unknown option 'requried'; did you mean 'required'?");
}

TEST(Validate, EveryTypeAcceptsItsValuesOnly) {
  const std::vector<std::string> values = {R"("t")", "5", "5.5", "true", "[1]", R"({"k":1})"};
  const std::vector<std::pair<std::string, std::string>> accepted = {
      {"string", "100000"}, {"number", "011000"}, {"integer", "010000"}, {"boolean", "000100"},
      {"array", "000010"},  {"object", "000001"}, {"table", "000011"},   {"any", "111111"}};
  for (const auto& [type, mask] : accepted) {
    const Schema schema = schema_of(R"({"a":")" + type + R"("})");
    for (std::size_t i = 0; i < values.size(); ++i) {
      Json value = json(R"({"a":)" + values[i] + "}");
      EXPECT_EQ(validate(schema, value, nullptr).empty(), mask[i] == '1') << type << values[i];
    }
  }
  EXPECT_EQ(outcome(R"({"a":"string"})", R"({"a":5})"), "a: expected string, got integer 5");
}

TEST(Validate, CompletesTheValue) {
  EXPECT_EQ(outcome(R"({"n":"integer"})", R"({"n":5.0})"), R"({"n":5})");
  EXPECT_EQ(outcome(R"({"n":"number"})", R"({"n":5.0})"), dump_json(json(R"({"n":5.0})")));
  EXPECT_EQ(outcome(R"({"a":{"default":[1]},"b":"string"})", "{}"), R"({"a":[1]})");
  EXPECT_EQ(outcome(R"({"a":{"type":"string","default":"d"}})", R"({"a":null})"), R"({"a":"d"})");
  EXPECT_EQ(outcome(R"({"a":{"type":"string","required":true}})", R"({"a":null})"),
            "a: is required");
  EXPECT_EQ(outcome(R"({"a":"string"})", R"({"a":null})"), "{}");
  EXPECT_EQ(outcome(R"({"a":"list","b":"dict","c":"table"})", R"({"a":{},"b":[],"c":{}})"),
            R"({"a":[],"b":{},"c":{}})");
  EXPECT_EQ(outcome(R"({"a":"string"})", "[]"), "{}");
  EXPECT_EQ(outcome(R"({"a":"string"})", "7"), "expected object, got integer 7");
  EXPECT_EQ(outcome(R"({"n":"integer"})", R"({"n":1e300})").substr(0, 20), "n: expected integer,");
}

TEST(Validate, UnwrapsASingleResultForScalarsOnly) {
  EXPECT_EQ(outcome(R"({"n":"integer"})", R"({"n":{"result":5.0}})"), R"({"n":5})");
  EXPECT_EQ(outcome(R"({"n":"string"})", R"({"n":{"result":"x"}})"), R"({"n":"x"})");
  EXPECT_EQ(outcome(R"({"n":"integer"})", R"({"n":{"result":"x"}})"),
            "n: expected integer, got object");
  EXPECT_EQ(outcome(R"({"n":"integer"})", R"({"n":{"result":5,"more":1}})"),
            "n: expected integer, got object");
  EXPECT_EQ(outcome(R"({"n":"any"})", R"({"n":{"result":5}})"), R"({"n":{"result":5}})");
}

TEST(Validate, RemovesAndNamesUndeclaredMembersAtEveryLevel) {
  const Schema schema =
      schema_of(R"({"a":{"type":"object","properties":{"b":"int"}},"free":"object"})");
  Json value = json(R"({"x":1,"a":{"b":1,"y":2},"free":{"z":3}})");
  std::vector<std::string> unknown;
  EXPECT_TRUE(validate(schema, value, &unknown).empty());
  EXPECT_EQ(unknown, (std::vector<std::string>{"x", "a.y"}));
  EXPECT_EQ(dump_json(value), R"({"a":{"b":1},"free":{"z":3}})");
}

TEST(Validate, ReportsEveryViolationWithItsPath) {
  const Schema schema = schema_of(
      R"({"name":{"type":"string","required":true},
          "address":{"type":"object","properties":{"zip":{"type":"string","required":true}}},
          "tags":{"type":"array","items":"string"}})");
  EXPECT_EQ(outcome(schema, R"({"address":{"zip":5},"tags":["a",1,2]})"),
            "name: is required; address.zip: expected string, got integer 5; "
            "tags[1]: expected string, got integer 1; tags[2]: expected string, got integer 2");
}

TEST(Validate, HoldsValuesToTheirBounds) {
  const std::string text =
      R"({"a":{"type":"string","min_length":2,"max_length":3,"pattern":"^ö"}})";
  EXPECT_EQ(outcome(text, R"({"a":"öäü"})"), R"({"a":"öäü"})");
  EXPECT_EQ(outcome(text, R"({"a":"öäüx"})"), "a: must have at most 3 characters, has 4");
  EXPECT_EQ(outcome(text, R"({"a":"ö"})"), "a: must have at least 2 characters, has 1");
  EXPECT_EQ(outcome(text, R"({"a":"aö"})"), "a: must match the pattern ^ö, got string \"aö\"");
  const std::string number = R"({"a":{"type":"number","minimum":1,"maximum":2.5}})";
  EXPECT_EQ(outcome(number, R"({"a":0.5})"), "a: must be at least 1, got number 0.5");
  EXPECT_EQ(outcome(number, R"({"a":3})"), "a: must be at most 2.5, got integer 3");
  EXPECT_EQ(outcome(number, R"({"a":2.5})"), dump_json(json(R"({"a":2.5})")));
  const std::string list = R"({"a":{"type":"list","min_items":1,"max_items":2}})";
  EXPECT_EQ(outcome(list, R"({"a":[]})"), "a: must have at least 1 elements, has 0");
  EXPECT_EQ(outcome(list, R"({"a":[1,2,3]})"), "a: must have at most 2 elements, has 3");
  EXPECT_EQ(outcome(R"({"a":{"enum":["x",2]}})", R"({"a":"y"})"),
            "a: expected one of \"x\", 2, got string \"y\"");
  EXPECT_EQ(outcome(R"({"a":{"enum":["x",2]}})", R"({"a":2.0})"), dump_json(json(R"({"a":2.0})")));
}

TEST(Validate, APathologicalPatternRefusesInsteadOfHanging) {
  const std::string value = R"({"a":")" + std::string(5000, 'a') + "!\"}";
  EXPECT_NE(outcome(R"({"a":{"type":"string","pattern":"^(a+)+$"}})", value).find("pattern"),
            std::string::npos);
  const std::string longer = R"({"a":")" + std::string(200'000, 'a') + "\"}";
  EXPECT_EQ(outcome(R"({"a":{"type":"string","pattern":"^a*$"}})", longer), longer);
}

TEST(ToJsonSchema, DescribesEveryOption) {
  const Schema schema = schema_of(
      R"({"a":{"type":"str","required":true,"description":"d","enum":["x"],"min_length":1,
               "max_length":9,"pattern":"^x"},
          "b":{"type":"list","items":{"type":"object","properties":{"c":"int"}},"min_items":1,
               "max_items":3},
          "d":{"type":"float","minimum":1,"maximum":2.5,"default":2},"e":"table","f":"any"})");
  EXPECT_EQ(Json(to_json_schema(schema)), json(R"({"type":"object","properties":{
      "a":{"type":"string","description":"d","enum":["x"],"minLength":1,"maxLength":9,"pattern":"^x"},
      "b":{"type":"array","minItems":1,"maxItems":3,"items":{"type":"object",
           "properties":{"c":{"type":"integer"}},"additionalProperties":false}},
      "d":{"type":"number","minimum":1,"maximum":2.5E0,"default":2},
      "e":{"type":["object","array"]},"f":{}},
      "required":["a"],"additionalProperties":false})"));
}

TEST(CoerceText, ConvertsByDeclaredType) {
  const auto coerced = [](std::string_view type, std::string_view text) {
    const Schema schema = schema_of(fmt::format(R"({{"p":"{}"}})", type));
    const auto value = coerce_text(schema.fields[0], text);
    return value ? dump_json(*value) : std::string(error_code_name(value.error().code));
  };
  EXPECT_EQ(coerced("string", "5"), R"("5")");
  EXPECT_EQ(coerced("number", "5"), "5");
  EXPECT_EQ(coerced("number", "5.0"), dump_json(Json(5.0)));
  EXPECT_EQ(coerced("number", " -0x10 "), "-16");
  EXPECT_EQ(coerced("number", "0x.8p1"), dump_json(Json(1.0)));
  EXPECT_EQ(coerced("number", ".5"), dump_json(Json(0.5)));
  EXPECT_EQ(coerced("number", "5e1"), dump_json(Json(50.0)));
  EXPECT_EQ(coerced("number", "9223372036854775808"), dump_json(Json(0x1p63)));
  for (const char* bad : {"abc", "", "inf", "nan", "5x", "--5", ".", "0x", "1e999"}) {
    EXPECT_EQ(coerced("number", bad), "TAC-INPUT") << bad;
  }
  EXPECT_EQ(coerced("integer", "5.0"), "5");
  EXPECT_EQ(coerced("integer", "5.5"), "TAC-INPUT");
  for (const char* yes : {"true", "yes", "1", "TRUE"}) EXPECT_EQ(coerced("boolean", yes), "true");
  for (const char* no : {"false", "no", "0"}) EXPECT_EQ(coerced("boolean", no), "false");
  EXPECT_EQ(coerced("boolean", "maybe"), "TAC-INPUT");
  EXPECT_EQ(coerced("array", "[2,3]"), "[2,3]");
  EXPECT_EQ(coerced("array", "{}"), "TAC-INPUT");
  EXPECT_EQ(coerced("object", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(coerced("table", "[1]"), "[1]");
  EXPECT_EQ(coerced("any", "5"), "5");
  EXPECT_EQ(coerced("any", "hello"), "TAC-INPUT");
}

TEST(CoerceText, NamesTheFieldAndSaysWhatIsExpected) {
  const auto bad = coerce_text(schema_of(R"({"count":"int"})").fields[0], "abc");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "'count' must be a number, got string \"abc\"");
  EXPECT_EQ(bad.error().path, "count");
}

TEST(CoerceText, ChoicesAndAlternativesNeedNoQuotes) {
  EXPECT_EQ(*coerce_text(schema_of(R"({"p":{"enum":["a",1]}})").fields[0], "a"), Json("a"));
  const Schema either =
      schema_of(R"({"p":{"anyOf":[{"type":"integer"},{"type":"string","minLength":3}]}})");
  EXPECT_EQ(*coerce_text(either.fields[0], "5"), Json(5));
  EXPECT_EQ(*coerce_text(either.fields[0], "hello"), Json("hello"));
}

TEST(CoerceArguments, ConvertsStringsWhereNumbersAndBooleansAreDeclared) {
  const Schema schema = schema_of(
      R"({"n":"number","i":"integer","b":"boolean","s":"string","list":{"type":"list","items":"int"},
          "o":{"type":"object","properties":{"n":"number"}},
          "plain":{"type":"object","additionalProperties":false,
                   "properties":{"k":{"type":"array","items":{"type":"integer"}}}}})");
  Json value = json(
      R"({"n":"1.5","i":"7","b":"true","s":"5","list":["1","x"],"o":{"n":"2"},
          "plain":{"k":["3"]}})");
  coerce_arguments(schema, value);
  EXPECT_EQ(value, json(R"({"n":1.5,"i":7,"b":true,"s":"5","list":[1,"x"],"o":{"n":2},
                            "plain":{"k":[3]}})"));
}

}  // namespace
}  // namespace tactus::schema
