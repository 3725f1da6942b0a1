#!/bin/sh
# Goal of this test: several p2pub with one home at the same time undo nothing
# of one another; and following a key moves what is here of it to the account
# that is never full, and back.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

numbers='1 2 3 4 5 6 7 8'
relays=
stop_relays() {
    for process in $relays; do
        kill "$process" 2>/dev/null || :
    done
    relays=
}
trap 'stop_relays; chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT

# at_once COMMAND...: with each number for NUMBER, all together.
at_once() {
    waiting=
    for number in $numbers; do
        arguments=
        for word in "$@"; do
            case $word in
                *NUMBER*) word=${word%%NUMBER*}$number${word#*NUMBER} ;;
            esac
            arguments="$arguments $word"
        done
        # No word of ours has a space in it.
        # shellcheck disable=SC2086
        "$P2PUB" $arguments </dev/null >"$scratch/out.$number" 2>&1 &
        waiting="$waiting $!"
    done
    for process in $waiting; do
        wait "$process" || fault "$*: one of them failed"
    done
}
# has_lines FILE COUNT
has_lines() {
    [ "$(wc -l <"$P2PUB_HOME/$1")" -eq "$2" ] ||
        fault "$1 has $(wc -l <"$P2PUB_HOME/$1") lines and not $2"
    [ ! -e "$P2PUB_HOME/lock" ] || fault "a lock was left behind"
}

for number in $numbers; do
    expect 0 --home "$scratch/home.$number" keys new "Key$number" \
        --no-passphrase
    cp "$scratch/home.$number/keys/Key$number.pub" "$scratch/$number.pub"
    "$P2PUB" --home "$scratch/home.$number" relay --listen 127.0.0.1:0 \
        --line-file "$scratch/line.$number" >/dev/null 2>&1 &
    relays="$relays $!"
done
for round in 1 2 3; do
    at_once follow --yes --name FriendNUMBER "$scratch/NUMBER.pub"
    has_lines follows 8
    at_once unfollow FriendNUMBER
    has_lines follows 0
done
: "$round"

for number in $numbers; do
    tries=0
    until [ -s "$scratch/line.$number" ] || [ "$tries" -ge 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
done
stop_relays
at_once peers add "$scratch/line.NUMBER"
has_lines relays 8

# What is here of a key that was a stranger's.
P2PUB_HOME=$scratch/home.1
printf '# An appeal\n\nFree them.\n' >"$scratch/appeal.md"
head -c 100000 "$P2PUB" >"$scratch/list.bin"
publish "$scratch/appeal.md" --attach "$scratch/list.bin"
expect 0 export "$scratch/stick"
P2PUB_HOME=$scratch/reader
expect 0 import "$scratch/stick"
expect 0 status --json
octets=$(json octets)
has octets_other "$octets"
expect 0 follow --yes --name Friend "$scratch/1.pub"
expect 0 status --json
has octets "$octets"
has octets_other 0
expect 0 unfollow Friend
expect 0 status --json
has octets_other "$octets"
# One's own key counts as followed.
expect 0 keys import "$scratch/1.pub"
expect 0 status --json
has octets_other 0

finish
