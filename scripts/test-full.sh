#!/usr/bin/env bash
# Runs the tests of a module that -short skips or shortens, the only ones that `make test` does not run in full. They are
# found by their use of testing.Short, in the test or in a function that it calls. go vet runs in the linter.
set -euo pipefail

# The long tests of these packages try more cases of what the quick tests run with the race detector, which would make them
# five times as slow. `make race` runs them with it too.
root=github.com/dingtalk-contacts/dingtalk-go
more_cases=" $root $root/internal/rest $root/internal/e2e/matrix $root/mirror "

# long prints the names of the tests of a package that -short changes.
long() {
	awk '
		/^func / { name = substr($2, 1, index($2, "(") - 1) } # empty for a method
		name == "" { next }
		/testing\.Short\(\)/ { short[name] }
		name ~ /^Test/ { body[name] = body[name] $0 "\n" }
		END {
			for (test in body) {
				for (f in short) {
					if (test == f || f !~ /^Test/ && index(body[test], f "(")) { print test; break }
				}
			}
		}
	' "$1"/*_test.go
}

plain=()
racing=()
names=()
while read -r package dir; do
	mapfile -t found < <(long "$dir")
	((${#found[@]} == 0)) && continue
	names+=("${found[@]}")
	if [[ $more_cases == *" $package "* ]]; then plain+=("$package"); else racing+=("$package"); fi
done < <(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}' ./...)

pattern=$(IFS='|' && echo "^(${names[*]})\$")
((${#plain[@]} == 0)) || go test -shuffle=on -vet=off -timeout 30m -run "$pattern" "${plain[@]}"
((${#racing[@]} == 0)) || go test -race -shuffle=on -vet=off -timeout 30m -run "$pattern" "${racing[@]}"
