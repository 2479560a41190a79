#!/usr/bin/env bash
# Doxygen's view of a header: plain comments of the C headers, which stand before or behind what they speak of, count as documentation.
set -euo pipefail
case $1 in
  */cnx/abi/*)
    exec sed -E \
      -e '1,/\*\//{s|^/\* SPDX.*|/** @file|;b}' \
      -e 's|^([[:space:]]*)/\* |\1/** |' \
      -e 's|([^[:space:]].*)([[:space:]])/\* |\1\2/**< |' "$1" ;;
  *)
    # The comment at the head of a header speaks of the file.
    exec awk 'NR == 1 && /SPDX/ { print "/// @file"; next } !done && /^\/\/( |$)/ { sub(/^\/\//, "///"); print; next } { if (!/^\/\//) done = 1; print }' "$1" ;;
esac
