# shellcheck shell=bash
# The Debian packages: ./dev package. Sourced.

dev_package() {
  [[ $# == 0 ]] || die "package takes no options, got: $*"
  dev_build release
  rm -rf "$BUILD/packages"
  run_logged "$BUILD/logs/package.log" "packing" cpack --config "$BUILD/release/CPackConfig.cmake" -B "$BUILD/packages"
  rm -rf "$BUILD/packages/_CPack_Packages"
  (cd "$BUILD/packages" && ls -l -- *.deb)
}
