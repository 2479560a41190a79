# cnx_add_plugin(<target> SOURCES … [DEPS …] [OUTPUT_NAME name]): a connect-host plugin.
#
# Hidden visibility, no unique symbols (they would pierce RTLD_LOCAL and pin the library), nothing undefined, and an
# export map that leaves one symbol, cnx_plugin_v1. The library is called <OUTPUT_NAME or target>.so, without "lib".

function(cnx_add_plugin target)
  set(export_map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/cnx-plugin.map)
  cmake_parse_arguments(ARG "" "OUTPUT_NAME" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "cnx_add_plugin(${target}): SOURCES is missing")
  endif()
  if(NOT ARG_OUTPUT_NAME)
    set(ARG_OUTPUT_NAME ${target})
  endif()
  add_library(${target} MODULE ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE cnx-sdk::cnx-sdk ${ARG_DEPS})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${ARG_OUTPUT_NAME}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${export_map})
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE LINKER:--version-script=${export_map})
  # Sanitizers leave their runtime undefined in shared objects on purpose.
  if(NOT CNX_SANITIZE)
    target_link_options(${target} PRIVATE LINKER:--no-undefined)
  endif()
  if(CNX_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CNX_PLUGIN_OUTPUT_DIRECTORY})
  endif()
endfunction()
