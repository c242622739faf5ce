#include <tactus/journal/sqlite_schema.hpp>
#include <tactus/journal/store_version.hpp>

namespace tactus::journal {

Result<StoreVersion> read_store_version(const std::string& path) {
  constexpr std::chrono::milliseconds kBusyTimeout{2000};
  const auto database = Database::open_to_read(path, kBusyTimeout);
  if (!database) return fail(database.error());
  return version_of(**database, path);
}

}  // namespace tactus::journal
