#!/usr/bin/env bash
# Prints the folders of the modules that are released, the root's first, as ".": all but those of examples, benchmarks and
# tools, and internal ones.
set -euo pipefail
cd "$(dirname "$0")/.."
echo .
git ls-files '*/go.mod' | sed 's,/go\.mod$,,' | grep -Ev '(^|/)(bench|examples|internal|testdata|tools)(/|$)'
