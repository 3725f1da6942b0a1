#!/bin/sh
# What a relay costs that has nothing to do.
#
#     bench_idle.sh STORE      made by fill.c
#
# Prints resident memory after IDLE_SECONDS (wanted: under 16 MiB after 600)
# and voluntary context switches of all threads a minute (wanted: at most 60).
set -eu
: "${P2PUB:?}" "${1:?STORE}"
. "${top_srcdir:?}/tests/cli/nodes.sh"
seconds=${IDLE_SECONDS:-600}
[ -r /proc/self/status ] || fail "bench_idle needs /proc"

mkdir "$work/relay"
cp "$1" "$work/relay/store.db"
start relay relay --listen 127.0.0.1:0 --line-file "$work/line"
relay=$started
within 20 test -s "$work/line" || fail "no relay"

# One contact first, so that it is a relay that has worked.
node reader peers add "$work/line" >"$work/added"
node reader sync "$(node reader peers --json | field name)" --seconds 600 \
    >"$work/synced" 2>&1 || fail "sync: $(cat "$work/synced")"

switches()
{
    cat "/proc/$relay/task"/*/status |
        awk '/^voluntary_ctxt_switches/ { sum += $2 } END { print sum }'
}

sleep 5
before=$(switches)
sleep "$seconds"
after=$(switches)
resident=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$relay/status")
awk -v kib="$resident" -v switches="$((after - before))" \
    -v seconds="$seconds" 'BEGIN {
    printf "idle: %.1f MiB resident (under 16), ", kib / 1024
    printf "%.1f switches a minute (at most 60), after %d s\n",
        switches * 60 / seconds, seconds
}'
