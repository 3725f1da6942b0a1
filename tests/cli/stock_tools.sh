#!/bin/sh
# Goal of this test: stock minisign and b2sum say of the records of
# tests/vectors/records what p2pub's gate says, with the commands of
# bundles/FORMAT.md.
set -eu
: "${top_srcdir:?the source tree}"

for tool in minisign b2sum; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "skipped: there is no $tool"
        exit 77
    fi
done
if ! b2sum --version 2>/dev/null | grep -q coreutils; then
    echo "skipped: this b2sum is not GNU's"
    exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
vectors=$top_srcdir/tests/vectors/records
failed=0

fail()
{
    echo "$*"
    failed=1
}

# The key that a header names.
key_of()
{
    sed -n 's/^key //p' "$1" | head -n 1
}

# True if minisign accepts header.txt in the working folder.
signed()
{
    minisign -Vm header.txt -P "$(key_of header.txt)" >said 2>/dev/null
}

summed()
{
    b2sum --status -c header.txt 2>/dev/null
}

check_good()
{
    kind=$(sed -n '1s/^p2pub1 //p' header.txt)
    signed || fail "$1: minisign refuses it"
    grep -qx "Trusted comment: p2pub1 $kind" said ||
        fail "$1: minisign prints another trusted comment"
    if grep -q '^file ' header.txt; then
        summed || fail "$1: b2sum refuses its files"
        files=$((files + 1))
    fi
}

# Neither accepts what was changed.
check_changed()
{
    printf 'title x\n' >>header.txt
    if signed; then
        fail "$1: minisign accepts a line more"
    fi
    for file in statement.md statement.ru.md attachment-1.txt; do
        [ -e "$file" ] || continue
        printf x >>"$file"
        if summed; then
            fail "$1: b2sum accepts a change to $file"
        fi
        break
    done
}

good=0 files=0
while read -r name meaning; do
    mkdir "$work/$name"
    cp "$vectors/good/$name"/* "$work/$name"
    chmod -R u+w "$work/$name"
    cd "$work/$name"
    check_good "$name ($meaning)"
    check_changed "$name"
    good=$((good + 1))
done <"$vectors/good.txt"
[ "$good" -eq 39 ] || fail "$good good records instead of 39"
[ "$files" -eq 7 ] || fail "$files good records with files instead of 7"

# Stock does not ask for p2pub's trusted comment; all else it refuses too.
mkdir "$work/bad"
cd "$work/bad"
for name in other-key other-key-id signature-flipped global-flipped \
    exchanged other-kind stock-comment; do
    cp "$vectors/bad/$name.header" header.txt
    cp "$vectors/bad/$name.minisig" header.txt.minisig
    chmod u+w header.txt header.txt.minisig
    case $name in
    other-kind | stock-comment)
        signed || fail "$name: minisign refuses it"
        if grep -q '^Trusted comment: p2pub1 statement$' said; then
            fail "$name: the trusted comment is right"
        fi
        ;;
    *)
        if signed; then
            fail "$name: minisign accepts it"
        fi
        ;;
    esac
done
exit "$failed"
