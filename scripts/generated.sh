#!/usr/bin/env bash
# Fails if `make generate` changes a file. It compares the tree before and after, not with the last commit, so that it
# also works on uncommitted changes.
set -euo pipefail
cd "$(dirname "$0")/.."

sums() {
	find . -name .git -prune -o -type f -exec cksum {} + | sort
}

before=$(sums)
make --silent generate
if ! changed=$(diff <(echo "$before") <(sums)); then
	echo "out of date, now regenerated:"
	grep '^[<>]' <<<"$changed" | cut -d ' ' -f 4- | sort -u
	exit 1
fi
