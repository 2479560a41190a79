#!/usr/bin/env bash
# Writes the generated pages of docs/: tools/gen_docs.sh build/release/bin/connect-host docs
set -euo pipefail

if [[ $# != 2 ]]; then
  echo "usage: tools/gen_docs.sh CONNECT_HOST FOLDER" >&2
  exit 2
fi
# The plugins that are shipped, and no others: what else is installed beside them is no part of the docs.
exec "$1" docs "$2" walmart-source order-transform mysql-sink json-to-rows Filter filter-rows ReplaceField MaskField Cast \
  http-sink random-source HoistField InsertField
