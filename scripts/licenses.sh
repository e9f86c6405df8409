#!/usr/bin/env bash
# Lists the licenses of the modules that each of our modules is built with, tests excluded.
set -euo pipefail
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd tools/licenses && go build -o "$tmp/licenses" .)
scripts/modules.sh "$tmp/licenses"
