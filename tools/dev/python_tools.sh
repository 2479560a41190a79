# shellcheck shell=bash
# Programs from PyPI that tests drive as their users have them. Sourced.

install_python_tools() {
  python_tools rest-client tests/e2e/requirements.txt "the Kafka Connect client of the tests"
  python_tools deployment tests/deployment/requirements.txt "the readers of packaging/"
}

# python_tools FOLDER REQUIREMENTS WHAT: into build/FOLDER, when its requirements have changed. Without them the tests that need them are
# skipped and say so.
python_tools() {
  local venv=$BUILD/$1 requirements=$ROOT/$2 what=$3
  cmp -s "$requirements" "$venv/installed.txt" && return
  say "installing $what"
  if ! with_lock "$1" run_logged "$BUILD/logs/$1.log" "$what" make_python_tools "$venv" "$requirements"; then
    warn "there is no $what: the tests with it are skipped (build/logs/$1.log shows the error)"
  fi
}

make_python_tools() {
  python3 -m venv --clear "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2" && cp "$2" "$1/installed.txt"
}
