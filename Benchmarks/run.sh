#!/bin/sh
# Prints the figures of Benchmarks/README.md; with names, such as `halt`, only those parts. Needs an otherwise idle machine to mean anything.
set -eu
cd "$(dirname "$0")/.."
scripts/packages.sh bench
export SWIFT_BACKTRACE=enable=no
swift build -c release --product titan-bench 2>&1 | grep -E 'error' || true
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[ $# -gt 0 ] || .build/release/titan-bench "$scratch/inside"
/usr/bin/python3 Benchmarks/bench.py "$scratch" "$@"
