# shellcheck shell=bash
# Building. Sourced.

dev_deps() {
  install_packages build stack
  install_third_party
  install_kafka
}

dev_build() {
  local preset=${1:-release}
  [[ $# -le 1 ]] || die "build takes one preset, got: $*"
  build_targets "$preset" all
}

# build_targets PRESET TARGET...: installs what building needs, and builds these targets.
build_targets() {
  local preset=$1
  install_packages build
  if [[ $preset == fuzz ]]; then install_packages fuzz; fi
  install_third_party
  with_lock "build-$preset" configure_and_build "$@"
}

configure_preset() {
  local preset=$1
  local -a launcher=()
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  run_logged "$BUILD/logs/configure-$preset.log" "configuring $preset" cmake --preset "$preset" "${launcher[@]}"
}

configure_and_build() {
  local preset=$1 tree=$BUILD/$1
  shift
  configure_preset "$preset"
  say "building $preset ($*) with $(jobs_for_machine) jobs"
  cmake --build "$tree" -j "$(jobs_for_machine)" --target "$@"
}
