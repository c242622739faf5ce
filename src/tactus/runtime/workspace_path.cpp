#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tactus/base/utf8.hpp>
#include <tactus/runtime/workspace_path.hpp>

namespace tactus::runtime {
namespace {

namespace fs = std::filesystem;
constexpr int kLinksMax = 40;                // As the kernel's own limit.
constexpr std::size_t kPathBytesMax = 4096;  // Likewise.
constexpr std::size_t kFoldersMax = 200;     // Each is an open descriptor during the walk.
constexpr std::size_t kShownPathBytesMax = 200;

std::string shown(const std::string& path) {
  const std::string text = repair_utf8(path.substr(0, path.find('\0')));
  const std::string_view part = truncate_utf8(text, kShownPathBytesMax);
  return std::string(part) + (part.size() < text.size() ? "…" : "");
}

tl::unexpected<Error> cannot(const std::string& path, const std::string& why,
                             std::string hint = "check the path and its permissions") {
  return fail(Error{ErrorCode::kFile, shown(path) + ": " + why, std::move(hint), {}, ""});
}

// "a//b/./c" as a, b, c: what stays is a name or "..".
std::vector<std::string> components(std::string_view path) {
  std::vector<std::string> all;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    if (!part.empty() && part != ".") all.emplace_back(part);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return all;
}

// What follows the root in an absolute path, nothing when it is not below it. Components, so that
// /work-other is not taken for a part of /work.
std::optional<std::vector<std::string>> below(const std::string& root,
                                              const std::vector<std::string>& path) {
  const std::vector<std::string> prefix = components(root);
  if (path.size() < prefix.size() || !std::equal(prefix.begin(), prefix.end(), path.begin()))
    return std::nullopt;
  return std::vector(path.begin() + static_cast<std::ptrdiff_t>(prefix.size()), path.end());
}

class Walk {
 public:
  Walk(const std::string& workspace, const std::string& path, MissingFolders missing)
      : workspace_(workspace), path_(path), missing_(missing) {}

  Result<Location> run() {
    std::error_code error;
    root_ = fs::canonical(workspace_, error).string();
    Descriptor root(error ? -1 : ::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) return cannot(workspace_, "the workspace does not exist");
    folders_.push_back(std::move(root));
    if (path_.find('\0') != std::string::npos) return fail(outside());
    if (path_.size() > kPathBytesMax) return cannot(path_, "the path is too long", "shorten it");
    if (auto taken = take(path_); !taken) return fail(taken.error());
    while (!rest_.empty()) {
      std::string name = std::move(rest_.back());
      rest_.pop_back();
      auto more = step(std::move(name));
      if (!more) return fail(more.error());
      if (!*more) return std::move(found_);
    }
    found_.kind = Location::Kind::kFolder;
    found_.path = names_;
    // The walk ended in a folder: it is named from its parent, the root by itself.
    if (!names_.empty()) {
      found_.name = names_.back();
      folders_.pop_back();
    }
    found_.folder = std::move(folders_.back());
    return std::move(found_);
  }

 private:
  Error outside() const { return outside_workspace(workspace_, path_); }

  // Puts the components of a path or link before what is left to walk.
  Result<void> take(const std::string& text) {
    std::vector<std::string> parts = components(text);
    if (text.starts_with('/')) {
      auto inside = below(root_, parts);
      if (!inside) inside = below(fs::path(workspace_).lexically_normal().string(), parts);
      if (!inside) return fail(outside());
      parts = std::move(*inside);
      folders_.resize(1);
      names_.clear();
    }
    rest_.insert(rest_.end(), std::make_move_iterator(parts.rbegin()),
                 std::make_move_iterator(parts.rend()));
    return {};
  }

  // True while there is more to walk; false when `found_` is the answer.
  Result<bool> step(std::string name) {
    if (name == "..") {
      if (names_.empty()) return fail(outside());
      names_.pop_back();
      folders_.pop_back();
      return true;
    }
    const int folder = folders_.back().get();
    Descriptor entry(::openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!entry && errno == ENOENT) return step_into_nothing(std::move(name));
    struct stat status{};
    if (!entry || ::fstat(entry.get(), &status) != 0) return cannot(path_, std::strerror(errno));
    if (S_ISLNK(status.st_mode)) return follow(entry);
    if (S_ISDIR(status.st_mode)) return enter(std::move(entry), std::move(name));
    if (!rest_.empty())
      return finish(Location::Kind::kNone, std::move(name));  // A file on the way.
    return finish(S_ISREG(status.st_mode) ? Location::Kind::kFile : Location::Kind::kOther,
                  std::move(name));
  }

  Result<bool> step_into_nothing(std::string name) {
    if (rest_.empty() || missing_ == MissingFolders::kKept)
      return finish(Location::Kind::kNone, std::move(name));
    if (::mkdirat(folders_.back().get(), name.c_str(), 0777) != 0 && errno != EEXIST)
      return cannot(path_, std::strerror(errno));
    rest_.push_back(std::move(name));  // Looked at again: something else may have been quicker.
    return true;
  }

  Result<bool> follow(const Descriptor& link) {
    if (++links_ > kLinksMax) return cannot(path_, "too many links", "remove the loop of links");
    std::string target(kPathBytesMax, '\0');
    const ssize_t size = ::readlinkat(link.get(), "", target.data(), target.size());
    if (size < 0) return cannot(path_, std::strerror(errno));
    target.resize(static_cast<std::size_t>(size));
    if (auto taken = take(target); !taken) return fail(taken.error());
    return true;
  }

  Result<bool> enter(Descriptor folder, std::string name) {
    if (folders_.size() > kFoldersMax) return cannot(path_, "too many folders", "shorten the path");
    folders_.push_back(std::move(folder));
    names_.push_back(std::move(name));
    return true;
  }

  Result<bool> finish(Location::Kind kind, std::string name) {
    found_.kind = kind;
    found_.path = names_;
    found_.path.push_back(name);
    found_.name = std::move(name);
    if (rest_.empty()) {
      found_.folder = std::move(folders_.back());
      return false;
    }
    // Nothing on the disk says where the rest would lead, so its text does.
    for (auto part = rest_.rbegin(); part != rest_.rend(); ++part) {
      if (*part != "..") {
        found_.path.push_back(*part);
      } else if (!found_.path.empty()) {
        found_.path.pop_back();
      } else {
        return fail(outside());
      }
    }
    return false;
  }

  const std::string& workspace_;
  const std::string& path_;
  MissingFolders missing_;
  std::string root_;
  std::vector<Descriptor> folders_;  // The root and those entered; one more than `names_`.
  std::vector<std::string> names_;
  std::vector<std::string> rest_;  // Still to walk, the next one last.
  int links_ = 0;
  Location found_;
};

// Whether the path by its text alone begins above the folder it starts from.
bool climbs_out(const std::string& path) {
  int depth = 0;
  for (const std::string& part : components(path)) {
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Error outside_workspace(const std::string& workspace, const std::string& path) {
  return Error{ErrorCode::kSandboxDenied,
               "'" + shown(path) + "' is outside the workspace",
               "use a path below " + workspace,
               {},
               ""};
}

Result<Location> locate(const std::string& workspace, const std::string& path,
                        MissingFolders missing) {
  return Walk(workspace, path, missing).run();
}

std::vector<std::string> search_paths(const std::string& workspace, const std::string& path,
                                      const std::string& mentioned_in) {
  if (path.starts_with('/')) return {path};
  std::vector<std::string> all;
  const auto add = [&](std::string candidate) {
    if (climbs_out(candidate)) return;
    if (std::find(all.begin(), all.end(), candidate) == all.end())
      all.push_back(std::move(candidate));
  };
  add(path);
  std::vector<std::string> folders = components(fs::path(mentioned_in).parent_path().string());
  for (; !folders.empty(); folders.pop_back()) {
    std::string folder;
    for (const std::string& name : folders) folder += name + "/";
    add(folder + path);
  }
  const std::string own_name = fs::path(workspace + "/").parent_path().filename().string();
  const std::size_t slash = path.find('/');
  if (slash != std::string::npos && path.substr(0, slash) == own_name) add(path.substr(slash + 1));
  return all;
}

Result<std::string> search_workspace(const std::string& workspace, const std::string& path,
                                     const std::string& mentioned_in) {
  const std::vector<std::string> candidates = search_paths(workspace, path, mentioned_in);
  if (candidates.empty()) return fail(outside_workspace(workspace, path));
  for (const std::string& candidate : candidates) {
    const auto location = locate(workspace, candidate);
    if (!location) return fail(location.error());
    if (location->kind != Location::Kind::kNone) return candidate;
  }
  return candidates.front();
}

}  // namespace tactus::runtime
