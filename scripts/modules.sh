#!/usr/bin/env bash
# Runs a command in every module, and stops at the first that fails.
# The tools module holds no code, so it is left out unless --tools comes first.
set -euo pipefail
cd "$(dirname "$0")/.."

skip=./tools/go.mod
if [[ ${1:-} == --tools ]]; then
	skip=
	shift
fi

find . -name '.?*' -prune -o -name testdata -prune -o -name go.mod -print | sort | while read -r mod; do
	[[ $mod == "$skip" ]] && continue
	dir=$(dirname "$mod")
	[[ $dir == . ]] || echo "# ${dir#./}"
	(cd "$dir" && "$@") </dev/null
done
