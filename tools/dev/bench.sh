# shellcheck shell=bash
# Measurements: ./dev bench --help tells the options, ./dev bench --only peers --help those of the comparison with others. Sourced.

# The database's files fit into its memory, and commits are durable: what is measured is the work, not the disk's cache.
BENCH_DATABASE="--innodb-buffer-pool-size=2G --innodb-log-file-size=1G"

dev_bench() {
  local argument program=$ROOT/bench/driver/run.py
  local -a options=()
  while (($#)); do
    if [[ $1 == --only && ${2-} == peers ]]; then
      program=$ROOT/bench/peers/run.py
      shift
    else
      options+=("$1")
    fi
    shift
  done
  set -- "${options[@]}"
  if [[ $program == */peers/run.py && " $*" == *" --only"* ]]; then
    die "--only peers is a program of its own and stands alone: leave out the other --only, or give it to a second ./dev bench"
  fi
  for argument in "$@"; do
    if [[ $argument == -h || $argument == --help ]]; then exec python3 "$program" --help; fi
  done
  # A mistyped option is told before minutes of building, not after.
  (cd "${program%/*}" && PYTHONDONTWRITEBYTECODE=1 python3 -c 'import run; run.arguments()' "$@") || exit
  install_packages build stack
  CNX_DATABASE_ARGS=$BENCH_DATABASE start_stack_behind "bench-$$" --only kafka,mysql
  build_targets release connect-host walmart-source order-transform mysql-sink cnx_kafka_tool bench
  await_stack "bench-$$"
  CNX_BUILD_DIR=$BUILD/release PYTHONDONTWRITEBYTECODE=1 python3 "$program" "$@"
}
