#!/bin/sh
# Goal of this test: gaps names the numbers of followed keys that have not
# arrived, and who says so; whoever has them all reads that nothing is known to
# be missing; and publish --heads tells of a newest record that is withheld.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

# at HOME: from now on, as this person.
at() {
    P2PUB_HOME=$scratch/$1
}

cd "$scratch"
for title in one two three four five; do
    echo "# $title" >"$title.md"
done

# Nobody is followed, and nothing there.
at reader
expect 0 gaps
shows_nothing
complains 'You follow nobody'
expect 0 gaps --json
has missing.# 0
has left_out 0
expect 2 gaps one two
expect 2 gaps --frobnicate
complains 'try: p2pub help gaps'

# An author with an identity, number 1, and five statements.
at author
make_key OMCT
cp author/keys/OMCT.pub .
publish one.md
id_one=$id
publish two.md
id_two=$id
publish three.md
id_three=$id
publish four.md
id_four=$id
publish five.md
id_five=$id
expect 0 gaps
shows_nothing
complains 'Nothing is missing'
complains 'cannot be noticed'
expect 0 export sent "$id_one" "$id_four"
expect 0 export rest

# The reader gets two of six records.
at reader
expect 0 import sent
expect 0 gaps
shows_nothing
complains 'You follow nobody'
expect 0 follow --yes --name OMCT OMCT.pub
expect 0 gaps
says "Missing between an author's own records:"
says '  OMCT: 1, 3 to 4'
says_not 'another author'
complains 'p2pub sync'
expect 0 gaps --quiet
is_silent
key=$(tail -n 1 OMCT.pub)
expect 0 gaps --json
is_silent
has missing.# 2
has missing.0.key "$key"
has missing.0.name OMCT
has missing.0.from 1
has missing.0.to 1
has missing.0.said_by "$key"
has missing.1.from 3
has missing.1.to 4
has left_out 0
expect 0 gaps OMCT --json
has missing.# 2
expect 0 gaps "$key" --json
has missing.# 2
expect 4 gaps HRW
complains "'HRW'"
expect 4 gaps --json HRW
has error.code 4
expect 0 verify "$id_one"
says '3 earlier records'
expect 0 verify "$id_one" --json
has gaps 3
has quoted_by.# 0

# In whatever way they come.
expect 0 import rest
expect 0 gaps OMCT
shows_nothing
complains 'Nothing is missing'
expect 0 gaps --json
has missing.# 0

# A reader to whom the newest, number 6, never came, and who never met OMCT.
# HRW has all of it, follows OMCT and somebody of whom nothing has come.
at witness
make_key HRW
cp witness/keys/HRW.pub .
expect 0 follow --yes --name Geneva OMCT.pub
expect 0 follow --yes --name Silent \
    RWQBAgMEBQYHCM7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8
echo '# first' >first.md
expect 0 publish --offline --yes --heads first.md
complains 'the statement mentions nobody'
first=$(cat out)
expect 0 import rest
echo '# second' >second.md
expect 0 publish --offline --yes --quiet --heads second.md
complains 'tells everybody, for ever, whom you follow'
complains '  Geneva, number 6'
second=$(cat out)
echo '# third' >third.md
expect 0 publish --offline --yes --json --dry-run --heads third.md
has heads.# 1
has heads.0.key "$key"
has heads.0.name Geneva
has heads.0.sequence 6
has heads.0.id "$id_five"
# Without it nobody is mentioned.
publish third.md
has heads -
expect 0 read "$id" --into third
! grep -q '^head ' third/header.txt || fault "a head that nobody asked for"
expect 0 export quoting "$first" "$second"
grep -qx "head $key 6 $id_five" quoting/*/header.txt ||
    fault "the statement does not quote number 6"

# Of several statements each.
echo '# sixth' >sixth.md
echo '# seventh' >seventh.md
expect 0 publish --offline --yes --heads sixth.md seventh.md
[ "$(grep -c 'whom you follow' err)" -eq 1 ] || fault "$asked: not said once"
cp out both
while read -r id; do
    expect 0 read --json "$id"
    has heads.# 1
done <both

# Signed elsewhere.
echo '# fourth' >fourth.md
expect 0 publish --prepare apart --heads fourth.md
complains 'whom you follow'
grep -qx "head $key 6 $id_five" apart/header.txt ||
    fault "what was prepared does not quote number 6"
expect 2 publish --signed apart --heads

# On a terminal it is asked, and a no leaves everything as it was.
echo '# fifth' >fifth.md
code=0
"$on_terminal" 'Publish whom you follow? [y/N] ' 'n
' -- "$P2PUB" publish --offline --heads fifth.md >out 2>&1 || code=$?
asked='publish --heads on a terminal'
[ "$code" -eq 1 ] || fault "$asked: exit code $code, wanted 1"
says 'nothing was signed'
expect 0 list
says_not fifth
code=0
"$on_terminal" 'Publish whom you follow? [y/N] ' 'y
' 'Sign and publish? [y/N] ' 'y
' -- "$P2PUB" publish --offline --heads fifth.md >out 2>&1 || code=$?
[ "$code" -eq 0 ] || fault "$asked: exit code $code, wanted 0"
expect 0 list
says fifth

at islander
expect 0 follow --yes --name OMCT OMCT.pub
rm -r sent
at author
expect 0 export sent "$id_one" "$id_two" "$id_three"
at islander
expect 0 import sent
expect 0 import quoting
expect 0 gaps
says '  OMCT: 1'
says_not 'another author'
# Somebody who is not followed says nothing.
expect 0 follow --yes --name HRW HRW.pub
expect 0 gaps
says "Missing between an author's own records:"
says 'Missing beyond the newest one here, as another author says:'
says '  OMCT: 5 to 6; HRW says 6 exists'
expect 0 gaps OMCT --json
has missing.# 2
has missing.0.said_by "$key"
has missing.1.from 5
has missing.1.to 6
has missing.1.said_by "$(tail -n 1 HRW.pub)"
has missing.1.said_by_name HRW
expect 0 gaps HRW --json
has missing.# 1
expect 0 verify "$id_one"
says 'newer         HRW says 6 exists; not here'
expect 0 verify --json "$id_one"
has quoted_by.# 1
has quoted_by.0.name HRW
has quoted_by.0.sequence 6
has quoted_by.0.state missing
has quoted_by.0.id "$id_five"
expect 0 verify "$second"
says 'says          6 of OMCT exists; not here'
expect 0 read --json "$second"
has heads.# 1
has heads.0.state missing
# The very one that was quoted, on a stick, is not missing.
expect 0 verify rest/"$(echo "$id_five" | cut -c1-12)"*
says_not 'not here'
expect 0 import rest
expect 0 gaps OMCT
shows_nothing
expect 0 verify --json "$id_one"
has quoted_by.# 0
expect 0 verify "$second"
says 'says          6 of OMCT exists'
says_not 'not here'

finish
