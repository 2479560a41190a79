# shellcheck shell=bash
# Apache Kafka's jars for the private stack, by Maven, once. Sourced.

install_kafka() {
  mkdir -p "$DEPS"
  with_lock deps-kafka fetch_kafka
}

fetch_kafka() {
  local version jars
  version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$ROOT/tools/kafka/pom.xml")
  jars=$DEPS/kafka-$version
  if [[ -f $jars/.complete ]]; then return; fi
  say "fetching Apache Kafka $version"
  rm -rf "$jars"
  # --strict-checksums: a jar that does not match its published checksum is an error.
  run_logged "$BUILD/logs/kafka.log" "fetching Apache Kafka $version with Maven" \
    mvn --batch-mode --strict-checksums -f "$ROOT/tools/kafka/pom.xml" -Dmaven.repo.local="$DEPS/maven" \
    dependency:copy-dependencies -DoutputDirectory="$jars" -DincludeScope=runtime
  rm -rf "$DEPS/maven"
  touch "$jars/.complete"
}
