#!/usr/bin/env bash
# Runs each fuzz target of the module in the current directory a number of times (5000x) or for a time (10m).
set -euo pipefail
fuzztime=$1

# `go test -list` prints the targets of a package, one per line, and then "ok <package> <time>".
list=$(go test -list '^Fuzz' ./...) || {
	echo "$list"
	exit 1
}
targets=$(awk '/^Fuzz/ {name[n++] = $1} /^ok/ {for (i = 0; i < n; i++) print $2, name[i]; n = 0}' <<<"$list")

if [[ -z $targets ]]; then
	echo "no fuzz targets"
	exit
fi
while read -r pkg name; do
	echo "$name"
	go test -run='^$' -fuzz="^$name\$" -fuzztime="$fuzztime" "$pkg"
done <<<"$targets"
