#!/bin/sh
# Goal of this test: a key is replaced by a new one, by words or by keepers, by
# its owner or after it was lost; each step says what is still needed, and what
# cannot be is refused before anything is signed.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
printf '# First\n\nText.\n' >first.md
printf '# Second\n\nText.\n' >second.md
printf '# Thief\n\nText.\n' >thief.md

# words HOME NAME FILE: a key whose recovery words are in FILE.
words() {
    P2PUB_HOME=$scratch/$1
    expect 0 keys new --json "$2" --no-passphrase
    json recovery_words >"$3"
    json recovery.0 >"$3.key"
}

# header_of ID NAME: its header is in NAME.txt.
header_of() {
    expect 0 export headers "$1"
    cp "headers/$1/header.txt" "$2.txt"
}

# Words at hand: the new key is the key at once.
words one Centre centre.words
old=$(json key)
root=$(json identity)
expect 0 keys show
cp out first.words
publish first.md --lang en
first=$id
expect 0 keys rotate --words-file centre.words --no-passphrase --offline \
    --yes --json
has version 2
has counts true
has missing.# 0
has consent.0.signed 1
has consent.0.needed 1
has name Centre-2
second=$(json id)
new=$(json key)
[ "$new" != "$old" ] || fault "the same key"
header_of "$second" two
for line in "key $new" 'version 2' "follows $root" "good $old 2 $first" \
    "recovery $(cat centre.words.key)" 'name Centre'; do
    grep -qxF "$line" two.txt || fault "version 2 has no '$line'"
done
# The key that is there to sign is the new one, unless the old one is named.
publish second.md --lang en
has key "$new"
publish thief.md --as Centre
complains "'Centre' was replaced by version 2"
expect 0 keys list
says 'Centre  (not encrypted, replaced)'
says 'Centre-2  (not encrypted)'
expect 0 keys list --json
has keys.0.replaced_by "$new"
has keys.1.replaced_by null
expect 0 keys show
says 'name   Centre-2'
expect 0 keys show --json
has version 2
cp "$P2PUB_HOME/keys/Centre-2.pub" "$P2PUB_HOME/keys/Centre-3.pub"
expect 6 keys rotate Centre-2 --words-file centre.words --offline --yes \
    --no-passphrase
complains '--new-name NAME'
rm "$P2PUB_HOME/keys/Centre-3.pub"
# Whoever did it need not be told.
expect 0 list
is_silent
expect 6 keys rotate Centre --words-file centre.words --offline --yes
complains 'was replaced by version 2 already'
expect 2 keys rotate Centre-2 --words-file centre.words --no-passphrase \
    --offline --yes --json --new-words
complains 'needs --sheets DIR'
[ ! -e "$P2PUB_HOME/keys/Centre-3.key" ] || fault "a key all the same"
expect 0 keys rotate Centre-2 --words-file centre.words --no-passphrase \
    --offline --yes --json --new-words --sheets three
has version 3
has counts true
has name Centre-3
has consent.# 2
grep -oE '  [ 0-9][0-9] [a-z]+' three/Centre-3-recovery.txt |
    awk '{ print $2 }' | tr '\n' ' ' | sed 's/ $//' >centre.new
echo >>centre.new
for sheet in three/*.txt; do
    grep -qF "$(sed -n 's/^words *//p' first.words)" "$sheet" ||
        fault "'$sheet' has other words to compare"
done
expect 6 keys rotate Centre-3 --words-file centre.words --no-passphrase \
    --offline --yes
complains 'none of its recovery keys'
[ ! -e "$P2PUB_HOME/keys/Centre-4.key" ] || fault "a key all the same"
expect 0 keys rotate Centre-3 --same-key --words-file centre.new --offline \
    --yes --json --name-in ru=Центр --web https://example.org/ \
    --threshold 1
has version 4
has counts true
has name Centre-3
header_of "$(json id)" four
grep -qx 'name-in ru Центр' four.txt || fault "no other name"
! grep -q '^good' four.txt || fault "a key that stays has ended"
expect 2 keys rotate Centre-3 --same-key --offline --yes
complains 'nothing that changes'
expect 2 keys rotate Centre-3 --same-key --new-name x --web https://a.example/
expect 2 keys rotate Centre-3 --new-words --recovery "$new"
complains 'which of them'
expect 2 keys rotate Centre-3 --same-key --recovery "$(cat \
    "$P2PUB_HOME/keys/Centre-3.pub" | tail -n 1)" --yes
complains 'cannot be one of its recovery keys'
expect 6 keys rotate Nobody --yes

# What is wrong with words is named.
try='keys rotate Centre-3 --no-passphrase --offline --yes --words-file wrong'
# shellcheck disable=SC2086
{
    sed 's/^[a-z]*/Lektur/' centre.new >wrong
    expect 6 $try
    complains "word 1, 'Lektur', is none of the list: is it 'lecture'?"
    sed 's/ [a-z]*$/ xyzzyxyz/' centre.new >wrong
    expect 6 $try
    complains "word 24, 'xyzzyxyz', is none of the list"
    sed 's/ [a-z]*$//' centre.new >wrong
    expect 6 $try
    complains 'these are 23 words'
    awk '{ w = $1; $1 = $2; $2 = w; if ($1 == $2) $3 = "zoo"; print }' \
        centre.new >wrong
    expect 6 $try
    complains 'together they are no key'
    sed 's/$/ zoo/' centre.new >wrong
    expect 6 $try
    complains 'these are 25 words'
    : >wrong
    expect 6 $try
    complains 'these are 0 words'
    expect 4 $try.missing
    head -c 5000 /dev/zero | tr '\000' a >wrong
    expect 1 $try
}
expect 2 keys rotate Centre-3 --words --yes
complains 'no terminal'
[ ! -e "$P2PUB_HOME/keys/Centre-4.key" ] || fault "a key all the same"
# From the terminal, in several lines, with a misprint that is asked for again.
code=0
"$on_terminal" 'Words 1 to 24: ' "$(cut -d' ' -f1-10 centre.new)
" 'Words 11 to 24: ' "$(cut -d' ' -f11-12 centre.new) xyzzyxyz
" "word 13, 'xyzzyxyz'" '' 'Words 13 to 24: ' "$(cut -d' ' -f13-24 centre.new)
" -- "$P2PUB" keys rotate Centre-3 --words --no-passphrase --offline --yes \
    --sheets paper >out 2>err || code=$?
[ "$code" -eq 0 ] || fault "on a terminal: exit code $code"
says 'version 5 counts now'
says_not "$(cut -d' ' -f1-3 centre.new)"
[ -e paper/Centre-5-revocation.txt ] || fault "no sheet"

# What was said of an earlier key is set right.
expect 0 keys rotate Centre-5 --same-key --good "$root" --offline --yes --json \
    --words-file centre.new
has version 6
has counts true
header_of "$(json id)" six
[ "$(grep '^good' six.txt)" = "good $old 1 $root" ] || fault "other good ones"

# A person is asked, and may say no.
code=0
"$on_terminal" 'Sign this version? [y/N] ' 'n
' -- "$P2PUB" keys rotate Centre-5 --no-passphrase --offline >out 2>err || code=$?
[ "$code" -eq 1 ] || fault "said no on a terminal: exit code $code"
says 'nothing was signed'
code=0
"$on_terminal" 'Sign this version? [y/N] ' 'y
' 'at hand? [y/N] ' 'y
' 'Words 1 to 24: ' '^D' -- "$P2PUB" keys rotate Centre-5 --no-passphrase \
    --offline >out 2>err || code=$?
[ "$code" -eq 6 ] || fault "gave no words on a terminal: exit code $code"
code=0
"$on_terminal" 'and the newest that is? [y/N] ' 'n
' -- "$P2PUB" keys recover Centre-5 --no-passphrase --offline >out 2>err ||
    code=$?
[ "$code" -eq 1 ] || fault "said no on a terminal: exit code $code"
says '--good ID'
[ ! -e "$P2PUB_HOME/keys/Centre-6.key" ] || fault "a key all the same"

# New words are on paper before anything is signed.
code=0
"$on_terminal" 'Sign this version? [y/N] ' 'y
' 'at hand? [y/N] ' 'n
' 'Enter for none: ' '
' 'Are the new words on paper? [y/N] ' 'n
' -- "$P2PUB" keys rotate Centre-5 --no-passphrase --offline --new-words \
    >out 2>err || code=$?
[ "$code" -eq 1 ] || fault "words not on paper: exit code $code"
says 'Recovery words'
says 'the old ones are as they were'
[ ! -e "$P2PUB_HOME/keys/Centre-7.key" ] || fault "a key all the same"

# Keepers in other places: two of three, each with cosign.
for keeper in amira boris chen; do
    P2PUB_HOME=$scratch/$keeper
    make_key "$keeper"
    cp "$P2PUB_HOME/keys/$keeper.pub" "$keeper.pub"
done
P2PUB_HOME=$scratch/two-of-three
expect 0 keys new Bureau --no-passphrase --recovery amira.pub \
    --recovery boris.pub --recovery chen.pub
expect 0 follow --yes amira.pub --name Amira
publish first.md --lang en
expect 0 keys rotate --no-passphrase --offline --yes --json
has counts false
has missing.# 3
has missing.0.name Amira
has consent.0.signed 0
has consent.0.needed 2
has consent.0.of 3
bureau=$(json id)
expect 0 export stick
expect 0 keys show Bureau-2
complains 'not in force yet'
complains "p2pub cosign $(echo "$bureau" | cut -c1-16) --words"
expect 0 keys show Bureau-2 --json
has waiting.id "$bureau"
has waiting.missing.# 3
expect 0 keys show Bureau --json
has waiting -
P2PUB_HOME=$scratch/amira
expect 0 import stick
expect 0 cosign "$bureau" --offline --yes
complains 'signed by 1 of the 3 recovery keys of version 1; it takes 2'
complains "p2pub cosign $(echo "$bureau" | cut -c1-16) --words"
expect 1 cosign "$bureau" --offline --yes
expect 6 cosign "$bureau" --offline --yes --words-file "$scratch/centre.words"
complains 'words of no recovery key'
expect 0 export stick
P2PUB_HOME=$scratch/chen
expect 0 import stick
expect 0 cosign "$bureau" --offline --yes --json
has counts true
has missing.# 0
header_of "$(json id)" chen-signs
grep -qx 'sequence 0' chen-signs.txt || fault "inside the sequence"
expect 0 export stick
# Words that sign nothing but an identity.
P2PUB_HOME=$scratch/one
expect 2 cosign "$first" --offline --yes --words-file centre.words
complains 'and nothing else'
expect 2 cosign "$second" --offline --yes --words-file centre.words --as Centre
complains 'neither --as'

# The key is taken; whoever has it signs on.  Its owner has the words, and what
# others hold of the records.
words stolen Desk desk.words
desk=$(json key)
cp "$P2PUB_HOME/keys/Desk.pub" desk.pub
publish first.md --lang en
last=$id
expect 0 export all
expect 0 keys new Other --no-passphrase --json
other=$(json identity)
publish thief.md --lang en --as Desk
expect 0 export all
P2PUB_HOME=$scratch/owner
expect 4 keys recover desk.pub --words-file desk.words --offline --yes
complains 'no identity of this key is here'
expect 2 keys recover
expect 0 import all
expect 2 keys recover desk.pub --words-file desk.words --offline
complains '--good ID names the last good'
expect 4 keys recover desk.pub --offline --good 0123456789ab
expect 1 keys recover desk.pub --offline --good "$other"
complains 'is not by a key that is to be replaced'
expect 6 keys recover desk.pub --words-file desk.words --offline --good "$last"
complains "try: p2pub keys recover --passphrase-file FILE"
expect 0 keys recover desk.pub --words-file desk.words --offline \
    --good "$last" --no-passphrase --new-words --sheets desk --json
has version 2
has counts true
has name Desk-2
has recovery_words -
has sheets.# 4
header_of "$(json id)" desk-two
grep -qxF "good $desk 2 $last" desk-two.txt || fault "another last one"
expect 0 export recovered
# Where the old key is, that is told once, and that the new one is elsewhere.
P2PUB_HOME=$scratch/stolen
expect 0 import recovered
complains "Your key 'Desk' was replaced on"
expect 0 list
is_silent
# By the name under which it is followed; nobody's words, so keepers are named.
P2PUB_HOME=$scratch/friend
expect 0 import all
expect 0 follow --yes desk.pub --name 'The desk'
expect 0 keys recover 'The desk' --offline --yes --no-passphrase --json \
    --new-name Rescue
has counts false
has missing.# 1
has name Rescue
rescue=$(json id)
expect 0 cosign "$rescue" --offline --yes --words-file desk.words --json
has counts true

# Whoever has no identity cannot be replaced; nor can nobody.
P2PUB_HOME=$scratch/bare
expect 6 keys rotate --yes --offline
complains 'there is no key in'
cp "$top_srcdir/tests/vectors/minisign/key-scrypt-least.key" Me.key
echo 'p2pub test passphrase' >right
expect 0 keys import Me.key --passphrase-file right
expect 4 keys rotate --yes --offline --passphrase-file right
complains 'no identity of this key is here'
[ "$(ls "$P2PUB_HOME/keys" | wc -l)" -eq 2 ] || fault "a key all the same"

# Two records with one number at the end: which is the last good one?
P2PUB_HOME=$scratch/forked
make_key Forked
cp -R forked copy
publish first.md
expect 0 export both
P2PUB_HOME=$scratch/copy
publish second.md
expect 0 export both
expect 0 import both
expect 1 keys rotate --yes --offline --no-passphrase
complains 'have the number 2'
expect 0 keys rotate --yes --offline --no-passphrase --good "$id"

# Whoever has the key signs another version 1: its owner says which it is.
if command -v minisign >/dev/null 2>&1; then
    words twice Twice twice.words
    twice=$(json identity)
    mkdir false
    cp "$P2PUB_HOME/keys/Twice.key" "$P2PUB_HOME/keys/Twice.pub" .
    header_of "$twice" twice
    sed "s/^name .*/name Thief/" twice.txt >false/header.txt
    minisign -Sm false/header.txt -s Twice.key -W -t 'p2pub1 identity' \
        >/dev/null 2>&1 || minisign -Sm false/header.txt -s Twice.key \
        -t 'p2pub1 identity' </dev/null >/dev/null 2>&1 ||
        fault "minisign does not sign"
    expect 0 import false
    expect 1 keys rotate --words-file twice.words --yes --offline \
        --no-passphrase
    complains 'name the one that is its owner'
    expect 4 keys rotate --words-file twice.words --yes --offline \
        --no-passphrase --identity 0123456789ab
    expect 0 keys rotate --words-file twice.words --yes --offline \
        --no-passphrase --identity "$twice" --json --good "$twice"
    has counts true
    has version 2
    expect 1 keys rotate Twice --offline --identity "$(json id)"
    complains 'is no version 1'
    expect 0 export both-roots
    P2PUB_HOME=$scratch/twice-reader
    expect 0 import both-roots
    expect 6 keys recover Twice.pub --good "$twice" --words-file twice.words \
        --offline --no-passphrase --identity "$twice"
    complains 'was replaced by version 2'
    cp -R "headers/$twice" root
    expect 6 keys recover root --good "$twice" --words-file twice.words \
        --offline --no-passphrase
    complains 'was replaced by version 2'
else
    echo "skipped: no minisign here"
fi

# Two islands that rotate at once: a version that follows both ends it.
P2PUB_HOME=$scratch/owner
expect 0 export all
P2PUB_HOME=$scratch/friend
expect 0 export all
expect 0 import all
expect 0 keys recover 'The desk' --offline --good "$last" --no-passphrase \
    --json --new-name Healed --words-file desk.words --yes
has version 3
has counts false
has consent.# 2
has missing.# 1
# The words as they stand on the sheet, with their numbers; and a whole sheet,
# in which a wrong one is named.
sheet=$scratch/desk/Desk-2-recovery.txt
healed=$(json id)
grep -E '^ +[0-9]+ [a-z]+ +[0-9]+ [a-z]' "$sheet" >rows
sed 's/^\( *5 [a-z]*\)/\1zz/' "$sheet" >misprint
expect 6 cosign "$healed" --offline --yes --words-file misprint
complains 'word 5, '
expect 0 cosign "$healed" --offline --yes --words-file "$sheet" --dry-run
"$P2PUB" cosign "$healed" --offline --yes --words-file - --json >out 2>err \
    <rows || fault "no words from standard input"
has counts true
finish
