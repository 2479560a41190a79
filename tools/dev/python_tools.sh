# shellcheck shell=bash
# A Kafka Connect client as its users have it, from PyPI, for tests/e2e/test_rest.py. Sourced.

# Into build/rest-client, when its requirements have changed. Without it the test that needs it is skipped and says so.
install_rest_client() {
  local venv=$BUILD/rest-client requirements=$ROOT/tests/e2e/requirements.txt
  cmp -s "$requirements" "$venv/installed.txt" && return
  say "installing the Kafka Connect client of the tests"
  if ! with_lock rest-client run_logged "$BUILD/logs/rest-client.log" "the Kafka Connect client" make_rest_client "$venv" "$requirements"; then
    warn "there is no Kafka Connect client: its test is skipped (build/logs/rest-client.log shows the error)"
  fi
}

make_rest_client() {
  python3 -m venv --clear "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2" && cp "$2" "$1/installed.txt"
}
