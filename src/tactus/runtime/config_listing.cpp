#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/runtime/config_listing.hpp>
#include <tactus/runtime/providers.hpp>

namespace tactus::runtime {
namespace {

using Kind = ConfigNode::Kind;

// Whether everything under a key of this name is hidden: headers carry keys under any name, and so
// do the variables of a server that is started.
bool hides_all(const std::string& key) { return key == "headers" || key == "env"; }

bool is_secret_key(const std::string& key) { return names_a_secret(key) && !key.ends_with("_env"); }

// "https://user:word@host/path?key=x" without user, word and the values of a query.
std::string without_credentials(const std::string& text, bool& hidden) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return text;
  std::string shown = text;
  const std::size_t query = shown.find('?', scheme);
  if (query != std::string::npos && names_a_secret(shown.substr(query))) {
    shown.replace(query + 1, std::string::npos, kHiddenText);
    hidden = true;
  }
  const std::size_t authority = scheme + 3;
  const std::size_t end = std::min(shown.find_first_of("/?#", authority), shown.size());
  const std::size_t at = shown.rfind('@', end);
  if (at != std::string::npos && at > authority && at < end) {
    shown.replace(authority, at - authority, kHiddenText);
    hidden = true;
  }
  return shown;
}

Json shown(const ConfigNode& node, bool hide, bool& hidden) {
  switch (node.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kText:
      if (hide || node.secret) {
        hidden = hidden || !node.text.empty();
        return node.text.empty() ? Json("") : Json(kHiddenText);
      }
      return node.text.find("://") == std::string::npos
                 ? to_json(node)
                 : Json(without_credentials(node.text, hidden));
    case Kind::kList: {
      JsonArray list;
      for (const ConfigNode& item : node.items) list.push_back(shown(item, hide, hidden));
      return list;
    }
    case Kind::kMap:
      break;
  }
  JsonObject object;
  for (const auto& [key, member] : node.members)
    object[key] = shown(member, hide || hides_all(key) || is_secret_key(key), hidden);
  return object;
}

void add_origins(const ConfigNode& node, std::vector<ConfigOrigin>& origins) {
  const auto same = [&](const ConfigOrigin& other) {
    return other.name == node.origin.name && other.line == node.origin.line;
  };
  if (node.items.empty()) {
    if (std::none_of(origins.begin(), origins.end(), same)) origins.push_back(node.origin);
  }
  for (const ConfigNode& item : node.items) add_origins(item, origins);
}

class Listing {
 public:
  void add(const ConfigNode& node, const std::string& key, bool hide) {
    if (node.kind == Kind::kNull) return;
    if (node.kind == Kind::kMap && !node.members.empty()) {
      for (const auto& [name, member] : node.members)
        add(member, key.empty() ? name : key + "." + name,
            hide || hides_all(name) || is_secret_key(name));
      return;
    }
    ConfigEntry entry;
    entry.key = key;
    entry.value = shown(node, hide, entry.secret);
    add_origins(node, entry.origins);
    entries_[key] = std::move(entry);
  }

  bool has(const std::string& key) const { return entries_.contains(key); }

  // Unless some source has said something else.
  void add_default(const std::string& key, Json value, ConfigOrigin origin = {}) {
    entries_.try_emplace(key, ConfigEntry{key, std::move(value), false, "", {std::move(origin)}});
  }
  void add_meaning(const std::string& key, std::string meaning) {
    entries_.try_emplace(key, ConfigEntry{key, nullptr, false, std::move(meaning), {{}}});
  }
  void replace(const std::string& key, Json value, ConfigOrigin origin) {
    entries_[key] = ConfigEntry{key, std::move(value), false, "", {std::move(origin)}};
  }
  const ConfigEntry* find(const std::string& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
  }

  std::vector<ConfigEntry> take() {
    std::vector<ConfigEntry> all;
    for (auto& [key, entry] : entries_) all.push_back(std::move(entry));
    return all;
  }

 private:
  std::map<std::string, ConfigEntry> entries_;
};

void add_defaults(Listing& listing, const Config& config, const Environment& environment) {
  const DefaultModel model = default_model_of(config, environment);
  listing.add_default("default_provider", Json(model.provider));
  if (model.model.empty()) {
    listing.add_meaning("default_model", "agents name theirs");
  } else {
    listing.add_default("default_model", Json(model.model));
  }
  listing.add_default("stream", true);
  listing.add_default("retries", program::AgentDeclaration::kRetries);
  listing.add_default("idle_timeout", Json(60));
  static_assert(program::AgentDeclaration::kIdleTimeoutSeconds == 60);
  const Config untouched;
  listing.add_default("strict_determinism", untouched.strict_determinism);
  listing.add_default("strict_state", untouched.strict_state);
  listing.add_default("limits.memory_mb", untouched.memory_mb);
  listing.add_default("limits.cpu_ms", untouched.cpu_ms);
  listing.add_meaning("limits.max_cost_usd", "no limit");
  listing.add_meaning("limits.max_tokens", "no limit");
  listing.add_meaning("network.allow", "all hosts");
  listing.add_meaning("default_toolsets", "all tools");
  listing.add_default("env_allow", JsonArray{});
  listing.add_default("tool_paths", JsonArray{});
  listing.add_default("plugin_command", JsonArray{Json("python3")});
  listing.add_default("storage.path", Json(".tac/runs.db"));
}

// Variables that act without being a key.
void add_variables(Listing& listing, const Environment& environment) {
  if (const auto origin = environment.origin("OPENAI_BASE_URL");
      origin && !listing.has("providers.openai.base_url")) {
    bool hidden = false;
    const std::string url = without_credentials(environment.get("OPENAI_BASE_URL"), hidden);
    listing.add_default("providers.openai.base_url", Json(url), *origin);
  }
  const auto origin = environment.origin("TACTUS_STREAM");
  const std::string stream = environment.get("TACTUS_STREAM");
  if (!origin || (stream != "on" && stream != "off")) return;
  const ConfigEntry* said = listing.find("stream");
  const bool by_option = said && said->origins.front().kind == ConfigOrigin::Kind::kOption;
  if (!by_option) listing.replace("stream", stream == "on", *origin);
}

bool takes_prefix(std::string& path, std::string folder, std::string_view shown_as) {
  if (folder.empty()) return false;
  if (folder.back() != '/') folder += '/';
  if (!path.starts_with(folder)) return false;
  path = std::string(shown_as) + path.substr(folder.size());
  return true;
}

}  // namespace

std::vector<ConfigEntry> list_config(const Config& config, const Environment& environment) {
  Listing listing;
  listing.add(*config.tree, "", false);
  add_variables(listing, environment);
  add_defaults(listing, config, environment);
  return listing.take();
}

std::string describe_origin(const ConfigOrigin& origin, const std::string& workspace,
                            const Environment& environment) {
  switch (origin.kind) {
    case ConfigOrigin::Kind::kBuiltIn:
      return "built-in";
    case ConfigOrigin::Kind::kOption:
      return origin.name;
    case ConfigOrigin::Kind::kVariable:
      return origin.line > 0 ? fmt::format("{} (.env:{})", origin.name, origin.line) : origin.name;
    case ConfigOrigin::Kind::kFile:
      break;
  }
  std::string path = origin.name;
  if (!takes_prefix(path, workspace, "")) takes_prefix(path, environment.get("HOME"), "~/");
  return origin.line > 0 ? fmt::format("{}:{}", path, origin.line) : path;
}

}  // namespace tactus::runtime
