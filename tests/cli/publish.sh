#!/bin/sh
# Goal of this test: what publish makes of texts, translations, photographs
# and options is what a reader finds; it prints the id alone, and what was
# published once is not published twice.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
printf '# An end to torture\n\nWords.\n' >statement.en.md
printf '# Положить конец пыткам\n\nСлова.\n' >statement.ru.md
printf '\357\273\277Plain words.\r\nAnd more.\r\n' >plain.txt
# A grey JPEG of one point with nothing beside the picture.
printf '\377\330\377\333\000\002\377\332\000\002x\377\331' >Photo\ 1.JPG
printf '%%PDF-1.7 report' >report.pdf

# The first publish makes the key, with the passphrase of a file.  scrypt is
# slow by design, so this is the only time.
echo 'correct horse' >passphrase
expect 0 publish --offline --passphrase-file passphrase statement.en.md
first=$(cat out)
[ "$(wc -w <out)" -eq 1 ] || fault "$asked: more than the id on stdout"
complains 'Recovery words'
complains 'nobody has it yet'
[ "$(grep -c '^ *[0-9]* [a-z]* *[0-9]* [a-z]*' err)" -ge 8 ] ||
    fault "$asked: no eight lines of recovery words"
expect 0 keys list --json
has keys.1 -
has keys.0.name publisher
has keys.0.encrypted true
expect 0 verify --json "$first"
has title 'An end to torture'
has files.0.name statement.md
has files.0.language en
has sequence 2
has verdict verified

# The rest with a key that asks for nothing.
P2PUB_HOME=$scratch/quick
make_key Centre
date=2023-06-26
other=RWQCAgMEBQYHCGt5xX5qCVI5KCwEgY6WES8/A6QAG6l6VkwjhSo/HqX8
publish statement.en.md --translation ru=statement.ru.md \
    --attach 'Photo 1.JPG' --attach report.pdf --date $date \
    --signatory "$other=OMCT Geneva"
has title 'An end to torture'
has delivered 0
joint=$id
expect 0 verify --json "$joint"
has date $date
has sequence 2
has files.0.name statement.md
has files.1.name statement.ru.md
has files.1.language ru
has files.2.name attachment-1.jpg
has files.2.type image/jpeg
has files.3.name attachment-2.pdf
has files.3.type application/pdf
has files.4 -
has signatories.0.called 'OMCT Geneva'
has signatories.0.state not_seen
has others.0 -
has withdrawn null
has complete true

# The same again is known, whatever its title and day.
publish statement.en.md --translation ru=statement.ru.md \
    --attach 'Photo 1.JPG' --attach report.pdf --title Other
[ "$id" = "$joint" ] || fault "published twice"
has known true
expect 0 status --json
has statements 1

# A correction, a translation, a title, a language; the line ends of Windows.
publish statement.en.md --replaces "$joint" --lang EN-gb --title 'A title'
has known false
expect 0 verify --json "$id"
has title 'A title'
has files.0.language en-GB
has replaces "$joint"
expect 0 verify --json "$joint"
has replaced_by.0.id "$id"
publish plain.txt --translates "$(echo "$joint" | cut -c1-16)"
expect 0 verify --json "$id"
has title 'Plain words.'
has files.0.name statement.txt
has files.0.type text/plain
has files.0.language und
has files.0.size 23
has translates "$joint"
expect 0 read --into read "$id"
[ "$(cat read/statement.txt)" = 'Plain words.
And more.' ] || fault "the text is another"

# Local names, where they are wished.
publish statement.ru.md --keep-names --attach 'Photo 1.JPG'
expect 0 verify --json "$id"
has files.0.name statement.ru.md
has files.0.language ru
has files.1.name photo-1.jpg

# A dry run signs and stores nothing, and needs no passphrase.
expect 0 status --json
before=$(json records)
expect 0 publish --dry-run statement.en.md
! grep -q 'nobody has it yet' err || fault "$asked: says that it is stored"
expect 0 publish --dry-run --json statement.en.md
has dry_run true
expect 0 status --json
has records "$before"

# Several files are several statements.
for number in 1 2 3; do
    printf '# Number %s\n' $number >$number.md
done
expect 0 publish --offline --yes --json 1.md 2.md 3.md
has statements.0.title 'Number 1'
has statements.2.title 'Number 3'
has statements.3 -
expect 0 publish --offline --yes 1.md 2.md 3.md
[ "$(wc -l <out)" -eq 3 ] || fault "$asked: not one id a line"
expect 0 status --json
has statements 7

# On a terminal it shows what will be signed, and asks; also with --quiet.
enter='
'
printf '# Four\n' >4.md
printf '# Vier\n' >4.de.md
talk() {
    wanted=$1
    shift
    asked="on a terminal: $*"
    code=0
    "$on_terminal" "$@" >out 2>&1 || code=$?
    : >err
    [ "$code" -eq "$wanted" ] || fault "$asked: exit code $code, not $wanted"
}
question='Sign and publish? [y/N] '
expect 0 keys show
words=$(sed -n 's/^words *//p' out)
talk 1 "$question" "$enter" -- "$P2PUB" publish --offline --quiet 4.md \
    --translation de=4.de.md --attach report.pdf --date 2023-06-26
says 'Four'
says "Centre ($words)"
says '2023-06-26'
says "de: '4.de.md'"
says "'report.pdf'"
says 'nothing was signed'
talk 0 "$question" "y$enter" -- "$P2PUB" publish --offline 4.md
expect 0 status --json
has statements 8

# Another key beside the first one.
make_key Second
expect 2 publish --offline --yes 1.md
complains 'which one'
publish 1.md --as Second
has known false
expect 6 publish --offline --yes 1.md --as Third
complains "no key called 'Third'"
finish
