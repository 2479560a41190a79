# shellcheck shell=bash
# The fault suite: ./dev faults --help. Sourced.

dev_faults() {
  local argument
  for argument in "$@"; do
    if [[ $argument == -h || $argument == --help ]]; then exec python3 "$ROOT/tests/faults/run.py" --help; fi
  done
  install_packages build test stack
  install_kafka
  stop_orphans
  dev_build release
  CNX_BUILD_DIR=$BUILD/release PYTHONDONTWRITEBYTECODE=1 python3 "$ROOT/tests/faults/run.py" "$@"
}
