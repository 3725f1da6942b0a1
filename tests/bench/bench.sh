#!/bin/sh
# The figures of p2pub, each a ratio taken in one run or an absolute bound, and
# each with its limit.
#
#     bench.sh DIR
#
# DIR holds folders en, ru and kk of statements (*.md), corpus.py, which
# writes 10,000 statements to the folder OUT/L, or both; what needs the part
# that is not there is left out by name.  RUNS says how often the sync is
# measured (3), IDLE_SECONDS how long the idle relay is watched (600).  With
# ROWS only these rows of bench_contact.sh are measured, and nothing else.
set -eu
: "${P2PUB:?}" "${BENCH:?folder of the bench programs}" "${top_srcdir:?}"
if [ ! -d "${1:-}" ]; then
    echo "usage: make bench DIR=FOLDER (of en, ru, kk and corpus.py)" >&2
    exit 2
fi
samples=$(cd "$1" && pwd)
scripts=$top_srcdir/tests/bench
corpus=$(mktemp -d "${TMPDIR:-/tmp}/p2pub-bench.XXXXXX")
trap 'rm -rf "$corpus"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -n "${ROWS:-}" ]; then
    python3 "$samples/corpus.py" "$corpus" >"$corpus/log"
    sh "$scripts/bench_contact.sh" "$corpus"
    exit
fi

"$BENCH/bench_intake" "$corpus"

# What 1,000 records of a million that differ cost, with 101 salts.
"$BENCH/bench_sketch" 1000000 500 500 101 |
    sed "s/ octets of cells/& (at most 10500)/"

ratio()
{
    if [ -d "$samples/$1" ]; then
        "$BENCH/bench_ratio" "$samples/$1" |
            sed "s/^\(ratio: [0-9.]*\),/\1 (at least $2),/"
    else
        echo "ratio: left out, there is no folder $1"
    fi
}
ratio en 2.6
ratio ru 3.2
ratio kk 3.2

if [ -e "$samples/corpus.py" ]; then
    python3 "$samples/corpus.py" "$corpus" >"$corpus/log" 2>&1 || {
        cat "$corpus/log" >&2
        exit 1
    }
    "$BENCH/fill" "$corpus/L.db" "$corpus/L" >>"$corpus/log"
    sh "$scripts/bench_sync.sh" "$corpus/L" "$corpus/L.db"
    sh "$scripts/bench_idle.sh" "$corpus/L.db"
    sh "$scripts/bench_contact.sh" "$corpus"
else
    echo "sync, idle and contact: left out, there is no corpus.py"
fi
