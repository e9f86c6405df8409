#!/usr/bin/env bash
# Runs the tests that may depend on the release of Go with the one that GOTOOLCHAIN names: the quick tests of the packages
# that are imported, all tests of those that encode, decode and send, and the cost of calls. The other modules that are
# released are built. The race detector has run with the other release.
set -euo pipefail
cd "$(dirname "$0")/.."

go version || {
	echo "newer-go.sh: $GOTOOLCHAIN could not be obtained. The go command downloads it from GOPROXY as the module" >&2
	echo "golang.org/toolchain: allow access to a proxy that has it, or pass an installed release as NEWER_GO=…, such as" >&2
	echo "NEWER_GO=local for the one in the PATH." >&2
	exit 1
}
for mod in dingtalk*/go.mod cmd/dingtalk/go.mod; do
	(cd "$(dirname "$mod")" && go build -o /dev/null ./...)
done
packages=$(go list -f '{{if ne .Name "main"}}{{.ImportPath}}{{end}}' ./... | grep -v /internal/)
# shellcheck disable=SC2086 # words
go test -short -shuffle=on -vet=off $packages ./internal/e2e/matrix
go test -shuffle=on -vet=off -timeout 30m . ./internal/rest ./provision
make --no-print-directory cost
