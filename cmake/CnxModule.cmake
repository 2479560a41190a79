# One module = one folder = one static library target = its unit tests beside the sources.
#
#   cnx_module(cnx_host_kafka
#     SOURCES producer.cc consumer.cc
#     DEPS    cnx_host_base PUBLIC_OR_IMPORTED_TARGETS…
#     TESTS   producer_test.cc)
#
# Includes are written from the module's root: host modules as "base/log.h" (host/src), plugins from their own folder.
function(cnx_module name)
  cmake_parse_arguments(ARG "" "INCLUDE_ROOT" "SOURCES;DEPS;TESTS;TEST_DEPS" ${ARGN})
  if(NOT ARG_INCLUDE_ROOT)
    set(ARG_INCLUDE_ROOT ${PROJECT_SOURCE_DIR}/host/src)
  endif()
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_include_directories(${name} PUBLIC ${ARG_INCLUDE_ROOT})
    target_link_libraries(${name} PUBLIC cnx-sdk::cnx-sdk ${ARG_DEPS} PRIVATE cnx_warnings)
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${ARG_INCLUDE_ROOT})
    target_link_libraries(${name} INTERFACE cnx-sdk::cnx-sdk ${ARG_DEPS})
  endif()
  if(ARG_TESTS AND BUILD_TESTING)
    add_executable(${name}_test ${ARG_TESTS})
    target_link_libraries(${name}_test PRIVATE ${name} ${ARG_TEST_DEPS} GTest::gmock_main cnx_warnings)
    cnx_test_target(${name}_test)
    # DISCOVERY at test time keeps the build from running test binaries.
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS unit TIMEOUT 120)
  endif()
endfunction()
