# cnx_warnings: link it PRIVATE to a target of ours to compile it with warnings as errors.

include_guard(GLOBAL)

option(CNX_WERROR "Treat compiler warnings as errors" ON)

add_library(cnx_warnings INTERFACE)
# C files of the SDK's tests do not know the C++ ones.
target_compile_options(cnx_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wcast-align -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>
  # GCC 12 sees overlapping copies in "text" + std::string(...) (GCC bug 105651, mended in 13).
  $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  # GCC 12's flow analysis at -O3 loses track of moved strings: a note, not an error.
  $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-error=maybe-uninitialized>
  $<$<BOOL:${CNX_WERROR}>:-Werror>)
