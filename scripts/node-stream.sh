#!/usr/bin/env bash
# Receives an event of `dingtalk emulator` with the npm package dingtalk-stream, the vendor's client for Node. Without node or
# npm, or where npm cannot install the package, it says so and succeeds.
set -euo pipefail
cd "$(dirname "$0")/.."
version=2.1.5

skip() {
	echo "node-stream: $1: skipped"
	exit 0
}
command -v node >/dev/null || skip "there is no node"
command -v npm >/dev/null || skip "there is no npm"

tmp=$(mktemp -d)
trap 'kill "${emulator:-}" 2>/dev/null || true; rm -rf "$tmp"' EXIT
cp scripts/node-stream.mjs "$tmp"
npm install --prefix "$tmp" --silent --no-audit --no-fund --no-save --ignore-scripts --prefer-offline "dingtalk-stream@$version" ||
	skip "npm cannot install dingtalk-stream@$version"

(cd cmd/dingtalk && go build -o "$tmp/dingtalk" .)
"$tmp/dingtalk" emulator -client-id=dingnode -client-secret=node-secret >"$tmp/out" 2>&1 &
emulator=$!
url=
for _ in {1..100}; do
	url=$(grep -o -m 1 'http://127\.0\.0\.1:[0-9]*' "$tmp/out" || true)
	[[ -z $url ]] || break
	sleep 0.1
done
if [[ -z $url ]]; then
	cat "$tmp/out"
	exit 1
fi
timeout 60 node "$tmp/node-stream.mjs" "$url" dingnode node-secret
