#!/bin/sh
# Runs the tests of the console's pure parts under Node, and ends with one line of totals.
set -eu
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/bin/tsc --noEmit --project tsconfig.json
NODE_PATH=/usr/share/nodejs /usr/bin/esbuild test/*.test.ts --bundle --platform=node \
    --jsx=automatic --outdir="$work" --log-level=warning

passed=0 failed=0 skipped=0
figure() { sed -n "s/^# $1 //p" "$work/log" | tail -1; }
for file in "$work"/*.js; do
    node --test-reporter=tap "$file" >"$work/log" || cat "$work/log"
    passed=$((passed + $(figure pass)))
    failed=$((failed + $(figure fail)))
    skipped=$((skipped + $(figure skipped)))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
