# shellcheck shell=bash
# Fuzzing by libFuzzer: ./dev fuzz [TARGET] [--seconds N]. Sourced.

FUZZ=$BUILD/fuzz
# The longest input, in bytes: an order of several lines.
FUZZ_MOST_BYTES=16384

dev_fuzz() {
  local seconds=60 wanted='' failed=()
  while (($#)); do
    case $1 in
      --seconds)
        seconds=${2:?--seconds needs a number}
        shift 2
        ;;
      -*) die "fuzz: unknown option '$1' (see ./dev help)" ;;
      *)
        [[ -z $wanted ]] || die "fuzz takes one target, got '$wanted' and '$1'"
        wanted=$1
        shift
        ;;
    esac
  done
  [[ $seconds =~ ^[1-9][0-9]*$ ]] || die "fuzz: --seconds takes a number from 1, got '$seconds'"
  install_packages build fuzz
  install_third_party
  with_lock build-fuzz build_fuzzers "$wanted"
  printf '%-16s %12s %9s %9s %9s\n' target executions exec/s coverage findings
  local name dictionary seeds
  while IFS='|' read -r name dictionary seeds; do
    [[ -n $name && (-z $wanted || $name == "$wanted") ]] || continue
    fuzz_one "$name" "$dictionary" "$seeds" "$seconds" || failed+=("$name")
  done <"$FUZZ/fuzzers.txt"
  ((${#failed[@]} == 0)) || die "findings in: ${failed[*]}"
}

build_fuzzers() {
  local wanted=$1 target=fuzzers
  configure_preset fuzz
  if [[ -n $wanted ]]; then
    grep -q "^$wanted|" "$FUZZ/fuzzers.txt" || die "no fuzzer '$wanted'; there are: $(cut -d'|' -f1 "$FUZZ/fuzzers.txt" | xargs)"
    target=${wanted}_fuzz
  fi
  say "building $target with $(jobs_for_machine) jobs"
  run_logged "$BUILD/logs/build-fuzz.log" "building $target" cmake --build "$FUZZ" -j "$(jobs_for_machine)" --target "$target"
}

# fuzz_one NAME DICTIONARY SEEDS SECONDS: a line of the table; on a finding the input and how to repeat it.
fuzz_one() {
  local name=$1 dictionary=$2 seconds=$4 program=$FUZZ/bin/$1_fuzz log=$BUILD/logs/fuzz-$1.log status=0
  local known=$ROOT/tests/fuzz/corpus/$name grown=$FUZZ/corpus/$name found=$FUZZ/findings/$name
  local -a seeds options=()
  read -r -a seeds <<<"$3"
  if [[ -n $dictionary ]]; then options+=("-dict=$dictionary"); fi
  rm -rf "$found"
  mkdir -p "$grown" "$found"
  "$program" -max_total_time="$seconds" -max_len="$FUZZ_MOST_BYTES" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    "${options[@]}" -artifact_prefix="$found/" "$grown" "$known" "${seeds[@]}" >"$log" 2>&1 </dev/null || status=$?
  printf '%-16s %12s %9s %9s %9s\n' "$name" "$(fuzz_stat number_of_executed_units "$log")" \
    "$(fuzz_stat average_exec_per_sec "$log")" "$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 | cut -d' ' -f2)" \
    "$(find "$found" -type f | wc -l)"
  ((status == 0)) || fuzz_tell "$program" "$found" "$log"
}

fuzz_stat() { sed -n "s/^stat::$1: *//p" "$2"; }

fuzz_tell() {
  local program=$1 found=$2 log=$3 input
  grep -E -m 3 'FINDING|ERROR:|runtime error|SUMMARY' "$log" >&2 || tail -n 5 "$log" >&2
  for input in "$found"/*; do
    if [[ -f $input ]]; then warn "repeat it with: $program $input"; fi
  done
  warn "the whole log is $log"
  return 1
}
