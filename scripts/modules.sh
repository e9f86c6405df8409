#!/usr/bin/env bash
# Runs a command in every module, and fails if it does in one. The tools module holds no code, so it is left out
# unless --tools comes first. With --together the modules do not wait for one another: for tests, which mostly wait.
# What a module has to say is printed when it is done.
set -euo pipefail
cd "$(dirname "$0")/.."

skip=./tools/go.mod
if [[ ${1:-} == --tools ]]; then
	skip=
	shift
fi
together=
if [[ ${1:-} == --together ]]; then
	together=yes
	shift
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# in_module runs the command in a module; the first argument is its number.
in_module() {
	local dir status=0
	dir=$(dirname "$2")
	[[ $dir == . ]] || echo "# ${dir#./}" >"$tmp/$1"
	(cd "$dir" && "${@:3}") </dev/null >>"$tmp/$1" 2>&1 || status=$?
	cat "$tmp/$1"
	return "$status"
}

mapfile -t modules < <(find . -name '.?*' -prune -o -name testdata -prune -o -name go.mod -print | sort)
jobs=()
failed=0
for i in "${!modules[@]}"; do
	mod=${modules[i]}
	[[ $mod == "$skip" ]] && continue
	if [[ -n $together ]]; then
		in_module "$i" "$mod" "$@" &
		jobs+=("$!")
	else
		in_module "$i" "$mod" "$@"
	fi
done
for job in ${jobs[@]+"${jobs[@]}"}; do
	wait "$job" || failed=1
done
exit "$failed"
