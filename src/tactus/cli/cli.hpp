// The command line: commands, terminal rendering. Wires the parts together. Uses: everything.
#pragma once

#include <span>

#include <tactus/server/ide_server.hpp>

namespace tactus::cli {

// Runs one command and returns the exit code of the process: 0 success, 1 failed run or validation,
// 2 usage, 130 interrupted. `assets` is the embedded front end; empty when this build has none.
// Blocks until the command is done; installs handlers for SIGINT and SIGTERM.
int main(int argc, char** argv, std::span<const server::Asset> assets);

}  // namespace tactus::cli
