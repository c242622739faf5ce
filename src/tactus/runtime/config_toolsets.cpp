#include <tactus/runtime/config_toolsets.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::runtime {
namespace {

using program::ToolEntry;
using program::ToolsetDeclaration;
using program::ToolsetType;

std::optional<std::vector<std::string>> names_of(const ConfigNode& node) {
  std::vector<std::string> names;
  if (node.kind != ConfigNode::Kind::kList) return std::nullopt;
  for (const ConfigNode& item : node.items) {
    if (item.kind != ConfigNode::Kind::kText) return std::nullopt;
    names.push_back(item.text);
  }
  return names;
}

// A name, or {name, include, exclude, prefix, rename}; nothing for anything else.
std::optional<ToolEntry> entry_of(const ConfigNode& node) {
  ToolEntry entry;
  if (node.kind == ConfigNode::Kind::kText) {
    entry.name = node.text;
    return entry;
  }
  if (node.kind != ConfigNode::Kind::kMap) return std::nullopt;
  for (const auto& [key, value] : node.members) {
    const bool is_text = value.kind == ConfigNode::Kind::kText;
    if (key == "name" && is_text) {
      entry.name = value.text;
    } else if (key == "prefix" && is_text) {
      entry.prefix = value.text;
    } else if (key == "include" && names_of(value)) {
      entry.include = names_of(value);
    } else if (key == "exclude" && names_of(value)) {
      entry.exclude = *names_of(value);
    } else if (key == "rename" && value.kind == ConfigNode::Kind::kMap) {
      for (const auto& [from, to] : value.members) entry.rename[from] = to.text;
    } else {
      return std::nullopt;
    }
  }
  return entry.name.empty() ? std::nullopt : std::optional(entry);
}

void read_sources(ConfigSection& section, const std::string& key, ToolsetDeclaration& toolset) {
  const ConfigNode* node = section.any(key);
  const bool list = key == "sources";
  if (!node || (list && node->kind != ConfigNode::Kind::kList))
    return section.wrong(key, list ? "a list of sets of tools" : "a set of tools");
  const std::vector<ConfigNode> single = list ? std::vector<ConfigNode>{} : std::vector{*node};
  for (const ConfigNode& item : list ? node->items : single) {
    auto entry = entry_of(item);
    if (!entry)
      return section.wrong(key,
                           "made of names, or of maps with name, include, exclude, prefix "
                           "and rename");
    toolset.entries.push_back(std::move(*entry));
  }
}

void read_filtered(ConfigSection& section, ToolsetDeclaration& toolset) {
  read_sources(section, "source", toolset);
  toolset.pattern = section.text("pattern").value_or("");
  if (toolset.pattern.empty() || !schema::pattern_is_valid(toolset.pattern))
    section.wrong("pattern", "a regular expression");
}

std::shared_ptr<const ToolsetDeclaration> read_toolset(const std::string& name,
                                                       ConfigSection section) {
  auto toolset = std::make_shared<ToolsetDeclaration>();
  toolset->name = name;
  const std::string type = section.text("type").value_or("");
  (void)section.text("description");
  if (type == "plugin") {
    toolset->type = ToolsetType::kPlugin;
    toolset->paths = section.texts("paths").value_or(std::vector<std::string>{});
    if (toolset->paths.empty()) section.wrong("paths", "a list of files and folders");
    if (const ConfigNode* paths = section.any("paths")) toolset->file = paths->origin.name;
  } else if (type == "mcp") {
    toolset->type = ToolsetType::kMcp;
    toolset->server = section.text("server").value_or("");
    if (toolset->server.empty()) section.wrong("server", "the name of a server in mcp_servers");
  } else if (type == "filtered") {
    toolset->type = ToolsetType::kFiltered;
    read_filtered(section, *toolset);
  } else if (type == "combined") {
    toolset->type = ToolsetType::kCombined;
    read_sources(section, "sources", *toolset);
  } else {
    section.wrong("type",
                  "plugin, mcp, filtered or combined (tools of type lua have functions, "
                  "which only a program can hold)");
    return toolset;
  }
  section.finish();
  return toolset;
}

}  // namespace

std::vector<std::shared_ptr<const ToolsetDeclaration>> read_toolsets(ConfigSection section) {
  std::vector<std::shared_ptr<const ToolsetDeclaration>> toolsets;
  for (const auto& [name, ignored] : section.members())
    toolsets.push_back(read_toolset(name, section.map(name)));
  return toolsets;
}

}  // namespace tactus::runtime
