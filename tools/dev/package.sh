# shellcheck shell=bash
# The Debian packages: ./dev package [--try]. Sourced.

# Installed once, copied for each try.
PACKAGE_BASE=$BUILD/package-base
PACKAGE_ROOT=$BUILD/package-try

dev_package() {
  case ${1-} in
    '') package_build ;;
    --try) package_try ;;
    *) die "package takes --try or nothing, got: $*" ;;
  esac
}

package_build() {
  dev_build release
  rm -rf "$BUILD/packages"
  run_logged "$BUILD/logs/package.log" "packing" cpack --config "$BUILD/release/CPackConfig.cmake" -B "$BUILD/packages"
  rm -rf "$BUILD/packages/_CPack_Packages"
  (cd "$BUILD/packages" && ls -l -- *.deb)
}

# A Debian of its own with the two packages, a compiler and cmake, cargo, python for the test, and nothing else of ours: install, new
# plugins of each kind and language against a Kafka outside, upgrade, remove.
package_try() {
  install_packages build stack image
  start_stack_behind "package-$$" --only kafka
  package_build
  package_make_base
  await_stack "package-$$"
  rm -rf "$PACKAGE_ROOT"
  cp -a "$PACKAGE_BASE" "$PACKAGE_ROOT"
  cp "$BUILD"/packages/*.deb "$PACKAGE_ROOT/root/"
  mkdir -p "$PACKAGE_ROOT/try/tests" "$PACKAGE_ROOT/try/docs"
  cp -r tests/e2e tests/support "$PACKAGE_ROOT/try/tests/"
  cp docs/writing-a-plugin.md "$PACKAGE_ROOT/try/docs/"
  as_root mount -t proc proc "$PACKAGE_ROOT/proc"
  package_steps || PACKAGE_FAILED=yes
  as_root umount "$PACKAGE_ROOT/proc"
  [[ -z ${PACKAGE_FAILED-} ]] || die "the packages failed; the chroot is $PACKAGE_ROOT"
  cp "$PACKAGE_ROOT/try/transcript.txt" "$BUILD/packages/transcript.txt"
  say "every step worked; $BUILD/packages/transcript.txt has the new plugins' commands"
}

in_package_root() { as_root chroot "$PACKAGE_ROOT" /usr/bin/env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/root "$@"; }

package_steps() {
  local before after
  before=$(in_package_root dpkg -l | grep -c '^ii')
  say "installing both packages"
  in_package_root sh -c 'apt-get install -y --no-install-recommends /root/*.deb' >"$BUILD/logs/package-install.log" 2>&1 || return 1
  in_package_root connect-host version || return 1
  in_package_root connect-host plugins || return 1
  say "new plugins of each kind, in C++ and Rust"
  in_package_root CNX_BOOTSTRAP_SERVERS="$CNX_BOOTSTRAP_SERVERS" CNX_INSTALLED_PREFIX=/usr CNX_TRANSCRIPT=/try/transcript.txt \
    PYTHONDONTWRITEBYTECODE=1 sh -c 'cd /try/tests/e2e && python3 -m unittest -v test_new_plugin' || return 1
  say "upgrading to a later version"
  package_later || return 1
  in_package_root sh -c 'install -d /etc/connect-host && echo "worker: {}" >/etc/connect-host/connect-host.yml && echo A=b >/etc/connect-host/environment'
  in_package_root sh -c 'apt-get install -y /root/later/*.deb' >"$BUILD/logs/package-upgrade.log" 2>&1 || return 1
  [[ $(in_package_root dpkg-query -W -f '${Version}' connect-host) == 0.1.1 ]] || return 1
  in_package_root connect-host version || return 1
  package_kept_configuration || return 1
  say "removing them"
  in_package_root sh -c 'apt-get purge -y connect-host connect-host-sdk && apt-get autoremove -y' >"$BUILD/logs/package-remove.log" 2>&1 || return 1
  after=$(in_package_root dpkg -l | grep -c '^ii')
  say "packages before: $before, after: $after; files left: $(in_package_root sh -c 'find / -xdev -name "*connect-host*" -not -path "/try/*" -not -path "/root/*" -not -path "/proc/*" -not -path "/tmp/*" | wc -l')"
  [[ $before == "$after" ]] || return 1
  package_kept_configuration
}

# Job and environment belong to who wrote them: neither an upgrade nor a removal touches them.
package_kept_configuration() {
  [[ $(<"$PACKAGE_ROOT/etc/connect-host/connect-host.yml") == "worker: {}" && $(<"$PACKAGE_ROOT/etc/connect-host/environment") == A=b ]] && return
  warn "the packages touched /etc/connect-host"
  return 1
}

# The same packages under a later version.
package_later() {
  local package name
  mkdir -p "$PACKAGE_ROOT/root/later"
  for package in "$BUILD"/packages/*.deb; do
    name=$(basename "$package" .deb)
    rm -rf "$BUILD/package-later"
    dpkg-deb -R "$package" "$BUILD/package-later" || return 1
    sed -i 's/^Version: .*/Version: 0.1.1/' "$BUILD/package-later/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$BUILD/package-later" "$PACKAGE_ROOT/root/later/$name.deb" >/dev/null || return 1
  done
}

package_make_base() {
  if [[ -f $PACKAGE_BASE/.made ]]; then return; fi
  rm -rf "$PACKAGE_BASE"
  say "a Debian to try them in"
  run_logged "$BUILD/logs/package-base.log" "debootstrap" as_root debootstrap --variant=minbase \
    --include=ca-certificates,g++,cmake,make,cargo,python3-minimal,libpython3-stdlib bookworm "$PACKAGE_BASE"
  cp /etc/apt/sources.list.d/*debian*.sources "$PACKAGE_BASE/etc/apt/sources.list.d/" 2>/dev/null && rm -f "$PACKAGE_BASE/etc/apt/sources.list"
  cp /etc/resolv.conf "$PACKAGE_BASE/etc/resolv.conf"
  run_logged "$BUILD/logs/package-base.log" "apt-get update" as_root chroot "$PACKAGE_BASE" apt-get -q update
  touch "$PACKAGE_BASE/.made"
}
