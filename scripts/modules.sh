#!/usr/bin/env bash
# Runs a command in every module, and fails if it does in one. The tools module holds no code, so it is left out
# unless --tools comes first. --no-browser leaves out the tests that need one: make test-browser runs them. With
# --together the modules do not wait for one another: for tests, which mostly wait. What a module has to say is
# printed when it is done.
set -euo pipefail
cd "$(dirname "$0")/.."

without=(./tools/go.mod)
together=
while [[ ${1:-} == --* ]]; do
	case $1 in
	--tools) without=() ;;
	--no-browser) without+=(./internal/browsertest/go.mod) ;;
	--together) together=yes ;;
	*) echo "modules.sh: unknown option $1" >&2 && exit 2 ;;
	esac
	shift
done

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
	[[ " ${without[*]-} " == *" $mod "* ]] && continue
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
