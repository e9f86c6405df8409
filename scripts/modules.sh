#!/usr/bin/env bash
# Runs a command in each module, and fails if it fails in any. The module in tools/ holds no code, so it is omitted unless
# --tools is given. --no-browser omits the module of the tests that need a browser: make test-browser runs them. With
# --together the modules run concurrently, which suits tests, because they mostly wait. The output of a module is
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
