#!/bin/sh
# Goal of this test: a key's recovery words and its revocation can be kept on
# paper, apart; the revocation is typed off its sheet and published without the
# key; what is mistyped is named, and nothing that is there is replaced.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
P2PUB_HOME=$scratch/author
printf '# Before\n\nText.\n' >before.md

# Both sheets, as text and as pictures, for their owner alone.
umask 022
expect 0 keys new 'Centre <&> Söhne' --no-passphrase --sheets paper --json
has sheets.# 4
has recovery_words -
for kind in recovery revocation; do
    for ending in txt svg; do
        sheet="paper/Centre <&> Söhne-$kind.$ending"
        [ "$(ls -l "$sheet" | cut -c1-10)" = '-rw-------' ] ||
            fault "'$sheet' is not there for its owner alone"
    done
done
recovery='paper/Centre <&> Söhne-recovery.txt'
revocation='paper/Centre <&> Söhne-revocation.txt'
expect 0 keys show
key=$(sed -n 's/^key *//p' out)
words=$(sed -n 's/^words *//p' out)
for sheet in "$recovery" "$revocation"; do
    grep -qF "$key" "$sheet" || fault "'$sheet' has no key"
    grep -qF "$words" "$sheet" || fault "'$sheet' has not the eight words"
    grep -qF 'Centre <&> Söhne' "$sheet" || fault "'$sheet' has no name"
done
[ "$(grep -oE '  [ 0-9][0-9] [a-z]+' "$recovery" | wc -l)" -eq 24 ] ||
    fault "no 24 numbered words"
! grep -qE '^revoke [0-9]' "$recovery" || fault "the two are not apart"
grep -q '^revoke 01 ' "$revocation" || fault "no lines to type"
# A telephone's camera and a person at a printer: no line is wider than 80.
awk 'BEGIN { bad = 0 } !/[^ -~]/ && length($0) > 80 { bad = 1 }
    END { exit bad }' "$recovery" "$revocation" || fault "over 80 columns"
for sheet in "${recovery%.txt}.svg" "${revocation%.txt}.svg"; do
    grep -qF 'Centre &lt;&amp;&gt; Söhne' "$sheet" || fault "not XML: '$sheet'"
done
if command -v python3 >/dev/null 2>&1; then
    for sheet in "${recovery%.txt}.svg" "${revocation%.txt}.svg"; do
        python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.argv[1])' "$sheet" || fault "not XML: '$sheet'"
    done
fi
# Somebody else's reader, from bundles/FORMAT.md: the lines are the record.
if command -v python3 >/dev/null 2>&1; then
    cat >reader.py <<'END'
import base64, hashlib, sys

octets = b""
for number, line in enumerate(
    (line for line in open(sys.argv[1]) if line.startswith("revoke ")), 1
):
    word, there, *groups, check = line.split()
    digits = "".join(groups).upper()
    piece = base64.b32decode(digits + "=" * (-len(digits) % 8))
    assert there == "%02d" % number
    hashed = hashlib.blake2b(
        b"p2pub1 paper" + bytes([number]) + piece, digest_size=32
    ).digest()
    assert check == base64.b32encode(hashed[:5]).decode().lower()[:2]
    octets += piece
wire = octets[2:]
assert len(wire) == int.from_bytes(octets[:2], "big")
print(hashlib.blake2b(wire[128:], digest_size=32).hexdigest())
END
    python3 reader.py "$revocation" >record-id || fault "not as FORMAT.md says"
fi
# The words are nowhere else.
grep -oE '  [ 0-9][0-9] [a-z]+' "$recovery" | awk '{ print $2 }' |
    tr '\n' ' ' >words
! grep -rqF "$(cut -d' ' -f1-3 words)" "$P2PUB_HOME" out err ||
    fault "the words are elsewhere, too"

# Nothing is replaced, and no key is made then.
expect 1 keys new 'Centre <&> Söhne' --no-passphrase --sheets paper
complains 'is not replaced'
: >paper/Second-recovery.svg
expect 1 keys new Second --no-passphrase --sheets paper
complains 'is not replaced'
[ ! -e "$P2PUB_HOME/keys/Second.key" ] || fault "a key all the same"
expect 1 keys new Third --no-passphrase --sheets before.md
[ ! -e "$P2PUB_HOME/keys/Third.key" ] || fault "a key all the same"
# Whoever has keepers has no words, and so one sheet.
expect 0 keys new Kept --no-passphrase --sheets kept --json --recovery \
    "$P2PUB_HOME/keys/Centre <&> Söhne.pub"
has sheets.# 2
[ ! -e kept/Kept-recovery.txt ] || fault "a recovery sheet without words"

# The revocation of a key that is there already, with words of one's own.
expect 0 keys revoke Kept --sheets late --reason 'Kept by Amira'
complains 'Nothing was published'
[ -e late/Kept-revocation.txt ] || fault "no sheet"
expect 1 keys revoke Kept --sheets late
complains 'is not replaced'
expect 2 keys revoke Kept --file x --reason y
complains 'signed before'
expect 2 keys revoke Kept --sheets late --reason ' x'

publish before.md --lang en --as 'Centre <&> Söhne'
expect 0 export stick "$id"
expect 0 verify --key "$key" --json "$id"
has revoked null

# A friend, who has the sheet and nothing else.
P2PUB_HOME=$scratch/friend
expect 2 keys revoke --file "$revocation" --offline
complains 'cannot be undone'
expect 0 keys revoke --file "$revocation" --offline --dry-run --json
has dry_run true
expect 0 list
shows_nothing
sed -n '/^revoke/p' "$revocation" | tr 'a-z' 'A-Z' | tr '\n' '@' |
    sed 's/@/\r\n\n/g' >typed
code=0
"$on_terminal" 'public? [y/N] ' 'n
' -- "$P2PUB" keys revoke --offline --file typed >out 2>err || code=$?
[ "$code" -eq 1 ] || fault "said no on a terminal: exit code $code"
says 'sheet that was written in advance'

# What is mistyped is named.
sed '5s/^\(REVOKE 03 ..\)./\1Q/' typed >wrong
cmp -s typed wrong && sed '5s/^\(REVOKE 03 ..\)./\1R/' typed >wrong
expect 1 keys revoke --file wrong --yes --offline
complains "line 5 of 'wrong' (03 of the sheet) is mistyped"
sed '5d' typed >wrong
expect 1 keys revoke --file wrong --yes --offline
complains "lacks line 03"
sed '5s/$/ !/' typed >wrong
expect 1 keys revoke --file wrong --yes --offline
complains "line 5 of 'wrong': a letter"
cat typed late/Kept-revocation.txt >wrong
expect 1 keys revoke --file wrong --yes --offline
complains 'two sheets'
expect 1 keys revoke --file before.md --yes --offline
complains 'has no line'
expect 4 keys revoke --file missing --yes --offline
expect 2 keys list --file typed
complains '--file is not for keys list'

expect 0 import stick
expect 0 keys revoke --file typed --yes --offline --json
has key "$key"
revoked=$(json id)
[ ! -s record-id ] || [ "$(cat record-id)" = "$revoked" ] ||
    fault "another reader finds another record on the sheet"
expect 0 verify --key "$key" --json "$id"
has revoked.id "$revoked"
has revoked.came_before true
"$P2PUB" keys revoke --file - --yes --offline <typed >out 2>err ||
    fault "not from standard input"
says "$revoked"
expect 0 export stick "$revoked"

# From the friend's stick it reaches everybody, its owner too.
P2PUB_HOME=$scratch/author
expect 0 import stick
expect 0 verify --json "$id"
has revoked.id "$revoked"
expect 6 keys revoke Kept --file typed --yes --offline
complains 'another key'
expect 0 keys revoke Kept --file late/Kept-revocation.txt --yes --offline \
    --json
expect 0 read --into revoked "$(json id)"
grep -qx 'reason Kept by Amira' revoked/header.txt || fault "another reason"

# On a terminal the sheets are offered.
P2PUB_HOME=$scratch/terminal
code=0
"$on_terminal" 'Enter for none: ' 'asked
' -- "$P2PUB" keys new Asked --no-passphrase >out 2>err || code=$?
[ "$code" -eq 0 ] || fault "on a terminal: exit code $code"
says 'Print both'
says_not 'Recovery words'
[ -e asked/Asked-recovery.svg ] || fault "no sheets"
code=0
"$on_terminal" 'Enter for none: ' '
' -- "$P2PUB" keys new None --no-passphrase >out 2>err || code=$?
[ "$code" -eq 0 ] || fault "on a terminal: exit code $code"
says 'Recovery words'
code=0
"$on_terminal" 'Enter for none: ' 'asked/Asked-recovery.txt
' -- "$P2PUB" keys new Other --no-passphrase >out 2>err || code=$?
says 'Recovery words'
finish
