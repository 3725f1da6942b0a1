#!/bin/sh
# The figures of p2pub, each a ratio taken in one run or an absolute bound, and
# each with its limit.
#
#     bench.sh DIR
#
# DIR holds folders en, ru and kk of statements (*.md), corpus.py, which
# writes 10,000 statements to the folder OUT/L, or both; what needs the part
# that is not there is left out by name.
#
# ROWS names the rows to be measured, all of them if it is empty:
#
#     intake   records taken in a second, two verifications each
#     joint    verify and list where 10,000 keys signed one statement
#     ratio    plain over stored octets
#     sketch   1,000 ids that differ of a million, by cells
#     stream   what each way to pack a link's texts makes of 1,000 statements
#     sync     10,000 statements to an empty node over loopback, and rsync
#     idle     a relay that nobody calls
#     and those of bench_contact.sh, a contact over a bad link
#
# RUNS says how often the sync is measured (3), IDLE_SECONDS how long the idle
# relay is watched (600).  CORPUS is a folder that keeps what corpus.py wrote
# and the stores made of it; without it they are made anew each time.
set -eu
: "${P2PUB:?}" "${BENCH:?folder of the bench programs}" "${top_srcdir:?}"
if [ ! -d "${1:-}" ]; then
    echo "usage: make bench DIR=FOLDER (of en, ru, kk and corpus.py)" >&2
    exit 2
fi
samples=$(cd "$1" && pwd)
scripts=$top_srcdir/tests/bench
if [ -n "${CORPUS:-}" ]; then
    mkdir -p "$CORPUS"
    corpus=$(cd "$CORPUS" && pwd)
else
    corpus=$(mktemp -d "${TMPDIR:-/tmp}/p2pub-bench.XXXXXX")
    trap 'rm -rf "$corpus"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
fi

ratio_of()
{
    if [ -d "$samples/$1" ]; then
        "$BENCH/bench_ratio" "$samples/$1" |
            sed "s/^\(ratio: [0-9.]*\),/\1 (at least $2),/"
    else
        echo "ratio: left out, there is no folder $1"
    fi
}

# need_corpus WHAT: made if it must; false if there is none.
need_corpus()
{
    if [ ! -e "$samples/corpus.py" ] && [ ! -d "$corpus/L" ]; then
        echo "$1: left out, there is no corpus.py"
        return 1
    fi
    [ ! -d "$corpus/X" ] || return 0
    python3 "$samples/corpus.py" "$corpus" >"$corpus/log" 2>&1 || {
        cat "$corpus/log" >&2
        exit 1
    }
}

# A store of the folder S or L.
need_store()
{
    need_corpus "$2" || return 1
    [ -e "$corpus/$1.db" ] ||
        "$BENCH/fill" "$corpus/$1.db" "$corpus/$1" >>"$corpus/log"
}

contact=
for row in ${ROWS:-intake joint ratio sketch stream sync idle contact}; do
    case $row in
    intake)
        "$BENCH/bench_intake" "$corpus"
        ;;
    joint)
        "$BENCH/bench_joint" "$corpus"
        ;;
    ratio)
        ratio_of en 2.6
        ratio_of ru 3.2
        ratio_of kk 3.2
        ;;
    sketch)
        # With 101 salts.
        "$BENCH/bench_sketch" 1000000 500 500 101 |
            sed "s/ octets of cells/& (at most 10500)/"
        # The largest: its longest call is what other links wait for.
        "$BENCH/bench_sketch" 48999 500 500 11
        ;;
    stream)
        if need_store S stream; then
            "$BENCH/bench_stream" "$corpus/S.db"
        fi
        ;;
    sync)
        if need_store L sync; then
            sh "$scripts/bench_sync.sh" "$corpus/L" "$corpus/L.db"
        fi
        ;;
    idle)
        if need_store L idle; then
            sh "$scripts/bench_idle.sh" "$corpus/L.db"
        fi
        ;;
    contact) contact=all ;;
    *) contact="$contact $row" ;;
    esac
done
if [ -n "$contact" ] && need_corpus contact; then
    [ "$contact" != all ] || contact=
    ROWS=$contact sh "$scripts/bench_contact.sh" "$corpus"
fi
