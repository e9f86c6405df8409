#!/usr/bin/env bash
# Runs the tests of a module that -short skips or shortens, the only ones that `make test` does not run in full. They are
# found by their use of testing.Short; where a function that is no test uses it, all tests of the package run. go vet runs as
# a target of its own.
set -euo pipefail

# long prints the names of the tests of a package that -short changes.
long() {
	awk '
		/^func / { name = "" }
		/^func Test/ { name = substr($2, 1, index($2, "(") - 1); all[name] }
		/testing\.Short\(\)/ { if (name != "") names[name]; else shared = 1 }
		END { if (shared) { for (name in all) print name } else for (name in names) print name }
	' "$1"/*_test.go
}

packages=()
names=()
while read -r dir; do
	mapfile -t found < <(long "$dir")
	((${#found[@]} == 0)) && continue
	packages+=("$dir")
	names+=("${found[@]}")
done < <(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}' ./...)
((${#packages[@]} > 0)) || exit 0

pattern=$(IFS='|' && echo "^(${names[*]})\$")
go test -race -shuffle=on -vet=off -timeout 30m -run "$pattern" "${packages[@]}"
