#!/bin/sh
# Runs the browser test against a desk that is already running; see console_test.py for what it
# asks. Makes its Python environment once under .build-browser; later runs need no network.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
cd "$here/../../.."

[ -x /usr/bin/chromium ] || {
    echo "The browser test needs Debian's Chromium: apt-get install chromium" >&2
    exit 1
}
home=.build-browser
wanted=$(cksum <"$here/requirements.txt")
if [ "$(cat "$home/wanted" 2>/dev/null || true)" != "$wanted" ]; then
    rm -rf "$home"
    /usr/bin/python3 -m venv "$home"
    "$home/bin/python" -m pip install --quiet --disable-pip-version-check \
        --requirement "$here/requirements.txt"
    echo "$wanted" >"$home/wanted"
fi
exec "$home/bin/python" -B "$here/console_test.py" "$@"
