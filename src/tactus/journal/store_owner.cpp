#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <tactus/journal/store_owner.hpp>

namespace tactus::journal {
namespace {

bool set_lock(int file, std::int64_t byte, short kind) {
  struct flock lock{};
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return fcntl(file, F_OFD_SETLK, &lock) == 0;
}

}  // namespace

Result<std::unique_ptr<StoreOwner>> StoreOwner::enter(Database& database, const std::string& path) {
  const std::string lock_path = path + "-owners";
  const int file = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return fail(Error{.code = ErrorCode::kStorage,
                      .message = "cannot open '" + lock_path + "': " + std::strerror(errno),
                      .hint = "check that the folder is writable",
                      .place = {},
                      .path = {}});
  }
  std::unique_ptr<StoreOwner> owner(new StoreOwner(file));
  for (;;) {
    Result<Statement> insert = database.prepare("INSERT INTO owners(pid) VALUES(?)");
    if (!insert) return fail(insert.error());
    if (auto done = insert->bind(1, std::int64_t{getpid()}).run(); !done) {
      return fail(done.error());
    }
    owner->number_ = database.last_insert_id();
    if (set_lock(file, owner->number_, F_WRLCK)) break;
    // The byte is taken only when a database that is gone left a living owner of the same number.
    if (errno == EAGAIN || errno == EACCES) continue;
    return fail(Error{.code = ErrorCode::kStorage,
                      .message = "cannot lock '" + lock_path + "': " + std::strerror(errno),
                      .hint = "keep the run store on a local disk",
                      .place = {},
                      .path = {}});
  }
  return owner;
}

StoreOwner::~StoreOwner() { ::close(file_); }

bool StoreOwner::claim(std::int64_t other) { return set_lock(file_, other, F_WRLCK); }

void StoreOwner::release(std::int64_t other) { set_lock(file_, other, F_UNLCK); }

}  // namespace tactus::journal
