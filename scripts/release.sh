#!/usr/bin/env bash
# Makes a release of the root module and of the nested modules that released.sh names, all under one version:
#
#   scripts/release.sh v0.1.0         show the release: the difference of each API, the commits and the tags
#   scripts/release.sh --tag v0.1.0   make it in this repository; pushing it is left to you
#
# A release is two commits. In the first, which gets the tags, CHANGELOG.md has a section for the version, and the nested
# modules require the version and replace nothing: with a replace directive `go install …@v0.1.0` would refuse the command.
# The second brings the directives back, so that main is built as a whole again. Both are made in a clone in a temporary
# folder. From its tags the go command gets the new version of a module that another one requires, and its checksum.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

fail() {
	echo "release.sh: $*" >&2
	exit 1
}

tag=
[[ ${1:-} != --tag ]] || { tag=yes && shift; }
version=${1:-}
[[ $# == 1 && $version =~ ^v([0-9]+)\.([0-9]+)\.([0-9]+)$ ]] || fail "usage: release.sh [--tag] VERSION, such as v0.1.0"

path=$(go list -m)
mapfile -t modules < <(scripts/released.sh)

# import_path, tag_of and last_tag print what their names say of the module in a folder.
import_path() { [[ $1 == . ]] && echo "$path" || echo "$path/$1"; }
tag_of() { [[ $1 == . ]] && echo "$2" || echo "$1/$2"; }
last_tag() { git -C "$root" tag -l --sort=-v:refname "$(tag_of "$1" 'v[0-9]*')" | head -n 1; }

[[ -z $(git status --porcelain) ]] || fail "there are uncommitted changes"
for module in "${modules[@]}"; do
	! git rev-parse -q --verify "refs/tags/$(tag_of "$module" "$version")" >/dev/null ||
		fail "the tag $(tag_of "$module" "$version") exists"
done
last=$(last_tag .)
patch=
if [[ -z $last ]]; then
	[[ $version == v0.1.0 ]] || fail "the first version is v0.1.0"
else
	IFS=. read -r major minor fix <<<"${last#v}"
	case $version in
	"v$major.$minor.$((fix + 1))") patch=yes ;;
	"v$major.$((minor + 1)).0") ;;
	*) fail "after $last comes v$major.$minor.$((fix + 1)) or v$major.$((minor + 1)).0" ;;
	esac
fi
awk '/^## /{inside = /\[Unreleased\]/} inside && /^- /{found = 1} END{exit !found}' CHANGELOG.md ||
	fail "CHANGELOG.md has no entry under [Unreleased]"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
repo=$tmp/repo
go build -modfile=tools/go.mod -o "$tmp/apidiff" golang.org/x/exp/cmd/apidiff
git clone -q . "$repo"
for key in user.name user.email; do
	! value=$(git config "$key") || git -C "$repo" config "$key" "$value"
done

# The go command gets our modules from the clone, and others from the module cache if they are there. The cache of this run
# is its own, because a version is not final before it is pushed.
GOPROXY="file://$(go env GOMODCACHE)/cache/download,$(go env GOPROXY)"
export GOPROXY GOMODCACHE=$tmp/modules GONOPROXY=$path GONOSUMDB=$path GOFLAGS=-modcacherw GOWORK=off
n=${GIT_CONFIG_COUNT:-0}
export "GIT_CONFIG_KEY_$n=url.file://$repo.insteadOf" "GIT_CONFIG_VALUE_$n=https://$path" GIT_CONFIG_COUNT=$((n + 1))
cd "$repo"

# set_tags moves the tags of modules to the last commit.
set_tags() {
	local module
	for module in "$@"; do
		git tag -f -a -m "$(import_path "$module") $version" "$(tag_of "$module" "$version")" >/dev/null
	done
}

# requires reports whether a module requires another one of ours.
requires() { grep -Eq "^(require)?[[:space:]]+$(import_path "$2") v" "$1/go.mod"; }

# require makes a module require the version of those of our modules that it requires.
require() {
	local other
	for other in "${modules[@]}"; do
		! requires "$1" "$other" || (cd "$1" && go mod edit -require="$(import_path "$other")@$version")
	done
}

# finish makes the go.mod of a module what its importers get.
finish() {
	local other
	cd "$1"
	for other in "${modules[@]}"; do go mod edit -dropreplace="$(import_path "$other")"; done
	! grep -q '^replace' go.mod || fail "$1/go.mod replaces a module that is not ours"
	go mod tidy
}

mapfile -t nested < <(git ls-files '*/go.mod' | sed 's,/go\.mod$,,')
awk -v heading="## [${version#v}] - $(date +%F)" '{print} /^## \[Unreleased\]$/{print "\n" heading}' CHANGELOG.md >"$tmp/changelog"
cp "$tmp/changelog" CHANGELOG.md
for module in "${nested[@]}"; do require "$module"; done
git commit -qam "Release $version"
set_tags .

# Finish the nested modules, each after those that it requires, whose checksums it needs.
pending=("${modules[@]:1}")
while ((${#pending[@]} > 0)); do
	ready=() later=()
	for module in "${pending[@]}"; do
		for other in "${pending[@]}"; do
			! requires "$module" "$other" || { later+=("$module") && continue 2; }
		done
		ready+=("$module")
	done
	((${#ready[@]} > 0)) || fail "these modules require each other: ${pending[*]}"
	for module in "${ready[@]}"; do (finish "$module"); done
	git commit -q --amend --no-edit -a
	set_tags "${ready[@]}"
	pending=(${later[@]+"${later[@]}"})
done
set_tags "${modules[@]}"
release=$(git rev-parse HEAD)

# packages prints the packages of the module in the working directory that others may import.
packages() { go list -f '{{if ne .Name "main"}}{{.ImportPath}}{{end}}' ./... | sed '/\/internal\(\/\|$\)/d; /^$/d'; }

# api prints the difference of the API of a module from that of its last version.
api() {
	local last package
	last=$(last_tag "$1")
	[[ -n $last ]] || { echo "there is no earlier version" && return; }
	rm -rf "$tmp/api"
	git worktree add -q --detach "$tmp/last" "$last"
	(
		cd "$tmp/last/$1"
		for package in $(packages); do
			mkdir -p "$tmp/api/$package"
			"$tmp/apidiff" -w "$tmp/api/$package/api" "$package"
		done
		packages >"$tmp/old"
	)
	git worktree remove --force "$tmp/last"
	cd "$1"
	packages >"$tmp/new"
	for package in $(sort "$tmp/old" "$tmp/new" | uniq -d); do
		"$tmp/apidiff" "$tmp/api/$package/api" "$package" | sed "1i# $package"
	done
	comm -23 <(sort "$tmp/old") <(sort "$tmp/new") | sed '1iIncompatible changes:' | sed '2,$s/^/- package removed: /'
	comm -13 <(sort "$tmp/old") <(sort "$tmp/new") | sed '1iCompatible changes:' | sed '2,$s/^/- package added: /'
}

for module in "${modules[@]}"; do
	echo "## API of $(import_path "$module")"
	(api "$module") | tee "$tmp/difference"
	[[ -z $patch ]] || ! grep -q '^Incompatible changes' "$tmp/difference" ||
		fail "incompatible changes need a new minor version, and $version is not one"
done

for module in "${nested[@]}"; do
	git checkout -q "$release~" -- "$module/go.mod" "$module/go.sum"
	require "$module"
done
git commit -qam "Develop on after $version"

echo "## Commits and tags"
git --no-pager log --stat --format='%n%h %s%d' "$release~.."
cd "$root"
if [[ -z $tag ]]; then
	echo "## Nothing has changed here: --tag makes this release"
	exit
fi
git fetch -q --no-tags "$repo" HEAD
git merge -q --ff-only FETCH_HEAD
git fetch -q "$repo" 'refs/tags/*:refs/tags/*'
mapfile -t tags < <(git tag --points-at "$release")
echo "## To publish it: git push --atomic origin HEAD:main ${tags[*]}"
