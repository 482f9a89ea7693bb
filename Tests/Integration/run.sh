#!/bin/sh
# Runs the suites that use the built program as its users do, and ends with one line of figures.
# Anything named on the command line goes to pytest.
set -eu
cd "$(dirname "$0")/../.."

python=.build-python/bin/python
wanted=$(cksum Tests/Integration/requirements.txt)
if [ "$(cat .build-python/wanted 2>/dev/null || true)" != "$wanted" ]; then
    rm -rf .build-python
    /usr/bin/python3 -m venv .build-python
    "$python" -m pip install --quiet --disable-pip-version-check \
        --requirement Tests/Integration/requirements.txt
    echo "$wanted" >.build-python/wanted
fi

report=.build/test-logs/integration.xml
status=0
"$python" -m pytest Tests/Integration Tests/Conformance -q -rs --tb=short -p no:cacheprovider \
    --junit-xml="$report" "$@" || status=$?
"$python" scripts/xunit.py "$report"
exit "$status"
