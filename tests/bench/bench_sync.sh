#!/bin/sh
# A full node gives its statements to an empty one over loopback, and rsync -az
# does the same work through its daemon on the same file system.
#
#     bench_sync.sh FOLDER STORE      statements, and the store that
#                                     fill.c made of them
#
# Prints both wall times, each the median of RUNS, their ratio (wanted: at most
# 3), and the peak memory of either node (wanted: at most 64 MiB).
set -eu
: "${P2PUB:?}" "${BENCH:?folder of the bench programs}" "${2:?FOLDER STORE}"
. "${top_srcdir:?}/tests/cli/nodes.sh"
folder=$(cd "$1" && pwd)
runs=${RUNS:-3}
command -v rsync >/dev/null 2>&1 || fail "bench_sync needs rsync"

mkdir "$work/full"
cp "$2" "$work/full/store.db"
port=$((20000 + $$ % 20000))
cat >"$work/rsyncd.conf" <<END
use chroot = no
[statements]
path = $folder
read only = yes
END
rsync --daemon --no-detach --address=127.0.0.1 --port="$port" \
    --config="$work/rsyncd.conf" >"$work/rsync.log" 2>&1 &
processes="$processes $!"
start full relay --listen 127.0.0.1:0 --line-file "$work/line"
relay=$started
within 20 test -s "$work/line" || fail "no relay"
node empty peers add "$work/line" >"$work/added"
peer=$(node empty peers --json | field name)

# The sums of all statements below a folder, without their names.
sums()
{
    find "$1" -name '*.md' -exec b2sum {} + | cut -d' ' -f1 | sort
}

seconds_of()
{
    sed -n 's/^seconds \([0-9.]*\) .*/\1/p' "$1"
}

: >"$work/ours"
: >"$work/theirs"
run=0
while [ "$run" -lt "$runs" ]; do
    run=$((run + 1))
    rm -rf "$work/copy" "$work/reader"
    cp -R "$work/empty" "$work/reader"
    mkdir "$work/copy"
    sync
    "$BENCH/measure" rsync -az "rsync://127.0.0.1:$port/statements/" \
        "$work/copy/" 2>"$work/cost" || fail "rsync: $(cat "$work/cost")"
    seconds_of "$work/cost" >>"$work/theirs"
    sync
    "$BENCH/measure" "$P2PUB" --home "$work/reader" sync "$peer" \
        --seconds 600 --json >"$work/synced" 2>"$work/cost" ||
        fail "sync: $(cat "$work/synced" "$work/cost")"
    seconds_of "$work/cost" >>"$work/ours"
    peak_reader=$(sed -n 's/.*peak_kib //p' "$work/cost")
done
node reader export "$work/exported" >"$work/exports"
sums "$folder" >"$work/sums"
sums "$work/copy" >"$work/sums.rsync"
sums "$work/exported" >"$work/sums.p2pub"
cmp "$work/sums" "$work/sums.rsync" || fail "rsync brought something else"
cmp "$work/sums" "$work/sums.p2pub" || fail "p2pub brought something else"
peak_giver=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' \
    "/proc/$relay/status" 2>/dev/null || echo 0)

median()
{
    sort -n "$1" | sed -n "$(((runs + 1) / 2))p"
}

awk -v ours="$(median "$work/ours")" -v theirs="$(median "$work/theirs")" \
    -v count="$(wc -l <"$work/sums")" -v reader="$peak_reader" \
    -v giver="$peak_giver" 'BEGIN {
    printf "sync: %.2f times rsync -az (at most 3), ", ours / theirs
    printf "%d statements in %.2f s over %.2f s\n", count, ours, theirs
    printf "sync: %.1f MiB peak of the reader, %.1f of the giver", \
        reader / 1024, giver / 1024
    printf " (at most 64)\n"
}'
