#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Models, AreReadWithTheirDefaults) {
  const Checked checked = check_text(
      "model(\"plain\", { type = \"http\", endpoint = \"http://h/p\" })\n"
      "model \"full\" { type = \"http\", endpoint = \"https://h\", method = \"PUT\", timeout = "
      "\"2s\",\n"
      "  retries = 0, headers = { A = \"b\", N = 5 }, labels = { \"x\", \"y\" } }\n"
      "procedure(print)");
  EXPECT_THAT(checked.program->errors, IsEmpty());
  ASSERT_THAT(checked.program->models, SizeIs(2));
  const ModelDeclaration& plain = *checked.program->models[0];
  EXPECT_EQ(plain.method, "POST");
  EXPECT_EQ(plain.timeout_s, 30);
  EXPECT_EQ(plain.retries, 2);
  const ModelDeclaration& full = *checked.program->models[1];
  EXPECT_EQ(full.method, "PUT");
  EXPECT_EQ(full.timeout_s, 2);
  EXPECT_EQ(full.retries, 0);
  EXPECT_EQ(full.headers.at("N"), "5");
  EXPECT_THAT(full.labels, ElementsAre("x", "y"));
}

TEST(Dependencies, AreReadWithNamesThatMustExist) {
  const Checked checked = check_text(
      "tool(\"lookup\", {}, print)\n"
      "procedure({ dependencies = { api = { type = \"http_client\", base_url = env.API .. "
      "\"/v1\",\n"
      "  headers = { Authorization = \"Bearer \" .. env.TOKEN } }, db = { type = \"postgres\" },\n"
      "  tools = { \"lookup\" }, procedures = {} } }, print)");
  EXPECT_THAT(checked.program->errors, IsEmpty());
  const ProcedureDeclaration& main = *checked.program->main;
  ASSERT_THAT(main.dependencies, SizeIs(2));
  EXPECT_EQ(main.dependencies[0]->name, "api");
  EXPECT_EQ(main.dependencies[0]->base_url, "${API}/v1") << "variables are unknown while checking";
  EXPECT_EQ(main.dependencies[1]->type, "postgres");
  EXPECT_THAT(main.required_tools, ElementsAre("lookup"));
  EXPECT_THAT(main.required_procedures, IsEmpty());
}

TEST(ModelsAndDependencies, TellWhatIsWrong) {
  struct Wrong {
    const char* text;
    const char* expected;
  };
  const Wrong cases[] = {
      {"model(\"m\", { type = \"http\" })", "TAC-VALIDATION model 'm': `endpoint` is missing"},
      {"model(\"m\", { type = \"http\", endpoint = \"ftp://h\" })",
       "TAC-VALIDATION model 'm': `endpoint` must begin with http:// or https://"},
      {"model(\"m\", { type = \"http\", endpoint = \"http://h\", timeout = 0 })",
       "TAC-VALIDATION model 'm': `timeout` must be more than 0"},
      {"model(\"m\", { type = \"http\", endpoint = \"http://h\", headers = { a = {} } })",
       "TAC-VALIDATION model 'm': the header 'a' must be text"},
      {"procedure({ dependencies = { d = { type = \"ftp\" } } }, print)",
       "TAC-VALIDATION dependency 'd': there is no dependency type 'ftp'"},
      {"procedure({ dependencies = { d = { type = \"http_client\" } } }, print)",
       "TAC-VALIDATION dependency 'd': `base_url` is missing"},
      {"procedure({ dependencies = { tools = { 5, {} } } }, print)",
       "TAC-VALIDATION procedure 'main': `tools` must be a list of names"},
  };
  for (const Wrong& one : cases) {
    SCOPED_TRACE(one.text);
    std::string text = one.text;
    if (text.find("procedure(") == std::string::npos) text += "\nprocedure(print)";
    const Checked checked = check_text(text);
    ASSERT_THAT(checked.program->errors, SizeIs(1));
    const Finding& error = checked.program->errors[0];
    EXPECT_THAT(std::string(error_code_name(error.code)) + " " + error.message,
                HasSubstr(one.expected));
    EXPECT_GT(error.line, 0);
    EXPECT_FALSE(error.hint.empty());
  }
}

}  // namespace
}  // namespace tactus::program
