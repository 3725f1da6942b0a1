#!/bin/sh
# Goal of this test: A knows an open relay and one that is not; B meets A on
# the local network, which then goes away, and B reaches the open relay.  The
# other relay's line is nowhere in B's home.  C takes part in none of it, and
# without --learned nobody goes anywhere.  The machines are network namespaces;
# the relays' addresses are those of documents, which count as the internet's.
set -eu
if [ "$(id -u)" -ne 0 ] || ! command -v ip >/dev/null 2>&1 ||
    ! ip netns add "p2pub-probe-$$" 2>/dev/null; then
    echo "skipped: network namespaces need root and iproute2"
    exit 77
fi
ip netns del "p2pub-probe-$$"
. "${top_srcdir:?}/tests/cli/nodes.sh"

# a, b and the relays (r) each in a namespace: a and b share a cable, b and r
# another.
in_space=p2pub-$$-
for name in a b r; do
    ip netns add "$in_space$name"
    spaces="$spaces $in_space$name"
    ip -n "$in_space$name" link set lo up
done
# cable FROM TO: LAN addresses between a and b, the internet's to r.
cable()
{
    ip link add "p$1$2$$" netns "$in_space$1" type veth \
        peer name "p$2$1$$" netns "$in_space$2"
    ip -n "$in_space$1" addr add "$3" dev "p$1$2$$"
    ip -n "$in_space$2" addr add "$4" dev "p$2$1$$"
    ip -n "$in_space$1" link set "p$1$2$$" up
    ip -n "$in_space$2" link set "p$2$1$$" up
}
cable a b 10.7.0.1/24 10.7.0.2/24
cable b r 198.51.100.1/24 198.51.100.2/24
internet()
{
    ip -n "${in_space}b" link set "pbr$$" "$1"
}
internet down

# at_r HOME COMMAND...: p2pub with that home, in r.
at_r()
{
    r_home=$1
    shift
    ip netns exec "${in_space}r" "$P2PUB" --home "$work/$r_home" "$@"
}
# relay HOME PORT OPTION...: in r; its line is $work/HOME.line.
relay()
{
    relay_home=$1
    relay_port=$2
    shift 2
    ip netns exec "${in_space}r" "$P2PUB" --home "$work/$relay_home" relay \
        --listen "198.51.100.2:$relay_port" --line-file "$work/$relay_home.line" \
        "$@" >"$work/$relay_home.log" 2>&1 &
    started=$!
    processes="$processes $started"
    within 20 test -s "$work/$relay_home.line" || fail "no relay $relay_home"
}
relay open 443 --open
relay other 444
other_process=$started
grep -q '^p2pub1-open-relay 198\.51\.100\.2 443 ' "$work/open.line" ||
    fail "--open makes no open relay's line"
grep -q '^p2pub1-relay 198\.51\.100\.2 444 ' "$work/other.line" ||
    fail "without --open there is one"

# Something to be had at the open relay alone.
at_r w keys new w --no-passphrase >/dev/null 2>&1 || fail "no key for w"
at_r w peers add "$work/open.line" >/dev/null || fail "peers add at w"
printf '# Abroad\n\nOne text from abroad.\n' >"$work/abroad.md"
at_r w publish "$work/abroad.md" --yes --json >"$work/published" 2>&1 ||
    fail "publish at w: $(cat "$work/published")"
id=$(field id <"$work/published")

# A and B meet; B learns of the one, and keeps what it knows where it is said.
node a peers add "$work/open.line" >/dev/null || fail "peers add"
node a peers add "$work/other.line" >/dev/null || fail "peers add"
start a share
a_process=$started
start b share
b_process=$started
within 30 test -s "$work/b/relays.learned" || fail "B learned nothing"
secret_of()
{
    set -- $(cat "$1")
    echo "$5"
}
open=$(secret_of "$work/open.line")
other=$(secret_of "$work/other.line")
line=$(cat "$work/open.line")
[ "$(cut -d' ' -f2- "$work/b/relays.learned")" = "new $line" ] ||
    fail "what B learned: $(cat "$work/b/relays.learned")"
case $(stat -c %a "$work/b/relays.learned" 2>/dev/null ||
    stat -f %Lp "$work/b/relays.learned") in
600) ;;
*) fail "others can read what B learned" ;;
esac
grep -q "$other" "$work/a/relays" || fail "A does not hold the other line"
if grep -rqF -e "$other" -e 10.7.0.1 "$work/b"; then
    fail "an unmarked line, or who gave the other, is in B's home"
fi
if grep -qF -e "$open" "$work"/*.log; then
    fail "a line is in a log"
fi
node b peers --json >"$work/peers" || fail "peers"
grep -q '"answered": false' "$work/peers" || fail "peers: $(cat "$work/peers")"
name=$(field name <"$work/peers")
node b peers >"$work/peers" 2>&1 || fail "peers"
grep -q '^Learned from other nodes' "$work/peers" || fail "peers does not tell"
stop "$a_process" || :
stop "$b_process" || :

# The network is gone, and the internet is there.  Without a word B goes
# nowhere.
ip -n "${in_space}b" link set "pba$$" down
internet up
status=0
node b sync --seconds 8 >"$work/b.log" 2>&1 || status=$?
[ "$status" -eq 7 ] || fail "sync without --learned: exit code $status"
node b sync --learned --seconds 30 >"$work/b.log" 2>&1 ||
    fail "sync --learned"
has_complete b "$id" >/dev/null 2>&1 || fail "B has nothing from the relay"
grep -q '^[0-9-]* answered ' "$work/b/relays.learned" ||
    fail "that it answered is not remembered"

# So does a daemon.
printf '# Abroad again\n\nAnother text.\n' >"$work/abroad.md"
at_r w publish "$work/abroad.md" --yes --json >"$work/published" 2>&1 ||
    fail "publish at w: $(cat "$work/published")"
id=$(field id <"$work/published")
start b share --learned
b_process=$started
within 30 has_complete b "$id" || fail "share --learned reaches no relay"

# Its sync goes over that link.
node b sync --json >"$work/synced" 2>&1 || fail "sync with a daemon"
[ "$(field contacts <"$work/synced")" -ge 1 ] ||
    fail "sync with a daemon: $(cat "$work/synced")"

# A person takes it over, or never wants to see it again.
node b peers keep "$name" >/dev/null || fail "peers keep"
grep -qF "$line" "$work/b/relays" || fail "not kept"
node b sync "$name" --seconds 20 >/dev/null 2>&1 || fail "sync with what was kept"
if grep -qF "$open" "$work/b/relays.learned"; then fail "kept, and learned"; fi
node b peers remove "$name" >/dev/null || fail "peers remove"
if grep -rqF "$open" "$work/b"; then fail "removed, and still there"; fi
grep -q '^- forgotten [a-z2-7]*$' "$work/b/relays.learned" ||
    fail "it will be learned again"
stop "$b_process" || :
internet down
ip -n "${in_space}b" link set "pba$$" up
start a share
start b share
within 30 sh -c "ip netns exec ${in_space}b '$P2PUB' --home '$work/b' status --json |
    grep -q '\"peers\": [1-9]'" || fail "A and B do not meet"
sleep 2
if grep -rqF "$open" "$work/b"; then fail "forgotten, and learned again"; fi

# A line that has others say what its maker wants is none to pass on.
status=0
at_r bytes relay --listen 198.51.100.2:445 --open --shape bytes:474554 \
    >"$work/said" 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "--open --shape bytes: exit code $status"

# What is not understood in the file counts for nothing, an unmarked line too.
mkdir "$work/d"
{
    echo 'no line at all'
    echo "2026-01-01"
    echo "9999-12-31 new $(cat "$work/other.line")"
    echo "9999-99-99 new $line"
    echo "9999-12-31 known $line"
    echo "- forgotten aaaa"
    echo "- answered $line and more"
    printf '9999-12-31 new %s\377' "$line"
} >"$work/d/relays.learned"
at_r d peers --json >"$work/peers" || fail "peers with a damaged file"
grep -q '"learned": \[\]' "$work/peers" || fail "peers: $(cat "$work/peers")"
echo "9999-12-31 new $line" >>"$work/d/relays.learned"
echo "9999-12-31 new $line" >>"$work/d/relays.learned"
at_r d peers --json >"$work/peers" || fail "peers with a damaged file"
[ "$(grep -c '"answered"' "$work/peers")" -eq 1 ] ||
    fail "peers: $(cat "$work/peers")"

# A line with another mark is damaged; and of two good lines of one relay the
# stricter stays, until the person takes it out.
sed 's/^p2pub1-relay /p2pub1-open-relay /' "$work/other.line" >"$work/forged"
status=0
node b peers add "$work/forged" >/dev/null 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "a line with another mark: exit code $status"
stop "$other_process" || :
rm "$work/other.line"
relay other 444 --open
[ "$(secret_of "$work/other.line")" = "$other" ] || fail "another relay"
node a peers add "$work/other.line" >"$work/said" 2>&1 || fail "peers add"
grep -q 'not to be passed on' "$work/said" || fail "nothing is said of it"
grep -q "^p2pub1-relay .*$other" "$work/a/relays" ||
    fail "an unmarked line was marked by another"
name=$(sed -n 's/^added the relay //p' "$work/said")
node a peers remove "$name" >/dev/null || fail "peers remove"
node a peers add "$work/other.line" >"$work/said" 2>&1 || fail "peers add"
grep -q "^p2pub1-open-relay .*$other" "$work/a/relays" || fail "not opened"
