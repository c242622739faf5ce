// The programs that newcomers meet first must be free of findings.
#include <filesystem>

#include <tactus/base/text.hpp>
#include <tactus/program/testing.hpp>

namespace tactus::program {
namespace {

TEST(Examples, HaveNoFindings) {
  const std::filesystem::path folder = std::filesystem::path(TACTUS_SOURCE_DIR) / "examples";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "there is no folder " << folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".tac") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const auto text = read_file_bytes(entry.path().string(), std::size_t{1} << 20);
    ASSERT_TRUE(text.has_value());
    Source source{entry.path().filename().string(), *text};
    source.read_file = [&](const std::string& path,
                           const std::string&) -> Result<std::optional<IncludedFile>> {
      const auto module = read_file_bytes((folder / path).string(), std::size_t{1} << 20);
      return module ? std::optional(IncludedFile{path, *module, ""}) : std::nullopt;
    };
    const auto checked = check(source, true);
    ASSERT_TRUE(checked);
    EXPECT_THAT(to_texts(checked->program->errors), testing::IsEmpty());
    EXPECT_THAT(to_texts(checked->program->warnings), testing::IsEmpty());
  }
}

}  // namespace
}  // namespace tactus::program
