// Paths below a workspace, walked folder by folder from its root with every link read by us: where
// a path leads is known exactly, and no link, however quickly it is exchanged, leads anywhere else.
// Blocks on the disk. Uses: base.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tactus/base/error.hpp>

namespace tactus::runtime {

// An open file or folder; closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();
  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

// An entry of the workspace, whether it is there or not. Only `folder` and `name` together say
// which one it is: whoever opens it must refuse a link (O_NOFOLLOW), which may have come meanwhile.
struct Location {
  enum class Kind : std::uint8_t { kNone, kFile, kFolder, kOther };
  Kind kind = Kind::kNone;
  Descriptor folder;       // Where the entry is, for the …at() calls; none = not there.
  std::string name = ".";  // In `folder`; "." = the workspace itself.
  // The names from the root to the entry, without links. Behind a missing one, as they were given.
  std::vector<std::string> path;
};

enum class MissingFolders : std::uint8_t { kKept, kMade };

// Walks `path`, which is relative to `workspace` or an absolute path inside it, following links
// also at its end. An entry that is missing is no error: its kind is kNone. Fails with
// kSandboxDenied when the path leads outside, kFile when it cannot be walked.
Result<Location> locate(const std::string& workspace, const std::string& path,
                        MissingFolders missing = MissingFolders::kKept);

// The paths under which language.md 1.5 looks for `path`, as the file `mentioned_in`
// (workspace-relative, may be empty) spells it; relative to the workspace, in order. Those that
// would begin outside are left out. Pure.
std::vector<std::string> search_paths(const std::string& workspace, const std::string& path,
                                      const std::string& mentioned_in);

// The first of these that exists, else the first. Fails like `locate`, and with kSandboxDenied when
// all are outside.
Result<std::string> search_workspace(const std::string& workspace, const std::string& path,
                                     const std::string& mentioned_in);

// "'x' is outside the workspace".
Error outside_workspace(const std::string& workspace, const std::string& path);

}  // namespace tactus::runtime
