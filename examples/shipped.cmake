# The other examples are built as a stranger builds his: in a project of their own, from the installed SDK. Only the folder
# where they land is the host's.
include(ExternalProject)

set(CNX_SHIPPED_EXAMPLES)  # for the package
foreach(plugin http-sink random-source std-transforms)
  list(APPEND CNX_SHIPPED_EXAMPLES ${CNX_PLUGIN_OUTPUT_DIRECTORY}/${plugin}.so)
endforeach()
find_program(CNX_CARGO cargo)
if(CNX_CARGO)
  list(APPEND CNX_SHIPPED_EXAMPLES ${CNX_PLUGIN_OUTPUT_DIRECTORY}/json-fields.so)
else()
  message(STATUS "json-fields is not built and not packaged: no cargo (apt-get install cargo)")
endif()
set(CNX_SHIPPED_EXAMPLES ${CNX_SHIPPED_EXAMPLES} PARENT_SCOPE)

set(CNX_STAGED_SDK ${CMAKE_CURRENT_BINARY_DIR}/sdk)
add_custom_target(staged_sdk
  COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --component sdk --prefix ${CNX_STAGED_SDK} > staged_sdk.log
  COMMENT "Installing the SDK for the examples")

set(example_flags -Wall -Wextra -Wpedantic -Wshadow -Werror)
set(example_link_flags)
if(CNX_SANITIZE)
  set(example_link_flags -fsanitize=${CNX_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND example_flags -Wno-maybe-uninitialized)  # as in cmake/Sanitizers.cmake
  endif()
  list(APPEND example_flags ${example_link_flags} -fno-omit-frame-pointer -fno-sanitize-recover=all)
endif()
list(JOIN example_flags " " example_flags)
set(launcher ${CMAKE_CXX_COMPILER_LAUNCHER})

ExternalProject_Add(shipped_examples
  SOURCE_DIR ${CMAKE_CURRENT_SOURCE_DIR}
  BINARY_DIR ${CMAKE_CURRENT_BINARY_DIR}/shipped
  DEPENDS staged_sdk
  LIST_SEPARATOR |
  CMAKE_ARGS
    -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${launcher} -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
    "-DCMAKE_CXX_FLAGS_RELEASE=${CMAKE_CXX_FLAGS_RELEASE}" "-DCMAKE_CXX_FLAGS=${example_flags}" "-DCMAKE_MODULE_LINKER_FLAGS=${example_link_flags}" -DCNX_SANITIZE=${CNX_SANITIZE}
    "-DCMAKE_PREFIX_PATH=${CNX_STAGED_SDK}|${CNX_YYJSON_PREFIX}" -DCNX_PLUGIN_OUTPUT_DIRECTORY=${CNX_PLUGIN_OUTPUT_DIRECTORY}
  BUILD_COMMAND ${CMAKE_COMMAND} --build <BINARY_DIR> -j 2
  BUILD_ALWAYS ON
  INSTALL_COMMAND "")

# The one in Rust. Cargo knows by itself what has to be built again.
if(CNX_CARGO)
  set(CNX_EXAMPLE_DIR ${CMAKE_CURRENT_SOURCE_DIR}/json-fields)
  set(crate ${CMAKE_CURRENT_BINARY_DIR}/json-fields)
  set(cargo_arguments --quiet --offline --manifest-path ${crate}/Cargo.toml --target-dir ${crate}/target)
  configure_file(json-fields/Cargo.toml.in ${crate}/Cargo.toml @ONLY)
  add_custom_target(json-fields ALL
    COMMAND ${CNX_CARGO} build --release ${cargo_arguments}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CNX_PLUGIN_OUTPUT_DIRECTORY}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${crate}/target/release/libjson_fields.so ${CNX_PLUGIN_OUTPUT_DIRECTORY}/json-fields.so
    COMMENT "Building json-fields with cargo")
  add_dependencies(json-fields staged_sdk)
  if(BUILD_TESTING)
    add_test(NAME json_fields.units COMMAND ${CNX_CARGO} test ${cargo_arguments})
    add_test(NAME json_fields.conforms COMMAND connect-host check-plugin ${CNX_PLUGIN_OUTPUT_DIRECTORY}/json-fields.so
                                               --set field=line --set topic.field=topic --set static.field=by --set static.value=test)
    set_tests_properties(json_fields.units json_fields.conforms PROPERTIES LABELS unit TIMEOUT 120)
    set_tests_properties(json_fields.conforms PROPERTIES PASS_REGULAR_EXPRESSION " 0 faults, 0 not tried")
  endif()
endif()
