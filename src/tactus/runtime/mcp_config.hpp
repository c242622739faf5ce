// The key `mcp_servers` of the configuration (docs/configuration.md). Uses: config_section, mcp.
#pragma once

#include <map>
#include <string>

#include <tactus/mcp/server_config.hpp>
#include <tactus/runtime/config_section.hpp>

namespace tactus::runtime {

// The servers by name. Reports what is wrong to the section's findings.
std::map<std::string, mcp::ServerConfig> read_mcp_servers(ConfigSection servers);

}  // namespace tactus::runtime
