#!/bin/sh
# Goal of this test: `p2pub sync` asks the p2pub that runs with the same home,
# which does so over the links that it has; where there is none it dials.
set -eu
. "${top_srcdir:?}/tests/cli/nodes.sh"

figure()
{
    field "$1" <"$work/synced"
}

new_key a
printf '# First\n\nOne text.\n' >"$work/first.md"
printf '# Second\n\nAnother text.\n' >"$work/second.md"
start relay relay --listen 127.0.0.1:0 --line-file "$work/line"
relay=$started
within 20 test -s "$work/line" || fail "the relay wrote no line"
port=$(sed 's/^[^ ]* [^ ]* \([0-9]*\) .*/\1/' "$work/line")
node a peers add "$work/line" >"$work/said" || fail "peers add at a"
node b peers add "$work/line" >"$work/said" || fail "peers add at b"
name=$(node b peers --json | field name)
node a publish "$work/first.md" --yes --json >"$work/published" ||
    fail "publish: $(cat "$work/published")"
first=$(field id <"$work/published")

start b share
share=$started
within 20 has_complete b "$first" >"$work/said" || fail "share brought nothing"

# Nothing is new: both ways of asking say so, and cost little.
for peer in "" "$name"; do
    sleep 1
    node b sync ${peer:+"$peer"} --json >"$work/synced" ||
        fail "sync $peer: $(cat "$work/synced")"
    [ "$(figure contacts)" -eq 1 ] &&
        [ "$(figure received)" -eq 0 ] ||
        fail "sync $peer: $(cat "$work/synced")"
    octets=$(($(figure octets_in) + $(figure octets_out)))
    [ "$octets" -gt 0 ] && [ "$octets" -lt 800 ] ||
        fail "sync $peer dialled anew: $octets octets"
done
node b sync >"$work/synced" || fail "sync for people"
grep -q '1 contact' "$work/synced" || fail "sync says: $(cat "$work/synced")"
[ "$(node relay status --json | field peers)" -eq 1 ] ||
    fail "another link was made"

# A text that came to the relay is here when sync ends.
node a publish "$work/second.md" --yes --json >"$work/published" ||
    fail "publish: $(cat "$work/published")"
second=$(field id <"$work/published")
node b sync >"$work/synced" || fail "sync: $(cat "$work/synced")"
has_complete b "$second" >"$work/said" || fail "sync did not bring what was new"

# The relay went away and came back: sync does not wait for the next round.
stop "$relay" || :
start relay relay --listen "127.0.0.1:$port" --line-file "$work/line.again"
relay=$started
within 20 test -s "$work/line.again" || fail "the relay does not start again"
node b sync "$name" --json >"$work/synced" || fail "sync after a restart"
[ "$(figure contacts)" -eq 1 ] ||
    fail "no contact after a restart: $(cat "$work/synced")"

# It stays away: the network's exit code, after a round that came to nothing.
stop "$relay" || :
status=0
node b sync "$name" --seconds 20 >"$work/synced" 2>&1 || status=$?
[ "$status" -eq 7 ] || fail "sync without a relay: exit code $status"
grep -q 'did not answer' "$work/synced" || fail "it says $(cat "$work/synced")"

# A relay that the running node was not told of is dialled by sync itself.
start other relay --listen 127.0.0.1:0 --line-file "$work/line.other"
within 20 test -s "$work/line.other" || fail "no second relay"
node b peers add "$work/line.other" >"$work/said" || fail "peers add of the second relay"
node b sync --json >"$work/synced" 2>"$work/said" ||
    fail "sync with a new relay: $(cat "$work/synced" "$work/said")"
within 20 has_complete other "$second" >"$work/said" ||
    fail "the new relay has nothing: $(cat "$work/synced")"
stop "$share" || [ $? -eq 143 ] || fail "share ended otherwise"
