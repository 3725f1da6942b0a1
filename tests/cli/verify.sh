#!/bin/sh
# Goal of this test: verify says who signed and whether it is intact, of an ID,
# a header file and a folder, with and without a store; whatever is not what
# was signed ends with exit code 3, and nothing of it is shown.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

identity=$records/good/identity
joint=$records/good/two-languages
joint_id=$(cat "$joint/id")
key=$(sed -n 's/^key //p' "$joint/header.txt")

# A copy of the joint statement in which something can be spoilt.
spoil() {
    rm -rf "$scratch/spoilt"
    cp -r "$joint" "$scratch/spoilt"
    chmod -R u+w "$scratch/spoilt"
}

# Without store or configuration, from anywhere; not followed.
expect 5 verify "$joint"
says 'UNKNOWN'
says "$joint_id"
complains 'do not follow'
complains "try: p2pub follow $key"
[ ! -e "$P2PUB_HOME" ] || fault "verify made a home"
expect 5 verify "$joint/header.txt"
expect 5 --json verify "$joint"
has verdict unknown
has id "$joint_id"
has title 'Central Asia: an end to torture'
has date 2023-06-26
has key "$key"
has complete true
has error.code 5
env -u HOME -u P2PUB_HOME "$P2PUB" verify "$joint" >"$scratch/out" \
    2>"$scratch/err" && code=0 || code=$?
[ "$code" -eq 5 ] || fault "without HOME: exit code $code, wanted 5"

# Against a key that is given.
expect 0 verify --key "$key" "$joint"
says 'VERIFIED'
other=$(sed -n 's/^key //p' "$records/good/translation/header.txt")
expect 3 verify --key "$other" "$joint"
says 'NOT VERIFIED'
says_not "$joint_id"
expect 6 verify --key "$joint/statement.md" "$joint"
expect 4 verify --key "$scratch/none.pub" "$joint"

# Followed.
expect 0 follow --yes "$identity"
expect 0 verify "$joint"
says 'VERIFIED      Human Rights Centre'
expect 0 verify --json "$joint"
has verdict verified
has name 'Human Rights Centre'
has error -

# Whatever is not what was signed.
for header in "$records"/bad/*.header; do
    rm -rf "$scratch/bad"
    mkdir "$scratch/bad"
    cp "$header" "$scratch/bad/header.txt"
    cp "${header%.header}.minisig" "$scratch/bad/header.txt.minisig"
    expect 3 verify "$scratch/bad"
    complains 'NOT VERIFIED'
    [ "$(cat "$scratch/out")" = "NOT VERIFIED  $scratch/bad" ] ||
        fault "$asked: shows something of it"
done
for flipped in header.txt statement.md statement.ru.md attachment-1.txt; do
    spoil
    flip "$scratch/spoilt/$flipped" 20
    expect 3 verify "$scratch/spoilt"
    says_not 'torture'
    complains "$flipped"
done
for signature_line in 2 3 4; do
    spoil
    offset=$(($(sed -n "1,$((signature_line - 1))p" \
        "$joint/header.txt.minisig" | wc -c) + 20))
    flip "$scratch/spoilt/header.txt.minisig" "$offset"
    expect 3 verify "$scratch/spoilt"
    says_not 'torture'
done
spoil
head -c 100 "$joint/statement.md" >"$scratch/spoilt/statement.md"
expect 3 verify --json "$scratch/spoilt"
has verdict failed
has error.code 3
has id -

# What is no bundle at all is named for what it seems to be.
spoil
: >"$scratch/spoilt/header.txt"
expect 3 verify "$scratch/spoilt"
complains 'empty'
printf '\n<!DOCTYPE html>\n<html>' >"$scratch/spoilt/header.txt"
expect 3 verify "$scratch/spoilt"
complains 'web page'
head -c 300 "$joint/header.txt" >"$scratch/spoilt/header.txt"
expect 3 verify "$scratch/spoilt/header.txt"
complains 'cut or'
head -c 20000 /dev/zero >"$scratch/spoilt/header.txt"
expect 3 verify "$scratch/spoilt"
printf 'p2pub1 statement\n\377\376\000\001' >"$scratch/spoilt/header.txt"
expect 3 verify "$scratch/spoilt"
spoil
head -c 20000 /dev/zero >"$scratch/spoilt/header.txt.minisig"
expect 3 verify "$scratch/spoilt"
rm "$scratch/spoilt/header.txt.minisig"
expect 4 verify "$scratch/spoilt"
complains 'header.txt.minisig'
expect 4 verify "$scratch/nowhere"
complains "$scratch/nowhere"
expect 4 verify abcdef
expect 2 verify
if [ "$(id -u)" -ne 0 ]; then
    spoil
    chmod 000 "$scratch/spoilt/header.txt"
    expect 1 verify "$scratch/spoilt"
fi

# A file that has not arrived.
spoil
rm "$scratch/spoilt/attachment-1.txt"
expect 4 verify "$scratch/spoilt"
says 'VERIFIED'
complains 'attachment-1.txt'
expect 4 verify --json "$scratch/spoilt"
has verdict verified
has complete false

# From the store, whole and prefix.
expect 0 import "$records/good"
expect 0 verify "$joint_id"
expect 0 verify "$(echo "$joint_id" | cut -c1-6)"
says "$joint_id"
expect 0 verify "$(echo "$joint_id" | tr a-f A-F)"

# Of several: 3 before 5 before 4.
unknown=$records/good/translation
spoil
flip "$scratch/spoilt/statement.md" 3
expect 0 verify "$joint" "$identity"
expect 4 verify "$joint" "$scratch/nowhere"
expect 5 verify "$scratch/nowhere" "$unknown" "$joint"
expect 3 verify "$unknown" "$scratch/spoilt" "$scratch/nowhere"
expect 3 verify --json "$joint" "$scratch/spoilt" "$scratch/nowhere"
has statements.# 3
has statements.0.verdict verified
has statements.0.argument "$joint"
has statements.1.verdict failed
has statements.2.error.code 4
has error.code 3
# The one error of the document is what the exit code is about.
expect 3 verify --json "$scratch/nowhere" "$unknown" "$scratch/spoilt"
has error.code 3
expect 5 verify --json "$scratch/nowhere" "$unknown"
has error.code 5

# What a newer p2pub understands.
expect 1 verify "$records/good/newer-line"
says 'NEWER'
expect 1 verify --json "$records/good/unknown-kind"
has verdict newer

# On media that cannot be written.
cp -r "$records/good" "$scratch/media"
chmod -R a-w "$scratch/media"
expect 0 verify "$scratch/media/two-languages"

finish
