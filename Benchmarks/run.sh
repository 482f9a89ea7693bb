#!/bin/sh
# Prints the figures of Benchmarks/README.md; with names, such as `halt`, only those parts.
# Needs an otherwise idle machine to mean anything.
set -eu
cd "$(dirname "$0")/.."
scripts/packages.sh bench
export SWIFT_BACKTRACE=enable=no
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# What does not build is not measured: an older program would answer for it.
for product in titan titan-bench; do
    swift build -c release --product "$product" >"$scratch/build" 2>&1 || {
        cat "$scratch/build" >&2
        exit 1
    }
done
[ $# -gt 0 ] || .build/release/titan-bench "$scratch/inside"
if [ $# -eq 0 ]; then
    python=/usr/bin/python3
    [ -x .build-python/bin/python ] && python=.build-python/bin/python
    "$python" Benchmarks/transport.py "$scratch"
fi
/usr/bin/python3 Benchmarks/bench.py "$scratch" "$@"
