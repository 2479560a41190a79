# shellcheck shell=bash
# The tests with sanitizers: ./dev san [address|thread]. Sourced.

# What runs more than one thread; the rest of the tree has nothing for ThreadSanitizer.
SAN_THREAD_TESTS=(cnx_host_base_test cnx_host_kafka_test cnx_host_observe_test cnx_host_plugin_test cnx_host_runtime_test
  cnx_walmart_source_test cnx_mysql_sink_test cnx_kafka_integration_test)
# Plugins with planted faults, of which some are what a sanitizer reports, or hides.
SAN_LEFT_OUT='-Bad/Conformance.*:ConformanceOfGoodPlugins.SaysAFaultOnceHoweverManyRecordsHaveIt'
# A real pipeline each: both tasks, both databases' protocols, restarts.
SAN_PIPELINES=(test_main_job test_versions)

dev_san() {
  local kind=${1:-address} preset started=$SECONDS
  [[ $# -le 1 ]] || die "san takes 'address' or 'thread', got: $*"
  case $kind in
    address) preset=asan ;;
    thread) preset=tsan ;;
    *) die "san takes 'address' or 'thread', got '$kind'" ;;
  esac
  install_packages build test stack
  install_third_party
  start_stack_behind "san-$$"
  with_lock "build-$preset" build_for_san "$kind" "$preset"
  await_stack "san-$$"
  san_run "$kind" "$preset"
  say "no reports of ${kind} sanitizers in $((SECONDS - started)) s"
}

build_for_san() {
  local kind=$1 preset=$2
  local -a what=()
  if [[ $kind == thread ]]; then
    what=(--target connect-host cnx_kafka_tool walmart-source order-transform mysql-sink "${SAN_THREAD_TESTS[@]}")
  fi
  configure_preset "$preset"
  say "building $preset with $(jobs_for_machine) jobs"
  run_logged "$BUILD/logs/build-$preset.log" "building $preset" cmake --build "$BUILD/$preset" -j "$(jobs_for_machine)" "${what[@]}"
}

# Reports go to files, since a program under test may be one that a test started.
san_run() {
  local kind=$1 preset=$2 reports=$BUILD/$2/reports failed=()
  rm -rf "$reports"
  mkdir -p "$reports"
  export ASAN_OPTIONS="log_path=$reports/report:detect_stack_use_after_return=1:strict_string_checks=1"
  export UBSAN_OPTIONS="log_path=$reports/report:print_stacktrace=1"
  export TSAN_OPTIONS="log_path=$reports/report:second_deadlock_stack=1:suppressions=$ROOT/tools/dev/tsan.supp"
  export LSAN_OPTIONS="print_suppressions=0:suppressions=$ROOT/tools/dev/lsan.supp"
  export CNX_BUILD_DIR=$BUILD/$preset
  local test
  for test in $(san_tests "$kind" "$preset"); do
    san_one "$test" "$BUILD/logs/$preset-$test.log" "$BUILD/$preset/bin/$test" --gtest_brief=1 --gtest_filter="$SAN_LEFT_OUT" || failed+=("$test")
  done
  for test in "${SAN_PIPELINES[@]}"; do
    san_one "e2e.$test" "$BUILD/logs/$preset-$test.log" env -C "$ROOT/tests/e2e" python3 -m unittest -v "$test" || failed+=("e2e.$test")
  done
  san_verdict "$reports" "${failed[@]}"
}

san_tests() {
  if [[ $1 == thread ]]; then
    printf '%s\n' "${SAN_THREAD_TESTS[@]}"
  else
    (cd "$BUILD/$2/bin" && printf '%s\n' *_test)
  fi
}

san_one() {
  local name=$1 log=$2 status=0
  shift 2
  "$@" >"$log" 2>&1 </dev/null || status=$?
  printf '%-40s %s\n' "$name" "$(grep -oE '[0-9]+ tests? (from .* )?ran.*|Ran [0-9]+ tests? in .*|\[  PASSED  \] [0-9]+ tests?' "$log" | tail -n 1)"
  ((status == 0)) || warn "$name ended with $status: $log"
  return "$status"
}

san_verdict() {
  local reports=$1 report
  shift
  for report in "$reports"/*; do
    if [[ -s $report ]]; then
      warn "$report: $(grep -E -m 1 'WARNING|ERROR|runtime error' "$report" || head -n 1 "$report")"
    fi
  done
  if [[ -n $(find "$reports" -type f -size +0) ]]; then die "the sanitizers have something to tell"; fi
  (($# == 0)) || die "failed: $*"
}
