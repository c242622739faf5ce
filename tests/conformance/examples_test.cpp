// Every example on the demo model: its transcript is the one in tests/golden. After a change that
// is meant to change transcripts: TACTUS_UPDATE_GOLDEN=1 ctest -R Examples, then read the
// difference.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/base/text.hpp>
#include <tactus/journal/laws.hpp>

#include "harness.hpp"
#include "transcript.hpp"

namespace tactus::conformance {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> example_names() {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(fs::path(TACTUS_SOURCE_DIR) / "examples")) {
    if (file.path().extension() == ".tac") names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Outcome run_example(const std::string& name) {
  Setup setup;
  setup.path = "examples/" + name + ".tac";
  setup.source = read_repository_file(setup.path);
  setup.overrides.default_answers = true;
  for (const auto& file : fs::directory_iterator(fs::path(TACTUS_SOURCE_DIR) / "examples")) {
    const std::string module = "examples/" + file.path().filename().string();
    if (file.path().extension() == ".lua") setup.files[module] = read_repository_file(module);
  }
  return run(setup);
}

class Examples : public testing::TestWithParam<std::string> {};

TEST_P(Examples, GiveTheTranscriptThatIsKept) {
  const Outcome outcome = run_example(GetParam());
  ASSERT_FALSE(outcome.refused) << to_string(*outcome.refused);
  EXPECT_EQ(outcome.record.status, journal::RunStatus::kCompleted)
      << dump_json(outcome.record.error);
  EXPECT_THAT(journal::verify_laws(outcome.lines), testing::IsEmpty());
  const std::string transcript = join(normalised(outcome.events), "\n") + "\n";
  const fs::path golden = fs::path(TACTUS_SOURCE_DIR) / "tests/golden" / (GetParam() + ".jsonl");
  if (std::getenv("TACTUS_UPDATE_GOLDEN")) {
    std::ofstream(golden, std::ios::binary) << transcript;
    GTEST_SKIP() << "wrote " << golden;
  }
  EXPECT_EQ(transcript, read_repository_file("tests/golden/" + GetParam() + ".jsonl"))
      << "if this is meant: TACTUS_UPDATE_GOLDEN=1, then read the difference";
}

TEST_P(Examples, GiveTheSameTranscriptAgain) {
  EXPECT_EQ(normalised(run_example(GetParam()).events), normalised(run_example(GetParam()).events));
}

INSTANTIATE_TEST_SUITE_P(All, Examples, testing::ValuesIn(example_names()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(ExampleTranscripts, BelongToAnExample) {
  const std::vector<std::string> names = example_names();
  EXPECT_GE(names.size(), 8u);
  for (const auto& file : fs::directory_iterator(fs::path(TACTUS_SOURCE_DIR) / "tests/golden")) {
    EXPECT_THAT(names, testing::Contains(file.path().stem().string())) << file.path();
  }
}

}  // namespace
}  // namespace tactus::conformance
