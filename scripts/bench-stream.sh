#!/usr/bin/env bash
# Measures what docs/performance.md shows of receivers of events: this client and two versions of the vendor's Stream SDK for
# Go, side by side. It takes an hour and a half.
set -euo pipefail
cd "$(dirname "$0")/../bench/stream"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
go build -o "$tmp/released" .
go build -modfile=beta.mod -o "$tmp/beta" .

# compare measures all clients at once; the arguments are those of the measurement.
compare() {
	echo "# $*"
	"$tmp/released" -client=sdk -name='this client' "$@" >"$tmp/1" &
	"$tmp/released" -client=vendor -name=v0.9.1 "$@" >"$tmp/2" &
	"$tmp/beta" -client=vendor -name=v0.9.2-beta.1 "$@" >"$tmp/3" &
	"$tmp/released" -client=sdk -name='this client, WithConcurrency(250)' -concurrency=250 "$@" >"$tmp/4" &
	wait
	cat "$tmp"/[1234]
}
compare -end=one -ends=4 -age=65s -latency=300ms
compare -end=announced
compare -end=announced -ends=7 -latency=300ms
compare -end=cut
compare -end=lost -ends=2 -age=150s
compare -ends=0 -burst=200 -every=0 -handler=1s
compare -ends=0 -burst=2000 -every=5ms -handler=1s
