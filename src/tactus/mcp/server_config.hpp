// A server as it is configured. A value. Uses: nothing of ours.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tactus::mcp {

// `command` or `url` is set, not both.
struct ServerConfig {
  std::string name;
  std::string command;  // Looked for on the PATH unless it has a slash.
  std::vector<std::string> args;
  std::map<std::string, std::string> env;  // Over the few variables that a server inherits.
  std::string cwd;                         // Absolute; empty = that of this process.
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  double timeout_s = 60;  // Of one call.
  // What no message may repeat, beside the values of `env` and `headers`.
  std::vector<std::string> secrets;
};

}  // namespace tactus::mcp
