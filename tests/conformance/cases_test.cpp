// The language, case by case: tests/conformance/cases/*.tac. Every log also passes the laws of
// events.md.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <tactus/base/text.hpp>
#include <tactus/journal/laws.hpp>

#include "case_file.hpp"

namespace tactus::conformance {
namespace {

namespace fs = std::filesystem;
constexpr const char* kFolder = "tests/conformance/cases";

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(fs::path(TACTUS_SOURCE_DIR) / kFolder)) {
    if (file.path().extension() == ".tac") names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Whether the shell finds a program of that name.
bool is_installed(const std::string& program) {
  std::istringstream folders(std::getenv("PATH") ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

class Cases : public testing::TestWithParam<std::string> {};

TEST_P(Cases, Hold) {
  const std::vector<Case> cases = read_case(std::string(kFolder) + "/" + GetParam() + ".tac");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!cases[i].needs.empty() && !is_installed(cases[i].needs))
      GTEST_SKIP() << cases[i].needs << " is not installed";
    SCOPED_TRACE(fmt::format("run {}: {}", i + 1, cases[i].about));
    const Outcome outcome = run(cases[i].setup);
    const auto wrong = differences(cases[i].expect, outcome);
    EXPECT_THAT(wrong, testing::IsEmpty()) << join(outcome.lines, "\n");
    if (!outcome.refused) {
      EXPECT_THAT(journal::verify_laws(outcome.lines), testing::IsEmpty())
          << join(outcome.lines, "\n");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Cases, testing::ValuesIn(case_names()),
                         [](const auto& test) { return test.param; });

TEST(CaseFiles, FitPatternsMemberByMember) {
  const Json event = *parse_json(R"({"a":{"b":[1,"two"],"c":null},"n":2.0})");
  EXPECT_TRUE(fits(*parse_json(R"({"a":{"b":[1,{"has":"w"}]},"n":2})"), &event));
  EXPECT_TRUE(fits(*parse_json(R"({"a":{"c":null,"d":null,"b":{"any":true}}})"), &event));
  EXPECT_FALSE(fits(*parse_json(R"({"a":{"b":[1]}})"), &event));
  EXPECT_FALSE(fits(*parse_json(R"({"x":{"any":true}})"), &event));
}

}  // namespace
}  // namespace tactus::conformance
