#!/bin/sh
# Goal of this test: a statement goes from one node to another through a relay
# when the two are never online at the same time; whoever lacks the line gets
# nothing, not even an answer.
set -eu
. "${top_srcdir:?}/tests/cli/nodes.sh"

new_key a
printf '# Through a relay\n\nOne text for somebody who is not there yet.\n' \
    >"$work/statement.md"
head -c 200000 /dev/urandom >"$work/evidence.bin"
start relay relay --listen 127.0.0.1:0 --line-file "$work/line"
relay_process=$started
within 20 test -s "$work/line" || fail "the relay wrote no line"
[ "$(stat -c %a "$work/line" 2>/dev/null || stat -f %Lp "$work/line")" = 600 ] ||
    fail "the line can be read by others"

node relay status --json >"$work/status" || fail "status"
[ "$(field received <"$work/status")" = 0 ] ||
    fail "status tells no figures: $(cat "$work/status")"

# The publisher comes, leaves its statement and goes.
node a peers add "$work/line" || fail "peers add"
node a publish "$work/statement.md" --attach "$work/evidence.bin" --yes \
    --json >"$work/published" || fail "publish: $(cat "$work/published")"
id=$(field id <"$work/published")
[ "$(field delivered <"$work/published")" -ge 1 ] ||
    fail "the relay did not take it: $(cat "$work/published")"

# The reader comes later, with the line from standard input.
node b peers add - <"$work/line" || fail "peers add -"
node b sync --json >"$work/synced" || fail "sync: $(cat "$work/synced")"
[ "$(field received <"$work/synced")" -ge 1 ] ||
    fail "nothing was received: $(cat "$work/synced")"
has_complete b "$id" || fail "not complete at the reader"
node b read "$id" --unknown --into "$work/out" >/dev/null || fail "read --into"
cmp "$work/out/attachment-1.bin" "$work/evidence.bin" || fail "changed"
cmp "$work/out/statement.md" "$work/statement.md" || fail "text changed"

# The relay starts again with the same line, and has kept everything.
status=0
stop "$relay_process" || status=$?
[ "$status" -eq 143 ] || fail "the relay ended with $status"
port=$(sed 's/^[^ ]* [^ ]* \([0-9]*\) .*/\1/' "$work/line")
start relay relay --listen "127.0.0.1:$port" --line-file "$work/line.again"
relay_process=$started
within 20 test -s "$work/line.again" || fail "the relay does not start again"
cmp "$work/line" "$work/line.again" || fail "another line after a restart"
node c peers add "$work/line" || fail "peers add at c"
node c sync >/dev/null || fail "sync with the restarted relay"
has_complete c "$id" || fail "not kept over a restart"

# Another relay's secret meets silence here: the port answers nothing, and the
# command says so with the network's exit code.
start other relay --listen 127.0.0.1:0 --line-file "$work/line.other"
stop_other=$started
within 20 test -s "$work/line.other" || fail "no second relay"
stop "$stop_other" || :
other_port=$(sed 's/^[^ ]* [^ ]* \([0-9]*\) .*/\1/' "$work/line.other")
start wrong relay --listen "127.0.0.1:$other_port" --line-file "$work/line.wrong"
within 20 test -s "$work/line.wrong" || fail "no relay at the other's port"
status=0
node d peers add "$work/line.other" || fail "peers add at d"
node d sync --seconds 3 >"$work/d.log" 2>&1 || status=$?
[ "$status" -eq 7 ] || fail "sync under a wrong secret: exit code $status"

# An unreachable relay: its line, and the exit code of the network.
stop "$relay_process" || :
status=0
node e peers add "$work/line" || fail "peers add at e"
node e sync --seconds 3 >"$work/e.log" 2>&1 || status=$?
[ "$status" -eq 7 ] || fail "an unreachable relay: exit code $status"
grep -q '^error: ' "$work/e.log" || fail "no error line"

name=$(node e peers --json | field name)
node e peers remove "$name" >"$work/e.log" || fail "peers remove"
grep -q "removed the relay $name" "$work/e.log" || fail "peers remove is mute"

# A port in use.
start busy relay --listen 127.0.0.1:0 --line-file "$work/line.busy"
within 20 test -s "$work/line.busy" || fail "no third relay"
busy_port=$(sed 's/^[^ ]* [^ ]* \([0-9]*\) .*/\1/' "$work/line.busy")
status=0
node f relay --listen "127.0.0.1:$busy_port" >"$work/f.log" 2>&1 || status=$?
[ "$status" -eq 7 ] || fail "a port in use: exit code $status"
grep -q 'in use' "$work/f.log" || fail "a port in use is not named"

# What is no line is not written over; nor is a host one with a port.
echo precious >"$work/precious"
status=0
node f relay --listen "127.0.0.1:$busy_port" --line-file "$work/precious" \
    >"$work/f.log" 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "a line over a file: exit code $status"
grep -q "no relay's line" "$work/f.log" || fail "the file is not named"
[ "$(cat "$work/precious")" = precious ] || fail "a line over a file"
status=0
node f relay --listen "127.0.0.1:$busy_port" --public relay.example.org:443 \
    >"$work/f.log" 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "--public with a port: exit code $status"

# A size that is none, or too small, is misuse; with the least memory a relay
# still does its work.
for size in 16X -1 1.5M '' 0 2047K 99999999999G; do
    for command in "relay --listen 127.0.0.1:0" share; do
        status=0
        # shellcheck disable=SC2086 # two words
        node f $command --memory "$size" >"$work/f.log" 2>&1 || status=$?
        [ "$status" -eq 2 ] || fail "$command --memory '$size': $status"
        grep -q -e '--memory takes a size such as 16M: 2M or more' \
            "$work/f.log" || fail "--memory '$size' is not explained"
    done
done
start small relay --listen 127.0.0.1:0 --line-file "$work/line.small" \
    --memory 2M
small=$started
within 20 test -s "$work/line.small" || fail "no relay with 2M"
node a peers add "$work/line.small" || fail "peers add of a small relay"
node a sync >/dev/null || fail "sync with a small relay"
node h peers add "$work/line.small" || fail "peers add at h"
node h sync >/dev/null || fail "sync at h with a small relay"
has_complete h "$id" >/dev/null || fail "not complete through a small relay"
stop "$small" || [ $? -eq 143 ] || fail "the small relay ended otherwise"

# Over IPv6, where loopback has it.
if start six relay --listen '[::1]:0' --line-file "$work/line.six" &&
    within 20 test -s "$work/line.six"; then
    six=$started
    node a peers add "$work/line.six" || fail "peers add of an IPv6 relay"
    node a sync >/dev/null || fail "sync over IPv6"
    node g peers add "$work/line.six" || fail "peers add at g"
    node g sync >/dev/null || fail "sync at g over IPv6"
    has_complete g "$id" >/dev/null || fail "not complete over IPv6"
    stop "$six" || [ $? -eq 143 ] || fail "the IPv6 relay ended otherwise"
elif ip -6 addr show dev lo 2>/dev/null | grep -q inet6; then
    fail "no relay at [::1]"
else
    echo "no IPv6 on loopback"
fi
