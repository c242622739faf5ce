// The program that serves the functions of one Python file as MCP tools on its standard streams:
// `python3 -c SOURCE FILE`. Needs Python 3.9 and nothing else.
#pragma once

namespace tactus::runtime {

extern const char* const kPythonPluginServer;

}  // namespace tactus::runtime
