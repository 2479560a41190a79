# CNX_SANITIZE=address,undefined | thread instruments everything of ours; CNX_COVERAGE counts lines; CNX_FUZZ is for clang.
# They are directory options, not a target's: an uninstrumented object among instrumented ones reports nonsense.

include_guard(GLOBAL)

set(CNX_SANITIZE "" CACHE STRING "Comma-separated sanitizers: address,undefined or thread")
option(CNX_COVERAGE "Instrument for gcov" OFF)
option(CNX_FUZZ "Build the libFuzzer targets (needs clang)" OFF)

if(CNX_SANITIZE)
  # GCC's manual: sanitizers make -Wmaybe-uninitialized see what is not there (in std::regex, for one).
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> -fsanitize=${CNX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CNX_SANITIZE})
endif()
if(CNX_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
if(CNX_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "CNX_FUZZ needs clang: use 'cmake --preset fuzz' (clang-19 and libclang-rt-19-dev)")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
