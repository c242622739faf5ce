#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tactus/base/ids.hpp>
#include <tactus/cli/session_token.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/server/workspace_files.hpp>

namespace tactus::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kTokenBytes = 16;
constexpr std::size_t kTokenDigits = 2 * kTokenBytes;

std::optional<fs::path> token_folder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state && *state == '/') return fs::path(state) / "tactus/sessions";
  const char* home = std::getenv("HOME");
  if (home && *home == '/') return fs::path(home) / ".local/state/tactus/sessions";
  return std::nullopt;
}

bool is_token(std::string_view text) {
  return text.size() == kTokenDigits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// The token in the file, if the file is this user's alone and holds one.
std::optional<std::string> read_token(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return std::nullopt;
  struct stat status{};
  char digits[kTokenDigits + 1];
  const bool own = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
                   status.st_uid == ::geteuid() && (status.st_mode & 077) == 0;
  const ssize_t size = own ? ::read(descriptor, digits, sizeof digits) : -1;
  ::close(descriptor);
  if (size < 0) return std::nullopt;
  const std::string_view text(digits, static_cast<std::size_t>(size));
  return is_token(text) ? std::optional(std::string(text)) : std::nullopt;
}

// Written beside the file and renamed: two servers starting at once leave one whole token.
void keep_token(const fs::path& file, const std::string& token) {
  const fs::path temporary = file.string() + "." + random_token(6);
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const int descriptor = ::open(temporary.c_str(), flags, 0600);
  if (descriptor < 0) return;
  write_to(descriptor, token);
  ::close(descriptor);
  if (::rename(temporary.c_str(), file.c_str()) != 0) ::unlink(temporary.c_str());
}

}  // namespace

std::string session_token(const std::string& workspace) {
  const auto folder = token_folder();
  if (!folder) return random_token(kTokenBytes);
  std::error_code ignored;
  fs::create_directories(*folder, ignored);
  const fs::path file = *folder / server::etag_of(workspace);
  if (auto kept = read_token(file)) return *kept;
  const std::string token = random_token(kTokenBytes);
  keep_token(file, token);
  return read_token(file).value_or(token);
}

}  // namespace tactus::cli
