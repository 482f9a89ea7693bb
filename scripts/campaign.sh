#!/bin/sh
# Long, seeded proofs on release builds. Prints a table and keeps it in docs/campaigns/DATE.md.
# CAMPAIGN_SCALE=soak multiplies the counts; CAMPAIGN_SEED repeats a campaign;
# CAMPAIGN_PARTS chooses among: kills, races, simulations, january, fuzz, address, thread.
set -u
cd "$(dirname "$0")/.."
logs=.build/campaign
mkdir -p "$logs" docs/campaigns
seed=${CAMPAIGN_SEED:-$(date +%s)}
parts=${CAMPAIGN_PARTS:-kills races simulations january fuzz address thread}
kills=100 steps=200000 runs=3 rounds=10
[ "${CAMPAIGN_SCALE:-}" = soak ] && kills=5000 steps=5000000 runs=50 rounds=200
table=docs/campaigns/$(date +%F).md
failed=0
export SWIFT_BACKTRACE=enable=no

swift build -c release --product titan && swift build --build-tests || exit 1
{
    echo "# Campaign of $(date +%F)"
    echo
    echo "Seed $seed, $(nproc) cores, revision $(git rev-parse --short HEAD)."
    echo
    echo "| part | count | result | seconds |"
    echo "|---|---|---|---|"
} >>"$table"

part() { # name count command...
    name=$1 count=$2
    shift 2
    case " $parts " in *" ${name%% *} "*) ;; *) return ;; esac
    echo "== $name"
    began=$(date +%s)
    if "$@" >"$logs/${name%% *}.log" 2>&1; then result=passed; else
        result=FAILED
        failed=1
        tail -20 "$logs/${name%% *}.log"
    fi
    echo "| $name | $count | $result | $(($(date +%s) - began)) |" | tee -a "$table"
}

simulations() {
    for turn in $(seq "$runs"); do
        arguments="--seed $((seed + turn)) --steps $steps"
        faults="lose-fill=3%,double-fill=3%,delay-fill=3%:3s,drop-ack=3%,foreign-order=1/60s"
        # shellcheck disable=SC2086
        .build/release/titan simulate $arguments --venue-faults "$faults" >"$logs/one" &
        # shellcheck disable=SC2086
        .build/release/titan simulate $arguments --venue-faults "$faults" >"$logs/two"
        wait $! && cmp "$logs/one" "$logs/two" || return 1
        cat "$logs/one"
    done
}

races() {
    for _ in $(seq "$rounds"); do
        swift test --disable-xctest --skip-build --filter 'halt has seen the gate closed' || return 1
    done
}

part "kills at random points, each checked against its replay" "$kills" \
    env TITAN_TEST_KILLS="$kills" TITAN_TEST_SEED="$seed" Tests/Integration/run.sh -k crash
part "races of 10,000 halts with orders being dispatched" "$rounds" races
part "simulations run twice each, byte for byte the same" "$runs x $steps inputs" simulations
part "january 2022 replayed twice" 2 Tests/Integration/run.sh -k january
part "fuzz: every parser for ten minutes" 5 env FUZZ_SECONDS=600 FUZZ_SEED="$seed" scripts/fuzz.sh
part "address sanitizer over every Swift test" 1 \
    swift test --disable-xctest --sanitize=address --scratch-path .build-address
part "thread sanitizer over every Swift test" 1 \
    swift test --disable-xctest --sanitize=thread --scratch-path .build-thread
cat "$table"
exit "$failed"
