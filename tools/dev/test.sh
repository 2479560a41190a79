# shellcheck shell=bash
# Running the tests. Sourced.

dev_test() {
  local preset=release started=$SECONDS
  local -a selection=()
  local needs_stack=yes needs_mysql=yes
  while (($#)); do
    case $1 in
      --label)
        selection+=(-L "^${2:?--label needs unit, integration, e2e or faults}\$")
        [[ $2 != unit ]] || needs_stack=no
        [[ $2 == integration ]] || needs_mysql=no
        shift 2
        ;;
      --regex)
        selection+=(-R "${2:?--regex needs a pattern}")
        shift 2
        ;;
      --preset)
        preset=${2:?--preset needs a name}
        shift 2
        ;;
      *) die "test: unknown option '$1' (see ./dev help)" ;;
    esac
  done
  install_packages build test
  if [[ $needs_stack == yes ]]; then start_stack_behind "test-$$"; fi
  if [[ $needs_mysql == yes ]]; then start_stack_behind "test-mysql-$$" --database mysql --only mysql; fi
  install_python_tools &
  local python_tools=$!
  dev_build "$preset"
  wait "$python_tools"
  if [[ $needs_stack == yes ]]; then await_stack "test-$$"; fi
  if [[ $needs_mysql == yes ]]; then await_second_database "test-mysql-$$"; fi
  run_ctest "$preset" "${selection[@]}"
  say "tests passed in $((SECONDS - started)) s"
}

# MySQL comes from a suite that changes daily, so a day on which it cannot be had must not fail every change: its tests skip.
await_second_database() {
  if stack_started "$1"; then
    export CNX_MYSQL_SERVER_ENV=$BUILD/stack/$1/env
  else
    warn "there is no MySQL server: tests against it are skipped, those against MariaDB run (./dev mysql shows the error)"
  fi
}

run_ctest() {
  local preset=$1
  shift
  say "running the tests of build/$preset"
  export CNX_KEPT_OUTPUT=$BUILD/logs/kept-output
  rm -rf "$CNX_KEPT_OUTPUT"
  (cd "$BUILD/$preset" && CNX_BUILD_DIR=$BUILD/$preset ctest --output-on-failure --no-tests=error -j "$(jobs_for_tests)" "$@")
  search_for_secrets "$BUILD/$preset/Testing/Temporary/LastTest.log"
}

# In all that the product said during the tests, and in its documentation.
search_for_secrets() {
  [[ ! -d $CNX_KEPT_OUTPUT ]] || set -- "$@" "$CNX_KEPT_OUTPUT"
  say "searching for the tests' secrets"
  (cd "$ROOT/tools/tests" && python3 -m unittest --quiet test_secret_search)  # it finds what is there
  python3 "$ROOT/tools/secret_search.py" "$@" "$ROOT/docs"
}
