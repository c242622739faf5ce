#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tactus/base/ids.hpp>
#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/runtime/run_service.hpp>
#include <tactus/runtime/workspace_file.hpp>
#include <tactus/runtime/workspace_path.hpp>

namespace tactus::runtime {
namespace {

constexpr std::size_t kNamesMax = 100'000;
constexpr const char* kPermissions = "check its permissions";

// The message names the file, so that it needs no place beside it.
tl::unexpected<Error> file_error(const std::string& path, std::string_view what, std::string hint) {
  return fail(Error{ErrorCode::kFile,
                    fmt::format("{}{}", path.empty() ? "." : path, what),
                    std::move(hint),
                    {},
                    ""});
}

tl::unexpected<Error> system_error(const std::string& path, std::string_view what) {
  return file_error(path, fmt::format(": {}: {}", what, std::strerror(errno)), kPermissions);
}

bool is_text(std::string_view bytes) {
  return is_valid_utf8(bytes) && bytes.find('\0') == std::string_view::npos;
}

// The location of a regular file that exists.
Result<Location> locate_file(const std::string& workspace, const std::string& path) {
  auto location = locate(workspace, path);
  if (!location) return location;
  switch (location->kind) {
    case Location::Kind::kFile:
      return location;
    case Location::Kind::kFolder:
      return file_error(path, ": is a folder", "name a file in it");
    case Location::Kind::kOther:
      return file_error(path, ": is neither a file nor a folder", "name a file");
    case Location::Kind::kNone:
      break;
  }
  return file_error(path, ": no such file",
                    "check the path; it is relative to the workspace " + workspace);
}

struct OpenFile {
  Descriptor descriptor;
  struct stat status{};
};

// What is opened is looked at again: it may have been exchanged since it was found. A named pipe in
// its place is not waited for.
Result<OpenFile> open_file(const Location& location, const std::string& path) {
  OpenFile file;
  file.descriptor = Descriptor(::openat(location.folder.get(), location.name.c_str(),
                                        O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.descriptor || ::fstat(file.descriptor.get(), &file.status) != 0)
    return system_error(path, "cannot be read");
  if (!S_ISREG(file.status.st_mode)) return file_error(path, ": is not a file", "name a file");
  return file;
}

Result<std::string> read_all(const OpenFile& file, const std::string& path) {
  std::string bytes;
  std::array<char, 65536> part;
  for (;;) {
    const ssize_t count = ::read(file.descriptor.get(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error(path, "cannot be read");
    if (count == 0) return bytes;
    bytes.append(part.data(), static_cast<std::size_t>(count));
    if (bytes.size() > kFileBytesMax) return file_error(path, kTooLarge, "split the file");
  }
}

Result<void> write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(path, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) return system_error(path, "cannot be flushed");
  return {};
}

bool is_there(const Location& location, const std::string& name) {
  struct stat ignored{};
  return location.folder &&
         ::fstatat(location.folder.get(), name.c_str(), &ignored, AT_SYMLINK_NOFOLLOW) == 0;
}

enum class Access : std::uint8_t { kRead, kWrite };

// Why a program may not reach it; empty = it may. Names count whatever their case, since some
// disks do not tell one from the other.
std::string protected_part(const Location& location, Access access) {
  static const std::vector<std::string> kNames = {".tactus", ".tac", ".git", ".env"};
  const std::vector<std::string>& path = location.path;
  const bool temporary =
      path.size() > (access == Access::kWrite ? 2u : 1u) && path[0] == ".tac" && path[1] == "tmp";
  for (std::size_t i = temporary ? 2 : 0; i < path.size(); ++i) {
    if (std::find(kNames.begin(), kNames.end(), to_lower(path[i])) != kNames.end()) return path[i];
  }
  if (path.empty()) return "";
  const std::string name = to_lower(path.back());
  if (name.ends_with(".tac.yml")) return "*.tac.yml";
  if (access == Access::kWrite && name.ends_with(".py")) return "*.py";
  // The settings of NAME.tac may also be called NAME.yml, whichever of the two is made first.
  const std::string exact = path.back();
  const std::size_t dot = exact.rfind('.');
  const std::string stem = exact.substr(0, dot);
  const std::string ending = dot == std::string::npos ? "" : name.substr(name.rfind('.'));
  if (ending == ".yml" && (is_there(location, stem + ".tac") || is_there(location, stem + ".lua")))
    return "the settings of " + stem;
  if (access == Access::kRead) return "";
  const bool program = ending == ".tac" || ending == ".lua";
  if (program && location.kind == Location::Kind::kNone && is_there(location, stem + ".yml"))
    return "a program with settings, " + stem + ".yml,";
  return "";
}

Result<void> check_writable(const Location& location, const std::string& path, Writer writer) {
  const std::string part =
      writer == Writer::kProgram ? protected_part(location, Access::kWrite) : "";
  if (part.empty()) return {};
  return fail(
      Error{ErrorCode::kSandboxDenied,
            fmt::format("'{}' may not be written by a program: {} is protected", path, part),
            "write to another file; what decides about trust is written by people",
            {},
            ""});
}

// The location to write to, its folders made.
Result<Location> locate_target(const std::string& workspace, const std::string& path,
                               Writer writer) {
  // First without making anything, so that a refusal leaves no trace.
  auto planned = locate(workspace, path);
  if (!planned) return planned;
  if (auto allowed = check_writable(*planned, path, writer); !allowed) return fail(allowed.error());
  auto target = locate(workspace, path, MissingFolders::kMade);
  if (!target) return target;
  if (auto allowed = check_writable(*target, path, writer); !allowed) return fail(allowed.error());
  if (target->kind == Location::Kind::kFolder || target->path.empty())
    return file_error(path, ": is a folder", "name a file in it");
  if (target->kind == Location::Kind::kOther)
    return file_error(path, ": is neither a file nor a folder", "name another file");
  if (!target->folder)
    return file_error(path, ": a part of the path is a file", "name another folder");
  return target;
}

// Through a file beside it, so that there is always a whole one. What has taken the name meanwhile
// is replaced, never followed.
Result<void> replace(const Location& target, std::string_view text, const std::string& path) {
  const int folder = target.folder.get();
  struct stat existing{};
  const bool exists = ::fstatat(folder, target.name.c_str(), &existing, AT_SYMLINK_NOFOLLOW) == 0 &&
                      S_ISREG(existing.st_mode);
  const std::string temporary = ".tactus-" + random_token(8) + ".tmp";
  Descriptor file(::openat(folder, temporary.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file) return system_error(path, "cannot be written");
  if (exists) ::fchmod(file.get(), existing.st_mode & 0777);
  auto written = write_all(file.get(), text, path);
  if (written && ::renameat(folder, temporary.c_str(), folder, target.name.c_str()) != 0)
    written = system_error(path, "cannot be replaced");
  if (!written) {
    ::unlinkat(folder, temporary.c_str(), 0);
    return written;
  }
  // The folder's entry must be on disk too, or the rename may be lost with the power.
  const Descriptor synced(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (synced) ::fsync(synced.get());
  return {};
}

}  // namespace

Result<std::string> read_text(const std::string& workspace, const std::string& path) {
  const auto location = locate_file(workspace, path);
  if (!location) return fail(location.error());
  const auto file = open_file(*location, path);
  if (!file) return fail(file.error());
  auto bytes = read_all(*file, path);
  if (bytes && !is_text(*bytes)) return file_error(path, kNotText, "save it as UTF-8");
  return bytes;
}

Result<void> check_readable(const std::string& workspace, const std::string& path) {
  const auto location = locate(workspace, path);
  if (!location) return fail(location.error());
  const std::string part = protected_part(*location, Access::kRead);
  if (part.empty()) return {};
  return fail(Error{ErrorCode::kSandboxDenied,
                    fmt::format("'{}' may not be read by a program: {} is protected", path, part),
                    "settings may hold keys; list what a program may know in `env_allow`",
                    {},
                    ""});
}

Result<void> write_text(const std::string& workspace, const std::string& path,
                        std::string_view text, Writer writer) {
  if (text.size() > kFileBytesMax) return file_error(path, kTooLarge, "split the file");
  if (!is_text(text)) return file_error(path, ": the text is not UTF-8", "only text is written");
  const auto target = locate_target(workspace, path, writer);
  if (!target) return fail(target.error());
  return replace(*target, text, path);
}

Result<void> append_text(const std::string& workspace, const std::string& path,
                         std::string_view text, Writer writer) {
  if (!is_text(text)) return file_error(path, ": the text is not UTF-8", "only text is written");
  const auto target = locate_target(workspace, path, writer);
  if (!target) return fail(target.error());
  std::string all;
  if (target->kind == Location::Kind::kFile) {
    const auto file = open_file(*target, path);
    if (!file) return fail(file.error());
    auto bytes = read_all(*file, path);
    if (!bytes) return fail(bytes.error());
    all = std::move(*bytes);
  }
  if (all.size() + text.size() > kFileBytesMax)
    return file_error(path, kTooLarge, "begin another file");
  return replace(*target, all.append(text), path);
}

Result<bool> path_exists(const std::string& workspace, const std::string& path) {
  const auto location = locate(workspace, path);
  if (!location) return fail(location.error());
  return location->kind != Location::Kind::kNone;
}

Result<std::uint64_t> file_size(const std::string& workspace, const std::string& path) {
  const auto location = locate_file(workspace, path);
  if (!location) return fail(location.error());
  const auto file = open_file(*location, path);
  if (!file) return fail(file.error());
  return static_cast<std::uint64_t>(file->status.st_size);
}

Result<std::vector<std::string>> folder_names(const std::string& workspace,
                                              const std::string& path) {
  const auto location = locate(workspace, path);
  if (!location) return fail(location.error());
  if (location->kind == Location::Kind::kNone)
    return file_error(path, ": no such folder",
                      "check the path; it is relative to the workspace " + workspace);
  const int descriptor = ::openat(location->folder.get(), location->name.c_str(),
                                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOTDIR)
    return file_error(path, ": is not a folder", "name a folder");
  if (descriptor < 0) return system_error(path, "cannot be listed");
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::fdopendir(descriptor), ::closedir);
  if (!folder) {
    ::close(descriptor);
    return system_error(path, "cannot be listed");
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (!is_valid_utf8(name))
      return file_error(path, ": holds '" + repair_utf8(name) + "', whose name is not UTF-8",
                        "rename that file");
    if (names.size() == kNamesMax)
      return file_error(path, fmt::format(": holds more than {} files", kNamesMax), "split it");
    names.push_back(name);
  }
  if (errno != 0) return system_error(path, "cannot be listed");
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tactus::runtime
