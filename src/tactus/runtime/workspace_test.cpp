#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/run_service.hpp>
#include <tactus/runtime/testing.hpp>

namespace tactus::runtime {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class WorkspacePaths : public ::testing::Test {
 protected:
  ErrorCode code_of(const std::string& path) {
    const auto text = read_workspace_file(workspace_.path(), path);
    EXPECT_FALSE(text) << path;
    return text ? ErrorCode::kInternal : text.error().code;
  }

  testing::TemporaryFolder workspace_, outside_;
};

TEST_F(WorkspacePaths, StayInsideTheWorkspace) {
  outside_.write("secret.txt", "s");
  workspace_.write("a/b.tac", "x");
  fs::create_symlink(outside_.path(), fs::path(workspace_.path()) / "link");
  fs::create_symlink(fs::path(workspace_.path()) / "a", fs::path(workspace_.path()) / "inner");
  for (const std::string& path :
       {std::string("../x"), std::string("a/../../x"), std::string("/etc/passwd"),
        outside_.path() + "/secret.txt", std::string("link/secret.txt"),
        std::string("link/new/file"), std::string("a\0b", 3)}) {
    EXPECT_EQ(code_of(path), ErrorCode::kSandboxDenied) << path;
  }
  EXPECT_EQ(*read_workspace_file(workspace_.path(), "a/b.tac"), "x");
  EXPECT_EQ(*read_workspace_file(workspace_.path(), "inner/./b.tac"), "x");
  EXPECT_EQ(*read_workspace_file(workspace_.path(), workspace_.path() + "/a/b.tac"), "x");
}

TEST_F(WorkspacePaths, MayNotExistYet) {
  const auto path = resolve_in_workspace(workspace_.path(), "new/folder/file.tac");
  ASSERT_TRUE(path) << to_string(path.error());
  EXPECT_EQ(*path, (fs::canonical(workspace_.path()) / "new/folder/file.tac").string());
  EXPECT_FALSE(resolve_in_workspace(workspace_.path() + "-gone", "a"));
}

TEST_F(WorkspacePaths, AreNotConfusedByASiblingOfTheSameBeginning) {
  fs::create_directory(workspace_.path() + "-other");
  EXPECT_FALSE(resolve_in_workspace(workspace_.path(), workspace_.path() + "-other/x"));
  fs::remove(workspace_.path() + "-other");
}

TEST_F(WorkspacePaths, TellWhyAFileCannotBeRead) {
  workspace_.write("folder/x", "");
  workspace_.write("latin1.tac", "caf\xe9");
  workspace_.write("binary.tac", std::string("a\0b", 3));
  workspace_.write("large.tac", std::string((std::size_t{8} << 20) + 1, 'x'));
  const std::pair<const char*, const char*> cases[] = {{"gone.tac", "no such file"},
                                                       {"folder", "is a folder"},
                                                       {"latin1.tac", "is not UTF-8 text"},
                                                       {"binary.tac", "is not UTF-8 text"},
                                                       {"large.tac", "is larger than 8 MiB"}};
  for (const auto& [path, message] : cases) {
    const auto text = read_workspace_file(workspace_.path(), path);
    ASSERT_FALSE(text) << path;
    EXPECT_EQ(text.error().code, ErrorCode::kFile);
    EXPECT_THAT(text.error().message, HasSubstr(message));
    EXPECT_NE(text.error().hint, "");
  }
}

}  // namespace
}  // namespace tactus::runtime
