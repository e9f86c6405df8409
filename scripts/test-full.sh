#!/usr/bin/env bash
# Runs all tests, also those that -short skips, of the packages of a module that have such tests. In all others every test
# is a quick one. go vet runs as a target of its own.
set -euo pipefail
packages=()
while read -r dir; do
	if grep -qs 'testing\.Short()' "$dir"/*.go; then packages+=("$dir"); fi
done < <(go list -f '{{.Dir}}' ./...)
((${#packages[@]} == 0)) || go test -race -shuffle=on -vet=off -timeout 30m "${packages[@]}"
