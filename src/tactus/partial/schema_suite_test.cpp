// The JSON Schema test suite (Debian's json-schema-test-suite, drafts 6 and 7) for the keywords
// that are supported: the document's verdict, that of the whole validator, and the suite's must
// agree.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <tactus/partial/document.hpp>

namespace tactus::partial {
namespace {

const std::filesystem::path kSuite = "/usr/share/json-schema-test-suite/tests";

// Files named after the keywords; docs/streaming.md lists them.
constexpr std::string_view kKeywords[] = {"additionalProperties",
                                          "allOf",
                                          "anyOf",
                                          "boolean_schema",
                                          "const",
                                          "default",
                                          "enum",
                                          "exclusiveMaximum",
                                          "exclusiveMinimum",
                                          "items",
                                          "maxItems",
                                          "maxLength",
                                          "maxProperties",
                                          "maximum",
                                          "minItems",
                                          "minLength",
                                          "minProperties",
                                          "minimum",
                                          "multipleOf",
                                          "not",
                                          "oneOf",
                                          "pattern",
                                          "patternProperties",
                                          "properties",
                                          "ref",
                                          "required",
                                          "type",
                                          "uniqueItems"};

// Groups of cases that need what is not supported, and what that is.
const std::map<std::string_view, std::string_view> kLeftOut = {
    {"an array of schemas for items", "items as a list, which is prefixItems today"},
    {"items with boolean schemas", "items as a list"},
    {"relative pointer ref to array", "items as a list"},
    {"ref overrides any sibling keywords", "drafts since 2019 look at the siblings of $ref"},
    {"remote ref, containing refs itself", "other documents"},
    {"Recursive references between schemas", "$id"},
};

JsonObject as_object(const Json& schema) {
  return schema.is_object() ? schema.get_object() : JsonObject{{"allOf", JsonArray{schema}}};
}

Document::State verdict(const JsonObject& schema, std::string_view text) {
  Document document(Rules::compile(schema), Document::Around::kNothing);
  const DeltaSink sink = [](const Delta&) {};
  for (const char c : text) document.push({&c, 1}, sink);
  document.finish(sink);
  return document.state();
}

void check_case(const Json& schema, const Json& test) {
  const Json& data = *find_member(test, "data");
  const bool valid = bool_member(test, "valid");
  const JsonObject whole = as_object(schema);
  EXPECT_EQ(schema::validate_json_schema(whole, data).empty(), valid) << "validate_json_schema";
  EXPECT_EQ(verdict(whole, dump_json(data)) == Document::State::kComplete, valid) << "Document";
}

TEST(SchemaSuite, AgreesWithTheJsonSchemaTestSuite) {
  if (!std::filesystem::exists(kSuite)) {
    GTEST_SKIP() << kSuite << " is missing: install the package json-schema-test-suite";
  }
  int cases = 0;
  for (const char* draft : {"draft6", "draft7"}) {
    for (const std::string_view keyword : kKeywords) {
      std::ifstream file(kSuite / draft / (std::string(keyword) + ".json"));
      ASSERT_TRUE(file) << draft << "/" << keyword;
      std::ostringstream text;
      text << file.rdbuf();
      const auto groups = parse_json(text.str());
      ASSERT_TRUE(groups) << groups.error().message;
      for (const Json& group : groups->get_array()) {
        if (kLeftOut.contains(string_member(group, "description"))) continue;
        for (const Json& test : find_member(group, "tests")->get_array()) {
          SCOPED_TRACE(fmt::format("{}/{}: {}: {}", draft, keyword,
                                   string_member(group, "description"),
                                   string_member(test, "description")));
          check_case(*find_member(group, "schema"), test);
          ++cases;
        }
      }
    }
  }
  EXPECT_GT(cases, 600);
}

}  // namespace
}  // namespace tactus::partial
