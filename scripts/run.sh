#!/bin/sh
# Runs the desk and, once it is ready, says who may sign in: run.sh [titan serve flags]
set -eu
cd "$(dirname "$0")/.."
titan=.build/release/titan

directory=$("$titan" config "$@" | sed -n 's/^data-dir  *\(.*\)  (.*)$/\1/p')
[ -n "$directory" ] || exit 1

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkfifo "$scratch/lines"
"$titan" serve "$@" >"$scratch/lines" &
desk=$!
trap 'kill -TERM "$desk" 2>/dev/null || true' INT TERM

follow() {
    while IFS= read -r line; do
        echo "$line"
        case "$line" in "Titan is ready"*) cat "$directory/first-operator.txt" ;; esac
    done
}
follow <"$scratch/lines" &

# A signal ends the first wait; the second one has the desk's own status.
status=0
wait "$desk" || status=$?
if kill -0 "$desk" 2>/dev/null; then
    status=0
    wait "$desk" || status=$?
fi
wait
exit "$status"
