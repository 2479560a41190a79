# shellcheck shell=bash
# Libraries that Debian 12 has too old or not at all, built from the source packages of Debian 13 (docs/adr/0002). Sourced.

SOURCE_SUITE=trixie

# name version | Debian source version | upstream tarball | its SHA-256
LIBRDKAFKA=(librdkafka 2.8.0 2.8.0-1 librdkafka_2.8.0.orig.tar.gz
  5bd1c46f63265f31c6bfcedcde78703f77d28238eadf23821c2b43fc30be3e25)
YYJSON=(yyjson 0.10.0 0.10.0+ds-1 yyjson_0.10.0+ds.orig.tar.xz
  ae6fde69a193e10afab426ef13f113d6903446405f9db9ee98bfb572bd6c961a)

install_third_party() {
  mkdir -p "$DEPS/sources" "$BUILD/logs"
  with_lock deps third_party_all
}

third_party_all() {
  rm -f "$DEPS/apt/.updated"
  third_party_one configure_librdkafka "${LIBRDKAFKA[@]}"
  third_party_one configure_yyjson "${YYJSON[@]}"
}

# third_party_one CONFIGURE NAME VERSION DEBIAN_VERSION TARBALL SHA256: nothing to do when this very recipe was built.
third_party_one() {
  local configure=$1 name=$2 version=$3 tarball=$5
  local prefix=$DEPS/$name-$version work=$DEPS/work/$name patch=$ROOT/tools/dev/patches/$name-$version.patch stamp recipe
  stamp=$prefix/.built
  recipe=$({ declare -f "$configure" build_with_cmake && if [[ -f $patch ]]; then cat "$patch"; fi; } | sha256sum)
  recipe="${recipe%% *} $6"
  if [[ -f $stamp && $(<"$stamp") == "$recipe" ]]; then return; fi
  fetch_source "$name" "$4" "$tarball" "$6"
  say "building $name $version"
  rm -rf "$work"
  mkdir -p "$work/source"
  tar -xf "$DEPS/sources/$tarball" -C "$work/source" --strip-components=1
  if [[ -f $patch ]]; then
    run_logged "$BUILD/logs/$name.log" "patching $name $version" patch -p1 --fuzz=0 --directory="$work/source" --input="$patch"
  fi
  run_logged "$BUILD/logs/$name.log" "building $name $version" "$configure" "$work" "$prefix"
  mkdir -p "$work/image$prefix/share/licenses"
  cp "$work"/source/LICENSE* "$work/image$prefix/share/licenses/"
  echo "$recipe" >"$work/image$stamp"
  # Swapped at once: a build that runs in another tree never sees half a library.
  rm -rf "$prefix"
  mv "$work/image$prefix" "$prefix"
  rm -rf "$work"
}

# Without C11 threads: ThreadSanitizer knows pthreads only, and would crash. What the patch changes it tells itself.
configure_librdkafka() {
  : >"$1/source/packaging/cmake/try_compile/c11threads_test.c" &&
    build_with_cmake "$1" "$2" -DRDKAFKA_BUILD_STATIC=ON -DRDKAFKA_BUILD_EXAMPLES=OFF -DRDKAFKA_BUILD_TESTS=OFF \
      -DWITH_SSL=ON -DWITH_SASL=ON -DWITH_ZLIB=ON -DWITH_ZSTD=ON -DENABLE_LZ4_EXT=ON -DWITH_CURL=OFF -DWITH_PLUGINS=OFF
}

configure_yyjson() { build_with_cmake "$1" "$2" -DBUILD_SHARED_LIBS=OFF; }

build_with_cmake() {
  local work=$1 prefix=$2
  shift 2
  cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" \
    -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_POSITION_INDEPENDENT_CODE=ON "$@" &&
    cmake --build "$work/build" -j "$(jobs_for_machine)" &&
    DESTDIR=$work/image cmake --install "$work/build"
}

# A tarball laid into build/deps/sources by hand does as well: only its checksum counts.
fetch_source() {
  local package=$1 version=$2 tarball=$3 sha256=$4
  local file=$DEPS/sources/$tarball
  if ! is_pinned "$file" "$sha256"; then
    say "fetching the source of $package $version"
    local -a apt
    mapfile -t apt < <(apt_options "$DEPS/apt")
    private_apt "$DEPS/apt" deb-src "$SOURCE_SUITE"
    rm -f "$file"
    (cd "$DEPS/sources" && run_logged "$BUILD/logs/source-$package.log" "fetching the source package $package $version" \
      apt-get "${apt[@]}" -q source --download-only --tar-only "$package=$version")
    is_pinned "$file" "$sha256" || die "$file is not the pinned one: expected SHA-256 $sha256, got $(sha256sum "$file" 2>&1 | cut -c1-64)"
  fi
}

is_pinned() { [[ -f $1 ]] && echo "$2  $1" | sha256sum --check --status; }
