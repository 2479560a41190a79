# shellcheck shell=bash
# A real MySQL server, which Debian 12 lacks, from Debian sid; and the tests that run against it. Sourced.

MYSQL_SUITE=sid
MYSQL_FILES=$DEPS/mysql-server

install_mysql() {
  mkdir -p "$DEPS" "$BUILD/logs"
  with_lock deps-mysql fetch_mysql
}

# The server and all it needs, down to the C library, are unpacked and never installed; tools/stack/mysql.py runs them.
fetch_mysql() {
  local home=$DEPS/apt-$MYSQL_SUITE package
  local -a apt
  if [[ -f $MYSQL_FILES/.complete ]]; then return; fi
  say "fetching a MySQL server from Debian $MYSQL_SUITE"
  rm -rf "$home" "$MYSQL_FILES"
  private_apt "$home" deb "$MYSQL_SUITE"
  # No package counts as installed, so that all dependencies come.
  : >"$home/status"
  mapfile -t apt < <(apt_options "$home")
  run_logged "$BUILD/logs/mysql-packages.log" "fetching mysql-server-core" apt-get "${apt[@]}" -o "Dir::State::status=$home/status" \
    -q -y --no-install-recommends --download-only install mysql-server-core
  mkdir -p "$MYSQL_FILES"
  for package in "$home"/cache/archives/*.deb; do
    run_logged "$BUILD/logs/mysql-unpack.log" "unpacking $package" dpkg-deb -x "$package" "$MYSQL_FILES"
  done
  basename "$home"/cache/archives/mysql-server-core_*.deb >"$MYSQL_FILES/.complete"
  rm -rf "$home"
}

# What touches the database, with MySQL in MariaDB's place.
dev_mysql() {
  [[ $# == 0 ]] || die "mysql takes no options, got: $*"
  local started=$SECONDS
  install_packages build test
  start_stack_behind "mysql-$$" --database mysql
  dev_build release
  await_stack "mysql-$$"
  say "the sink's integration tests"
  "$BUILD/release/bin/cnx_mysql_sink_integration_test" --gtest_brief=1
  run_ctest release -R '^(app\.live|e2e\.(main_job|samples|poison|bad_rows|versions))$'
  say "the tests passed against $(<"$MYSQL_FILES/.complete") in $((SECONDS - started)) s"
}
