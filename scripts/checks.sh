# shellcheck shell=bash
# Checks that need no compiled program. Sourced by ./dev; needs `root`, `say`, `die` and scripts/setup.sh.
: "${root:?}"

cpp_sources() { git -C "$root" ls-files -z -- '*.cpp' '*.hpp'; }
shell_sources() { git -C "$root" ls-files -z -- dev .ci/run '*.sh'; }

format_sources() {
  (cd "$root" && cpp_sources | xargs -0 -r clang-format-19 -i)
  install_web_packages
  npm --prefix "$root/web" run --silent format
}

check_cpp_format() { (cd "$root" && cpp_sources | xargs -0 -r clang-format-19 --dry-run -Werror); }
check_shell() { (cd "$root" && shell_sources | xargs -0 -r shellcheck); }
check_web_format() { (cd "$root/web" && npm exec --no -- biome check .); }

# Each `./dev COMMAND` that a document names must be listed by ./dev.
check_dev_commands() {
  local named known failed=0
  known=$("$root/dev" help | sed -nE 's/^  ([a-z][a-z-]*) .*/\1/p')
  while read -r named; do
    if ! grep -qx -- "$named" <<<"$known"; then
      echo "a document names './dev $named', which does not exist:"
      git -C "$root" grep -n -- "\./dev $named" -- '*.md' || true
      failed=1
    fi
  done < <(git -C "$root" grep -hoE '\./dev [a-z][a-z-]+' -- '*.md' | sed 's/.* //' | sort -u)
  return "$failed"
}

# Each relative link of a document must lead to a file of the repository.
check_links() {
  local line file target failed=0
  while IFS= read -r line; do
    file=${line%%:*}
    target=${line#*:}
    target=${target#](}
    target=${target%)}
    target=${target%%#*}
    if [[ -z $target || $target == *://* || $target == mailto:* ]]; then continue; fi
    if [[ ! -e $root/$(dirname -- "$file")/$target ]]; then
      echo "$file links to $target, which does not exist"
      failed=1
    fi
  done < <(git -C "$root" grep -oE '\]\([^) ]+\)' -- '*.md')
  return "$failed"
}

# run_checks: all of them, one line each; fails when one failed. Counts in `checks_passed` and `checks_failed`.
run_checks() {
  local name log
  checks_passed=0
  checks_failed=0
  install_web_packages
  log=$(mktemp)
  for name in cpp_format shell web_format dev_commands links; do
    if "check_$name" >"$log" 2>&1; then
      checks_passed=$((checks_passed + 1))
      echo "ok      $name"
    else
      checks_failed=$((checks_failed + 1))
      echo "FAILED  $name"
      sed 's/^/        /' "$log"
    fi
  done
  rm -f "$log"
  echo "$checks_passed checks passed, $checks_failed failed"
  ((checks_failed == 0))
}
