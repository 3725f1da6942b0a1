#!/bin/sh
# Goal of this test: read shows a text whose signatures hold in the language
# that is asked for, of an unknown key the verdict alone, and writes folders
# that it reads back; nothing of what is not what was signed.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

joint=$records/good/two-languages
key=$(sed -n 's/^key //p' "$joint/header.txt")
english='every person in custody'
russian='Положить конец пыткам'

# Of an unknown key: the verdict alone.
expect 5 read "$joint"
says 'UNKNOWN'
says_not 'torture'
complains 'try: p2pub read --unknown'
expect 0 read --unknown "$joint"
says 'UNKNOWN'
says "$english"
sed '1,/^$/d' "$scratch/out" >"$scratch/rows"
[ -s "$scratch/rows" ] || fault "$asked: no text"
! grep -v '^| ' "$scratch/rows" || fault "$asked: a line of it is unmarked"
expect 0 read --unknown --json "$joint"
has verdict unknown
expect 5 read --into "$scratch/unknown" "$joint"
[ ! -e "$scratch/unknown" ] || fault "wrote what was not to be shown"
expect 0 read --key "$key" "$joint"
says "$english"
expect 3 read --key \
    "$(sed -n 's/^key //p' "$records/good/translation/header.txt")" "$joint"
shows_nothing

# Followed.
expect 0 follow --yes --name OMCT "$records/good/identity"
expect 0 read "$joint"
! grep -q '^| ' "$scratch/out" || fault "$asked: marked as a stranger's"
says 'VERIFIED      OMCT'
says 'Central Asia: an end to torture'
says "$english"
head -1 "$scratch/out" | grep -q VERIFIED || fault "the verdict is not first"

# Languages: asked for, of the environment, of what there is.
expect 0 read --lang ru "$joint"
says "$russian"
says_not "$english"
expect 0 read --lang RU-kz "$joint"
says "$russian"
LC_ALL=ru_RU.UTF-8 expect 0 read "$joint"
says "$russian"
LC_ALL=kk_KZ.UTF-8 expect 0 read "$joint"
says "$english"
expect 4 read --lang kk "$joint"
complains 'en ru'
expect 2 read --lang 'no tag' "$joint"

# JSON.
expect 0 read --json --lang ru "$joint"
has verdict verified
has language ru
has title 'Central Asia: an end to torture'
# What the shell cuts off is the last line end.
[ "$(json text)" = "$(cat "$joint/statement.ru.md")" ] ||
    fault "the text in JSON is another"

# Into a folder, and back; never over what is there.
expect 0 read --into "$scratch/new" "$joint"
says 'VERIFIED'
complains "minisign -Vm header.txt -P $key"
for file in header.txt header.txt.minisig statement.md statement.ru.md \
    attachment-1.txt; do
    cmp -s "$joint/$file" "$scratch/new/$file" || fault "wrote another $file"
done
expect 0 read "$scratch/new/header.txt"
says "$english"
expect 1 read --into "$scratch/new" "$joint"
complains 'there already'
rm "$scratch/new/header.txt"
expect 1 read --into "$scratch/new" "$joint"
[ ! -e "$scratch/new/header.txt" ] || fault "left a header behind"
expect 4 read --into "$scratch/no/such" "$joint"

# A title with what would do something to a terminal, or look like other text.
expect 0 read "$records/good/texts"
says '\u{200d}'
says '\u{ad}'
says_not "$(printf '\302\255')"

# From the store: all of it, and what has not arrived.
expect 0 import "$records/good"
expect 0 read "$(cut -c1-12 "$joint/id")"
says "$english"
says 'REPLACED      by'
P2PUB_HOME=$scratch/second
cp -r "$joint" "$scratch/part"
chmod -R u+w "$scratch/part"
rm "$scratch/part/statement.md"
expect 0 follow --yes --name OMCT "$records/good/identity"
expect 0 import "$scratch/part"
expect 4 read "$(cat "$joint/id")"
says "$russian"
complains "'statement.md' has not arrived"
expect 4 read --lang en "$(cat "$joint/id")"
says 'VERIFIED'
complains "'statement.md' has not arrived"
expect 4 read --into "$scratch/partly" "$(cat "$joint/id")"
[ -e "$scratch/partly/statement.ru.md" ] || fault "$asked: wrote no text"
[ ! -e "$scratch/partly/statement.md" ] || fault "$asked: wrote what is not here"
expect 4 read "$scratch/partly"

# What is not what was signed shows nothing.
P2PUB_HOME=$scratch/home
for file in header.txt header.txt.minisig statement.md attachment-1.txt; do
    rm -rf "$scratch/spoilt"
    cp -r "$joint" "$scratch/spoilt"
    chmod -R u+w "$scratch/spoilt"
    flip "$scratch/spoilt/$file" 70
    expect 3 read "$scratch/spoilt"
    shows_nothing
    complains 'NOT VERIFIED'
    expect 3 read --unknown --json "$scratch/spoilt"
    has verdict failed
    has text -
    expect 3 read --into "$scratch/never" "$scratch/spoilt"
    [ ! -e "$scratch/never" ] || fault "$asked: wrote something"
done

# A statement that a newer p2pub understands, and one without a text.
expect 1 read "$records/good/newer-line"
says 'NEWER'
says_not 'title'
expect 0 read "$records/good/identity"
says 'identity'

# Wrong input.
expect 2 read
expect 2 read "$joint" "$joint"
expect 2 read --no-such-option "$joint"
expect 4 read "$scratch/nowhere"
expect 4 read 0123456789
mkfifo "$scratch/fifo"
expect 1 read "$scratch/fifo"
expect 3 read "$joint/statement.md"
complains 'no part of a signed statement'

# An ID that fits several records.
first=$(cut -c1 "$joint/id")
expect 4 read "$first"

finish
