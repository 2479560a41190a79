# shellcheck shell=bash
# The private stack of a command or a person; tools/stack does the work. Sourced.

stack_tool() { python3 "$ROOT/tools/stack/stack.py" "$@"; }

dev_stack() {
  local action=$1
  shift
  if [[ $action == up ]]; then
    install_packages stack
    prepare_stack "$@"
  fi
  stack_tool "$action" "$@"
}

# The stacks of this run and the jobs that start them.
declare -A STACK_JOBS=()

# start_stack_behind INSTANCE [OPTIONS of stack.py up]: in the background, so that a build can run at the same time.
start_stack_behind() {
  local instance=$1
  local -a options=("${@:2}")
  install_packages stack
  if ((${#STACK_JOBS[@]} == 0)); then
    stop_orphans
    trap 'stop_stacks' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
  fi
  mkdir -p "$BUILD/logs"
  (
    trap - EXIT
    prepare_stack "${options[@]}"
    stack_tool up --instance "$instance" "${options[@]}"
  ) >"$(stack_log "$instance")" 2>&1 </dev/null &
  STACK_JOBS[$instance]=$!
}

stack_log() { echo "$BUILD/logs/stack-start-$1.log"; }

# Fetches what the stack with these options needs.
prepare_stack() {
  if [[ " $* " == *" --database mysql "* ]]; then install_mysql; fi
  if [[ " $* " != *" --only mysql "* ]]; then install_kafka; fi
}

# stack_started INSTANCE: waits for it; shows why when it did not start.
stack_started() {
  if ! wait "${STACK_JOBS[$1]}"; then
    cat "$(stack_log "$1")" >&2
    return 1
  fi
}

# await_stack INSTANCE: waits for it and takes its environment into this shell.
await_stack() {
  stack_started "$1" || die "the private stack did not start"
  # shellcheck source=/dev/null
  . "$BUILD/stack/$1/env"
}

stop_stacks() {
  local status=$? instance
  trap - EXIT
  for instance in "${!STACK_JOBS[@]}"; do
    # A start under way holds the instance's lock; down waits for it and then stops what it started.
    wait "${STACK_JOBS[$instance]}" 2>/dev/null || true
    stack_tool down --instance "$instance" || status=1
    # The logs of the last run are kept, not of every run.
    if [[ -d $BUILD/logs/stack-$instance ]]; then
      rm -rf "$BUILD/logs/stack-${instance%-*}"
      mv "$BUILD/logs/stack-$instance" "$BUILD/logs/stack-${instance%-*}"
    fi
    rm -f "$(stack_log "$instance")" "$BUILD/stack/.$instance.lock"
  done
  exit "$status"
}

# Stacks of earlier runs that could not clean up (kill -9): their names end in the pid of a ./dev that is gone.
stop_orphans() {
  local home pid
  for home in "$BUILD"/stack/{test,san,demo,mysql}*-[0-9]*; do
    [[ -d $home ]] || continue
    pid=${home##*-}
    kill -0 "$pid" 2>/dev/null || stack_tool down --instance "$(basename "$home")"
  done
}
