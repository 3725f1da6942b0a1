#!/bin/sh
# Goal of this test: follow takes a key as text, as a file, or as an identity
# in a folder, keeps the reader's own name for it, and pins the identity;
# unfollow takes it back; what is no key is named for what it seems to be.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

identity=$records/good/identity
key=$(sed -n 's/^key //p' "$identity/header.txt")
second=$(sed -n 's/^key //p' "$records/good/translation/header.txt")

# Nobody is asked, so somebody must have compared.
expect 2 follow "$key"
complains -- '--yes'
[ ! -e "$P2PUB_HOME/follows" ] || fault "followed without a yes"

# A bare key gets the first two of its words for a name.
expect 0 follow --yes --json "$key"
has key "$key"
has identity_id null
has name "$(json words | cut -d' ' -f1-2)"
grep -qx "$key - $(json name)" "$P2PUB_HOME/follows" ||
    fault "the file follows has another line"
[ "$(ls -l "$P2PUB_HOME/follows" | cut -c5-10)" = ------ ] ||
    fault "others can read whom one follows"
expect 0 follow --yes "$key"

# Its identity comes later, and is pinned; the name stays.
name=$(sed 's/^[^ ]* [^ ]* //' "$P2PUB_HOME/follows")
expect 2 follow "$identity"
expect 0 follow --yes "$identity"
says "following $name:"
grep -qx "$key $(cat "$identity/id") $name" "$P2PUB_HOME/follows" ||
    fault "the identity is not pinned"
expect 0 verify "$(cat "$identity/id")"

# A new name needs no comparing.
expect 0 follow --name 'Human Rights Centre' "$key"
says 'following Human Rights Centre:'
[ "$(wc -l <"$P2PUB_HOME/follows")" -eq 1 ] || fault "followed twice"

# Another identity of the same key.
cp "$P2PUB_HOME/follows" "$scratch/follows"
sed "s/$(cat "$identity/id")/$(cat "$records/good/merge/id")/" \
    "$scratch/follows" >"$P2PUB_HOME/follows"
expect 1 follow --yes "$identity"
complains 'another identity'
cp "$scratch/follows" "$P2PUB_HOME/follows"

# Two keys of one name would be taken for one another.
expect 2 follow --yes --name 'Human Rights Centre' "$second"
complains 'another key'
expect 0 follow --yes --name Second "$second"
expect 2 follow --yes --name "$(printf 'a\tb')" "$key"
expect 2 follow --yes --name '' "$key"
expect 2 follow --yes --name \
    aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg "$key"

# From a public key file; from a header.
expect 0 unfollow Second
says 'no longer following Second'
printf 'untrusted comment: minisign public key\n%s\n' "$second" \
    >"$scratch/second.pub"
expect 0 follow --yes --name Second "$scratch/second.pub"
expect 0 unfollow "$second"
expect 4 unfollow Second
expect 4 unfollow "$second"
expect 0 unfollow 'Human Rights Centre'
expect 0 follow --yes "$identity/header.txt"
expect 0 unfollow "$key"
[ ! -s "$P2PUB_HOME/follows" ] || fault "somebody is still followed"
expect 2 unfollow

# The identity that the store has.
expect 0 import "$identity"
expect 0 follow --yes --json "$key"
has identity_id "$(cat "$identity/id")"
has name 'Human Rights Centre'

# Wrong input.
expect 2 follow
expect 2 follow --yes "$records/good/two-languages"
complains "try: p2pub follow $key"
expect 6 follow --yes "${key%?}"
expect 6 follow --yes "${key%??????}AAAAAA"
expect 6 follow --yes \
    RWQAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
expect 4 follow --yes "$scratch/nowhere.pub"
: >"$scratch/empty"
expect 6 follow --yes "$scratch/empty"
complains 'empty'
echo '<html><head>' >"$scratch/page.pub"
expect 6 follow --yes "$scratch/page.pub"
complains 'web page'
head -c 5000 /dev/zero >"$scratch/zero"
expect 6 follow --yes "$scratch/zero"
head -n 1 "$scratch/second.pub" >"$scratch/cut.pub"
expect 6 follow --yes "$scratch/cut.pub"
complains 'cut'
expect 6 follow --yes "$top_srcdir/tests/vectors/minisign/key-unencrypted.key"
complains 'secret key'
cp -r "$identity" "$scratch/spoilt"
chmod -R u+w "$scratch/spoilt"
flip "$scratch/spoilt/header.txt" 100
expect 3 follow --yes "$scratch/spoilt"

# What stands in the file and is not understood is kept, and said.
echo 'a line of mine' >>"$P2PUB_HOME/follows"
expect 0 follow --yes --name Second "$second"
complains 'line 2'
grep -qx 'a line of mine' "$P2PUB_HOME/follows" || fault "a line is gone"

# Own keys count as followed.
make_key Me
own=$(sed -n 2p "$P2PUB_HOME/keys/Me.pub")
expect 0 follow "$own"
says 'following Me'
expect 2 follow --name Other "$own"
expect 2 unfollow Me
! grep -q "$own" "$P2PUB_HOME/follows" || fault "an own key was written"

finish
