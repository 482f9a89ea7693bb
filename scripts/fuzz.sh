#!/bin/sh
# Fuzzes the parsers with libFuzzer and AddressSanitizer, each for so many seconds (default 60).
# FUZZ_SECONDS, FUZZ_SEED and the names of targets choose. What is found lies in .build/fuzz.
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60} seed=${FUZZ_SEED:-1}
out=.build/fuzz
mkdir -p "$out"
export SWIFT_BACKTRACE=enable=no

flags="-O -swift-version 6 -sanitize=fuzzer,address -parse-as-library
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility
    -enable-upcoming-feature NonisolatedNonsendingByDefault
    -I Sources/CZlib -I Sources/CNGHTTP2 -I Sources/CSSL -I $out"
# shellcheck disable=SC2086
swiftc $flags -wmo -module-name Compression -emit-module \
    -emit-module-path "$out/Compression.swiftmodule" -c Sources/Compression/*.swift \
    -o "$out/compression.o"
# shellcheck disable=SC2086,SC2046
swiftc $flags -wmo -module-name Wire $(find Sources/APIServer/Wire -name '*.swift') \
    Tests/Fuzz/Fuzz.swift "$out/compression.o" -o "$out/fuzz" -lz -lnghttp2 -lssl -lcrypto 2>&1 |
    grep -E "error" || true

passed=0 failed=0
for target in ${*:-http1 http2 websocket uri proxy}; do
    mkdir -p "$out/$target"
    if FUZZ_TARGET=$target "$out/fuzz" -max_total_time="$seconds" -seed="$seed" -max_len=4096 \
        -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$out/$target-" \
        "$out/$target" "Tests/Fuzz/corpus/$target" >"$out/$target.log" 2>&1; then
        passed=$((passed + 1))
        echo "$target: $(grep -E 'number_of_executed_units' "$out/$target.log" |
            grep -oE '[0-9]+') inputs in $seconds s, seed $seed, nothing found"
    else
        failed=$((failed + 1))
        echo "$target: FAILED, see $out/$target.log"
        grep -E 'ERROR|Invariant|Fatal|SUMMARY|artifact' "$out/$target.log" | head -8
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
