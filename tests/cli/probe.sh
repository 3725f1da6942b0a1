#!/bin/sh
# Goal of this test: whoever knows a relay's address and not its line learns
# nothing by asking.  Whatever is sent, nothing comes back and nothing ends; a
# hello that was recorded is not answered again, not even by a relay that was
# killed meanwhile; a crowd of silent callers ends with FINs and keeps no
# genuine caller out.
#
# PROBE_SECONDS says how long each probe is watched, 2 by default; PROBE_ALL=1
# sends all of them: see tests/cli/prober.c and `make check-probe`.
set -eu
. "${top_srcdir:?}/tests/cli/nodes.sh"

prober=${top_builddir:?}/tests/cli/prober
seconds=${PROBE_SECONDS:-2}

# relay_at PORT HOST: the relay at 127.0.0.1, with a line that names HOST.
relay_at()
{
    rm -f "$work/line.$2"
    start relay relay --listen "127.0.0.1:$1" --public "$2" \
        --line-file "$work/line.$2"
    relay=$started
    within 60 test -s "$work/line.$2" || fail "the relay wrote no line"
    port=$(sed 's/^[^ ]* [^ ]* \([0-9]*\) .*/\1/' "$work/line.$2")
}

# record NAME [TO]: stand at 127.0.0.2 until stop_recording.
record()
{
    name=$1
    shift
    "$top_builddir/tests/cli/recorder" 127.0.0.2 "$port" "$work/$name" "$@" \
        >"$work/recorder" 2>&1 &
    recorder=$!
    processes="$processes $recorder"
    if ! within 20 grep -q listening "$work/recorder"; then
        echo "skipped: 127.0.0.2 is no address here: $(cat "$work/recorder")"
        exit 77
    fi
}
stop_recording()
{
    stop "$recorder" || [ $? -eq 143 ]
}

storm()
{
    "$prober" storm 127.0.0.1 "$port" "$seconds" "$@" || fail "not silent"
}

# Two genuine hellos: one that never arrived, and one that was answered.
relay_at 0 127.0.0.2
node a peers add "$work/line.127.0.0.2" || fail "peers add"
record unseen
status=0
node a sync --seconds 3 >"$work/a.out" 2>&1 || status=$?
[ "$status" -eq 7 ] || fail "sync with nobody: exit code $status"
stop_recording
record seen 127.0.0.1
node a sync --seconds 60 >"$work/a.out" 2>&1 ||
    fail "sync through the recorder: $(cat "$work/a.out")"
stop_recording
[ -s "$work/unseen.1" ] && [ -s "$work/seen.1" ] || fail "nothing recorded"

storm "$work/seen.1" "$work/unseen.1"

# A relay that had no time to put anything in order remembers all the same.
kill -KILL "$relay"
wait "$relay" || [ $? -eq 137 ]
relay_at "$port" 127.0.0.1
storm "$work/seen.1"

# Cut and bent copies did the original no harm; now it has been answered too.
"$prober" answer 127.0.0.1 "$port" "$work/unseen.1" ||
    fail "a hello is not answered after copies of it"
storm "$work/unseen.1"

# More callers from one network than are let in, and a genuine one.
mkfifo "$work/stay"
"$prober" crowd 127.0.0.1 "$port" 48 32 "$relay" <"$work/stay" \
    >"$work/crowd" 2>&1 &
crowd=$!
processes="$processes $crowd"
exec 3>"$work/stay"
within 60 grep -q there "$work/crowd" || fail "no crowd: $(cat "$work/crowd")"
new_key b
printf '# Through a crowd\n\nOne text.\n' >"$work/statement.md"
node b peers add "$work/line.127.0.0.1" || fail "peers add at b"
node b publish "$work/statement.md" --yes --json >"$work/published" ||
    fail "publish: $(cat "$work/published")"
[ "$(field delivered <"$work/published")" -ge 1 ] ||
    fail "no way through the crowd: $(cat "$work/published")"
exec 3>&-
wait "$crowd" || fail "the crowd: $(cat "$work/crowd")"
status=0
stop "$relay" || status=$?
[ "$status" -eq 143 ] || fail "the relay ended with $status"
