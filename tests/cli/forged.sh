#!/bin/sh
# Goal of this test: of a copy that is not what was signed, read and verify say
# so and show nothing, and import takes nothing of it: one bit changed anywhere
# in any file, a file cut or longer, two files exchanged, another's signature.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
printf '# An appeal\n\nAll of them are innocent.\n' >appeal.md
printf '# Обращение\n\nВсе они невиновны.\n' >appeal.ru.md
head -c 70000 "$P2PUB" >list.bin
make_key Centre
publish appeal.md --translation ru=appeal.ru.md --attach list.bin
expect 0 export stick "$id"
good=$scratch/stick/$id
expect 0 keys show Centre --public
cp out centre.pub

# The reader follows the author, so that nothing but the copy can be wrong.
P2PUB_HOME=$scratch/reader
expect 0 follow --yes centre.pub

# refused WHAT: everybody refuses the copy in $scratch/copy.
refused() {
    for command in read "read --unknown" verify "verify --json" import; do
        before=$faults
        expect 3 $command copy
        says_not 'innocent'
        says_not 'невиновны'
        [ "$faults" -eq "$before" ] || echo "  of a copy with $1"
    done
}
copy() {
    rm -rf copy
    cp -r "$good" copy
}

for file in header.txt header.txt.minisig statement.md statement.ru.md \
    attachment-1.bin; do
    size=$(wc -c <"$good/$file")
    first=0
    # The first line of a signature says nothing and is not signed.
    [ "$file" != header.txt.minisig ] || first=$(head -n 1 "$good/$file" | wc -c)
    for eighth in 0 1 2 3 4 5 6 7 8; do
        at=$((first + (size - first - 1) * eighth / 8))
        copy
        flip "copy/$file" "$at"
        ! cmp -s "copy/$file" "$good/$file" || fault "flip changed nothing"
        refused "a bit of octet $at of $file changed"
    done
    for length in 0 1 $((size / 2)) $((size - 2)); do
        copy
        head -c "$length" "$good/$file" >"copy/$file"
        refused "$file cut to $length"
    done
    copy
    printf 'x' >>"copy/$file"
    refused "more in $file"
done
copy
cp "$good/statement.ru.md" copy/statement.md
cp "$good/statement.md" copy/statement.ru.md
refused "two texts exchanged"

# Another signs what the first one did, and passes it off as the first one's.
P2PUB_HOME=$scratch/forger
make_key Centre
publish "$scratch/appeal.md" --translation ru=appeal.ru.md --attach list.bin
expect 0 export forged "$id"
forged=$scratch/forged/$id
P2PUB_HOME=$scratch/reader
copy
cp "$forged/header.txt.minisig" copy/
refused "a signature of something else"
key=$(sed -n 's/^key //p' "$good/header.txt")
rm -rf copy
cp -r "$forged" copy
sed "s,^key .*,key $key," "$forged/header.txt" >copy/header.txt
refused "the author's key in a forger's header"
copy
sed 's/An appeal/No appeal/' "$good/header.txt" >copy/header.txt
refused "another title"

# As the forger's own it is a statement: of somebody who is not followed.
rm -rf copy
cp -r "$forged" copy
expect 5 read copy
says_not 'innocent'
expect 5 verify copy
says 'UNKNOWN'

# Of the author's statement nothing was taken that can be read, until a good
# copy comes.
P2PUB_HOME=$scratch/reader
id=${good##*/}
expect 4 read "$id"
expect 0 import "$good"
expect 0 read "$id"
says 'innocent'

finish
