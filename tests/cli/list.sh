#!/bin/sh
# Goal of this test: list shows the newest statements first, with what is known
# about each, as lines and as JSON; titles do nothing to a terminal.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

# Nothing yet.
expect 0 list
shows_nothing
expect 0 list --json
has statements.# 0
has schema 1
[ ! -e "$P2PUB_HOME" ] || fault "list made a home"

expect 0 import "$records/good"
expect 0 follow --yes --name OMCT "$records/good/identity"
expect 0 list
[ "$(wc -l <"$scratch/out")" -eq 13 ] || fault "not 13 lines"
cut -c15-24 "$scratch/out" | sort -rc 2>/dev/null ||
    fault "not the newest first"
says "$(cut -c1-12 "$records/good/two-languages/id")  2023-06-26  VERIFIED  OMCT: [replaced] [key revoked] Central Asia: an end to torture"
says '2024-03-01  UNKNOWN '
says 'NEWER'
says '\u{ad}'
says_not "$(printf '\302\255')"
is_silent

expect 0 list --json
has statements.# 13
has statements.0.id "$(cat "$records/good/translation/id")"
has statements.0.verdict unknown
has statements.0.complete true
has statements.0.date 2024-03-01
has statements.1.verdict verified
has statements.1.name OMCT
has statements.1.key "$(sed -n 's/^key //p' "$records/good/merge/header.txt")"

# A file that has not arrived.
P2PUB_HOME=$scratch/second
cp -r "$records/good/two-languages" "$scratch/part"
chmod -R u+w "$scratch/part"
rm "$scratch/part/attachment-1.txt"
expect 0 import "$scratch/part"
expect 0 list
says '[incomplete] Central Asia'
expect 0 list --json
has statements.0.complete false

# Own statements; a title that would do something is refused by publish, so
# here is one that only looks strange.
make_key Me
printf '# Own\n\nText.\n' >"$scratch/own.md"
publish "$scratch/own.md"
expect 0 list
says "$(echo "$id" | cut -c1-12)"
says 'VERIFIED  Me: Own'

# Whoever has seen enough goes, and hears no more; a full disk is said.
asked='p2pub list | true'
{
    "$P2PUB" list 2>"$scratch/err" || :
} | true
is_silent
if [ -e /dev/full ]; then
    code=0
    "$P2PUB" list >/dev/full 2>"$scratch/err" || code=$?
    [ "$code" -eq 1 ] || fault "list >/dev/full: exit code $code, wanted 1"
    complains 'could not be written'
fi

# Wrong input; a damaged store; one that cannot be read.
expect 2 list all
expect 2 list --limit
P2PUB_HOME=$scratch/third
mkdir "$P2PUB_HOME"
echo 'this is no database, but text' >"$P2PUB_HOME/store.db"
expect 8 list
expect 8 list --json
has error.code 8

finish
