# shellcheck shell=bash
# What every ./dev command shares: paths, messages, parallelism, locks. Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=$ROOT/build
DEPS=$BUILD/deps
export ROOT BUILD DEPS

say() { printf '== %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Compilers may need 1.2 GB each (the REST server's one big file); more jobs than memory ends in the kernel killing one.
jobs_for_machine() {
  local cores memory_kb by_memory
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  by_memory=$((memory_kb / 1250000))
  ((by_memory >= 1)) || by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}

# Whole runs wait for servers and sessions two thirds of their time.
jobs_for_tests() { echo $(($(jobs_for_machine) + 2)); }

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "'$*' needs root: run ./dev as root once, or install sudo"
  fi
}

# with_lock NAME COMMAND...: one at a time among all ./dev processes of this tree.
with_lock() {
  local name=$1
  shift
  mkdir -p "$BUILD"
  (
    exec 9>"$BUILD/.$name.lock"
    flock 9
    "$@" 9>&-
  )
}

# run_logged LOG WHAT COMMAND...: quiet when it works, the log's end when it does not.
run_logged() {
  local log=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    printf -- '--- the end of %s\n' "$log" >&2
    tail -n 30 "$log" >&2
    die "$what failed; the whole log is $log"
  fi
}
