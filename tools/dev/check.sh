# shellcheck shell=bash
# What a change must pass besides its tests. Every finding is shown before the verdict. Sourced.

CLANG_FORMAT=clang-format-19

our_sources() {
  local folder
  for folder in sdk host plugins examples tests bench; do
    [[ ! -d $ROOT/$folder ]] || find "$ROOT/$folder" -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.c' -o -name '*.cc' \) -print0
  done
}

dev_fmt() {
  install_packages check
  our_sources | xargs -0 -r "$CLANG_FORMAT" -i
}

dev_check() {
  local failed=()
  install_packages check
  dev_build release
  finding formatting check_format
  finding "include directions" python3 "$ROOT/tools/check_includes.py"
  finding "file sizes" python3 "$ROOT/tools/check_sizes.py"
  finding "tests named by promises" python3 "$ROOT/tools/check_named_tests.py"
  finding "shell scripts" check_scripts
  finding "tools' own tests" python3 -m unittest discover --quiet --start-directory "$ROOT/tools/tests"
  finding "exported symbols" check_exports
  finding "generated pages" check_generated
  finding "API reference" api_reference
  finding "unit tests" run_ctest release -L '^unit$'
  ((${#failed[@]} == 0)) || die "check failed: ${failed[*]}"
  say "check passed"
}

# finding NAME COMMAND...: runs it and remembers NAME in the caller's `failed`.
finding() {
  local name=$1
  shift
  say "$name"
  # A subshell, since `die` inside one check must not end the others.
  if ! ("$@"); then failed+=("[$name]"); fi
}

check_format() {
  local -a sources
  local source status=0
  mapfile -d '' -t sources < <(our_sources)
  for source in "${sources[@]}"; do
    if ! "$CLANG_FORMAT" --dry-run --Werror "$source" 2>/dev/null; then
      warn "${source#"$ROOT/"} is not formatted: run ./dev fmt"
      status=1
    fi
  done
  return "$status"
}

check_scripts() {
  local -a scripts
  mapfile -t scripts < <(find "$ROOT/dev" "$ROOT/.ci/run" "$ROOT/tools" -type f \( -name '*.sh' -o -perm -u+x \) ! -name '*.py' ! -path '*/__pycache__/*')
  local -a shell=()
  local script
  for script in "${scripts[@]}"; do
    if [[ $script == *.sh ]] || head -n 1 "$script" | grep -q 'sh$'; then shell+=("$script"); fi
  done
  shellcheck --severity=warning "${shell[@]}"
}

check_exports() {
  local plugin exported status=0
  for plugin in "$BUILD"/release/plugins/*.so; do
    [[ -f $plugin ]] || die "no plugin in $BUILD/release/plugins"
    exported=$(nm -D --defined-only --format=posix "$plugin" | cut -d' ' -f1 | sed 's/@.*//' | sort -u | tr '\n' ' ')
    if [[ $exported != 'cnx_plugin_v1 ' ]]; then
      warn "$plugin exports: ${exported:-nothing}; only cnx_plugin_v1 may be (build it by cnx_add_plugin)"
      status=1
    fi
  done
  return "$status"
}

dev_docs() {
  [[ $# == 0 ]] || die "docs takes no options, got: $*"
  install_packages check
  api_reference
  say "the API reference is $BUILD/api-reference/index.html"
}

# From the SDK's headers; a warning is a fault.
api_reference() {
  rm -rf "$BUILD/api-reference"
  mkdir -p "$BUILD/api-reference"
  (cd "$ROOT" && run_logged "$BUILD/logs/api-reference.log" "the API reference" doxygen tools/doxygen/Doxyfile)
}

# Generated pages are made anew beside the tree and compared, so that a check never changes a file.
check_generated() {
  local out=$BUILD/generated-docs
  [[ -x $ROOT/tools/gen_docs.sh ]] || return 0
  rm -rf "$out"
  mkdir -p "$out"
  "$ROOT/tools/gen_docs.sh" "$BUILD/release/bin/connect-host" "$out" || return 1
  local page status=0
  while IFS= read -r -d '' page; do
    if ! diff -u "$ROOT/docs/${page#"$out"/}" "$page"; then
      warn "docs/${page#"$out"/} is not what the program generates: run tools/gen_docs.sh build/release/bin/connect-host docs"
      status=1
    fi
  done < <(find "$out" -type f -print0)
  return "$status"
}
