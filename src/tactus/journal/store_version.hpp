// Which version of the run store a file is, without opening it for runs. Uses: base.
#pragma once

#include <cstdint>
#include <string>

#include <tactus/base/error.hpp>

namespace tactus::journal {

struct StoreVersion {
  std::int64_t version = 0;  // Of the file; 0 = it is empty.
  std::int64_t newest = 0;   // What this program brings older ones up to.
};

// Blocks on the disk; changes nothing in the file. Fails with kStorage: not readable, damaged, no
// run store, or written by a newer program.
Result<StoreVersion> read_store_version(const std::string& path);

}  // namespace tactus::journal
