# Libraries that ./dev builds from source into build/deps, as imported targets:
#   cnx::rdkafka   librdkafka's C API; the system's librdkafka stands in when ours was not built
#   cnx::yyjson    yyjson; Debian 12 has no package, so there is nothing to stand in

include_guard(GLOBAL)

set(CNX_DEPS_DIR "${PROJECT_SOURCE_DIR}/build/deps" CACHE PATH "Where ./dev put the third-party libraries it built")
# The versions are those of tools/dev/third_party.sh.
set(CNX_RDKAFKA_PREFIX "${CNX_DEPS_DIR}/librdkafka-2.8.0")
set(CNX_YYJSON_PREFIX "${CNX_DEPS_DIR}/yyjson-0.10.0")

function(cnx_import_rdkafka)
  add_library(cnx::rdkafka INTERFACE IMPORTED GLOBAL)
  find_package(PkgConfig REQUIRED)
  if(NOT EXISTS "${CNX_RDKAFKA_PREFIX}/.built")
    pkg_check_modules(CNX_SYSTEM_RDKAFKA REQUIRED IMPORTED_TARGET GLOBAL "rdkafka>=2.0.2")
    target_link_libraries(cnx::rdkafka INTERFACE PkgConfig::CNX_SYSTEM_RDKAFKA)
    message(STATUS "librdkafka: the system's ${CNX_SYSTEM_RDKAFKA_VERSION} (slower; ./dev build brings a newer one)")
    return()
  endif()
  find_package(OpenSSL REQUIRED)
  find_package(ZLIB REQUIRED)
  find_package(Threads REQUIRED)
  pkg_check_modules(CNX_RDKAFKA_LIBS REQUIRED IMPORTED_TARGET GLOBAL libzstd liblz4 libsasl2)
  add_library(cnx_rdkafka_static STATIC IMPORTED GLOBAL)
  set_target_properties(cnx_rdkafka_static PROPERTIES
    IMPORTED_LOCATION "${CNX_RDKAFKA_PREFIX}/lib/librdkafka.a"
    INTERFACE_INCLUDE_DIRECTORIES "${CNX_RDKAFKA_PREFIX}/include"
    INTERFACE_COMPILE_DEFINITIONS LIBRDKAFKA_STATICLIB)
  target_link_libraries(cnx_rdkafka_static INTERFACE OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB
    PkgConfig::CNX_RDKAFKA_LIBS Threads::Threads ${CMAKE_DL_LIBS} m rt)
  target_link_libraries(cnx::rdkafka INTERFACE cnx_rdkafka_static)
  message(STATUS "librdkafka: ${CNX_RDKAFKA_PREFIX}")
endfunction()

function(cnx_import_yyjson)
  if(NOT EXISTS "${CNX_YYJSON_PREFIX}/.built")
    message(FATAL_ERROR "yyjson is not in ${CNX_YYJSON_PREFIX}: run './dev deps' first, or point -DCNX_DEPS_DIR at where it is")
  endif()
  add_library(cnx::yyjson STATIC IMPORTED GLOBAL)
  set_target_properties(cnx::yyjson PROPERTIES
    IMPORTED_LOCATION "${CNX_YYJSON_PREFIX}/lib/libyyjson.a"
    INTERFACE_INCLUDE_DIRECTORIES "${CNX_YYJSON_PREFIX}/include")
  message(STATUS "yyjson: ${CNX_YYJSON_PREFIX}")
endfunction()

cnx_import_rdkafka()
cnx_import_yyjson()
