#!/bin/sh
# Goal of this test: whoever takes a home away cannot tell from it who read
# what.  A home after reading is, octet for octet, the home before; and what
# was signed under a local name, or deleted, is nowhere in it.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
make_key Centre
printf '# An appeal\n\nFree them.\n' >draft-ivanov-2.md
publish draft-ivanov-2.md
expect 0 export stick

# Somebody who follows nobody, and somebody who reads everything.
P2PUB_HOME=$scratch/reader
expect 0 import stick
cp -r reader before
expect 0 list
expect 5 read "$id"
expect 0 read --unknown "$id"
expect 5 verify "$id" "stick/$id"
expect 5 verify "$id"
expect 0 status
expect 4 read 0123456789ab
expect 0 export copy
expect 0 read --unknown --into files "$id"
expect 0 help
diff -r before reader >/dev/null ||
    fault "reading changed the home: $(diff -r before reader)"

# A list of those who are followed is the one thing that it tells.
expect 0 follow --yes --name Centre "$scratch/home/keys/Centre.pub"
expect 0 unfollow Centre
[ ! -s reader/follows ] || fault "the follows file keeps whom it forgot"
rm -f reader/follows
# The store counts its changes, and nothing else in it is another than before.
cmp -l before/store.db reader/store.db | awk '
    !($1 >= 25 && $1 <= 28) && !($1 >= 93 && $1 <= 96) { print $1 }' \
    >"$scratch/changed" || :
[ ! -s "$scratch/changed" ] || fault "following left a trace in the store"
cp before/store.db reader/store.db
diff -r before reader >/dev/null || fault "following changed more than a file"

# The local name went nowhere.
for home in home reader stick; do
    ! grep -rqF ivanov "$scratch/$home" || fault "the local name is in $home"
done
finish
