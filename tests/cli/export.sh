#!/bin/sh
# Goal of this test: a statement goes by export and import alone from one home
# to another and is read there; what was cut or changed on the way is refused,
# and the rest is taken in.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

stick=$scratch/stick
printf '# An appeal\n\nFree them.\n' >"$scratch/appeal.md"
printf '# Обращение\n\nОсвободите их.\n' >"$scratch/appeal.ru.md"
head -c 100000 "$P2PUB" >"$scratch/list.bin"

make_key Centre
publish "$scratch/appeal.md" --translation ru="$scratch/appeal.ru.md" \
    --attach "$scratch/list.bin"
expect 0 export "$stick"
says '2 written, 0 completed, 0 there already'
is_silent
expect 0 export "$stick"
says '0 written, 0 completed, 2 there already'
expect 0 export "$scratch/one" "$(echo "$id" | cut -c1-6)"
[ "$(ls "$scratch/one")" = "$id" ] || fault "exported another record"
expect 0 verify "$stick/$id"

# Over there.
cp "$P2PUB_HOME/keys/Centre.pub" "$scratch/centre.pub"
P2PUB_HOME=$scratch/there
expect 0 import "$stick"
says '2 imported, 0 completed, 0 here already'
expect 0 import --json "$stick"
has imported 0
has present 2
expect 5 read "$id"
expect 0 follow --yes --json "$scratch/centre.pub"
has name Centre
expect 0 read --lang ru "$id"
says 'Освободите их.'
expect 0 read --into "$scratch/read" "$id"
cmp -s "$scratch/list.bin" "$scratch/read/attachment-1.bin" ||
    fault "the attachment is another"

# A file that arrived later, in a store and on a stick.
P2PUB_HOME=$scratch/late
cp -r "$stick/$id" "$scratch/part"
rm "$scratch/part/attachment-1.bin"
expect 0 import "$scratch/part"
expect 0 export "$scratch/late-stick"
[ ! -e "$scratch/late-stick/$id/attachment-1.bin" ] ||
    fault "exported what is not here"
expect 0 import --json "$stick/$id/header.txt"
has completed 1
has records.0.complete true
expect 0 export "$scratch/late-stick"
says '0 written, 1 completed, 0 there already'
diff -r "$stick/$id" "$scratch/late-stick/$id" >/dev/null ||
    fault "the folder is not the same"

# What was changed on the way; the rest is taken in.
P2PUB_HOME=$scratch/careful
cp -r "$stick" "$scratch/bad-stick"
flip "$scratch/bad-stick/$id/attachment-1.bin" 50000
expect 3 import "$scratch/bad-stick"
says '1 imported'
complains 'attachment-1.bin'
expect 4 read "$id"
P2PUB_HOME=$scratch/careful
for file in header.txt header.txt.minisig statement.md; do
    rm -rf "$scratch/bad-stick"
    cp -r "$stick" "$scratch/bad-stick"
    flip "$scratch/bad-stick/$id/$file" 10
    expect 3 import "$scratch/bad-stick"
    expect 4 read "$id"
done

# Every kind of record goes through.
P2PUB_HOME=$scratch/kinds
expect 0 import "$records/good"
expect 0 export "$scratch/kinds-stick"
says '39 written'

# Wrong input.
expect 2 export
expect 4 export "$stick" 012345
expect 2 export "$stick" nonsense
expect 1 export "$scratch/appeal.md"
expect 2 import
expect 4 import "$scratch/nowhere"
mkdir "$scratch/empty"
expect 4 import "$scratch/empty"
complains 'no signed record'
expect 3 import "$scratch/appeal.md"
P2PUB_HOME=$scratch/none
expect 4 export "$scratch/nothing"
[ ! -e "$scratch/nothing" ] || fault "$asked: made a folder"

finish
