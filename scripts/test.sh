#!/bin/sh
# Runs every suite and ends with one line of totals. Non-zero when anything failed.
set -u
cd "$(dirname "$0")/.."
logs=.build/test-logs
mkdir -p "$logs"
rm -f "$logs"/*
passed=0 failed=0 skipped=0

# Adds a suite's own closing figures, or counts one failure when it has none.
count() { # name status log
    line=$(grep -E '^([^ ]+: )?[0-9]+ passed, [0-9]+ failed' "$3" | tail -1)
    if [ -z "$line" ]; then
        [ "$2" = 0 ] || failed=$((failed + 1))
        [ "$2" = 0 ] || echo "The suite $1 ended with status $2 and no figures: see $3"
        return
    fi
    passed=$((passed + $(number "$line" passed)))
    failed=$((failed + $(number "$line" failed)))
    skipped=$((skipped + $(number "$line" skipped)))
    # A suite that failed without counting it still fails.
    if [ "$2" != 0 ] && [ "$(number "$line" failed)" = 0 ]; then failed=$((failed + 1)); fi
}

# What is worth a line on the screen; everything is in the log.
shown='✘|↳|error:|^E  |FAILED|SKIPPED|[0-9]+ (passed|failed)|^note'

number() { echo "$1" | sed -n "s/.*[^0-9]*\b\([0-9][0-9]*\) $2.*/\1/p" | grep . || echo 0; }

suite() { # name command...
    name=$1
    shift
    echo "== $name"
    { "$@" 2>&1; echo $? >"$logs/$name.status"; } | tee "$logs/$name.log" | grep -E "$shown"
    count "$name" "$(cat "$logs/$name.status")" "$logs/$name.log"
}

swift_tests() {
    SWIFT_BACKTRACE=enable=no swift test --disable-xctest --xunit-output "$logs/swift.xml"
    status=$?
    scripts/xunit.py "$logs"/swift*.xml
    return $status
}

echo "== build"
for build in "--build-tests" "-c release --product titan"; do
    # shellcheck disable=SC2086
    if ! swift build $build >"$logs/build.log" 2>&1; then
        grep -E 'error' "$logs/build.log" || tail -20 "$logs/build.log"
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
    tail -1 "$logs/build.log"
done

suite swift swift_tests
suite integration Tests/Integration/run.sh
suite fuzz env FUZZ_SECONDS=3 scripts/fuzz.sh

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
