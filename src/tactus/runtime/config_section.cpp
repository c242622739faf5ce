#include <tactus/base/text.hpp>
#include <tactus/runtime/config_section.hpp>

namespace tactus::runtime {
namespace {

constexpr double kNumberMax = 1e15;

const ConfigNode kNothing;

Error finding(std::string message, std::string hint, std::optional<Place> place) {
  Error error;
  error.code = ErrorCode::kConfig;
  error.message = std::move(message);
  error.hint = std::move(hint);
  error.place = std::move(place);
  return error;
}

std::optional<Place> place_of_key(const ConfigNode& value) {
  auto place = value.origin.place();
  if (place && value.key_line > 0) {
    place->line = value.key_line;
    place->column = value.key_column;
  }
  return place;
}

// The known key that was probably meant: `max_cost` for `max_cost_usd`, `retires` for `retries`.
std::optional<std::string> meant(const std::string& written,
                                 const std::vector<std::string>& known) {
  constexpr std::size_t kPrefixMin = 4;
  for (const std::string& key : known) {
    if (written.size() >= kPrefixMin && key.starts_with(written)) return key;
  }
  return closest_match(written, known);
}

std::string plain_number(double value) {
  return value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{}", value);
}

}  // namespace

ConfigSection::ConfigSection(const ConfigNode* node, std::string path, ConfigFindings& findings)
    : node_(node ? node : &kNothing), path_(std::move(path)), findings_(&findings) {}

std::string ConfigSection::path_of(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

const ConfigNode* ConfigSection::take(const std::string& key) {
  known_.push_back(key);
  return node_->find(key);
}

const ConfigNode* ConfigSection::any(const std::string& key) { return take(key); }

std::optional<std::string> ConfigSection::text(const std::string& key) {
  const ConfigNode* value = take(key);
  if (!value) return std::nullopt;
  if (value->kind == ConfigNode::Kind::kText) return value->text;
  wrong(key, "text");
  return std::nullopt;
}

std::optional<bool> ConfigSection::boolean(const std::string& key) {
  const ConfigNode* value = take(key);
  if (!value) return std::nullopt;
  const Json json = to_json(*value);
  if (json.is_bool()) return json.get_bool();
  wrong(key, "true or false");
  return std::nullopt;
}

std::optional<double> ConfigSection::number(const std::string& key, double minimum) {
  const ConfigNode* value = take(key);
  if (!value) return std::nullopt;
  const Json json = to_json(*value);
  if (!json.is_number()) {
    wrong(key, "a number");
    return std::nullopt;
  }
  const double number = json.to_number<double>();
  if (number >= minimum && number < kNumberMax) return number;
  wrong(key, "a number from " + plain_number(minimum));
  return std::nullopt;
}

std::optional<std::int64_t> ConfigSection::integer(const std::string& key, std::int64_t minimum) {
  const auto value = number(key, static_cast<double>(minimum));
  if (!value) return std::nullopt;
  if (*value == std::floor(*value)) return static_cast<std::int64_t>(*value);
  wrong(key, "a whole number");
  return std::nullopt;
}

std::optional<std::vector<std::string>> ConfigSection::texts(const std::string& key) {
  const ConfigNode* value = take(key);
  if (!value) return std::nullopt;
  std::vector<std::string> list;
  const ConfigNode* odd = value->kind == ConfigNode::Kind::kList ? nullptr : value;
  for (const ConfigNode& item : value->items) {
    if (item.kind != ConfigNode::Kind::kText && !odd) odd = &item;
    list.push_back(item.text);
  }
  if (!odd) return list;
  findings_->errors.push_back(
      finding(fmt::format("configuration key '{}' must be a list of names", path_of(key)),
              fmt::format("write {}: [one, two]", key), odd->origin.place()));
  return std::nullopt;
}

std::map<std::string, std::string> ConfigSection::text_map(const std::string& key) {
  std::map<std::string, std::string> texts;
  ConfigSection values = map(key);
  for (const auto& [name, value] : values.members()) {
    if (auto text = values.text(name)) texts[name] = std::move(*text);
  }
  return texts;
}

ConfigSection ConfigSection::map(const std::string& key) {
  const ConfigNode* value = take(key);
  if (value && value->kind != ConfigNode::Kind::kMap) {
    wrong(key, "a map");
    value = nullptr;
  }
  return ConfigSection(value, path_of(key), *findings_);
}

void ConfigSection::wrong(const std::string& key, const std::string& expected) {
  const ConfigNode* value = node_->find(key);
  findings_->errors.push_back(
      finding(fmt::format("configuration key '{}' must be {}", path_of(key), expected),
              "correct the value or remove the key",
              value ? value->origin.place() : node_->origin.place()));
}

void ConfigSection::finish() {
  for (const auto& [written, value] : node_->members) {
    if (std::find(known_.begin(), known_.end(), written) != known_.end()) continue;
    const auto match = meant(written, known_);
    Error found = finding(fmt::format("unknown configuration key '{}'", path_of(written)),
                          match ? "did you mean '" + path_of(*match) + "'?"
                                : "it has no effect; docs/configuration.md lists the keys",
                          place_of_key(value));
    (match ? findings_->errors : findings_->warnings).push_back(std::move(found));
  }
}

}  // namespace tactus::runtime
