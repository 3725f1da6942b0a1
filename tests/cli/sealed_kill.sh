#!/bin/sh
# Goal of this test: killed at every write, sync, rename and unlink of one
# publish --sealed, no record is ever there without its key; and where every
# one of these calls fails, too.
set -eu
fault=${FAULT_OBJECT:-$PWD/tests/faults/fault.so}
if [ ! -e "$fault" ]; then
    echo "skipped: no preloading of $fault on this system"
    exit 77
fi
if [ -n "${P2PUB_UNDER:-}" ]; then
    echo "skipped: valgrind and preloading do not mix"
    exit 77
fi
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"
# The sanitizers want to be loaded first and do not mind coming second.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS
step=${KILL_STEP:-1}

cd "$scratch"
printf '# Sealed\n\nA text that must not be lost.\n' >report.md
P2PUB_HOME=$scratch/before
make_key Author

# seal KIND AT [SIZE]: from a home as it was before.
seal() {
    rm -rf home
    cp -R before home
    asked="publish --sealed, $1 at $2"
    LD_PRELOAD=$fault FAULT_KIND=$1 FAULT_AT=$2 FAULT_COUNT=$scratch/count \
        "$P2PUB" --home home publish --offline --yes --json --sealed \
        report.md ${3:+--attach "$3"} >out 2>err || :
}

# Whatever sealed record is there can be read, and what was printed is there.
is_safe() {
    cp out printed
    P2PUB_HOME=$scratch/home
    expect 0 list --json
    count=$(json statements.#)
    [ "$count" -le 1 ] || fault "$count statements"
    if [ "$count" -eq 1 ]; then
        id=$(json statements.0.id)
        asked_before=$asked
        expect 0 read "$id"
        grep -qF 'A text that must not be lost' out ||
            fault "$asked_before: a record without its key"
        with_record=$((with_record + 1))
    fi
    printed=$("$json_get" id <printed 2>/dev/null || echo -)
    [ "$printed" = - ] || [ "$count" -eq 1 ] || fault 'printed, and not there'
}

# try KIND AT [SIZE]
try() {
    seal "$@"
    is_safe
    tried=$((tried + 1))
}

# each SIZE-FILE STEP: each STEPth call, and the last, behind which it is all
# there.
each() {
    seal count 0 "$1"
    [ -n "$("$json_get" key_line <out)" ] || fault 'nothing was sealed'
    total=$(cat count)
    tried=0
    with_record=0
    for kind in kill torn io; do
        at=1
        while [ "$at" -lt "$total" ]; do
            try "$kind" "$at" "$1"
            at=$((at + $2))
        done
        try "$kind" "$total" "$1"
    done
    [ "$with_record" -gt 0 ] || fault 'no record survived anything'
    [ "$with_record" -lt "$tried" ] || fault 'nothing was cut short'
    echo "sealed: $tried runs of $total calls, $with_record with a record"
}
each '' "$step"
head -c 5000000 /dev/urandom >film.bin
each film.bin $((131 * step))
finish
