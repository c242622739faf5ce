#include <tactus/cli/cli.hpp>

#include "web_assets.hpp"

int main(int argc, char** argv) { return tactus::cli::main(argc, argv, tactus::web_assets()); }
