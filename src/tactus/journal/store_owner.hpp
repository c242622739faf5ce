// Tells the runs of living processes from those of dead ones. Private to the module.
#pragma once

#include <memory>
#include <string>

#include <tactus/journal/sqlite_database.hpp>

namespace tactus::journal {

// One open store among those that share a file. Its number is drawn from the database and never
// used again; while it lives it holds a lock on the byte of that number in `<path>-owners`. The
// kernel drops the lock with the process, however it ends, so there is nothing to time out, a
// reused pid cannot deceive, and who gets a lock on another's byte knows that the other is gone.
// The locks are of the open file (OFD), so two stores in one process tell each other apart too.
class StoreOwner {
 public:
  // Draws a number and locks it. Fails with kStorage.
  static Result<std::unique_ptr<StoreOwner>> enter(Database& database, const std::string& path);
  ~StoreOwner();
  StoreOwner(const StoreOwner&) = delete;
  StoreOwner& operator=(const StoreOwner&) = delete;

  std::int64_t number() const { return number_; }

  // If that owner is gone, holds its byte until `release` and says true; so of two that look at the
  // same time, one goes on. The other may be alive, or be looked after already: false.
  bool claim(std::int64_t other);
  void release(std::int64_t other);

 private:
  explicit StoreOwner(int file) : file_(file) {}

  int file_;
  std::int64_t number_ = 0;
};

}  // namespace tactus::journal
