# tactus_module(NAME [DEPS tactus::a ...] [EXTERNAL lib ...])
#
# A folder is a module: every .cpp in it (and in its sub-folders) belongs to the target tactus::NAME, every
# *_test.cpp to its test program.
function(tactus_module name)
  cmake_parse_arguments(arg "" "" "DEPS;EXTERNAL" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  if(NOT sources)  # Interfaces only.
    add_library(tactus_${name} INTERFACE)
    add_library(tactus::${name} ALIAS tactus_${name})
    target_link_libraries(tactus_${name} INTERFACE tactus_common ${arg_DEPS})
    return()
  endif()
  add_library(tactus_${name} STATIC ${sources})
  add_library(tactus::${name} ALIAS tactus_${name})
  target_link_libraries(tactus_${name} PUBLIC tactus_common tactus_pch ${arg_DEPS} PRIVATE ${arg_EXTERNAL})
  target_precompile_headers(tactus_${name} REUSE_FROM tactus_pch)
  if(TACTUS_BUILD_TESTS AND tests)
    tactus_test(${name}_test SOURCES ${tests} LINK tactus::${name} ${arg_EXTERNAL})
  endif()
endfunction()

# tactus_test(NAME SOURCES file ... LINK target ... [LABELS label ...])
function(tactus_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE TACTUS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    PROPERTIES TIMEOUT 300 LABELS "${arg_LABELS}")
endfunction()
