#!/usr/bin/env bash
# Type-checks and vets all modules, tests included, for the platforms on which CI does not run, and runs the quick tests of the
# packages that decode and keep numbers on 32-bit Linux where its programs run. tools/crossvet compiles nothing: compiling the standard library and the drivers
# for one more platform takes minutes of a processor. The modules are checked as one, in a workspace in a temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."

platforms=(linux/arm64 linux/386 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64)

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd tools/crossvet && go build -o "$tmp/crossvet" .)
mapfile -t modules < <(git ls-files go.mod '*/go.mod' | grep -v '^tools/' | xargs -n 1 dirname)
(
	export GOWORK=$tmp/go.work
	go work init "${modules[@]}"
	printf '%s\n' "${platforms[@]}" | xargs -P 2 -I PLATFORM "$tmp/crossvet" PLATFORM $(printf './%s/... ' "${modules[@]}")
)

if [[ $(go env GOHOSTOS)/$(go env GOHOSTARCH) == linux/amd64 ]]; then
	echo "## test linux/386"
	GOARCH=386 CGO_ENABLED=0 go test -short -vet=off . ./event ./callback ./stream ./mirror ./provision ./internal/rest ./internal/directory
else
	echo "## linux/386 is not tested: programs for it do not run here"
fi
