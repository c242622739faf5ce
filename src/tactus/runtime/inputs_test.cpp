#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/inputs.hpp>

namespace tactus::runtime {
namespace {

using ::testing::HasSubstr;

program::ProcedureDeclaration procedure(std::string_view schema) {
  program::ProcedureDeclaration declared;
  declared.name = "area";
  declared.input =
      *schema::parse_schema(*parse_json(schema), schema::Required::kOnlyIfSaid, nullptr);
  return declared;
}

JsonObject object(std::string_view text) { return parse_json(text)->as_object(); }

const char* const kArea = R"({"w":{"type":"number","required":true},
  "h":{"type":"number","required":true},"unit":{"type":"string","default":"m"}})";

TEST(Inputs, AreCompletedWithDefaults) {
  const auto checked = check_inputs(procedure(kArea), object(R"({"w":1,"h":2.5})"));
  ASSERT_TRUE(checked) << to_string(checked.error());
  EXPECT_EQ(checked->declared, object(R"({"w":1,"h":2.5,"unit":"m"})"));
  EXPECT_TRUE(checked->undeclared.empty());
}

TEST(Inputs, KeepWhatIsNotDeclaredApart) {
  const auto checked = check_inputs(procedure(kArea), object(R"({"w":1,"h":2,"x":[1]})"));
  ASSERT_TRUE(checked);
  EXPECT_FALSE(checked->declared.contains("x"));
  EXPECT_EQ(checked->undeclared, object(R"({"x":[1]})"));
}

TEST(Inputs, WithoutASchemaAreTakenAsTheyAre) {
  const auto checked = check_inputs(procedure("{}"), object(R"({"a":{"b":null}})"));
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->declared, object(R"({"a":{"b":null}})"));
}

TEST(Inputs, NameWhatIsMissing) {
  const auto checked = check_inputs(procedure(kArea), object(R"({"h":null})"));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kInput);
  EXPECT_THAT(checked.error().message, HasSubstr("'area' missing required input: w, h"));
  EXPECT_THAT(checked.error().hint, HasSubstr("--param w="));
}

TEST(Inputs, ListEveryViolation) {
  const auto checked = check_inputs(procedure(kArea), object(R"({"w":"x","h":true})"));
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("w"));
  EXPECT_THAT(checked.error().message, HasSubstr("h"));
}

TEST(Inputs, AreConvertedFromText) {
  const auto declared = procedure(R"({"i":"integer","f":"number","b":"boolean","l":"array",
    "o":"object","s":"string","any":"any"})");
  const auto made = coerce_inputs(
      declared.input,
      object(
          R"({"i":"5","f":"2.5","b":"yes","l":"[1]","o":"{\"a\":1}","s":"5","any":"[2]","other":"7"})"));
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(
      *made,
      object(R"({"i":5,"f":2.5,"b":true,"l":[1],"o":{"a":1},"s":"5","any":[2],"other":"7"})"));
  for (const char* wrong : {R"({"i":"abc"})", R"({"b":"maybe"})", R"({"l":"[1"})"}) {
    const auto failed = coerce_inputs(declared.input, object(wrong));
    ASSERT_FALSE(failed) << wrong;
    EXPECT_EQ(failed.error().code, ErrorCode::kInput);
  }
}

}  // namespace
}  // namespace tactus::runtime
