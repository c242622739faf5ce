#include <yaml-cpp/yaml.h>

#include <tactus/base/text.hpp>
#include <tactus/runtime/config.hpp>
#include <tactus/runtime/config_tree.hpp>

namespace tactus::runtime {
namespace {

constexpr int kNodesMax = 20'000;
constexpr int kDepthMax = 50;

Error config_error(std::string message, std::string hint, const ConfigOrigin& origin) {
  Error error;
  error.code = ErrorCode::kConfig;
  error.message = std::move(message);
  error.hint = std::move(hint);
  error.place = origin.place();
  return error;
}

// Turns what yaml-cpp read into our nodes.
class Converter {
 public:
  Converter(const std::string& file, const Environment& environment)
      : file_(file), environment_(environment) {}

  Result<ConfigNode> convert(const YAML::Node& yaml, int depth) {
    ConfigNode node;
    node.origin = {ConfigOrigin::Kind::kFile, file_, yaml.Mark().line + 1, yaml.Mark().column + 1};
    if (depth > kDepthMax || ++count_ > kNodesMax) {
      return fail(config_error(
          depth > kDepthMax
              ? fmt::format("configuration is nested more than {} levels deep", kDepthMax)
              : fmt::format("configuration has more than {} values", kNodesMax),
          "a file of settings is much smaller; is it the right file?", node.origin));
    }
    if (yaml.IsScalar()) {
      node.kind = ConfigNode::Kind::kText;
      node.quoted = yaml.Tag() == "!";
      expand(yaml.Scalar(), node);
      return node;
    }
    if (yaml.IsSequence()) return list(yaml, std::move(node), depth);
    if (yaml.IsMap()) return map(yaml, std::move(node), depth);
    return node;
  }

 private:
  Result<ConfigNode> list(const YAML::Node& yaml, ConfigNode node, int depth) {
    node.kind = ConfigNode::Kind::kList;
    for (const YAML::Node& item : yaml) {
      auto converted = convert(item, depth + 1);
      if (!converted) return converted;
      node.items.push_back(std::move(*converted));
    }
    return node;
  }

  Result<ConfigNode> map(const YAML::Node& yaml, ConfigNode node, int depth) {
    node.kind = ConfigNode::Kind::kMap;
    for (const auto& item : yaml) {
      const ConfigOrigin at{ConfigOrigin::Kind::kFile, file_, item.first.Mark().line + 1,
                            item.first.Mark().column + 1};
      if (!item.first.IsScalar())
        return fail(
            config_error("a key of the configuration must be a name", "write `name: value`", at));
      const std::string& key = item.first.Scalar();
      auto value = convert(item.second, depth + 1);
      if (!value) return value;
      value->key_line = at.line;
      value->key_column = at.column;
      if (!node.members.emplace(key, std::move(*value)).second)
        return fail(config_error(fmt::format("configuration key '{}' is given twice", key),
                                 "keep one of them", at));
    }
    return node;
  }

  void expand(const std::string& text, ConfigNode& node) const {
    std::size_t from = 0;
    for (;;) {
      const std::size_t open = text.find("${", from);
      const std::size_t close = open == std::string::npos ? open : text.find('}', open);
      if (close == std::string::npos) break;
      const std::string name = text.substr(open + 2, close - open - 2);
      node.text += text.substr(from, open - from);
      node.text += environment_.get(name);
      node.secret = node.secret || names_a_secret(name);
      from = close + 1;
    }
    node.text += text.substr(from);
  }

  const std::string& file_;
  const Environment& environment_;
  int count_ = 0;
};

Result<void> append(ConfigNode& low, const std::string& key, ConfigNode added) {
  using Kind = ConfigNode::Kind;
  if (added.kind == Kind::kNull) return {};
  if (added.kind != Kind::kList) {
    return fail(config_error(fmt::format("configuration key '{}+' must be a list", key),
                             fmt::format("write {}+: [value]", key), added.origin));
  }
  const auto [place, is_new] = low.members.try_emplace(key);
  ConfigNode& there = place->second;
  if (is_new || there.kind == Kind::kNull) {
    there = std::move(added);
    return {};
  }
  if (there.kind != Kind::kList) {
    return fail(config_error(
        fmt::format("configuration key '{}+' appends to '{}', which is no list", key, key),
        fmt::format("write {}: [value] to replace it", key), added.origin));
  }
  for (ConfigNode& item : added.items) there.items.push_back(std::move(item));
  return {};
}

// The number that the whole text is; nothing otherwise.
std::optional<Json> number_of(const std::string& text) {
  if (text.empty() || text.find_first_not_of("+-.0123456789eE") != std::string::npos) return {};
  auto parsed = parse_json(text.front() == '+' ? text.substr(1) : text);
  if (parsed && parsed->is_number()) return std::move(*parsed);
  return std::nullopt;
}

}  // namespace

std::optional<Place> ConfigOrigin::place() const {
  if (kind == Kind::kFile) return Place{name, line, column};
  if (kind == Kind::kVariable && line > 0) return Place{".env", line, 0};
  return std::nullopt;
}

const ConfigNode* ConfigNode::find(const std::string& key) const {
  const auto found = members.find(key);
  return found == members.end() || found->second.kind == Kind::kNull ? nullptr : &found->second;
}

Json to_json(const ConfigNode& node) {
  switch (node.kind) {
    case ConfigNode::Kind::kNull:
      return nullptr;
    case ConfigNode::Kind::kList: {
      JsonArray list;
      for (const ConfigNode& item : node.items) list.push_back(to_json(item));
      return list;
    }
    case ConfigNode::Kind::kMap: {
      JsonObject object;
      for (const auto& [key, member] : node.members) object[key] = to_json(member);
      return object;
    }
    case ConfigNode::Kind::kText:
      break;
  }
  if (!node.quoted) {
    const std::string word = to_lower(node.text);
    if (word == "true" || word == "false") return word == "true";
    if (auto number = number_of(node.text)) return std::move(*number);
  }
  return Json(node.text);
}

bool names_a_secret(std::string_view name) {
  const std::string word = to_lower(name);
  for (const std::string_view part :
       {"key", "secret", "token", "password", "passwd", "authorization", "credential", "cookie"}) {
    if (word.find(part) != std::string::npos) return !word.starts_with("max_token");
  }
  return false;
}

Result<ConfigNode> parse_config(const std::string& text, const std::string& file,
                                const Environment& environment) {
  const ConfigOrigin whole{ConfigOrigin::Kind::kFile, file, 1, 1};
  try {
    auto node = Converter(file, environment).convert(YAML::Load(text), 0);
    if (!node) return node;
    if (node->kind == ConfigNode::Kind::kNull) {
      node->kind = ConfigNode::Kind::kMap;
    } else if (node->kind != ConfigNode::Kind::kMap) {
      return fail(config_error("a configuration file must be a map of keys to values",
                               "write `key: value` lines", whole));
    }
    return node;
  } catch (const YAML::Exception& e) {
    ConfigOrigin at = whole;
    at.line = e.mark.line + 1;
    at.column = e.mark.column + 1;
    return fail(config_error("unreadable YAML: " + e.msg, "correct the file or move it away", at));
  }
}

Result<void> merge_config(ConfigNode& low, ConfigNode high) {
  using Kind = ConfigNode::Kind;
  if (high.kind == Kind::kNull) return {};
  if (high.kind != Kind::kMap || low.kind != Kind::kMap) {
    if (high.kind != Kind::kMap) {
      low = std::move(high);
      return {};
    }
    // Also a map of its own has `key+` to be read.
    ConfigNode empty;
    empty.kind = Kind::kMap;
    empty.origin = high.origin;
    empty.key_line = high.key_line;
    empty.key_column = high.key_column;
    low = std::move(empty);
  }
  for (auto& [key, member] : high.members) {  // In byte order: `key` before `key+`.
    const bool appends = key.size() > 1 && key.back() == '+';
    if (appends) {
      auto appended = append(low, key.substr(0, key.size() - 1), std::move(member));
      if (!appended) return appended;
      continue;
    }
    const auto [place, is_new] = low.members.try_emplace(key);
    if (is_new && member.kind != Kind::kMap) {
      place->second = std::move(member);
      continue;
    }
    auto merged = merge_config(place->second, std::move(member));
    if (!merged) return merged;
  }
  return {};
}

}  // namespace tactus::runtime
