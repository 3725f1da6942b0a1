#!/bin/sh
# Goal of this test: a daemon follows the next key of an identity by itself, as
# soon as enough recovery keys have agreed: what that key signs, and had signed
# before, is kept on the account of those who are followed; and the person is
# told by the next command that looks.
set -eu
. "${top_srcdir:?}/tests/cli/nodes.sh"
: "${top_builddir:?}"

chain=$work/chain
mkdir "$chain"
"$top_builddir/tests/cli/chain" "$chain"
id_of()
{
    cat "$chain/$1/id"
}
take()
{
    home=$1
    shift
    for name; do
        node "$home" import "$chain/$name" >"$work/said" 2>&1 ||
            fail "import $name at $home: $(cat "$work/said")"
    done
}
# Octets of records on the wire.
octets_of()
{
    sum=0
    for name; do
        sum=$((sum + 128 + $(wc -c <"$chain/$name/header.txt")))
    done
    echo "$sum"
}
# keeps_others OCTETS: so much is kept of whom the reader does not follow.
keeps_others()
{
    [ "$(node reader status --json | field octets_other)" -eq "$1" ]
}

take relay root ours present
start relay relay --listen 127.0.0.1:0 --line-file "$work/line"
within 20 test -s "$work/line" || fail "the relay wrote no line"
take reader root
node reader follow --yes --name Centre "$chain/root" >"$work/said" 2>&1 ||
    fail "follow: $(cat "$work/said")"
node reader peers add "$work/line" >"$work/said" || fail "peers add"
start reader share
within 20 has_complete reader "$(id_of present)" >"$work/said" ||
    fail "share brought nothing"
within 20 keeps_others "$(octets_of present)" ||
    fail "before: $(node reader status --json)"

# The next version comes, and what two recovery keys signed of it.
take relay second agreed-1 agreed-2
node reader sync >"$work/said" 2>&1 || fail "sync: $(cat "$work/said")"
within 20 keeps_others "$(octets_of agreed-1 agreed-2)" ||
    fail "after: $(node reader status --json)"
node reader list >"$work/listed" 2>"$work/told" || fail "list"
grep -q 'VERIFIED  Centre: Ours, later' "$work/listed" ||
    fail "list: $(cat "$work/listed")"
grep -q "'Centre' has a new key since" "$work/told" ||
    fail "nothing was told: $(cat "$work/told")"
node reader list >"$work/listed" 2>"$work/told" || fail "list"
[ ! -s "$work/told" ] || fail "it was told twice: $(cat "$work/told")"

# What the thief signs with the old key is kept with strangers'.
take relay forged
node reader sync >"$work/said" 2>&1 || fail "sync: $(cat "$work/said")"
within 20 has_complete reader "$(id_of forged)" >"$work/said" ||
    fail "the forged statement did not come"
within 20 keeps_others "$(octets_of agreed-1 agreed-2 forged)" ||
    fail "at last: $(node reader status --json)"
