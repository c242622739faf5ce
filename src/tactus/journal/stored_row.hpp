// Reads the columns of rows whatever is in them: a store outlives the programs that wrote it, and
// one damaged field must not hide the others. Private to the module.
#pragma once

#include <set>
#include <string>

#include <tactus/base/json.hpp>
#include <tactus/journal/sqlite_database.hpp>

namespace tactus::journal {

// Tells of damaged rows in the program's log, of each once, since lists are read again and again.
// Not thread-safe.
class DamageReport {
 public:
  void tell(const std::string& row, std::string_view damage);

 private:
  static constexpr std::size_t kToldMax = 10'000;  // Above it, it begins to repeat itself.
  std::set<std::string> told_;
};

// One row while it is read. `row` and `report` outlive it.
class StoredRow {
 public:
  StoredRow(const Statement& row, std::string name, DamageReport& report)
      : row_(row), name_(std::move(name)), report_(report) {}

  // With U+FFFD for what is not UTF-8.
  std::string text(int column) const;
  std::int64_t integer(int column) const { return row_.integer(column); }
  // What is not JSON, or not an object or array where one must be, is told and replaced by null or
  // an empty one.
  Json json(int column);
  JsonObject object(int column);
  JsonArray array(int column);

  void tell(std::string_view damage);
  bool is_damaged() const { return is_damaged_; }

 private:
  const Statement& row_;
  std::string name_;
  DamageReport& report_;
  bool is_damaged_ = false;
};

}  // namespace tactus::journal
