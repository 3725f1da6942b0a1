#!/bin/sh
# The main job before a reader's eyes: one statement, four computers (here:
# four folders), a relay and a local network.
set -eu
cd "$(dirname "$0")/.."
P2PUB=${P2PUB:-$PWD/p2pub}
top_srcdir=$PWD
demo=$PWD/tests/demo
set -- "$PWD/tests/demo.sh"
. "$top_srcdir/tests/cli/nodes.sh"

step()
{
    echo
    echo "== $*"
}

# shown NODE COMMAND...: the command as a person would type it, then do it.
shown()
{
    shown_node=$1
    shift
    echo "[$shown_node] \$ p2pub $*"
    node "$shown_node" "$@" 2>&1 | sed 's/^/    /'
}

step "A publisher makes a key. The 24 words are for paper; only here they are shown."
shown publisher keys new "Demo Committee" --no-passphrase
node publisher keys show --public >"$work/committee.pub"

step "Somebody abroad runs a relay. Its line is a secret, given to friends."
start relay relay --listen 127.0.0.1:0 --line-file "$work/relay.line"
within 20 test -s "$work/relay.line" || fail "the relay did not start"
echo "[relay] \$ p2pub relay --listen 127.0.0.1:0 --line-file relay.line &"
node publisher peers add "$work/relay.line" >"$work/added"
node reader peers add "$work/relay.line" >"$work/added"

step "A statement in two languages with a photograph, signed and passed on."
echo "[publisher] \$ p2pub publish statement.md" \
    "--translation ru=statement.ru.md --attach photograph.png"
node publisher publish "$demo/statement.md" --lang en \
    --translation "ru=$demo/statement.ru.md" \
    --attach "$demo/photograph.png" --yes --json >"$work/published" 2>&1 ||
    fail "publish: $(cat "$work/published")"
id=$(field id <"$work/published")
short=$(printf %.12s "$id")
echo "    ID $short...; nodes that took it: $(field delivered <"$work/published")"
echo "    The publisher is offline now."

step "Later a reader meets the relay. The publisher is not there."
shown reader sync "$(node reader peers --json | field name)"

step "The reader follows the publisher, having compared the eight words."
shown reader follow "$work/committee.pub" --name "Committee" --yes
shown reader list

step "A neighbour walks by. No address is given: they find each other."
start reader share
echo "[reader] \$ p2pub share &"
shown neighbour sync
shown neighbour follow "$work/committee.pub" --name "Committee" --yes
shown neighbour read "$short" --lang ru

step "Whoever has no p2pub checks it with minisign and b2sum."
node neighbour read "$short" --into "$work/out" >"$work/into" 2>&1 ||
    fail "read --into: $(cat "$work/into")"
key=$(sed -n 's/^key //p' "$work/out/header.txt")
(
    cd "$work/out"
    echo "    files: $(ls | tr '\n' ' ')"
    if command -v minisign >/dev/null 2>&1; then
        echo "    \$ minisign -Vm header.txt -P $key"
        minisign -Vm header.txt -P "$key" | sed 's/^/    /'
    else
        echo "    (minisign is not here: that check was not made)"
    fi
    if command -v b2sum >/dev/null 2>&1; then
        echo "    \$ b2sum -c header.txt"
        b2sum -c header.txt 2>/dev/null | sed 's/^/    /'
    else
        echo "    (b2sum is not here: that check was not made)"
    fi
)

step "Somebody changes one word of a copy. It is refused, with exit code 3."
cp -R "$work/out" "$work/forged"
sed 's/speaks for nobody/speaks for everybody/' "$work/out/statement.md" \
    >"$work/forged/statement.md"
echo "[neighbour] \$ p2pub verify forged"
status=0
node neighbour verify "$work/forged" >"$work/verdict" 2>&1 || status=$?
sed "s|$work/||; s/^/    /" "$work/verdict"
[ "$status" -eq 3 ] || fail "the forged copy gave exit code $status"

step "That was the whole of it. Where to go next:"
cat <<END
    sudo make install             so that it is 'p2pub' everywhere
    p2pub publish statement.md    your own first statement
    p2pub share                   exchange with everybody nearby
    README.md                     a first day; what p2pub does NOT protect
END
