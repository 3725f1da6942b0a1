#!/bin/sh
# Goal of this test: help fits a telephone's 40 columns and a terminal's 24
# lines, and whoever mistypes is told what was probably meant.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"

# fits: what was said, but the line of the shell that is typed after it.
fits() {
    [ "$(wc -l <out)" -le 24 ] || fault "$asked: over 24 lines"
    awk 'length($0) > 40 { exit 1 }' out || fault "$asked: over 40 columns"
}

expect 0 help
fits
is_silent
sed -n 's/^  \([a-z]*\) .*/\1/p' out >commands
[ "$(wc -l <commands)" -ge 10 ] || fault "help names few commands"
cp out all
for command in $(cat commands); do
    expect 0 help "$command"
    fits
    says "p2pub $command"
    cp out of-command
    expect 0 "$command" --help
    cmp -s out of-command || fault "$asked: is another help"
done

for verb in list new show import passphrase revoke rotate recover; do
    expect 0 help keys "$verb"
    fits
    says "p2pub keys $verb"
    cp out of-verb
    expect 0 keys "$verb" --help
    cmp -s out of-verb || fault "$asked: is another help"
done
expect 2 help keys frobnicate
complains 'try: p2pub help keys'
expect 2 help list new

# No argument, and nothing there yet: the first steps.
expect 0
says 'Nothing is here yet'
says 'p2pub publish'

# What does not exist.
expect 2 pubish
complains "no command 'pubish'"
complains 'try: p2pub publish'
expect 2 frobnicate
complains 'try: p2pub help'
expect 2 help frobnicate
expect 2 help pubish
complains 'try: p2pub help publish'
expect 2 --frobnicate
grep -qx 'try: p2pub help' err || fault "$asked: something behind the try"
expect 2 version frobnicate
expect 0 version
cp out version
expect 0 --version
cmp -s out version || fault "$asked: is another version"

# With --json all of it is a document, also where --json stands last and
# something else ended the line before.
expect 0 --json help
has commands.0.name list
expect 0 help list --json
has name list
expect 0 list --help --json
has name list
expect 0 --version --json
has schema 1
expect 2 list --frobnicate --json
has error.code 2
expect 2 publish --sequence none --json
has error.code 2
expect 2 frobnicate --json
has error.code 2

expect 2 list --frobnicate
complains 'try: p2pub help list'
expect 2 --color sometimes list
expect 2 --json frobnicate
has error.code 2
has schema 1

# Global options stand before or behind the command.
make_key Centre
echo '# Text' >text.md
publish text.md
expect 0 --json list
has statements.0.title Text
expect 0 list --json
has statements.0.title Text
expect 0 --home "$scratch/elsewhere" list
shows_nothing
expect 0 list --quiet
is_silent

# Colour stands beside words, and only where it is wished.
expect 0 list --color never
cp out plain
expect 0 list --color always
[ "$(sed "s/$(printf '\033')\[[0-9;]*m//g" out)" = "$(cat plain)" ] ||
    fault "$asked: colour says something that words do not"
! cmp -s out plain || fault "$asked: no colour"
NO_COLOR=1
export NO_COLOR
expect 0 list
cmp -s out plain || fault "$asked: not plain with NO_COLOR"

# Without a home, and without anything to say where it would be.
unset P2PUB_HOME HOME
expect 1 list
complains 'neither HOME nor P2PUB_HOME'
expect 0 help
expect 0 version
finish
