#include <spdlog/spdlog.h>

#include <tactus/base/utf8.hpp>
#include <tactus/journal/stored_row.hpp>

namespace tactus::journal {

void DamageReport::tell(const std::string& row, std::string_view damage) {
  if (told_.size() >= kToldMax) told_.clear();
  std::string line = fmt::format("the run store holds {} with {}", row, damage);
  if (told_.insert(line).second) spdlog::warn("{}", line);
}

std::string StoredRow::text(int column) const {
  const std::string_view bytes = row_.text(column);
  return is_valid_utf8(bytes) ? std::string(bytes) : repair_utf8(bytes);
}

Json StoredRow::json(int column) {
  Result<Json> parsed = parse_json(row_.text(column));
  if (parsed) return *std::move(parsed);
  tell("a value that is not JSON: " + parsed.error().message);
  return nullptr;
}

JsonObject StoredRow::object(int column) {
  Json value = json(column);
  if (value.is_object()) return std::move(value.get_object());
  tell("a value that is not an object");
  return {};
}

JsonArray StoredRow::array(int column) {
  Json value = json(column);
  if (value.is_array()) return std::move(value.get_array());
  tell("a value that is not a list");
  return {};
}

void StoredRow::tell(std::string_view damage) {
  is_damaged_ = true;
  report_.tell(name_, damage);
}

}  // namespace tactus::journal
