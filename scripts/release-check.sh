#!/usr/bin/env bash
# Makes a release of the last commit in a clone, in a temporary folder, publishes its modules there into a GOPROXY of files,
# and uses them as a stranger with an empty module cache does:
#
#   scripts/release-check.sh [VERSION]   VERSION is by default v0.1.0, or the patch after the last release
#
# Programs in empty modules import the root and each nested module; scripts/testdata/importers has them. They are also built
# with the next version of the root and the oldest one of the nested module that is supported: the first of its minor
# version. The modules of others come from the module cache, with the checksums in the go.sum files here.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

fail() {
	echo "release-check.sh: $*" >&2
	exit 1
}

tmp=$(mktemp -d)
trap '[[ -z ${emulator:-} ]] || kill "$emulator" 2>/dev/null || true; rm -rf "$tmp"' EXIT
repo=$tmp/repo
path=$(go list -m)
proxy=file://$tmp/published/cache/download,file://$(go env GOMODCACHE)/cache/download,$(go env GOPROXY)

# next prints the patch after a version.
next() { echo "${1%.*}.$((${1##*.} + 1))"; }

last=$(git tag -l --sort=-v:refname 'v[0-9]*' | head -n 1)
version=${1:-$([[ -n $last ]] && next "$last" || echo v0.1.0)}
newer=$(next "$version")
git clone -q . "$repo"
cd "$repo"
git config user.name release-check
git config user.email release-check@example.com
git checkout -q -B main

echo "=== release $version"
scripts/release.sh --tag "$version"
git tag -a -m "$newer" "$newer" # of the root alone
mapfile -t modules < <(scripts/released.sh)
cat $(git ls-files '*go.sum') | sort -u >"$tmp/known.sum"

echo "=== an incompatible change after it"
echo "- Change something." >"$tmp/entry"
sed -i -e "/^## \[Unreleased\]/r $tmp/entry" CHANGELOG.md
sed -i 's/^func WithoutHistory(/func OmitHistory(/' mirror/mirror.go
git commit -qam "Rename WithoutHistory"
! scripts/release.sh "$(next "$newer")" >"$tmp/log" 2>&1 || fail "a patch with an incompatible change was released"
grep -q 'WithoutHistory: removed' "$tmp/log" && grep 'need a new minor version' "$tmp/log" ||
	{ cat "$tmp/log" && fail "the incompatible change was not found"; }
git reset -q --hard HEAD~

# publish puts modules into the GOPROXY of files, whose layout is that of the module cache.
publish() {
	(cd "$tmp" && GOMODCACHE=$tmp/published GOPROXY=direct GONOSUMDB=$path GOFLAGS=-modcacherw GIT_CONFIG_COUNT=1 \
		GIT_CONFIG_KEY_0=url.file://$repo.insteadOf GIT_CONFIG_VALUE_0=https://$path go mod download "$@")
}
# oldest prints the oldest version of a nested module that is supported.
oldest() { git -C "$repo" tag -l --sort=v:refname "$1/${version%.*}.*" | head -n 1 | sed 's,.*/,,'; }

published=("$path@$version" "$path@$newer")
for module in "${modules[@]:1}"; do published+=("$path/$module@$version" "$path/$module@$(oldest "$module")"); done
publish "${published[@]}"

# From here on, what a stranger does. Of the user's settings only the build cache is kept.
GOCACHE=$(go env GOCACHE)
export GOCACHE GOENV=off GOMODCACHE=$tmp/stranger GOPROXY=$proxy GOSUMDB=off GOBIN=$tmp/bin GOWORK=off
export GOFLAGS="-mod=mod -modcacherw -trimpath"
unset GOPRIVATE GONOPROXY GONOSUMDB

# What no importer's build holds, and what that of an importer of the root does not hold either.
tests='stretchr/testify|jarcoal/httpmock|alicebob/miniredis'
drivers='go\.etcd\.io/bbolt|jackc/|redis/go-redis|opentelemetry'

# free_of fails if one of the module paths on standard input matches a pattern.
free_of() {
	! grep -E "$1" || fail "the build of $2 holds these"
}

# importer gets modules in an empty module, and builds and runs the programs that import them. The first arguments are the
# folder of the programs and what their builds must not hold.
importer() {
	local name=$1 unwanted=$2 main bin
	shift 2
	echo "=== $name: go get $*"
	mkdir "$tmp/importer"
	cd "$tmp/importer"
	go mod init example.com/importer 2>/dev/null
	go get "$@" 2>"$tmp/log" || { cat "$tmp/log" && fail "go get failed"; }
	for main in "$repo/scripts/testdata/importers/$name"/*.go; do
		cp "$main" main.go
		bin=$tmp/program
		go build -o "$bin" .
		"$bin"
		go version -m "$bin" | awk '$1 == "dep" {print $2}' | free_of "$unwanted" "$name"
		go list -deps -f '{{with .Module}}{{.Path}}{{end}}' . | sort -u | free_of "$unwanted" "$name"
	done
	! grep -v "^$path" go.sum | sort | comm -23 - "$tmp/known.sum" | grep . || fail "these checksums are in no go.sum file of ours"
	cd "$tmp"
	rm -r "$tmp/importer"
}

importer root "$tests|$drivers" "$path@$version"
for module in "${modules[@]:1}"; do
	[[ $module != cmd/* ]] || continue
	[[ -d $repo/scripts/testdata/importers/$module ]] || fail "scripts/testdata/importers has no program for $module"
	importer "$module" "$tests" "$path/$module@$version"
	importer "$module" "$tests" "$path/$module@$(oldest "$module")" "$path@$newer"
done

echo "=== go install $path/cmd/dingtalk@$version"
cd "$tmp"
go install "$path/cmd/dingtalk@$version"
go version -m bin/dingtalk | awk '$1 == "dep" {print $2}' | free_of "$tests" dingtalk
bin/dingtalk version
[[ $(bin/dingtalk version) == "dingtalk $version, dingtalk-go $version, "* ]] || fail "the command does not know its version"
bin/dingtalk doctor -emulator

echo "=== its emulator, and a mirror of that"
bin/dingtalk emulator -addr 127.0.0.1:0 -client-id=dingstranger -client-secret=stranger-secret >"$tmp/emulator.log" 2>&1 &
emulator=$!
url=
for _ in {1..100}; do
	url=$(grep -o -m 1 'http://127\.0\.0\.1:[0-9]*' "$tmp/emulator.log" || true)
	[[ -z $url ]] || break
	sleep 0.1
done
[[ -n $url ]] || { cat "$tmp/emulator.log" && fail "the emulator never listened"; }
exec 3<>"/dev/tcp/127.0.0.1/${url##*:}"
printf 'GET /console/ HTTP/1.0\r\nHost: %s\r\n\r\n' "${url#http://}" >&3
grep -q '<title>' <&3 || fail "there is no console at $url/console/"
exec 3>&-
export DINGTALK_BASE_URL=$url DINGTALK_CLIENT_ID=dingstranger DINGTALK_CLIENT_SECRET=stranger-secret
bin/dingtalk watch -mirror "$tmp/directory.db" -count 10 -timeout 1m >"$tmp/changes"
[[ $(grep -c '"revision":' "$tmp/changes") == 10 ]] || { cat "$tmp/changes" && fail "the mirror is not complete"; }
kill "$emulator"
wait "$emulator" || fail "the emulator did not end as it should"
emulator=
echo "=== $version can be released"
