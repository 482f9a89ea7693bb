#!/bin/sh
# Runs the desk and says who may sign in: run.sh [titan serve flags]
set -eu
cd "$(dirname "$0")/.."
titan=.build/release/titan

directory=$("$titan" config "$@" | sed -n 's/^data-dir  *\(.*\)  (.*)$/\1/p')
[ -n "$directory" ] || exit 1

"$titan" serve "$@" &
desk=$!
trap 'kill -TERM "$desk" 2>/dev/null || true' INT TERM
while kill -0 "$desk" 2>/dev/null && [ ! -s "$directory/first-operator.txt" ]; do sleep 0.1; done
if kill -0 "$desk" 2>/dev/null; then cat "$directory/first-operator.txt"; fi

# A signal ends the first wait; the second one has the desk's own status.
status=0
wait "$desk" || status=$?
if kill -0 "$desk" 2>/dev/null; then wait "$desk" && status=0 || status=$?; fi
exit "$status"
