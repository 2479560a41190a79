# shellcheck shell=bash
# The demo: what a user would do with config/walmart.yml, on a private stack of its own. Sourced.

DEMO_ORDERS=500
DEMO_HOURS=2
DEMO_OPTIONS=()
# The table's owner, as a user's database administrator would have made it.
DEMO_DB_USER=app
DEMO_DB_PASSWORD=demo-app

dev_demo() {
  [[ $# == 0 ]] || die "demo takes no options, got: $*"
  install_packages build stack
  # An empty sandbox: its orders are made just before the run, so that all of them lie within its hours.
  export CNX_SANDBOX_ARGS="--orders 0"
  start_stack_behind "demo-$$"
  build_targets release connect-host walmart-source order-transform mysql-sink  # what config/walmart.yml names; no tests
  await_stack "demo-$$"
  demo_environment
  demo_prepare
  DEMO_HOST=("$BUILD/release/bin/connect-host")
  demo_run
  demo_compare
}

# What config/walmart.yml takes from the environment, secrets among it, beside the stack's own CNX_ variables.
demo_environment() {
  export MYSQL_PASSWORD=$DEMO_DB_PASSWORD
  export WALMART_CLIENT_ID=$CNX_WALMART_CLIENT_ID WALMART_CLIENT_SECRET=$CNX_WALMART_CLIENT_SECRET
  export WALMART_URL=$CNX_WALMART_URL WALMART_CA_FILE=$CNX_WALMART_CA
  export CNX_LISTENERS=http://127.0.0.1:0 CNX_LOG_DIR=$CNX_STACK_DIR/logs
}

demo_sql() {
  MYSQL_PWD=$CNX_MYSQL_ROOT_PASSWORD mariadb --no-defaults --socket="$CNX_MYSQL_SOCKET" --user=root "$@"
}

demo_prepare() {
  local from to
  from=$(date -u -d "-$((DEMO_HOURS * 60 - 10)) minutes" +%FT%TZ)
  to=$(date -u -d '-3 minutes' +%FT%TZ)
  say "$DEMO_ORDERS orders between $from and $to in the sandbox"
  python3 "$ROOT/tools/stack/admin.py" POST generate "{\"orders\": $DEMO_ORDERS, \"from\": \"$from\", \"to\": \"$to\"}" --field orders >/dev/null
  demo_sql -e "CREATE USER '$DEMO_DB_USER'@'127.0.0.1' IDENTIFIED BY '$DEMO_DB_PASSWORD';
               GRANT ALL ON ods.* TO '$DEMO_DB_USER'@'127.0.0.1';"
}

# DEMO_HOST is the command, DEMO_OPTIONS what it needs beside.
demo_run() {
  say "connect-host init config/walmart.yml"
  "${DEMO_HOST[@]}" init config/walmart.yml "${DEMO_OPTIONS[@]}"
  say "connect-host run config/walmart.yml -H $DEMO_HOURS"
  "${DEMO_HOST[@]}" run config/walmart.yml -H "$DEMO_HOURS" "${DEMO_OPTIONS[@]}"
}

# The verdict: as many rows as the sandbox has order lines, neither one lost nor one twice.
demo_compare() {
  local rows expected
  say "the first rows of ods.walmart_order"
  demo_sql --table -e 'SELECT purchaseOrderId, lineNumber, orderDate_formatted AS ordered_utc, shipNode_type, sku, quantity, chargeAmount, orderLineStatus
                       FROM ods.walmart_order ORDER BY purchaseOrderId, lineNumber LIMIT 5'
  rows=$(demo_sql --batch --skip-column-names -e 'SELECT COUNT(*) FROM ods.walmart_order')
  expected=$(python3 "$ROOT/tools/stack/admin.py" GET expected --field lines)
  say "rows in MySQL: $rows; order lines in the sandbox: $expected"
  [[ $rows == "$expected" ]] || die "the demo failed: $rows rows for $expected order lines"
  say "the demo succeeded"
}
