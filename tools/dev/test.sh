# shellcheck shell=bash
# Running the tests. Sourced.

dev_test() {
  local preset=release started=$SECONDS
  local -a selection=()
  local needs_stack=yes
  while (($#)); do
    case $1 in
      --label)
        selection+=(-L "^${2:?--label needs unit, integration or e2e}\$")
        [[ $2 != unit ]] || needs_stack=no
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
  dev_build "$preset"
  if [[ $needs_stack == yes ]]; then await_stack; fi
  run_ctest "$preset" "${selection[@]}"
  say "tests passed in $((SECONDS - started)) s"
}

run_ctest() {
  local preset=$1
  shift
  say "running the tests of build/$preset"
  (cd "$BUILD/$preset" && CNX_BUILD_DIR=$BUILD/$preset ctest --output-on-failure --no-tests=error -j "$(jobs_for_machine)" "$@")
}
