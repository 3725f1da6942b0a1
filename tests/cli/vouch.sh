#!/bin/sh
# Goal of this test: of eight organisations one vouches for the other seven, and
# a reader who follows that one alone reads all eight by name; a vouch is asked
# for, refused, taken back and renewed, and whatever makes no sense is refused
# in one line.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
for name in one two three four five six seven eight; do
    P2PUB_HOME=$scratch/$name
    make_key "$name"
    cp "$P2PUB_HOME/keys/$name.pub" "$name.pub"
    printf '# From %s\n\nText.\n' "$name" >"$name.md"
    publish "$name.md" --lang en
    echo "$id" >"$name.id"
    expect 0 export stick
done
key() {
    tail -n 1 "$1.pub"
}
id_of() {
    cat "$1.id"
}

# One has them all, knows Two by a name of its own, and vouches for the rest by
# key, by file and by identity.
P2PUB_HOME=$scratch/one
expect 0 import stick
expect 0 follow two.pub --yes --name Deux
words=$("$P2PUB" follow --yes --json two.pub --name Deux |
    "$json_get" words)
expect 0 vouch Deux Second --offline --json
has for "$(key two)"
has name Second
has key "$(key one)"
has words "$words"
has delivered 0
second=$(json id)
identity=$(json identity_id)
expect 0 vouch "$(key three)" Third --offline --yes
for name in four five six seven; do
    expect 0 vouch $name.pub "The $name" --offline --yes --json
done
[ "$(json identity_id)" != - ] || fault 'a vouch without the identity'
expect 0 vouch eight.pub Восьмая --offline --yes --dry-run --json
has dry_run true
expect 0 vouch eight.pub Восьмая --offline --yes --as one
expect 0 verify --json "$second"
has kind vouch
has verdict verified
expect 0 read "$second"
says "vouches for   $(key two)"
says 'as            Second'
says "identity      $(echo "$identity" | cut -c1-12)"

# Refused, in one line each.
expect 1 vouch Deux Second --offline
complains "already vouched as $second"
expect 2 vouch one.pub Ourselves --offline --yes
complains 'nobody vouches for itself'
expect 2 vouch "$(key eight)" Eight --offline
complains '--yes says that they were compared'
expect 2 vouch Deux --offline
expect 2 vouch Deux A B --offline
expect 2 vouch Deux '' --offline
complains 'one line of 1 to 64 octets'
expect 2 vouch Deux ' Second' --offline
expect 2 vouch Deux 'Second
name Third' --offline
expect 2 vouch Deux "$(printf '%065d' 0)" --offline
expect 6 vouch "$(key two)x" Second --offline --yes
complains 'cut or mistyped'
expect 6 vouch one.md Second --offline --yes
complains 'holds no public key'
expect 4 vouch nowhere.pub Second --offline --yes
expect 6 vouch Deux Other --offline --as nobody
complains "no key called 'nobody'"
expect 2 vouch Deux Other --offline --sequence x
identity_of_three=$(grep -l '^p2pub1 identity' stick/*/header.txt |
    xargs grep -l "^key $(key three)")
expect 1 vouch "$identity_of_three" Third --offline --yes
complains 'already vouched as'
expect 0 unfollow Deux

# A reader follows One alone.
expect 0 export stick
P2PUB_HOME=$scratch/reader
expect 0 import stick
expect 0 follow one.pub --yes --name OMCT
expect 5 read "$(id_of two)"
expect 0 follow one.pub --introducer --json
has vouched 7
expect 0 read "$(id_of two)"
says 'VERIFIED      Second, vouched for by OMCT'
expect 0 read "$(id_of eight)"
says 'VERIFIED      Восьмая, vouched for by OMCT'
expect 0 list --json
has statements.# 8
expect 0 list
says_not UNKNOWN
says 'The seven, vouched for by OMCT: From seven'
says 'OMCT: From one'

# A name that looks like the reader's own, or like another that is vouched for:
# small letters of Cyrillic, and a digit.
P2PUB_HOME=$scratch/nine
make_key nine
publish one.md --title Nine
nine=$id
expect 0 export nine
P2PUB_HOME=$scratch/reader
expect 0 import nine
P2PUB_HOME=$scratch/one
expect 0 vouch "$scratch/nine/keys/nine.pub" ОМСТ --offline --yes --json
looking=$(json id)
expect 0 export looking "$looking"
P2PUB_HOME=$scratch/reader
expect 0 import looking
expect 0 read "$nine"
says 'VERIFIED      ОМСТ, vouched for by OMCT'
says 'LOOKS LIKE    OMCT, your own name for another key'
expect 0 verify --json "$nine"
has looks_like.name OMCT
has looks_like.key "$(key one)"
has looks_like.vouched_by null
P2PUB_HOME=$scratch/one
expect 0 vouch "$scratch/nine/keys/nine.pub" 'the Seven' --offline --yes --json
looking=$(json id)
expect 0 export looking "$looking"
P2PUB_HOME=$scratch/reader
expect 0 import looking
expect 0 read "$nine"
says 'LOOKS LIKE    The seven, another key that is vouched for by OMCT'
expect 0 verify --json "$(id_of two)"
has looks_like null
expect 0 follow "$scratch/nine/keys/nine.pub" --name 0MCT --yes
complains "'0MCT' looks like 'OMCT', your name for another key"
expect 0 unfollow 0MCT

# What a vouched key quotes counts too: Two saw a newer record of One's.
P2PUB_HOME=$scratch/one
publish one.md --title 'Held back'
expect 0 export held
P2PUB_HOME=$scratch/two
expect 0 import held
expect 0 follow one.pub --yes --name One
publish two.md --title Quoting --heads
quoting=$id
expect 0 export quoting "$quoting"
P2PUB_HOME=$scratch/reader
expect 0 import quoting
expect 0 read "$(id_of one)"
says 'newer         Second, vouched for by OMCT, says '
expect 0 verify --json "$(id_of one)"
has quoted_by.0.vouched_by OMCT
expect 0 gaps
says '; Second, vouched for by OMCT, says '
expect 0 gaps --json
has missing.0.said_by_vouched_by OMCT
expect 0 read "$quoting"
says ' of OMCT exists; not here'

# What is signed jointly has their names too.
P2PUB_HOME=$scratch/three
publish one.md --title Joint --signatory "$(key four)=Quatre" \
    --signatory "$(key one)"
joint=$id
expect 0 export joint "$joint"
P2PUB_HOME=$scratch/four
expect 0 import joint
expect 0 cosign "$joint" --offline
P2PUB_HOME=$scratch/eight
expect 0 import joint
expect 0 cosign "$joint" --offline
expect 0 export joint
P2PUB_HOME=$scratch/four
expect 0 export joint
P2PUB_HOME=$scratch/reader
expect 0 import joint
expect 0 read "$joint"
says 'signed        The four, vouched for by OMCT'
says 'not seen      OMCT'
says 'signed        Восьмая, vouched for by OMCT'
expect 0 verify --json "$joint"
has trust vouched
has signatories.0.trust vouched
has signatories.0.name 'The four'
has signatories.0.vouched_by OMCT
has signatories.1.trust followed
has others.0.name Восьмая

# Second is taken back; and under another name it is vouched for again.
P2PUB_HOME=$scratch/one
expect 0 withdraw "$second" --reason 'another key' --offline
expect 0 export later
P2PUB_HOME=$scratch/reader
expect 0 import later
expect 5 read "$(id_of two)"
P2PUB_HOME=$scratch/one
expect 0 vouch two.pub 'Second again' --offline --yes
expect 0 vouch two.pub 'Second at last' --offline --yes
expect 0 export latest
P2PUB_HOME=$scratch/reader
expect 0 import latest
expect 0 read "$(id_of two)"
says 'Second at last, vouched for by OMCT'

# A key that was revoked is nobody's to vouch for; and whoever revoked the
# introducer's is named with the names.
P2PUB_HOME=$scratch/eight
expect 0 keys revoke --reason Lost --yes
expect 0 export revoked
P2PUB_HOME=$scratch/one
expect 0 import revoked
expect 1 vouch eight.pub Eight --offline --yes
complains 'revoked'
expect 0 keys revoke --reason Lost --yes
expect 0 export revoked
P2PUB_HOME=$scratch/reader
expect 0 import revoked
expect 0 read "$(id_of two)"
says 'the key of OMCT, which vouches for this one'
expect 0 verify --json "$(id_of two)"
[ "$(json vouched_by.0.revoked)" != null ] || fault 'no day of revocation'

# On a terminal the words are shown.
P2PUB_HOME=$scratch/two
expect 0 import stick
code=0
"$on_terminal" 'public? [y/N] ' 'n
' -- "$P2PUB" vouch three.pub Troisième --offline >out 2>err || code=$?
[ "$code" -eq 1 ] || fault "no on a terminal: exit code $code"
asked='vouch on a terminal'
says 'nothing was signed'
code=0
"$on_terminal" 'public? [y/N] ' 'y
' -- "$P2PUB" vouch three.pub Troisième --offline >out 2>err || code=$?
[ "$code" -eq 0 ] || fault "yes on a terminal: exit code $code"
asked='vouch on a terminal'
says "the word of 'two'"
expect 1 vouch three.pub Troisième --offline --yes
complains 'already vouched'
finish
