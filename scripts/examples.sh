#!/usr/bin/env bash
# Runs every program under examples/, and each command of dingtalk, on the built-in emulator, with no credentials and no
# input.
# A server is stopped with SIGTERM once it listens, and must then exit with 0.
# Examples that are tests are run by `go test`.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/.."

for name in "${!DINGTALK_@}"; do unset "$name"; done

tmp=$(mktemp -d)
log=$tmp/log
pid=
trap '[[ -z $pid ]] || kill "$pid" 2>/dev/null || true; rm -rf "$tmp"' EXIT

listening() { grep -Eq 'listening on http://[^ ]+:[0-9]+' "$log"; }

# run starts a program and waits at most a minute until it ends or listens.
run() {
	local status=0 tries
	: >"$log" # cleared before the loop reads it, because an earlier program may have left its line there
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	for ((tries = 600; tries > 0; tries--)); do
		kill -0 "$pid" 2>/dev/null && ! listening || break
		sleep 0.1
	done
	kill "$pid" 2>/dev/null || true
	wait "$pid" || status=$?
	pid=
	cat "$log"
	if ((tries == 0)); then
		echo "neither ended nor listened within a minute"
		return 1
	fi
	return "$status"
}

# serve runs a server, which must listen.
serve() {
	run "$@" -addr 127.0.0.1:0
	listening || { echo "never listened"; exit 1; }
}

programs=(examples/*/main.go)
for main in "${programs[@]}"; do
	dir=$(dirname "$main")
	name=$(basename "$dir")
	echo "--- $name"
	(cd "$dir" && go build -o "$tmp/$name" .)
	case $name in
	callback | events | mirror) serve "$tmp/$name" -emulator ;;
	login) serve "$tmp/$name" ;;
	*) run "$tmp/$name" -emulator ;;
	esac
done
echo "ran ${#programs[@]} examples"
((${#programs[@]} > 0))

(cd cmd/dingtalk && CGO_ENABLED=0 go build -o "$tmp/dingtalk" .)
for command in doctor lookup tree watch leavers export import emulator version; do
	echo "--- dingtalk $command"
	case $command in
	emulator) serve "$tmp/dingtalk" "$command" ;;
	version) run "$tmp/dingtalk" "$command" ;;
	*) run "$tmp/dingtalk" "$command" -emulator ;;
	esac
done
echo "--- dingtalk watch -mirror"
run "$tmp/dingtalk" watch -emulator -mirror "$tmp/directory.db"
