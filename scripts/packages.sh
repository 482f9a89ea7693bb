#!/bin/sh
# Installs the Debian packages that a task needs and that are missing: packages.sh build|console|test|bench
set -eu

case "${1:-}" in
build) wanted="make pkg-config libnghttp2-dev libssl-dev libnats-dev libjwt-dev zlib1g-dev" ;;
console) wanted="brotli esbuild node-typescript node-react node-react-dom" ;;
test) wanted="python3 python3-venv nats-server chromium fonts-dejavu-core strace curl" ;;
bench) wanted="python3 wrk nghttp2-client nghttp2-server nginx-light h2o node-ws util-linux" ;;
*)
    echo "usage: packages.sh build|console|test|bench" >&2
    exit 2
    ;;
esac

# The first nghttp2 of Debian 12 that limits resets (CVE-2023-44487) and continuations of field
# sections (CVE-2024-28182), and that no client's frames can make abort (CVE-2026-27135).
nghttp2="1.52.0-1+deb12u3"

has() { # package: whether it is installed, and new enough
    # shellcheck disable=SC2016
    set -- "$1" $(dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null || true)
    [ "${2:-}" = installed ] || return 1
    [ "$1" != libnghttp2-dev ] || dpkg --compare-versions "$3" ge "$nghttp2"
}

missing=""
for package in $wanted; do
    has "$package" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

echo "Installing the Debian packages that are missing:$missing"
root=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "These need root: run 'apt-get install$missing' as root, then try again." >&2
        exit 1
    }
    root="sudo"
fi
# nats-server's package would start a broker of its own; what we test starts its own.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    # shellcheck disable=SC2086
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        $missing >"$log" 2>&1
}
if ! install; then
    $root apt-get update -qq >"$log" 2>&1 && install || {
        tail -20 "$log" >&2
        echo "The packages could not be installed:$missing" >&2
        exit 1
    }
fi
for package in $missing; do
    has "$package" && continue
    echo "$package is too old, and this system offers none newer: it has to be $nghttp2." >&2
    exit 1
done
