# cnx_test_target(TARGET): what makes an executable of GoogleTests cheap to build. Without it a clean build takes twice as long.

# Parsing GoogleMock takes longer than all the rest of a test file. One library that holds it for all tests: with as few
# definitions as possible: GCC refuses a precompiled header made with a definition or warning that the file which uses it lacks.
function(cnx_precompile_for_tests)
  set(nothing ${CMAKE_BINARY_DIR}/precompiled_for_tests.cc)
  file(CONFIGURE OUTPUT ${nothing} CONTENT "")
  add_library(cnx_precompiled_for_tests OBJECT ${nothing})
  target_link_libraries(cnx_precompiled_for_tests PRIVATE GTest::gmock cnx_warnings)
  target_compile_options(cnx_precompiled_for_tests PRIVATE $<$<CONFIG:Release>:-O0>)
  target_precompile_headers(cnx_precompiled_for_tests PRIVATE
    <gmock/gmock.h> <gtest/gtest.h> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional> <regex> <string> <thread> <vector>)
endfunction()

function(cnx_test_target target)
  # Optimizing assertions costs minutes of build time and shows nothing.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
  # Most of a test file's time goes into templates that its neighbours instantiate, too. So names in the unnamed namespaces
  # of one target's tests must differ, and GoogleTest's own namespace is ::testing, since the SDK has a cnx::testing.
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  target_precompile_headers(${target} REUSE_FROM cnx_precompiled_for_tests)
endfunction()
