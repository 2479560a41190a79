# cnx_test_target(TARGET): what makes an executable of GoogleTests cheap to build. Without both a clean build takes half as long again.
function(cnx_test_target target)
  # Optimizing assertions costs minutes of build time and shows nothing.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
  # Parsing GoogleMock takes longer than all the rest of a test file. One for each target: GCC refuses what was made with other flags.
  target_precompile_headers(${target} PRIVATE
    <gmock/gmock.h> <gtest/gtest.h> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional> <regex> <string> <thread> <vector>)
endfunction()
