# cnx_fuzz(<name> SOURCES … [DEPS …] [SEEDS folders …] [DICTIONARY file])
#
# SOURCES hold LLVMFuzzerTestOneInput; <name> names the corpus folder tests/fuzz/corpus/<name> as well.
# With CNX_FUZZ it is a libFuzzer program <name>_fuzz, which ./dev fuzz finds in fuzzers.txt. Otherwise it is a unit test
# that replays corpus, seeds and a bounded number of seeded mutations (tests/fuzz/replay_main.cc), so that any compiler
# and every ordinary test run keeps what was found.

set_property(GLOBAL PROPERTY CNX_FUZZERS "")

function(cnx_fuzz name)
  cmake_parse_arguments(ARG "" "DICTIONARY" "SOURCES;DEPS;SEEDS" ${ARGN})
  if(NOT CNX_FUZZ AND NOT BUILD_TESTING)
    return()
  endif()
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  add_executable(${name}_fuzz ${ARG_SOURCES})
  target_include_directories(${name}_fuzz PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_fuzz PRIVATE ${ARG_DEPS} cnx_warnings)
  if(CNX_FUZZ)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
    list(JOIN ARG_SEEDS " " seeds)
    set_property(GLOBAL APPEND PROPERTY CNX_FUZZERS "${name}|${ARG_DICTIONARY}|${seeds}")
    return()
  endif()
  if(NOT TARGET cnx_fuzz_replay)
    add_library(cnx_fuzz_replay OBJECT ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    target_link_libraries(cnx_fuzz_replay PRIVATE cnx_warnings)
  endif()
  target_link_libraries(${name}_fuzz PRIVATE cnx_fuzz_replay)
  add_test(NAME fuzz.${name} COMMAND ${name}_fuzz ${corpus} ${ARG_SEEDS})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS unit TIMEOUT 120)
endfunction()

# To be called when all targets are known: the list for ./dev fuzz, and one target that builds them all.
function(cnx_finish_fuzzers)
  get_property(fuzzers GLOBAL PROPERTY CNX_FUZZERS)
  set(targets)
  foreach(line ${fuzzers})
    string(REGEX REPLACE "\\|.*" "_fuzz" target ${line})
    list(APPEND targets ${target})
  endforeach()
  add_custom_target(fuzzers DEPENDS ${targets})
  list(JOIN fuzzers "\n" text)
  file(WRITE ${CMAKE_BINARY_DIR}/fuzzers.txt "${text}\n")
endfunction()
