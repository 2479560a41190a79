# The other examples are built as a stranger builds his: in a project of their own, from the installed SDK. Only the folder
# where they land is the host's.
include(ExternalProject)

set(CNX_SHIPPED_EXAMPLES)  # for the package
foreach(plugin http-sink random-source std-transforms)
  list(APPEND CNX_SHIPPED_EXAMPLES ${CNX_PLUGIN_OUTPUT_DIRECTORY}/${plugin}.so)
endforeach()
set(CNX_SHIPPED_EXAMPLES ${CNX_SHIPPED_EXAMPLES} PARENT_SCOPE)

set(CNX_STAGED_SDK ${CMAKE_CURRENT_BINARY_DIR}/sdk)
add_custom_target(staged_sdk
  COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --component sdk --prefix ${CNX_STAGED_SDK} > staged_sdk.log
  COMMENT "Installing the SDK for the examples")

set(example_flags -Wall -Wextra -Wpedantic -Wshadow -Werror)
set(example_link_flags)
if(CNX_SANITIZE)
  set(example_link_flags -fsanitize=${CNX_SANITIZE})
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
