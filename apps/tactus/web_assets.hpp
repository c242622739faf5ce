// The front end inside the binary; made by cmake/EmbedWeb.cmake.
#pragma once

#include <span>

#include <tactus/server/ide_server.hpp>

namespace tactus {

// Every file of the built front end; empty when the build left it out.
std::span<const server::Asset> web_assets();

}  // namespace tactus
