#!/bin/sh
# Goal of this test: what a person at a terminal meets: questions, passphrases
# without echo, colours beside words, the pager.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

identity=$records/good/identity
joint=$records/good/two-languages
escape=$(printf '\033')

# talk CODE [WAIT SEND]... -- ARGUMENT...: p2pub on a terminal.
talk() {
    wanted=$1
    shift
    asked="on a terminal: $*"
    code=0
    "$on_terminal" "$@" >"$scratch/out" 2>&1 || code=$?
    : >"$scratch/err"
    [ "$code" -eq "$wanted" ] ||
        fault "$asked: exit code $code, wanted $wanted"
}

enter='
'

# follow asks whether the words are the same.
talk 1 'Are they the same? [y/N] ' "n$enter" -- "$P2PUB" follow "$identity"
says '  habit history arena dentist'
says '  nature decorate pitch bonus'
says 'not followed'
talk 1 'Are they the same? [y/N] ' "$enter" -- "$P2PUB" follow "$identity"
talk 130 'Are they the same? [y/N] ' '^C' -- "$P2PUB" follow "$identity"
talk 0 'Are they the same? [y/N] ' "y$enter" -- "$P2PUB" follow "$identity"
says 'following Human Rights Centre'

# A passphrase is asked twice and not shown; the echo comes back.
talk 0 'New passphrase: ' "correct horse$enter" \
    'The same again: ' "correct horse$enter" 'Enter for none: ' "$enter" \
    -- "$P2PUB" keys new Me
says_not 'correct horse'
talk 6 'New passphrase: ' "one$enter" 'The same again: ' "two$enter" \
    'New passphrase: ' '^D' -- "$P2PUB" keys new Other
says 'differ'
[ ! -e "$P2PUB_HOME/keys/Other.key" ] || fault "made a key without passphrase"
talk 130 'New passphrase: ' 'half^C' -- "$P2PUB" keys new Other
talk 0 'New passphrase: ' 'half^C' 'echo is on' '' \
    -- sh -c "trap : INT; $P2PUB keys new Other; stty -a | grep -q ' echo ' &&
        echo echo is on"

# A key that opens quickly, with the passphrase of its README.
P2PUB_HOME=$scratch/quick
passphrase='p2pub test passphrase'
sign="publish --offline --yes --sequence 1 $scratch/text.md"
printf '# Text\n\nWords.\n' >"$scratch/text.md"
cp "$top_srcdir/tests/vectors/minisign/key-scrypt-least.key" "$scratch/Me.key"
talk 0 "Passphrase of 'Me': " "$passphrase$enter" \
    -- "$P2PUB" keys import "$scratch/Me.key"
# shellcheck disable=SC2086
talk 6 "Passphrase of 'Me': " "battery$enter" -- "$P2PUB" $sign
# shellcheck disable=SC2086
talk 0 "Passphrase of 'Me': " "$passphrase$enter" -- "$P2PUB" $sign
says_not "$passphrase"

# For scripts: a file, a descriptor; nothing of either, and it is said at once.
sign="publish --offline --yes $scratch/text.md"
# shellcheck disable=SC2086
{
    expect 6 $sign --title Third
    complains '--passphrase-file'
    echo "$passphrase" >"$scratch/passphrase"
    expect 0 $sign --title Third --passphrase-file "$scratch/passphrase"
    printf '%s\r\n' "$passphrase" >"$scratch/passphrase"
    expect 0 $sign --title Fourth --passphrase-file "$scratch/passphrase"
    "$P2PUB" $sign --title Fifth --passphrase-fd 3 3<"$scratch/passphrase" \
        >/dev/null 2>&1 || fault "--passphrase-fd does not open the key"
    : >"$scratch/passphrase"
    expect 6 $sign --title Sixth --passphrase-file "$scratch/passphrase"
    head -c 2000 /dev/zero | tr '\000' a >"$scratch/passphrase"
    expect 6 $sign --title Sixth --passphrase-file "$scratch/passphrase"
    expect 6 $sign --title Sixth --passphrase-file "$scratch/nowhere"
    expect 6 $sign --title Sixth --passphrase-fd 9
    expect 2 $sign --title Sixth --passphrase-fd x
}

P2PUB_HOME=$scratch/home
# Colours stand beside words, and can be switched off.
export P2PUB_PAGER=
talk 0 -- "$P2PUB" verify "$joint"
says "$escape[1;32mVERIFIED$escape[0m"
NO_COLOR=1 talk 0 -- "$P2PUB" verify "$joint"
says_not "$escape"
says 'VERIFIED'
TERM=dumb talk 0 -- "$P2PUB" verify "$joint"
says_not "$escape"
talk 0 -- "$P2PUB" verify --color never "$joint"
says_not "$escape"
expect 0 verify "$joint"
says_not "$escape"
expect 0 verify --color always "$joint"
says "$escape"

# The pager is for read on a terminal, and is told to run nothing.
P2PUB_PAGER='echo "paged: $LESSSECURE $LESSHISTFILE"; cat'
talk 0 -- "$P2PUB" read "$joint"
says 'paged: 1 -'
says 'every person in custody'
expect 0 read "$joint"
says_not 'paged'
P2PUB_PAGER=no-such-pager
talk 0 -- "$P2PUB" read "$joint"
says 'every person in custody'
unset P2PUB_PAGER
mkdir "$scratch/tools"
printf '#!/bin/sh\necho "less was called"\ncat\n' >"$scratch/tools/less"
chmod +x "$scratch/tools/less"
talk 0 -- env "PATH=$scratch/tools:$PATH" "$P2PUB" read "$joint"
says 'less was called'
talk 0 -- env TERM=dumb "PATH=$scratch/tools:$PATH" "$P2PUB" read "$joint"
says_not 'less was called'
PAGER='echo other; cat' talk 0 -- "$P2PUB" read "$joint"
says 'other'

# The list fits a narrow terminal.
expect 0 import "$records/good"
COLUMNS=40 talk 0 -- "$P2PUB" list
tr -d '\r' <"$scratch/out" | sed "s/$escape\[[0-9;]*m//g" >"$scratch/lines"
! grep -q '.\{41\}' "$scratch/lines" || fault "list is wider than 40 columns"
for command in '' $("$P2PUB" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    # shellcheck disable=SC2086
    expect 0 help $command
    ! grep -q '.\{41\}' "$scratch/out" || fault "$asked: over 40 columns"
    [ "$(wc -l <"$scratch/out")" -le 24 ] || fault "$asked: over 24 lines"
done

finish
