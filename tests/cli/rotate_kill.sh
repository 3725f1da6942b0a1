#!/bin/sh
# Goal of this test: killed at every write, sync, rename and unlink of one
# keys rotate, and where every one of these calls fails, no version is ever
# there without its key and its words, the old key is as it was, and the next try completes.
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
P2PUB_HOME=$scratch/before
expect 0 keys new Author --no-passphrase --json
json recovery_words >words

# rotate KIND AT: from a home as it was before.
rotate() {
    rm -rf home paper
    cp -R before home
    asked="keys rotate, $1 at $2"
    LD_PRELOAD=$fault FAULT_KIND=$1 FAULT_AT=$2 FAULT_COUNT=$scratch/count \
        "$P2PUB" --home home keys rotate --offline --yes --json \
        --no-passphrase --words-file words --new-words --sheets paper \
        >out 2>err || :
}

# What is there fits together, and the next try completes.
is_safe() {
    asked_before=$asked
    cp out printed
    P2PUB_HOME=$scratch/home
    cmp -s before/keys/Author.key home/keys/Author.key ||
        fault "$asked_before: the old key is gone"
    expect 0 keys show Author --json
    version=$(json version)
    if [ "$version" -eq 2 ]; then
        counts=$((counts + 1))
        expect 0 keys list --json
        has keys.# 2
        has keys.1.secret true
        has keys.0.replaced_by "$(json keys.1.key)"
        grep -qE '^ +1 [a-z]+ +2 [a-z]' paper/Author-2-recovery.txt ||
            fault "$asked_before: nobody has the new words"
    else
        expect 0 keys rotate Author --offline --yes --json --no-passphrase \
            --words-file words --new-name Later
        has counts true
    fi
    [ "$("$json_get" counts <printed 2>/dev/null || echo -)" != true ] ||
        [ "$version" -eq 2 ] || fault "$asked_before: printed, and not there"
}

rotate count 0
[ "$("$json_get" counts <out)" = true ] || fault 'nothing was rotated'
total=$(cat count)
tried=0
counts=0
for kind in kill torn io; do
    at=1
    while [ "$at" -le "$total" ]; do
        rotate "$kind" "$at"
        is_safe
        tried=$((tried + 1))
        at=$((at + step))
    done
    rotate "$kind" "$total"
    is_safe
    tried=$((tried + 1))
done
[ "$counts" -gt 0 ] || fault 'no version survived anything'
[ "$counts" -lt "$tried" ] || fault 'nothing was cut short'
echo "rotate: $tried runs of $total calls, $counts with a version in force"
finish
