#!/bin/sh
# Goal of this test: who follows one key and takes its word for others reads
# those under the names that it gives them, and sees whose word that is; and
# nobody else's word counts.  The records are those of tests/vectors: key 2
# vouches for key 1 as Центр, and key 1 for key 2 as OMCT.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

vectors=$top_srcdir/tests/vectors/records/good
key_of() {
    sed -n 's/^key //p' "$vectors/$1/header.txt"
}
first=$(key_of two-languages)
second=$(key_of vouch-identity)
for name in two-languages vouch vouch-identity; do
    expect 0 import "$vectors/$name"
done
id=$(cat "$vectors/two-languages/id")

# Nobody is followed; and somebody who is no introducer.
expect 5 read "$id"
expect 0 follow "$second" --name FIDH --yes --json
has introducer false
expect 5 verify --json "$id"
has trust unknown
has vouched_by.# 0

# An introducer: the name is its word, and says so.
expect 0 follow "$second" --introducer --json
has introducer true
has vouched 1
has name FIDH
expect 0 read "$id"
says 'VERIFIED      Центр, vouched for by FIDH'
says 'the one that is vouched for has not arrived'
expect 0 verify --json "$id"
has verdict verified
has trust vouched
has name Центр
has vouched_by.0.key "$second"
has vouched_by.0.name FIDH
has vouched_by.0.as Центр
has vouched_by.0.id "$(cat "$vectors/vouch-identity/id")"
has vouched_by.0.revoked null
expect 0 list
says 'VERIFIED  Центр, vouched for by FIDH: '
expect 0 status

# Renamed, it stays one; and once more is fine.
expect 0 follow "$second" --name Paris --introducer --yes
expect 0 follow "$second" --name Geneva --yes
expect 0 follow "$second" --introducer
expect 0 follow Geneva --introducer
expect 4 follow Geneva --yes
expect 0 read "$id"
says 'Центр, vouched for by Geneva'
[ "$(grep -c '^introducer ' "$P2PUB_HOME/follows")" -eq 1 ] ||
    fault "$(cat "$P2PUB_HOME/follows")"

# The reader's own name goes before it, also where that vouches in its turn.
expect 0 follow "$first" --name Ours --introducer --yes
expect 0 read "$id"
says 'VERIFIED      Ours'
says_not 'vouched for by'
expect 0 verify "$vectors/vouch-identity"
says 'VERIFIED      Geneva'
expect 0 unfollow Ours

# A line by hand for a key that nobody follows counts for nothing, and one that
# is cut is named.
printf 'introducer %s\nintroducer RW\n' "$first" >>"$P2PUB_HOME/follows"
expect 0 read "$id"
complains 'is not understood'
says 'Центр, vouched for by Geneva'

expect 0 unfollow Geneva
expect 5 read "$id"
grep -q "^introducer $second" "$P2PUB_HOME/follows" &&
    fault 'the introducer stayed in the file'
expect 2 follow "$second" --introducer=yes
make_key mine
expect 2 follow "$P2PUB_HOME/keys/mine.pub" --introducer --yes
complains 'your own key'
finish
