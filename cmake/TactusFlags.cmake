# Language level, warnings, sanitizers, linker and compiler cache, for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -gline-tables-only")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -gline-tables-only")
# Line tables are most of the binary; compressed, it is less than half as large.
set(CMAKE_EXE_LINKER_FLAGS_RELEASE "-Wl,--compress-debug-sections=zstd")

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # A time stamp in a precompiled header would make every cached object stale.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  find_program(TACTUS_LLD NAMES ld.lld-19 ld.lld)
  if(TACTUS_LLD)
    add_link_options("--ld-path=${TACTUS_LLD}")
  endif()
else()
  set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
  # GCC 12 reports false positives for these inside coroutine frames and inlined containers.
  add_compile_options(-Wno-maybe-uninitialized -Wno-dangling-reference -Wno-restrict -Wno-stringop-overflow
    -Wno-mismatched-new-delete)
endif()

if(TACTUS_SANITIZE)
  add_compile_options(-fsanitize=${TACTUS_SANITIZE} -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${TACTUS_SANITIZE})
  if(TACTUS_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()

find_program(TACTUS_CCACHE ccache)
if(TACTUS_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${TACTUS_CCACHE})
endif()
