#!/usr/bin/env bash
# docs_commands.sh TACTUS: every command and option of `tactus` that a document names must be in the program's help.
set -euo pipefail

tactus=$1

# The code of all documents, one piece a line: lines of code blocks, and what stands between backticks.
code_of_documents() {
  # shellcheck disable=SC2016
  find . \( -name node_modules -o -path ./build -o -name '.?*' \) -prune -o -name '*.md' -print0 |
    xargs -0 awk '
      FNR == 1 { fenced = 0 }
      /^ *```/ { fenced = !fenced; next }
      fenced { print; next }
      { n = split($0, part, "`"); for (i = 2; i <= n; i += 2) print part[i] }'
}

# What follows "tactus" in it, up to the end of the command: "run examples/tools.tac --param name=value".
mentions() {
  code_of_documents | sed -nE 's/^ *(\$ )?(\.?\/?build\/release\/)?tactus ([a-z-][^|#;&]*).*/\3/p' | sort -u
}

failed=0
count=0
while IFS= read -r mention; do
  read -r command _ <<<"$mention"
  count=$((count + 1))
  if [[ $command == -* ]]; then
    help=$("$tactus" --help)
  elif ! help=$("$tactus" "$command" --help 2>&1); then
    echo "a document names 'tactus $command', which does not exist"
    failed=1
    continue
  fi
  for option in $(grep -oE -- '--[a-z][a-z-]+' <<<"$mention" || true); do
    if [[ $option != --help ]] && ! grep -qE -- "$option([^a-z-]|\$)" <<<"$help"; then
      echo "a document names 'tactus $command $option', which does not exist"
      failed=1
    fi
  done
done < <(mentions)
echo "$count mentions of commands checked"
if [[ $count -eq 0 ]]; then
  echo "no document names a command: the search itself must be wrong"
  failed=1
fi
exit "$failed"
