#!/bin/sh
# Goal of this test: a second implementation, written from bundles/FORMAT.md,
# opens the boxes of tests/vectors/sealed, and one that p2pub has just made.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null
then
    echo "skipped: there is no python3"
    exit 77
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
opener=$top_srcdir/tests/cli/second_opener.py
dictionaries=$top_srcdir/bundles/dictionaries
python3 "$opener" "$top_srcdir/tests/vectors/sealed" "$dictionaries" ||
    fault 'the vectors do not open'

cd "$scratch"
cp -r "$top_srcdir/tests/vectors/sealed" vectors
chmod -R u+w vectors
rm -r vectors/small
mkdir vectors/small
make_key Author
printf '# Пытки\n\nЗадержанные сообщили о пытках.\n' >report.md
head -c 40000 /dev/urandom >map.bin
publish report.md --lang ru --sealed --attach map.bin
json key_line >vectors/small/key
expect 0 export stick "$id"
mv "stick/$id" vectors/small/box
expect 0 read "$id" --into vectors/small/inside
expect 0 release "$id" --offline --json
release=$(json id)
expect 0 export stick "$release"
mv "stick/$release" vectors/small/release
python3 "$opener" vectors "$dictionaries" ||
    fault 'what p2pub has just sealed does not open'
finish
