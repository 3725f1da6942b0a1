#!/bin/sh
# Goal of this test: keys are made, shown, imported and locked anew; what is
# there is never replaced; stock minisign takes p2pub's keys.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
passphrase='p2pub test passphrase'
least=$top_srcdir/tests/vectors/minisign/key-scrypt-least.key

expect 0 keys
complains 'no key yet'
shows_nothing
expect 0 keys list --json
has keys.0 -

# A new key: its words are shown once, on stdout, where the answer goes.
expect 0 keys new 'Committee for Justice' --no-passphrase
complains 'whoever can read its file can sign'
complains 'write them on paper'
says 'name   Committee for Justice'
key=$(sed -n 's/^key *//p' out)
words=$(sed -n 's/^words *//p' out)
# shellcheck disable=SC2086
set -- $words
[ $# -eq 8 ] || fault "no eight words"
[ "$(sed '1,5d' out | wc -w)" -eq 48 ] || fault "no 24 numbered words"
for file in "Committee for Justice.key" store.db; do
    [ "$(ls -l "$P2PUB_HOME/keys/$file" "$P2PUB_HOME/$file" 2>/dev/null |
        cut -c1-10)" = '-rw-------' ] || fault "'$file' can be read by others"
done
[ "$(ls -ld "$P2PUB_HOME" | cut -c1-10)" = 'drwx------' ] ||
    fault "the home can be read by others"
expect 0 keys show
says "$words"
[ "$(sed '1,5d' out | wc -w)" -eq 0 ] || fault "words beyond the eight"
says '1 of 1 recovery keys may replace it'
expect 0 keys show --public
[ "$(cat out)" = "$key" ] || fault "another key"
expect 0 keys show --json
has key "$key"
has words "$words"
[ "$(json identity)" != - ] || fault "no identity"
expect 0 verify --json "$(json identity)"
has verdict verified
has kind identity

# With --json the words are in the document, and nowhere else.
expect 0 keys new --json Second --no-passphrase
json recovery_words >words
# shellcheck disable=SC2046
[ "$(wc -w <words)" -eq 24 ] || fault "no 24 words"
! grep -qF "$(cat words)" err || fault "the words are on stderr, too"
! grep -rqF "$(cut -d' ' -f1-5 words)" "$P2PUB_HOME" ||
    fault "the words are in the home"

# Recovery keys of others, instead of one's own: more than half of them.
one=RWQBAgMEBQYHCM7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8
two=RWQCAgMEBQYHCGt5xX5qCVI5KCwEgY6WES8/A6QAG6l6VkwjhSo/HqX8
cp "$P2PUB_HOME/keys/Second.pub" second.pub
expect 0 keys new --json Third --no-passphrase --recovery $one \
    --recovery $two --recovery second.pub
has recovery_words -
third=$(json identity)
expect 0 read --into third "$third"
grep -q '^threshold 2$' third/header.txt || fault "not two of three"
[ "$(grep -c '^recovery ' third/header.txt)" -eq 3 ] || fault "not three"
expect 0 keys show Third
says '2 of 3 recovery keys may replace it'
says "       $two"
expect 6 keys new Fourth --no-passphrase --recovery RWnothing
fourth='keys new Fourth --no-passphrase'
# shellcheck disable=SC2086
{
    expect 2 $fourth --threshold 0 --recovery $one
    complains 'anybody could replace'
    expect 2 $fourth --threshold 3 --recovery $one --recovery $two
    complains 'only 2 recovery keys'
    expect 2 $fourth --threshold 2
    complains 'only 1 recovery keys'
    expect 2 $fourth --threshold 1 --recovery $one --recovery $two
    complains 'more than half'
    expect 2 $fourth --threshold two --recovery $one
    expect 2 $fourth --threshold 17 --recovery $one
    complains '1 to 16'
    expect 2 $fourth --recovery $one --recovery $two --recovery $one
    complains 'each counts once'
    expect 2 $fourth --name-in 'Justice'
    expect 2 $fourth --name-in 'und=Justice'
    complains 'no language tag'
    expect 2 $fourth --name-in '-=Justice'
    expect 2 $fourth --name-in 'ru='
    expect 2 $fourth --name-in 'ru= Justice'
    expect 2 $fourth --name-in 'ru=Одно' --name-in 'RU=Другое'
    complains "two names in 'ru'"
    expect 2 $fourth --web 'ftp://example.org/'
    expect 2 $fourth --web 'https://пример.org/'
    complains 'in ASCII'
    expect 2 keys show --threshold 1
    complains '--threshold is not for keys show'
}
[ ! -e "$P2PUB_HOME/keys/Fourth.key" ] || fault "a key all the same"

# Names in other languages and an address, as they were given or not.
expect 0 keys new Five --no-passphrase --name-in 'ru=Пятый' \
    --name-in 'KK-latn=Besinshi' --web 'https://example.org/five?a=b' \
    --recovery $one --recovery $two --recovery second.pub --threshold 3 --json
five=$(json identity)
expect 0 keys show Five
says '3 of 3 recovery keys may replace it'
says 'ru     Пятый'
says 'kk-Latn Besinshi'
says 'web    https://example.org/five?a=b'
expect 0 keys show Five --json
has version 1
has names.ru 'Пятый'
has web 'https://example.org/five?a=b'
has recovery.# 3
has recovery.1 $two
has threshold 3
expect 0 read --into five "$five"
printf 'name-in kk-Latn Besinshi\nname-in ru Пятый\n' >names
grep '^name-in' five/header.txt | cmp -s names - || fault "other names"

# Nothing is replaced.
cp -r "$P2PUB_HOME/keys" before
expect 6 keys new Second --no-passphrase
complains "there is a key called 'Second'"
expect 6 keys import second.pub
complains "here already, as 'Second'"
diff -r before "$P2PUB_HOME/keys" >/dev/null || fault "a key was replaced"
expect 2 keys new 'a/b' --no-passphrase
expect 2 keys new .hidden --no-passphrase
expect 2 keys new "$(printf 'a\033b')" --no-passphrase
expect 2 keys show
complains 'which one'
expect 6 keys show Nobody
expect 2 keys frobnicate
expect 2 keys import
expect 2 keys show Second Third

# A key of stock minisign, encrypted: another passphrase, or none.
P2PUB_HOME=$scratch/quick
cp "$least" Me.key
echo "$passphrase" >right
printf '%s\nbattery staple\n' "$passphrase" >both
echo 'battery staple' >new
printf 'wrong\nbattery staple\n' >wrong
expect 6 keys import Me.key
expect 6 keys import Me.key --passphrase-file wrong
expect 0 keys import Me.key --passphrase-file right
cmp -s Me.key "$P2PUB_HOME/keys/Me.key" || fault "the file is another"
complains 'no identity record'
expect 0 keys list
says '(encrypted)'
expect 6 keys passphrase --passphrase-file wrong
cmp -s Me.key "$P2PUB_HOME/keys/Me.key" || fault "the file changed"
expect 6 keys passphrase --passphrase-file right
complains 'no passphrase in'
expect 0 keys passphrase --no-passphrase --passphrase-file right
expect 2 keys new Bare --no-passphrase --passphrase-file right
complains 'which of them'
expect 6 keys new Bare
complains 'try: p2pub keys new --passphrase-file FILE'
expect 2 keys list Bare
expect 0 keys list
says '(not encrypted)'
echo '# Text' >text.md
expect 0 publish --offline --yes text.md --sequence 1

# What is no key.
echo 'no key' >other.key
expect 6 keys import other.key
complains 'neither a secret nor a public key'
expect 4 keys import missing.key
expect 6 keys import Me.key --passphrase-file right
complains "here already, as 'Me'"
cp second.pub Me.pub
expect 6 keys import Me.pub
complains "there is a key called 'Me'"

# A public half alone is for --prepare.
cp "$P2PUB_HOME/keys/Me.pub" apart.pub
P2PUB_HOME=$scratch/apart
expect 0 keys import apart.pub
expect 0 keys list
says '(public half only)'
expect 6 publish --offline --yes text.md --sequence 1
complains 'the secret half'

# Stock minisign signs with a key of ours.
if command -v minisign >/dev/null 2>&1; then
    minisign -Sm text.md -s "$scratch/home/keys/Second.key" -W \
        >/dev/null 2>err || minisign -Sm text.md \
        -s "$scratch/home/keys/Second.key" >/dev/null 2>err </dev/null ||
        fault "stock minisign does not sign with the key"
    minisign -Vm text.md -p second.pub >/dev/null 2>err ||
        fault "stock minisign does not verify with the key"
else
    echo "skipped: no minisign here"
fi
finish
