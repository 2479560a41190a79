# shellcheck shell=bash
# Debian packages, by lists in tools/dev/packages/. Sourced.

packages_in() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$ROOT/tools/dev/packages/$1.txt" | tr -s '[:space:]' '\n'; }

# A name only counts as installed in state "install ok installed".
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == 'install ok installed' ]] || echo "$package"
  done
}

# install_packages GROUP...: brings what the lists name and the machine lacks. A second run compares one hash.
install_packages() {
  local group stamp wanted hash missing
  for group in "$@"; do
    stamp=$BUILD/.packages-$group
    hash=$(sha256sum <"$ROOT/tools/dev/packages/$group.txt")
    [[ -f $stamp && $(<"$stamp") == "$hash" ]] && continue
    mapfile -t wanted < <(packages_in "$group")
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if ((${#missing[@]})); then
      say "installing ${#missing[@]} Debian packages for '$group'"
      with_lock apt apt_install "${missing[@]}"
    fi
    mkdir -p "$BUILD"
    echo "$hash" >"$stamp"
  done
}

apt_install() {
  local log=$BUILD/logs/apt.log
  refuse_other_boost
  run_logged "$log" "apt-get update" as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
  run_logged "$log" "apt-get install of: $*" as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@"
}

# Debian's default Boost (1.74) cannot be installed beside 1.81, and removing it is not for a build script to decide.
refuse_other_boost() {
  local other
  other=$(dpkg-query -W -f '${Package} ${Status}\n' 'libboost1.74-dev' 2>/dev/null | awk '/install ok installed/ {print $1}') || true
  [[ -z $other ]] || die "$other is installed and conflicts with libboost1.81-dev: remove it first (apt-get remove $other)"
}
