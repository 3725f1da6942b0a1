#!/bin/sh
# What a contact brings over a bad link, beside what rsync, git and a bare
# socket bring over the same link in the same run.
#
#     bench_contact.sh CORPUS
#
# CORPUS holds the folders S, L and X that corpus.py writes; stores are made
# beside them where they are not there yet.  A line for each row:
#
#     row | p2pub | others | ratio | limit | ok or missed
#
# ROWS names the rows to be measured (all of them), SEEDS how many links with
# loss the row first is measured over (101: ten minutes), CONGESTION the congestion control
# of all TCP (cubic), QUEUE the octets that wait for the rate of a link (65536),
# TOOLS the others (rsync gzip xz git).
# A tool that is not there is left out by name.  Octets are those of both
# directions with the headers of TCP, IP and Ethernet.
set -eu
: "${1:?CORPUS}" "${top_srcdir:?}"
corpus=$(cd "$1" && pwd)
. "$top_srcdir/tests/bench/contact.sh"
all_rows="cut all lossy new1000 new10000 nothing live quiet loopback first"

# store S|L: sets made to the store of that folder, which is made if it must.
store()
{
    made=$corpus/$1.db
    [ -e "$made" ] || "$BENCH/fill" "$made" "$corpus/$1" >"$work/said"
}

# --- rows --------------------------------------------------------------------------

# Seconds and octets of everything to an empty reader: all_by KIND TOOL.
all_by()
{
    link_up "$1" "${cut:-}"
    rm -rf "$work/copy"
    mkdir "$work/copy"
    case $2 in
    p2pub)
        home_of reader
        store S
        relay_up "$made"
        set -- "$P2PUB" --home "$work/reader" sync "$peer" --seconds 300 --json
        ;;
    rsync)
        rsync_up "$corpus/S"
        set -- rsync -az "$rsync_from" "$work/copy/"
        ;;
    git)
        git_up "$work/git"
        set -- git clone -q "$git_from" "$work/copy/tree"
        ;;
    gzip | xz)
        tar_up "$corpus/S" "$2"
        set -- python3 "$top_srcdir/tests/bench/bare_socket.py" \
            "$far_address" 9000 \
            sh -c "$2 -dc 2>/dev/null | tar -C '$work/copy' -xf - 2>/dev/null"
        ;;
    esac
    if [ -n "${cut:-}" ]; then
        # A little longer than the link lives, so that what arrived is kept.
        for_seconds "$(((cut + 1500) / 1000 + 1))" "$@"
    else
        timed "$@" || fail "$2: $(cat "$work/said" "$work/cost")"
    fi
    link_down
}

# tools NAME...: those of them that are there and wished for.
tools()
{
    for tool in "$@"; do
        case " ${TOOLS-$*} " in *" $tool "*) ;; *) continue ;; esac
        if has_tool "$tool"; then
            echo "$tool"
        else
            echo "left out: there is no $tool" >&2
        fi
    done
}

row_cut()
{
    cut=10000
    others=
    theirs=0
    repository "$corpus/S"
    for tool in p2pub $(tools rsync gzip xz git); do
        all_by slow "$tool"
        if [ "$tool" = p2pub ]; then
            ours=$(whole_at reader)
            continue
        fi
        count=$(whole "$work/copy")
        [ "$tool" != rsync ] || theirs=$count
        others="$others${others:+, }$tool $count"
    done
    cut=
    bound=0.90
    ! ldd "$P2PUB" 2>/dev/null | grep -q libzstd || bound=1.15
    line "whole statements after 10 s at 1 Mbit/s, 100 ms" "$ours" "$others" \
        "$(ratio "$ours" "$theirs")" "at least $bound of rsync -z" \
        "$(ratio "$ours" "$theirs")" "+$bound"
}

# everything KIND NAME
everything()
{
    others=
    theirs=0
    repository "$corpus/S"
    for tool in p2pub $(tools rsync gzip xz git); do
        all_by "$1" "$tool"
        said="$seconds s $octets"
        if [ "$tool" = p2pub ]; then
            ours=$seconds
            our_octets=$octets
            count=$(whole_at reader)
            said_ours=$said
        else
            count=$(whole "$work/copy")
            others="$others${others:+, }$tool $said"
        fi
        [ "$count" -eq 1000 ] || fail "$tool brought $count of 1000"
        if [ "$tool" = rsync ]; then
            theirs=$seconds
            their_octets=$octets
        fi
    done
    line "$2" "$said_ours" "$others" \
        "$(ratio "$ours" "$theirs") $(ratio "$our_octets" "$their_octets")" \
        "at most rsync's" "$ours" "$theirs"
}

row_all()
{
    everything slow "everything at 1 Mbit/s, 100 ms"
}

row_lossy()
{
    everything lossy "everything at 10 Mbit/s, 20 ms, 2 % lost"
}

# new_in 1,000|10,000 SECONDS_AT_MOST
new_in()
{
    case $1 in 1,000) set -- S "$@" ;; *) set -- L "$@" ;; esac
    store "$1"
    home_of reader "$made"
    cp "$made" "$work/more.db"
    "$BENCH/fill" "$work/more.db" "$work/X10" more >"$work/said"
    link_up slow
    relay_up "$work/more.db"
    timed "$P2PUB" --home "$work/reader" sync "$peer" --seconds 300 --json ||
        fail "sync: $(cat "$work/said")"
    link_down
    [ "$(field received <"$work/said")" -eq 10 ] ||
        fail "not 10 new: $(cat "$work/said")"
    ours=$seconds
    our_octets=$octets
    turns=$(field round_trips <"$work/said")
    others=
    theirs=0
    for tool in $(tools git rsync); do
        link_up slow
        rm -rf "$work/copy"
        if [ "$tool" = git ]; then
            repository "$corpus/$1"
            git clone -q --bare "$work/git/statements" "$work/copy"
            git -C "$work/copy" remote add far "$git_from"
            commit "$work/X10"
            git_up "$work/git"
            timed git -C "$work/copy" fetch -q far HEAD ||
                fail "git: $(cat "$work/cost")"
        else
            mkdir "$work/copy" "$work/new"
            cp -p "$corpus/$1"/*.md "$work/copy/"
            cp -p "$corpus/$1"/*.md "$work/X10"/*.md "$work/new/"
            rsync_up "$work/new"
            timed rsync -az "$rsync_from" "$work/copy/" ||
                fail "rsync: $(cat "$work/cost")"
            rm -r "$work/new"
        fi
        link_down
        [ "$tool" != git ] || theirs=$seconds
        others="$others${others:+, }$tool $seconds s $octets"
    done
    line "10 new among $2, slow" "$ours s $our_octets, $turns round trips" \
        "$others" "$(ratio "$ours" "$theirs")" \
        "at most $3 s and 25000" "$ours" "$3" "$our_octets" 25000
}

row_new1000()
{
    new_in 1,000 0.8
}

row_new10000()
{
    new_in 10,000 0.9
}

row_nothing()
{
    store L
    home_of reader "$made"
    link_up slow
    relay_up "$made"
    timed "$P2PUB" --home "$work/reader" sync "$peer" --seconds 300 --json ||
        fail "sync: $(cat "$work/said")"
    ours=$seconds
    sleep 1 # what TCP says at the end
    first=$(octets_now)
    turns=$(field round_trips <"$work/said")
    # A running node has met the relay and is asked to sync once more.
    reader_up
    before=$(octets_now)
    timed "$P2PUB" --home "$work/reader" sync "$peer" --seconds 300 --json ||
        fail "sync: $(cat "$work/said")"
    [ "$(field contacts <"$work/said")" -eq 1 ] ||
        fail "no second contact: $(cat "$work/said")"
    sleep 1
    second=$(($(octets_now) - before))
    again=$seconds
    stop "$sharing" || :
    link_down
    others=
    theirs=0
    for tool in $(tools git); do
        link_up slow
        repository "$corpus/L"
        rm -rf "$work/copy"
        git clone -q --bare "$work/git/statements" "$work/copy"
        git -C "$work/copy" remote add far "$git_from"
        git_up "$work/git"
        timed git -C "$work/copy" fetch -q far HEAD
        link_down
        theirs=$seconds
        others="git $seconds s $octets"
    done
    line "nothing new among 10,000, slow" \
        "$ours s $first, $turns round trips; running node again $again s $second" \
        "$others" "$(ratio "$ours" "$theirs")" \
        "at most 0.5 s, 2500; again 1600" "$ours" 0.5 "$first" 2500 \
        "$second" 1600
}

# live_over near|far STORE: a relay, a reader whose link is open, and a
# publication; sets lag to the median of three, in milliseconds.
publish_to()
{
    : >"$work/lags"
    for turn in 1 2 3; do
        rm -f "$work/watched"
        "$BENCH/lag" "$work/giver/store.db" "$work/reader/store.db" \
            "$work/watched" >>"$work/lags" &
        watcher=$!
        within 20 test -e "$work/watched" || fail "nobody watches"
        sed "s/^# /# Again, $turn. /" "$work/live.md" >"$work/live.$turn.md"
        sleep 1
        $1 "$P2PUB" --home "$work/giver" publish "$work/live.$turn.md" --yes \
            >"$work/published" 2>&1 || fail "$(cat "$work/published")"
        wait "$watcher" || fail "the statement did not come"
    done
    lag=$(sort -n "$work/lags" | sed -n 2p)
}

# A reader whose link to the relay is open.
reader_up()
{
    start reader share
    sharing=$started
    within 20 test -e "$work/reader/store.db" || fail "no reader"
    sleep 5
}

row_live()
{
    printf '# Live\n\nA text for somebody who is there.\n' >"$work/live.md"
    home_of reader
    link_up slow
    relay_up "$corpus/empty.db"
    node giver keys new giver --no-passphrase >"$work/said" 2>&1
    reader_up
    publish_to "$far"
    slow=$lag
    stop "$sharing" || :
    link_down
    # The same on loopback.
    home_of giver "$corpus/empty.db"
    home_of reader
    start giver relay --listen 127.0.0.1:4001 --line-file "$work/line2"
    relay=$started
    within 20 test -s "$work/line2" || fail "no relay"
    node reader peers add "$work/line2" >"$work/added"
    node giver keys new giver --no-passphrase >"$work/said" 2>&1
    reader_up
    publish_to ""
    stop "$sharing" || :
    stop "$relay" || :
    line "one statement live, slow and loopback" "$slow ms, $lag ms" "" "-" \
        "at most 100 ms and 8 ms" "$slow" 100 "$lag" 8
}

row_quiet()
{
    home_of reader
    link_up slow
    relay_up "$corpus/empty.db"
    reader_up
    before=$(octets_now)
    sleep 20
    after=$(octets_now)
    stop "$sharing" || :
    link_down
    [ "$before" -gt 1000 ] || fail "there was no link"
    line "20 s of quiet on a link" "$((after - before))" "" "-" \
        "at most 400" "$((after - before))" 400
}

# The far end of a fast link is here.
row_loopback()
{
    far_address=127.0.0.1
    far=
    at_far=
    others=
    theirs=0
    home_of reader
    store L
    relay_up "$made"
    timed "$P2PUB" --home "$work/reader" sync "$peer" --seconds 600 --json ||
        fail "sync: $(cat "$work/said")"
    ours=$seconds
    giver_peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' \
        "/proc/$relay/status")
    reader_peak=$peak
    repository "$corpus/L"
    for tool in $(tools rsync git); do
        rm -rf "$work/copy"
        if [ "$tool" = git ]; then
            git_up "$work/git"
            timed git clone -q git://127.0.0.1/statements "$work/copy"
            theirs=$seconds
        else
            rsync_up "$corpus/L"
            timed rsync -az rsync://127.0.0.1:8730/statements/ "$work/copy/"
        fi
        others="$others${others:+, }$tool $seconds s"
    done
    for process in $at_far; do
        kill "$process" 2>/dev/null || :
    done
    far_address=10.9.0.2
    mebibytes=$(awk -v a="$reader_peak" -v b="$giver_peak" 'BEGIN {
        printf "%.0f and %.0f MiB", a / 1024, b / 1024 }')
    line "10,000 over loopback" "$ours s, $mebibytes" "$others" \
        "$(ratio "$ours" "$theirs")" "at most git's, 64 MiB" \
        "$ours" "$theirs" "$reader_peak" 65536 "$giver_peak" 65536
}

# first_over KIND: sets after (ms after the connection), turns.
first_over()
{
    home_of reader
    link_up "$1"
    store S
    relay_up "$made"
    node reader sync "$peer" --seconds "$2" --json >"$work/said" 2>&1 || :
    link_down
    after=$(sed -n '/"first": {/,/}/s/.*"seconds": \([0-9.]*\).*/\1/p' \
        "$work/said" | awk '{ printf "%.2f", $1 }')
    turns=$(sed -n '/"first": {/,/}/s/.*"round_trips": \([0-9]*\).*/\1/p' \
        "$work/said")
    [ -n "$after" ] || after=$2
}

row_first()
{
    first_over far 10
    clean="$after s, $turns round trips"
    clean_turns=$turns
    : >"$work/firsts"
    seed=1
    while [ "$seed" -le "${SEEDS:-101}" ]; do
        # Whoever takes longer counts as this long; the median is far below.
        first_over far_lossy 5
        echo "$after" >>"$work/firsts"
        seed=$((seed + 1))
    done
    seed=1
    median=$(sort -n "$work/firsts" | sed -n "$(((${SEEDS:-101} + 1) / 2))p")
    line "first readable at 20 kB/s, 300 ms; 10 % lost" \
        "$clean; $median s (median of ${SEEDS:-101})" "" "-" \
        "at most 4 round trips; 2.5 s" "${clean_turns:-99}" 4 "$median" 2.5
}

# --- all of them -----------------------------------------------------------------

# Where there is no tun device, or no right to make one, all rows but one have
# no link.
"$BENCH/slow_link" 0 0 0 1 1 "$work/probe" >"$work/probe.said" \
    2>"$work/probe.error" &
probe=$!
if within 3 test -s "$work/probe.said"; then
    kill "$probe"
    wait "$probe" || :
else
    echo "contact: only on loopback: $(cat "$work/probe.error")"
    ROWS=loopback
fi

mkdir "$work/X10" "$work/none"
find "$corpus/X" -name '*.md' | sort | head -n 10 |
    while read -r file; do cp -p "$file" "$work/X10/"; done
[ -e "$corpus/empty.db" ] ||
    "$BENCH/fill" "$corpus/empty.db" "$work/none" >"$work/said" || :
sums "$corpus/S" >"$work/corpus.sums"

echo "row | p2pub | others | ratio | limit | "
for row in ${ROWS:-$all_rows}; do
    case " $all_rows " in
    *" $row "*) "row_$row" ;;
    *) fail "there is no row $row, but $all_rows" ;;
    esac
done
echo "$missed missed"
