#!/bin/sh
# Loads `titan conformance` for SOAK_SECONDS (default 600) over HTTP/1.1, HTTP/2 and WebSocket at once,
# and fails when memory or descriptors grow after the first tenth of the time.
set -eu
cd "$(dirname "$0")/.."
exec /usr/bin/python3 scripts/soak.py "${SOAK_SECONDS:-600}"
