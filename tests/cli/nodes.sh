# What the tests with several nodes share; read with `.` by a script that has
# set -eu.  Every node is a home below $work; every process that is started
# here ends with the script.
#
# Where the system can, the script starts again in a network of its own that
# has nothing but loopback: no beacon leaves this machine, and no other node
# comes in between.

: "${P2PUB:?the program to test}"
if [ -z "${P2PUB_OWN_NETWORK:-}" ] && command -v ip >/dev/null 2>&1; then
    for unshare in "unshare -n" "unshare -rn"; do
        if $unshare ip link set lo up 2>/dev/null; then
            P2PUB_OWN_NETWORK=yes
            export P2PUB_OWN_NETWORK
            exec $unshare sh -c 'ip link set lo up && exec sh "$@"' sh "$0" "$@"
        fi
    done
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/p2pub-test.XXXXXX")
processes=
spaces=

end_nodes()
{
    status=$?
    trap - EXIT
    for process in $processes; do
        kill "$process" 2>/dev/null || status=$status
    done
    for process in $processes; do
        wait "$process" 2>/dev/null || status=$status
    done
    for space in $spaces; do
        ip netns del "$space" 2>/dev/null || status=$status
    done
    rm -rf "$work"
    exit "$status"
}
trap end_nodes EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

fail()
{
    echo "$*" >&2
    for log in "$work"/*.log; do
        [ -s "$log" ] && sed "s|^|$(basename "$log"): |" "$log" >&2
    done
    exit 1
}

# node NAME COMMAND...: p2pub with the home of node NAME, in its namespace
# where it has one.
node()
{
    node_name=$1
    shift
    if [ -n "${in_space:-}" ]; then
        ip netns exec "$in_space$node_name" \
            "$P2PUB" --home "$work/$node_name" "$@"
    else
        "$P2PUB" --home "$work/$node_name" "$@"
    fi
}

# start NAME COMMAND...: the same in the background; its process is $started.
# It does not go through a function, so that $! is p2pub itself.
start()
{
    start_name=$1
    shift
    if [ -n "${in_space:-}" ]; then
        ip netns exec "$in_space$start_name" "$P2PUB" \
            --home "$work/$start_name" "$@" >"$work/$start_name.log" 2>&1 &
    else
        "$P2PUB" --home "$work/$start_name" "$@" \
            >"$work/$start_name.log" 2>&1 &
    fi
    started=$!
    processes="$processes $started"
}

# stop PROCESS: end it as a service manager would, and give its exit code.
stop()
{
    kill -TERM "$1"
    wait "$1"
}

# within SECONDS COMMAND...: until the command succeeds, or too late.
within()
{
    tries=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

# field NAME: the value of a member of the JSON document on standard input.
# Only for documents in which the name stands once.
field()
{
    sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" |
        head -n 1
}

# has_complete NAME ID: the node holds the whole statement, and it verifies.
has_complete()
{
    node "$1" read "$2" --unknown
}

new_key()
{
    node "$1" keys new "$1" --no-passphrase --json >"$work/$1.keys" 2>&1 ||
        fail "no key for $1: $(cat "$work/$1.keys")"
}
