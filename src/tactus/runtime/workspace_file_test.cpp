#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tactus/runtime/testing.hpp>
#include <tactus/runtime/workspace_file.hpp>
#include <tactus/runtime/workspace_path.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class WorkspaceFiles : public ::testing::Test {
 protected:
  Result<void> write(const std::string& path, const std::string& text = "x") {
    return write_text(workspace_.path(), path, text, Writer::kProgram);
  }
  std::string read(const std::string& path) {
    const auto text = read_text(workspace_.path(), path);
    return text ? *text : to_string(text.error());
  }
  void link(const std::string& target, const std::string& name) {
    fs::create_symlink(target, fs::path(workspace_.path()) / name);
  }
  std::string denial(const std::string& path) {
    const auto written = write(path);
    if (written) return path + " was written";
    EXPECT_NE(written.error().hint, "");
    return std::string(error_code_name(written.error().code));
  }

  testing::TemporaryFolder workspace_, outside_;
};

TEST_F(WorkspaceFiles, AreWrittenReadAndListed) {
  ASSERT_TRUE(write("a/b/new.txt", "ä\n"));
  EXPECT_EQ(read("a/b/new.txt"), "ä\n");
  ASSERT_TRUE(write("a/b/new.txt", ""));
  EXPECT_EQ(read("a/b/new.txt"), "");
  ASSERT_TRUE(append_text(workspace_.path(), "a/b/new.txt", "1", Writer::kProgram));
  ASSERT_TRUE(append_text(workspace_.path(), "a/b/new.txt", "2", Writer::kProgram));
  ASSERT_TRUE(append_text(workspace_.path(), "a/first.txt", "3", Writer::kProgram));
  EXPECT_EQ(read("a/b/new.txt"), "12");
  EXPECT_EQ(*file_size(workspace_.path(), "a/b/new.txt"), 2u);
  EXPECT_TRUE(*path_exists(workspace_.path(), "a/b"));
  EXPECT_FALSE(*path_exists(workspace_.path(), "a/c"));
  EXPECT_FALSE(*path_exists(workspace_.path(), "a/first.txt/below"));
  EXPECT_THAT(*folder_names(workspace_.path(), "a"), ElementsAre("b", "first.txt"));
  EXPECT_THAT(*folder_names(workspace_.path(), ""), ElementsAre("a"));
}

TEST_F(WorkspaceFiles, KeepTheirPermissions) {
  workspace_.write("script", "old");
  const std::string file = workspace_.path() + "/script";
  ASSERT_EQ(::chmod(file.c_str(), 0750), 0);
  ASSERT_TRUE(write("script", "new"));
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0750u);
}

TEST_F(WorkspaceFiles, StayInsideWhateverTheLinks) {
  outside_.write("secret.txt", "s");
  fs::create_directories(workspace_.path() + "/in");
  link(outside_.path(), "out");
  link(outside_.path() + "/secret.txt", "secret");
  link("../../../../../../etc/passwd", "in/climb");
  link(workspace_.path() + "/in", "absolute");
  link("in", "relative");
  link("loop", "loop");
  for (const char* path :
       {"out/secret.txt", "secret", "in/climb", "../x", "in/../../x", "/etc/x"}) {
    EXPECT_EQ(denial(path), "TAC-SANDBOX-DENIED") << path;
    EXPECT_THAT(read(path), HasSubstr("TAC-SANDBOX-DENIED")) << path;
    EXPECT_FALSE(path_exists(workspace_.path(), path)) << path;
    EXPECT_FALSE(file_size(workspace_.path(), path)) << path;
    EXPECT_FALSE(folder_names(workspace_.path(), path)) << path;
  }
  EXPECT_FALSE(fs::exists(outside_.path() + "/x"));
  ASSERT_TRUE(write("absolute/1"));
  ASSERT_TRUE(write("relative/2"));
  EXPECT_THAT(*folder_names(workspace_.path(), "in"), ElementsAre("1", "2", "climb"));
  EXPECT_EQ(denial("loop"), "TAC-FILE");
}

TEST_F(WorkspaceFiles, ThatHoldSettingsAreNotReadThroughLinks) {
  workspace_.write(".env", "KEY=secret");
  workspace_.write(".tactus/config.yml", "");
  workspace_.write("data/.environment", "");
  link(".env", "notes.txt");
  link(".tactus", "folder");
  for (const char* path : {"notes.txt", "folder", "folder/config.yml", "./data/../.ENV"})
    EXPECT_FALSE(check_readable(workspace_.path(), path)) << path;
  for (const char* path : {"data/.environment", "data", ".", "gone.txt"})
    EXPECT_TRUE(check_readable(workspace_.path(), path)) << path;
}

TEST_F(WorkspaceFiles, ThatALinkNamesAreWrittenThroughIt) {
  workspace_.write("target.txt", "old");
  link("target.txt", "link.txt");
  ASSERT_TRUE(write("link.txt", "new"));
  EXPECT_EQ(read("target.txt"), "new");
  EXPECT_TRUE(fs::is_symlink(workspace_.path() + "/link.txt"));
}

TEST_F(WorkspaceFiles, ThatDecideAboutTrustAreNotWrittenByPrograms) {
  fs::create_directories(workspace_.path() + "/.tactus");
  workspace_.write("flow.tac", "");
  workspace_.write("other.yml", "");
  link(".tactus", "innocent");
  link("flow.tac.yml", "plain.txt");
  for (const char* path : {"a.tac.yml",
                           "sub/A.TAC.YML",
                           ".tactus/config.yml",
                           "sub/.tactus/config.yml",
                           ".Tactus/config.yml",
                           ".tac/runs.db",
                           ".tac",
                           ".tac/tmp",
                           ".tac/tmp/../runs.db",
                           "sub/.tac/tmp/x",
                           ".git/hooks/post-commit",
                           ".GIT/config",
                           ".env",
                           "sub/.env/x",
                           "tool.py",
                           "tool.PY",
                           "innocent/config.yml",
                           "plain.txt",
                           "flow.yml",
                           "./.tactus//config.yml",
                           "gone/../.git/config",
                           "other.tac"}) {
    EXPECT_EQ(denial(path), "TAC-SANDBOX-DENIED") << path;
  }
  EXPECT_FALSE(fs::exists(workspace_.path() + "/sub")) << "a refusal leaves nothing behind";
  for (const char* path :
       {".tac/tmp/x", ".envrc", "a.yml", "py", "new.tac", "flow.tac", ".gitignore"}) {
    EXPECT_TRUE(write(path)) << path;
  }
  EXPECT_TRUE(write_text(workspace_.path(), "a.tac.yml", "", Writer::kPerson));
}

TEST_F(WorkspaceFiles, TellWhyTheyCannotBeUsed) {
  workspace_.write("folder/x", "");
  workspace_.write("latin1", "caf\xe9");
  ASSERT_EQ(::mkfifo((workspace_.path() + "/pipe").c_str(), 0600), 0);
  EXPECT_THAT(read("folder"), HasSubstr("folder: is a folder"));
  EXPECT_THAT(read("latin1"), HasSubstr("is not UTF-8 text"));
  EXPECT_THAT(read("pipe"), HasSubstr("neither a file nor a folder"));
  EXPECT_THAT(read("gone"), HasSubstr("gone: no such file"));
  EXPECT_THAT(read("folder/x/y"), HasSubstr("no such file"));
  EXPECT_THAT(read(std::string(5000, 'x')), HasSubstr("too long"));
  EXPECT_THAT(read(std::string(300, 'x')), HasSubstr("File name too long"));
  EXPECT_EQ(denial(std::string("a\0b", 3)), "TAC-SANDBOX-DENIED");
  EXPECT_EQ(denial("folder/x/y"), "TAC-FILE");
  EXPECT_EQ(denial("folder"), "TAC-FILE");
  EXPECT_EQ(denial("pipe"), "TAC-FILE");
  EXPECT_FALSE(write("binary", "caf\xe9"));
  EXPECT_FALSE(write("binary", std::string("a\0b", 3)));
  EXPECT_FALSE(write("large", std::string(kFileBytesMax + 1, 'x')));
  ASSERT_TRUE(write("large", std::string(kFileBytesMax, 'x')));
  EXPECT_FALSE(append_text(workspace_.path(), "large", "x", Writer::kProgram));
  EXPECT_FALSE(folder_names(workspace_.path(), "large"));
  EXPECT_FALSE(folder_names(workspace_.path(), "gone"));
}

// A folder of the path that turns into a link to the outside again and again while it is used.
TEST_F(WorkspaceFiles, AreNotLedOutsideByALinkThatIsExchanged) {
  outside_.write("f", "outside");
  workspace_.write("real/f", "inside");
  link("real", "door");
  std::atomic<bool> stop = false;
  std::thread swapper([&] {
    const std::string door = workspace_.path() + "/door";
    for (bool out = true; !stop; out = !out) {
      const std::string next = workspace_.path() + "/next";
      fs::create_symlink(out ? outside_.path() : workspace_.path() + "/real", next);
      fs::rename(next, door);
    }
  });
  int refused = 0, read_inside = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto text = read_text(workspace_.path(), "door/f");
    EXPECT_TRUE(!text || *text == "inside");
    ++(text ? read_inside : refused);
    if (i % 20 == 0) (void)write("door/new");
  }
  stop = true;
  swapper.join();
  EXPECT_FALSE(fs::exists(outside_.path() + "/new"));
  EXPECT_GT(refused, 0);
  EXPECT_GT(read_inside, 0);
}

TEST_F(WorkspaceFiles, AreSearchedForFromTheRootAndTheMentioningFile) {
  const std::string own = fs::path(workspace_.path()).filename().string();
  EXPECT_THAT(search_paths("/w/app", "data/x", "a/b/f.tac"),
              ElementsAre("data/x", "a/b/data/x", "a/data/x"));
  EXPECT_THAT(search_paths("/w/app", "app/x", ""), ElementsAre("app/x", "x"));
  EXPECT_THAT(search_paths("/w/app/", "app/x", "f.tac"), ElementsAre("app/x", "x"));
  EXPECT_THAT(search_paths("/w/app", "../x", "a/b/f.tac"), ElementsAre("a/b/../x", "a/../x"));
  EXPECT_THAT(search_paths("/w/app", "../x", "f.tac"), ElementsAre());
  workspace_.write("a/b/data", "");
  workspace_.write("a/data", "");
  EXPECT_EQ(*search_workspace(workspace_.path(), "data", "a/b/f.tac"), "a/b/data");
  EXPECT_EQ(*search_workspace(workspace_.path(), "data", "a/f.tac"), "a/data");
  EXPECT_EQ(*search_workspace(workspace_.path(), "none", "a/f.tac"), "none");
  EXPECT_EQ(*search_workspace(workspace_.path(), own + "/a/data", ""), "a/data");
  EXPECT_EQ(search_workspace(workspace_.path(), "../x", "").error().code,
            ErrorCode::kSandboxDenied);
}

}  // namespace
}  // namespace tactus::runtime
