# shellcheck shell=bash
# The private stack of a command or a person; tools/stack does the work. Sourced.

stack_tool() { python3 "$ROOT/tools/stack/stack.py" "$@"; }

dev_stack() {
  local action=$1
  shift
  if [[ $action == up ]]; then
    install_packages stack
    install_kafka
  fi
  stack_tool "$action" "$@"
}

# start_stack_behind INSTANCE: prepares and starts it in the background, so that a build can run at the same time.
start_stack_behind() {
  STACK_INSTANCE=$1
  STACK_LOG=$BUILD/logs/stack-start-$1.log
  install_packages stack
  stop_orphans
  trap 'stop_stack' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  mkdir -p "$BUILD/logs"
  (
    trap - EXIT
    install_kafka
    stack_tool up --instance "$STACK_INSTANCE"
  ) >"$STACK_LOG" 2>&1 </dev/null &
  STACK_JOB=$!
}

# Waits for it and takes its environment into this shell.
await_stack() {
  wait "$STACK_JOB" || {
    cat "$STACK_LOG" >&2
    die "the private stack did not start"
  }
  STACK_JOB=
  # shellcheck source=/dev/null
  . "$BUILD/stack/$STACK_INSTANCE/env"
}

stop_stack() {
  local status=$?
  trap - EXIT
  # A start under way holds the instance's lock; down waits for it and then stops what it started.
  if [[ -n ${STACK_JOB-} ]]; then wait "$STACK_JOB" 2>/dev/null || true; fi
  stack_tool down --instance "$STACK_INSTANCE" || status=1
  # The logs of the last run are kept, not of every run.
  local kind=${STACK_INSTANCE%-*}
  if [[ -d $BUILD/logs/stack-$STACK_INSTANCE ]]; then
    rm -rf "$BUILD/logs/stack-$kind"
    mv "$BUILD/logs/stack-$STACK_INSTANCE" "$BUILD/logs/stack-$kind"
  fi
  rm -f "$STACK_LOG" "$BUILD/stack/.$STACK_INSTANCE.lock"
  exit "$status"
}

# Stacks of earlier runs that could not clean up (kill -9): their names end in the pid of a ./dev that is gone.
stop_orphans() {
  local home pid
  for home in "$BUILD"/stack/{test,demo}-[0-9]*; do
    [[ -d $home ]] || continue
    pid=${home##*-}
    kill -0 "$pid" 2>/dev/null || stack_tool down --instance "$(basename "$home")"
  done
}
