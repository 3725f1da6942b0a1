#!/bin/sh
# Goal of this test: every file, option and passphrase that cannot be used has
# its line and its exit code, and nothing is signed or stored because of it.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
printf '# Title\n\nWords.\n' >text.md

# bad CODE WORDS ARGUMENT...: publish refuses with this code and these words.
bad() {
    code_wanted=$1 words=$2
    shift 2
    expect "$code_wanted" publish --offline --yes "$@"
    complains "$words"
    [ -z "$(cat out)" ] || fault "$asked: something on stdout"
}

# Without a key, nobody to ask, and no passphrase: at once.
bad 6 '--passphrase-file' text.md
[ ! -e "$P2PUB_HOME/keys/publisher.key" ] || fault "made a key all the same"
# What is wrong with a file is said before a key is made.
P2PUB_HOME=$scratch/nothing
bad 4 "'missing.md'" missing.md
[ ! -e "$P2PUB_HOME" ] || fault "made a home for nothing"

P2PUB_HOME=$scratch/home2
make_key Centre
expect 0 status --json
records_before=$(json records)

: >empty.md
printf ' \n\t\n' >blank.md
printf 'a\000b' >binary.md
printf '\377\376#\000' >utf16.md
printf '# Title\n\320' >cut.md
printf '# Title\n\033[2J\n' >escape.md
printf 'one\rtwo\n' >overlay.md
head -c 1048577 /dev/zero | tr '\0' a >large.md
printf '%%PDF-1.7\n\377' >report.pdf
printf 'PK\003\004\000' >letter.docx
mkdir folder.md
bad 1 "'empty.md' is empty" empty.md
bad 1 "'blank.md' is empty" blank.md
bad 1 "'binary.md'" binary.md
bad 1 'UTF-16' utf16.md
bad 1 'not UTF-8 in line 2' cut.md
bad 1 'control character in line 2' escape.md
bad 1 'control character in line 1' overlay.md
bad 1 '1024 KiB' large.md
bad 1 'is a PDF' report.pdf
bad 1 "a word processor's file" letter.docx
bad 1 "'folder.md'" folder.md
# Nothing is signed when the last of several is bad.
bad 1 "'empty.md' is empty" text.md empty.md

if [ "$(id -u)" -eq 0 ]; then
    echo "skipped: an unreadable file, as root reads every file"
else
    printf 'x' >secret.md
    chmod 0 secret.md
    bad 1 'Permission denied' secret.md
fi

# Photographs.  EXIF with a GPS directory, made by hand.
printf '\377\330\377\341\000\042Exif\000\000II*\000\010\000\000\000\001\000\045\210\004\000\001\000\000\000\000\000\000\000\000\000\000\000\377\331' >gps.jpg
printf '\377\330\377\332\000\002x' >cut.jpg
printf 'GIF89a' >fake.png
: >nothing.bin
bad 1 'EXIF, the place (GPS)' text.md --attach gps.jpg
complains 'mat2'
bad 1 'a fault that hides' text.md --attach cut.jpg
bad 1 'is not the image' text.md --attach fake.png
bad 1 'is empty' text.md --attach nothing.bin
bad 4 "'missing.jpg'" text.md --attach missing.jpg
bad 1 "'folder.md'" text.md --attach folder.md

# The command line.
bad 2 'needs a FILE'
bad 2 '--no-such-option' --no-such-option text.md
bad 2 'argument' text.md --title
bad 2 '--date' text.md --date 26.06.2023
bad 2 '--sequence' text.md --sequence 0
bad 2 '--sequence' text.md --sequence 2147483648
bad 2 'LANGUAGE=FILE' text.md --translation text.md
bad 2 'both in the language' text.md --translation und=text.md
bad 2 'no language tag' text.md --lang 'no language'
bad 2 'title' text.md --title "$(printf 'two\nlines')"
bad 2 'title' text.md --title "$(printf '\033]0;owned\007')"
bad 2 'several statements' text.md large.md --title Both
bad 2 'no ID' text.md --replaces 123
bad 4 'no record' text.md --replaces 0123456789abcdef
bad 6 'RWnobody' text.md --signatory RWnobody
bad 4 "'missing.pub'" text.md --signatory missing.pub
own=$("$P2PUB" keys show --public)
bad 2 'the key that signs' text.md --signatory "$own=Us"
other=RWQCAgMEBQYHCGt5xX5qCVI5KCwEgY6WES8/A6QAG6l6VkwjhSo/HqX8
bad 2 'named twice' text.md --signatory $other --signatory "$other=OMCT"
bad 2 'comes before' --prepare a --signed b
bad 2 '--dry-run' text.md --dry-run --prepare a
bad 2 '--dry-run' --dry-run --signed b

# A file of another program is none to read, though all of it be UTF-8.
printf '%%PDF-1.4\nwords\n' >plain.pdf
bad 1 'is a PDF' plain.pdf
printf '{\\rtf1 words}\n' >rich.txt
bad 1 'RTF' rich.txt
mkfifo pipe.md
bad 1 'a pipe or a device' pipe.md

# Too few digits are no name for something that is signed about.
publish text.md
short=$(echo "$id" | cut -c1-8)
printf '# Correction\n' >correction.md
bad 2 'too short' correction.md --replaces "$short"

# Nothing of all this is in the store.
expect 0 status --json
has records $((records_before + 1))

# A passphrase: wrong, empty, too long, of no file.
P2PUB_HOME=$scratch/locked
passphrase='p2pub test passphrase'
cp "$top_srcdir/tests/vectors/minisign/key-scrypt-least.key" Me.key
echo "$passphrase" >right
echo 'battery staple' >wrong
: >nothing
head -c 2000 /dev/zero | tr '\0' a >long
expect 0 keys import Me.key --passphrase-file right
bad 6 'wrong passphrase' text.md --sequence 1 --passphrase-file wrong
bad 6 'is empty' text.md --sequence 1 --passphrase-file nothing
bad 6 'over 1024 octets' text.md --sequence 1 --passphrase-file long
bad 6 "'missing'" text.md --sequence 1 --passphrase-file missing
bad 6 '--passphrase-file' text.md --sequence 1
# An imported key without history stops until the last number is known.
bad 1 'which number' text.md --passphrase-file right
bad 1 'before number 7' text.md --sequence 7 --passphrase-file right
expect 0 status --json
has records 0
expect 0 publish --offline text.md --sequence 1 --passphrase-fd 3 3<right
expect 0 publish --offline correction.md --passphrase-file right
# A number that bears a record already is not given out once more; what is
# published is, under whatever number.
printf '# Third\n' >third.md
bad 1 'number 2 already' third.md --sequence 2 --passphrase-file right
expect 0 publish --offline text.md --sequence 2 --passphrase-file right
complains 'already published'
expect 0 status --json
has records 2
# On another machine the number goes on once the records are there.
expect 0 export history
P2PUB_HOME=$scratch/elsewhere
expect 0 keys import Me.key --passphrase-file right
bad 1 'which number' third.md --passphrase-file right
expect 0 import history
expect 0 publish --offline --json third.md --passphrase-file right
expect 0 export after "$(json id)"
grep -qx 'sequence 3' after/*/header.txt || fault "the number does not go on"
finish
