# shellcheck shell=bash
# Other suites of the Debian archive that this machine's apt already uses, in a configuration of our own. Sourced.

# apt_options HOME: the system's configuration (proxies, keys) holds; only the sources, the state and the cache are ours.
apt_options() {
  printf '%s\n' -o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$1/sources.list.d" \
    -o "Dir::State=$1/state" -o "Dir::Cache=$1/cache" -o "APT::Sandbox::User=$(id -un)"
}

# private_apt HOME deb|deb-src SUITE: reads the suite's package lists, unless this run has done so.
private_apt() {
  local home=$1 kind=$2 suite=$3 codename
  local -a apt
  if [[ -f $home/.updated ]]; then return; fi
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  mkdir -p "$home/sources.list.d" "$home/state/lists/partial" "$home/cache/archives/partial"
  python3 "$ROOT/tools/dev/apt_sources.py" "$kind" "$suite" "$codename" "$home/sources.list.d"
  mapfile -t apt < <(apt_options "$home")
  run_logged "$BUILD/logs/apt-$suite.log" "reading the package lists of $suite" apt-get "${apt[@]}" -o Acquire::Languages=none -q update
  touch "$home/.updated"
}
