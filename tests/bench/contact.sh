# What the rows of bench_contact.sh share; read with `.`.
#
# A measured link has two ends: `near` is the network of this script, with the
# address 10.9.0.1, `$far` puts a command at the other end, 10.9.0.2.  Between
# them is slow_link.c.  Each measurement has a link of its own, both ends start
# cold, and all TCP here is cubic unless CONGESTION says otherwise: it is what
# most systems have, and a program that asks the kernel for another gets it.

: "${P2PUB:?}" "${BENCH:?folder of the bench programs}" "${top_srcdir:?}"
. "$top_srcdir/tests/cli/nodes.sh"

end_contact()
{
    ended=$?
    set +e
    [ "$ended" -eq 0 ] || echo "the bench ended early: $ended" >&2
    [ -z "$link" ] || far_kill KILL
    (exit "$ended")
    end_nodes
}
trap end_contact EXIT

far_address=10.9.0.2
link=
missed=0

# Nothing of the person who runs the bench.
HOME=$work
GIT_CONFIG_GLOBAL=/dev/null
GIT_CONFIG_SYSTEM=/dev/null
GIT_AUTHOR_NAME=bench
GIT_AUTHOR_EMAIL=bench@localhost
GIT_COMMITTER_NAME=bench
GIT_COMMITTER_EMAIL=bench@localhost
# No tidying behind our backs.
GIT_CONFIG_COUNT=2
GIT_CONFIG_KEY_0=gc.auto
GIT_CONFIG_VALUE_0=0
GIT_CONFIG_KEY_1=maintenance.auto
GIT_CONFIG_VALUE_1=false
export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 \
    GIT_CONFIG_KEY_1 GIT_CONFIG_VALUE_1
export HOME GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_AUTHOR_NAME \
    GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL

has_tool()
{
    command -v "$1" >/dev/null 2>&1
}

# --- the link ----------------------------------------------------------------

# kind_of_link NAME: sets rate (bit/s), delay (ms one way), loss (of 1,000).
kind_of_link()
{
    case $1 in
    slow) rate=1000000 delay=50 loss=0 ;;
    lossy) rate=10000000 delay=10 loss=20 ;;
    far) rate=160000 delay=150 loss=0 ;;
    far_lossy) rate=160000 delay=150 loss=100 ;;
    esac
}

# link_up KIND [CUT]
link_up()
{
    kind_of_link "$1"
    rm -f "$work/link.report" "$work/link.said"
    "$BENCH/slow_link" "$rate" "$delay" "$loss" "${QUEUE:-65536}" \
        "${seed:-1}" "$work/link.report" ${2:+"$2"} >"$work/link.said" &
    link=$!
    processes="$processes $link"
    within 5 test -s "$work/link.said" || fail "no link"
    far="nsenter --net=/proc/$link/ns/net"
    route_cc "" 10.9.0.1
    route_cc "$far" 10.9.0.2
    at_far=
}

route_cc()
{
    $1 ip route replace 10.9.0.0/24 dev slow0 src "$2" \
        congctl "${CONGESTION:-cubic}" 2>/dev/null ||
        echo "note: TCP is the system's own, $(
            cat /proc/sys/net/ipv4/tcp_congestion_control)"
}

# serve COMMAND...: in the background at the far end, until the link goes.
serve()
{
    $far "$@" >"$work/serve.log" 2>&1 &
    server=$!
    at_far="$at_far $server"
}

# far_kill SIGNAL: to all at the far end but the link.  Daemons leave children
# behind, and those wait for ever where the link was cut; nobody else is in
# that network.
far_kill()
{
    end=$(readlink "/proc/$link/ns/net") || return 0
    for entry in /proc/[0-9]*/ns/net; do
        [ "$(readlink "$entry" 2>/dev/null)" = "$end" ] || continue
        process=${entry#/proc/}
        process=${process%%/*}
        [ "$process" = "$link" ] || kill "-$1" "$process" 2>/dev/null || :
    done
}

# link_down: end it and what ran at its far end; sets octets.
link_down()
{
    kill -0 "$link" || fail "the link is gone"
    far_kill TERM
    for process in $at_far; do
        wait "$process" 2>/dev/null || :
    done
    far_kill KILL
    kill "$link"
    wait "$link" || :
    octets=$(octets_of "$work/link.report")
    at_far=
    link=
}

# All octets that were sent, with their headers.
octets_of()
{
    sed 's/.*"octets": \([0-9]*\).*/\1/' "$1" |
        awk '{ sum += $1 } END { print sum }'
}

# octets_now: the same while it goes on.
octets_now()
{
    rm -f "$work/link.report"
    kill -USR1 "$link"
    within 5 test -s "$work/link.report" || fail "no report"
    octets_of "$work/link.report"
}

# timed COMMAND...: sets seconds and peak (KiB); its exit code.
timed()
{
    timed_code=0
    "$BENCH/measure" "$@" >"$work/said" 2>"$work/cost" || timed_code=$?
    seconds=$(sed -n 's/^seconds \([0-9.]*\) .*/\1/p' "$work/cost")
    peak=$(sed -n 's/.* peak_kib \([0-9]*\)$/\1/p' "$work/cost")
    return "$timed_code"
}

# for_seconds N COMMAND...: end it after so long, whatever it says.
for_seconds()
{
    timeout --foreground -s TERM -k 5 "$@" >"$work/said" 2>&1 || :
}

# --- what there is to give -----------------------------------------------------

# Sums of the texts below a folder, without their names.
sums()
{
    find "$1" -type f -name '*.md' -exec b2sum {} + | cut -d' ' -f1 | sort -u
}

# whole FOLDER: how many texts of the corpus are below it, octet by octet.
whole()
{
    sums "$1" | comm -12 - "$work/corpus.sums" | wc -l
}

# whole_at NAME: how many a node can give out, verified.
whole_at()
{
    rm -rf "$work/exported"
    node "$1" export "$work/exported" >"$work/exports" 2>&1 || :
    [ -d "$work/exported" ] || mkdir "$work/exported"
    whole "$work/exported"
}

# a node with this store, or with none.
home_of()
{
    rm -rf "${work:?}/$1"
    mkdir "$work/$1"
    [ -z "${2:-}" ] || cp "$2" "$work/$1/store.db"
}

# relay_up STORE: a relay at the far end with a copy of this store, which node
# `reader` knows; sets peer and relay.
relay_up()
{
    home_of giver "$1"
    rm -f "$work/line"
    serve "$P2PUB" --home "$work/giver" relay \
        --listen "$far_address:4001" --line-file "$work/line"
    relay=$server
    within 20 test -s "$work/line" || fail "no relay"
    node reader peers add "$work/line" >"$work/added"
    peer=$(node reader peers --json | field name)
}

rsync_up()
{
    cat >"$work/rsyncd.conf" <<END
use chroot = no
[statements]
path = $1
read only = yes
END
    serve rsync --daemon --no-detach --address="$far_address" --port=8730 \
        --config="$work/rsyncd.conf"
    wait_for_port 8730
}
rsync_from=rsync://$far_address:8730/statements/

git_up()
{
    serve git daemon --reuseaddr --export-all --listen="$far_address" \
        --port=9418 --base-path="$1"
    wait_for_port 9418
}
git_from=git://$far_address/statements

# tar_up FOLDER COMPRESSOR
tar_up()
{
    serve python3 "$top_srcdir/tests/bench/bare_socket.py" "$far_address" \
        9000 serve sh -c "tar -C '$1' -cf - . | $2"
    wait_for_port 9000
}

# Without a packet on the link.
wait_for_port()
{
    listening=$(printf '%04X' "$1")
    within 10 $far grep -q "^ *[0-9]*: [0-9A-F]*:$listening 0*:0000 0A" \
        /proc/net/tcp || fail "nothing listens at port $1"
}

# repository FOLDER: a bare one, $work/git/statements, and its tree.
repository()
{
    rm -rf "$work/git" "$work/tree"
    mkdir "$work/git" "$work/tree"
    git init -q --bare "$work/git/statements"
    git init -q "$work/tree"
    commit "$1"
}

# commit FOLDER: one more commit of these texts.
commit()
{
    find "$1" -name '*.md' -exec cp {} "$work/tree/" \;
    git -C "$work/tree" add .
    git -C "$work/tree" commit -qm statements
    git -C "$work/tree" push -q "$work/git/statements" HEAD
}

# --- what is said ----------------------------------------------------------------

# judge FIGURE LIMIT: whether it is at most that; `+` before it: at least.
judge()
{
    awk -v figure="$1" -v limit="$2" 'BEGIN {
        at_least = sub(/^\+/, "", limit)
        exit !(at_least ? figure + 0 >= limit + 0 : figure + 0 <= limit + 0)
    }'
}

ratio()
{
    awk -v a="$1" -v b="$2" 'BEGIN {
        if (b + 0 > 0) printf "%.2f", a / b; else printf "-" }'
}

# line ROW P2PUB OTHERS RATIO LIMIT [FIGURE BOUND]...
line()
{
    line_text="$1 | $2 | $3 | $4 | $5"
    shift 5
    verdict=ok
    while [ $# -ge 2 ]; do
        judge "$1" "$2" || verdict=missed
        shift 2
    done
    [ "$verdict" = ok ] || missed=$((missed + 1))
    echo "$line_text | $verdict"
}
