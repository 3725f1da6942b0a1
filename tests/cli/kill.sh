#!/bin/sh
# Goal of this test: killed at every write, sync, rename and unlink of one
# publish, of one sync and of a relay that takes a statement, in turn, the
# store opens, its integrity check holds, every id that was printed or
# acknowledged is readable, and the next try completes.
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
. "${top_srcdir:?}/tests/cli/nodes.sh"
# The sanitizers want to be loaded first and do not mind coming second.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS
step=${KILL_STEP:-1}

# faulty KIND AT COUNT-FILE COMMAND...: the command, with a fault.
faulty()
{
    fault_kind=$1 fault_at=$2 fault_count=$3
    shift 3
    LD_PRELOAD=$fault FAULT_KIND=$fault_kind FAULT_AT=$fault_at \
        FAULT_COUNT=$fault_count "$@"
}

calls()
{
    # A line for each call that a whole run makes.
    cat "$1" 2>/dev/null || fail "the run was not counted"
}

# is_whole NAME WHEN: where there is a store, it opens and is whole.
is_whole()
{
    [ -e "$work/$1/store.db" ] || return 0
    listed=0
    node "$1" list --json >"$work/listed" 2>&1 || listed=$?
    # Killed while it was made: there is no store yet.
    [ "$listed" -ne 4 ] || return 0
    [ "$listed" -eq 0 ] ||
        fail "$2: the store does not open: $(cat "$work/listed")"
    if command -v sqlite3 >/dev/null 2>&1; then
        [ "$(sqlite3 "$work/$1/store.db" 'pragma integrity_check')" = ok ] ||
            fail "$2: the integrity check does not hold"
    fi
}

# is_readable NAME ID: quietly, all of it.
is_readable()
{
    has_complete "$1" "$2" >"$work/read.out" 2>&1
}

renew()
{
    rm -rf "${work:?}/$2"
    cp -R "$work/$1" "$work/$2"
}

new_key a
printf '# To be cut short\n\nA text that must not be lost.\n' >"$work/s.md"
head -c 70000 /dev/urandom >"$work/evidence.bin"

publish()
{
    "$@" "$P2PUB" --home "$work/x" publish "$work/s.md" --offline --yes \
        --attach "$work/evidence.bin" --json
}

renew a x
publish faulty count 0 "$work/count" >"$work/out" 2>&1 ||
    fail "publish does not work: $(cat "$work/out")"
id=$(field id <"$work/out")
total=$(calls "$work/count")
tried=0
for kind in kill torn; do
    at=1
    while [ "$at" -le "$total" ]; do
        renew a x
        status=0
        publish faulty "$kind" "$at" "$work/none" >"$work/out" 2>/dev/null ||
            status=$?
        is_whole x "publish, $kind at $at"
        printed=$(field id <"$work/out")
        if [ -n "$printed" ]; then
            is_readable x "$printed" ||
                fail "publish, $kind at $at: $printed was printed and is lost"
        fi
        publish env >"$work/out" 2>&1 ||
            fail "publish after $kind at $at: $(cat "$work/out")"
        is_readable x "$(field id <"$work/out")" ||
            fail "publish after $kind at $at is not readable"
        tried=$((tried + 1))
        at=$((at + step))
    done
done
echo "publish: $tried runs of $total calls"

# A large one puts chunks before its record: of one that was cut short, the
# next publish leaves nothing.
head -c 5000000 /dev/urandom >"$work/film.bin"
printf '# Something else\n\nA text.\n' >"$work/else.md"
publish_large()
{
    "$@" "$P2PUB" --home "$work/x" publish "$work/s.md" --offline --yes \
        --attach "$work/film.bin" --json
}
publish_else()
{
    node x publish "$work/else.md" --offline --yes --json
}
renew a x
publish_else >"$work/out"
octets=$(node x status --json | field octets)
renew a x
publish_large faulty count 0 "$work/count" >"$work/out" 2>&1 ||
    fail "publish does not work: $(cat "$work/out")"
[ ! -e "$work/x/unfinished" ] || fail "publish says that it is unfinished"
total=$(calls "$work/count")
tried=0
marked=0
at=1
while [ "$at" -le "$total" ]; do
    renew a x
    publish_large faulty kill "$at" "$work/none" >"$work/out" 2>/dev/null || :
    is_whole x "large publish, kill at $at"
    id=$(field id <"$work/out")
    [ ! -e "$work/x/unfinished" ] || marked=$((marked + 1))
    publish_else >"$work/out" 2>&1 ||
        fail "publish after a large one, kill at $at: $(cat "$work/out")"
    [ ! -e "$work/x/unfinished" ] ||
        fail "publish after a large one, kill at $at: not cleared away"
    left=$(node x status --json | field octets)
    if [ "$(node x status --json | field statements)" = 1 ]; then
        [ "$left" -eq "$octets" ] ||
            fail "large publish, kill at $at: $left octets left of $octets"
    fi
    [ -z "$id" ] || is_readable x "$id" || fail "$id was printed and is lost"
    publish_large env >"$work/out" 2>&1 ||
        fail "large publish after kill at $at: $(cat "$work/out")"
    is_readable x "$(field id <"$work/out")" ||
        fail "large publish after kill at $at is not readable"
    tried=$((tried + 1))
    at=$((at + 12 * step))
done
[ "$marked" -gt 0 ] || fail "no kill left anything to be cleared away"
echo "large publish: $tried runs of $total calls"

# To a stick: what has its name is whole, and the next try completes.
for number in 1 2 3; do
    printf '# Number %s\n\nA text.\n' "$number" >"$work/more.md"
    node x publish "$work/more.md" --offline --yes >/dev/null
done
export_all()
{
    "$@" "$P2PUB" --home "$work/x" export "$work/stick" --json
}
export_all faulty count 0 "$work/count" >"$work/out" 2>&1 ||
    fail "export does not work: $(cat "$work/out")"
records=$(field written <"$work/out")
total=$(calls "$work/count")
tried=0
for kind in kill torn io; do
    at=1
    while [ "$at" -le "$total" ]; do
        rm -rf "${work:?}/stick"
        mkdir "$work/stick"
        export_all faulty "$kind" "$at" "$work/none" >"$work/out" 2>&1 || :
        for name in "$work/stick"/*; do
            [ -e "$name" ] || continue
            node x verify "$name" >"$work/read.out" 2>&1 ||
                fail "export, $kind at $at: '$name' is not whole"
        done
        export_all env >"$work/out" 2>&1 ||
            fail "export after $kind at $at: $(cat "$work/out")"
        found=$(find "$work/stick" -mindepth 1 -maxdepth 1 | wc -l)
        [ "$found" -eq "$records" ] ||
            fail "export after $kind at $at: $found folders of $records"
        tried=$((tried + 1))
        at=$((at + step))
    done
done
echo "export: $tried runs of $total calls"

# From a stick: the store is whole, and the next try takes in the rest.
import_all()
{
    "$@" "$P2PUB" --home "$work/z" import "$work/stick" --json
}
mkdir "$work/nobody"
renew nobody z
import_all faulty count 0 "$work/count" >"$work/out" 2>&1 ||
    fail "import does not work: $(cat "$work/out")"
total=$(calls "$work/count")
tried=0
at=1
while [ "$at" -le "$total" ]; do
    renew nobody z
    import_all faulty kill "$at" "$work/none" >"$work/out" 2>&1 || :
    is_whole z "import, kill at $at"
    import_all env >"$work/out" 2>&1 ||
        fail "import after kill at $at: $(cat "$work/out")"
    [ "$(node z status --json | field records)" -eq "$records" ] ||
        fail "import after kill at $at: not all records"
    [ "$(node z status --json | field incomplete)" -eq 0 ] ||
        fail "import after kill at $at: not all files"
    tried=$((tried + 1))
    at=$((at + 12 * step))
done
echo "import: $tried runs of $total calls"

# The reader's side of a contact.
renew a publisher
"$P2PUB" --home "$work/publisher" publish "$work/s.md" --offline --yes \
    --attach "$work/evidence.bin" --json >"$work/out"
id=$(field id <"$work/out")
start publisher relay --listen 127.0.0.1:0 --line-file "$work/line"
within 20 test -s "$work/line" || fail "no relay"
node empty peers add "$work/line"

peer=$(node empty peers --json | field name)
sync_reader()
{
    "$@" "$P2PUB" --home "$work/x" sync "$peer" --seconds 20 --json
}
renew empty x
sync_reader faulty count 0 "$work/count" >"$work/out" 2>&1 ||
    fail "sync does not work: $(cat "$work/out")"
total=$(calls "$work/count")
tried=0
at=1
while [ "$at" -le "$total" ]; do
    renew empty x
    status=0
    sync_reader faulty kill "$at" "$work/none" >"$work/out" 2>/dev/null ||
        status=$?
    is_whole x "sync, kill at $at"
    if [ "$(field received <"$work/out")" = 2 ]; then
        is_readable x "$id" || fail "sync, kill at $at: received and lost"
    fi
    sync_reader env >"$work/out" 2>&1 ||
        fail "sync after kill at $at: $(cat "$work/out")"
    is_readable x "$id" || fail "sync after kill at $at is not complete"
    tried=$((tried + 1))
    at=$((at + step))
done
echo "sync: $tried runs of $total calls"

# The taker's side: what it acknowledged it has, whenever it dies.
sync_publisher()
{
    "$P2PUB" --home "$work/y" sync "$1" --seconds 5 --json
}

renew a y
"$P2PUB" --home "$work/y" publish "$work/s.md" --offline --yes \
    --attach "$work/evidence.bin" --json >"$work/out"
id=$(field id <"$work/out")
renew y sender
run_taker()
{
    rm -f "$work/line.taker"
    "$@" "$P2PUB" --home "$work/x" relay --listen 127.0.0.1:0 \
        --line-file "$work/line.taker" >"$work/taker.log" 2>&1 &
    taker=$!
    processes="$processes $taker"
    renew sender y
    # It may die before it has a line; then there is nobody to send to.
    until [ -s "$work/line.taker" ]; do
        kill -0 "$taker" 2>/dev/null || return 0
        sleep 0.05
    done
    node y peers add "$work/line.taker" >/dev/null
    sync_publisher "$(node y peers --json | field name)" >"$work/out" 2>&1 ||
        echo "cut short" >>"$work/out"
    kill -TERM "$taker" 2>/dev/null || :
    wait "$taker" 2>/dev/null || :
}
mkdir "$work/taker"
renew taker x
run_taker env LD_PRELOAD="$fault" FAULT_COUNT="$work/count"
total=$(calls "$work/count")
tried=0
at=1
while [ "$at" -le "$total" ]; do
    renew taker x
    run_taker env LD_PRELOAD="$fault" FAULT_KIND=kill FAULT_AT="$at"
    is_whole x "taking, kill at $at"
    if [ "$(node y status "$id" --json | field delivered)" -ge 1 ]; then
        is_readable x "$id" ||
            fail "taking, kill at $at: acknowledged and lost"
    fi
    tried=$((tried + 1))
    at=$((at + step))
done
echo "taking: $tried runs of $total calls"
