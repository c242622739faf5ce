#include <algorithm>
#include <cctype>

#include <tactus/runtime/config.hpp>
#include <tactus/runtime/mcp_config.hpp>

namespace tactus::runtime {
namespace {

// Texts of the server's part of the configuration that took in a secret variable.
void collect_secrets(const ConfigNode& node, std::vector<std::string>& secrets) {
  if (node.secret && node.kind == ConfigNode::Kind::kText) secrets.push_back(node.text);
  for (const ConfigNode& item : node.items) collect_secrets(item, secrets);
  for (const auto& [key, member] : node.members) collect_secrets(member, secrets);
}

// Models see it as the beginning of tools' names.
bool is_set_name(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-');
  });
}

mcp::ServerConfig read_server(const std::string& name, ConfigSection section) {
  mcp::ServerConfig server;
  server.name = name;
  server.command = section.text("command").value_or("");
  server.args = section.texts("args").value_or(std::vector<std::string>{});
  server.env = section.text_map("env");
  server.cwd = section.text("cwd").value_or("");
  server.url = section.text("url").value_or("");
  for (auto& [header, value] : section.text_map("headers")) {
    server.headers.emplace_back(header, value);
  }
  server.timeout_s = section.number("timeout", 0.001).value_or(server.timeout_s);
  section.finish();
  return server;
}

}  // namespace

std::map<std::string, mcp::ServerConfig> read_mcp_servers(ConfigSection servers) {
  std::map<std::string, mcp::ServerConfig> all;
  for (const auto& [name, node] : servers.members()) {
    mcp::ServerConfig server = read_server(name, servers.map(name));
    if (server.command.empty() == server.url.empty()) {
      servers.wrong(name, "a map with either a `command` or a `url`");
    }
    if (!is_set_name(name)) {
      servers.wrong(name, "named with letters, digits, '_' and '-' alone");
    }
    collect_secrets(node, server.secrets);
    all[name] = std::move(server);
  }
  return all;
}

std::vector<std::string> outside_sets(const Config& config) {
  std::vector<std::string> names;
  for (const auto& toolset : config.toolsets) names.push_back(toolset->name);
  for (const auto& [name, server] : config.mcp_servers) names.push_back(name);
  if (!config.tool_paths.empty()) names.emplace_back("plugin");
  return names;
}

}  // namespace tactus::runtime
