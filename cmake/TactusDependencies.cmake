# Third-party libraries, all from the distribution. Each is used by the modules that name it in EXTERNAL.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(CURL 7.88 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
# The C++ build of Lua: its errors and yields unwind the stack, so destructors run.
pkg_check_modules(lua REQUIRED IMPORTED_TARGET lua5.4-c++)
if(TACTUS_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()

# What every translation unit sees; also what the precompiled header was made with.
add_library(tactus_common INTERFACE)
target_include_directories(tactus_common INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_definitions(tactus_common INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_HAS_CO_AWAIT FMT_HEADER_ONLY=0 TACTUS_VERSION="${PROJECT_VERSION}")
target_link_libraries(tactus_common INTERFACE Boost::headers Boost::json fmt::fmt spdlog::spdlog Threads::Threads)

# The compiled part of Asio, Beast and the precompiled header, built once: written only when it differs, so that
# configuring again compiles nothing.
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/asio.cpp"
  CONTENT "#include <boost/asio/impl/src.hpp>\n#include <boost/beast/src.hpp>\n")
add_library(tactus_pch STATIC "${CMAKE_BINARY_DIR}/generated/asio.cpp")
target_link_libraries(tactus_pch PUBLIC tactus_common)
target_precompile_headers(tactus_pch PRIVATE
  <boost/asio.hpp> <boost/asio/experimental/awaitable_operators.hpp> <boost/json.hpp> <fmt/format.h>
  <algorithm> <chrono> <coroutine> <cstdint> <functional> <map> <memory> <mutex> <optional> <string>
  <string_view> <unordered_map> <utility> <variant> <vector> <tl/expected.hpp>)
