#!/usr/bin/env bash
# Prints the tables of docs/performance.md in Markdown: one process, in simulated time, then fleets of real processes
# with a real redis-server, FLEETTIME (60s) for each of FLEETSIZES. It takes ten minutes, and an hour at most. It also draws
# the pictures.
set -euo pipefail
cd "$(dirname "$0")/.."

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd dingtalkredis && go build -o "$tmp/fleet" ./internal/fleet)

echo "### One process"
echo
# Prints only the table, or the whole log after a failure.
go test -count=1 -run '^TestPace_Table$' -v -timeout 50m ./internal/e2e -args -pace.table -pace.csv="$PWD/bench/results" "$@" >"$tmp/log" 2>&1 ||
	{ cat "$tmp/log"; exit 1; }
grep -E '^ *\|' "$tmp/log" | sed -E 's/^ +//'
echo
echo "### Several processes"
echo
"$tmp/fleet" -time "${FLEETTIME:-60s}" -sizes "${FLEETSIZES:-1,2,4,8}"
(cd bench && go run ./charts)
