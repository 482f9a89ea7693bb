#!/bin/sh
# Says in one sentence what is wrong with the Swift toolchain, if anything is.
set -eu
if ! command -v swift >/dev/null; then
    echo "Titan needs the Swift 6.3 toolchain on the PATH: see https://www.swift.org/install/linux/" >&2
    exit 1
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
case "$version" in
6.[3-9] | 6.[1-9][0-9] | [7-9].*) ;;
*)
    echo "Titan needs Swift 6.3 or newer; this is Swift ${version:-of an unknown version}." >&2
    exit 1
    ;;
esac
