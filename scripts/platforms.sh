#!/usr/bin/env bash
# Vets all modules, tests included, for the platforms on which CI does not run, side by side. A 64-bit Linux of the same
# family also runs 32-bit programs, and so the root module's quick tests on it.
set -euo pipefail
cd "$(dirname "$0")/.."

platforms=(linux/386 windows/amd64 darwin/arm64)

# on runs modules.sh for a platform. cgo would need a C compiler for it.
on() {
	GOOS=${1%/*} GOARCH=${1#*/} CGO_ENABLED=0 scripts/modules.sh "${@:2}"
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

jobs=()
for platform in "${platforms[@]}"; do
	on "$platform" go vet ./... >"$tmp/${platform/\//-}" 2>&1 &
	jobs+=("$!")
done
failed=0
for i in "${!jobs[@]}"; do
	platform=${platforms[i]}
	wait "${jobs[i]}" || failed=1
	echo "## vet $platform"
	cat "$tmp/${platform/\//-}"
done
((failed == 0))

if [[ $(go env GOHOSTOS)/$(go env GOHOSTARCH) == linux/amd64 ]]; then
	echo "## test linux/386"
	GOARCH=386 CGO_ENABLED=0 go test -short -vet=off ./...
else
	echo "## linux/386 is not tested: programs for it do not run here"
fi
