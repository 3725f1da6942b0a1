#!/bin/sh
# Goal of this test: a report travels sealed and opens on two islands, on one by
# its author's release and on the other by a line from an SMS; before that, with
# another key, and where anything was changed, nothing of it is shown.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
title='Twelve names of the held'
printf '# %s\n\nAigul and eleven others.\n' "$title" >report.md
printf '# Двенадцать имён\n\nАйгуль и ещё одиннадцать.\n' >report.ru.md
head -c 70000 /dev/urandom >map.bin

P2PUB_HOME=$scratch/author
make_key Author
cp author/keys/Author.pub author.pub
P2PUB_HOME=$scratch/other
make_key Other
cp other/keys/Other.pub other.pub

# Sealed: nothing of the text is in the store, and the key is in the home.
P2PUB_HOME=$scratch/author
publish report.md --lang en --translation ru=report.ru.md --attach map.bin \
    --signatory other.pub=Other --sealed --opens 2026-12-10
sealed=$id
has opens 2026-12-10
has title "$title"
line=$(json key_line)
[ "$(cat "author/sealed/$sealed.key")" = "$line" ] ||
    fault 'the key line is not in the home'
[ "$(printf %s "$line" | wc -c)" -le 160 ] || fault 'no SMS holds the line'
[ "$(stat -c %a "author/sealed/$sealed.key")" = 600 ] ||
    fault 'others may read the key'
for secret in "$title" Aigul Айгуль signatory "$(tail -n 1 other.pub)" \
    statement.md; do
    ! grep -qaF -e "$secret" author/store.db* ||
        fault "'$secret' is in the store"
done

# Nothing opens it by itself, so status reminds of it.
expect 0 status
says "sealed       announced for 2026-12-10: p2pub release $(echo "$sealed" |
    cut -c1-16)"
expect 0 status --json
has sealed_waiting.# 1
has sealed_waiting.0.id "$sealed"
has sealed_waiting.0.opens 2026-12-10

# What makes no sense.
expect 2 publish report.md --opens 2026-12-10 --offline --yes
expect 2 publish report.md --sealed --opens tomorrow --offline --yes
complains 'takes a day'
expect 2 publish report.md --sealed --dry-run
expect 2 publish report.md --sealed --prepare dir
expect 2 publish report.md --sealed --heads --offline --yes
head -c 17000000 /dev/zero >large.bin
expect 1 publish report.md --sealed --attach large.bin --offline --yes
complains 'at most 16 MiB'
head -c 16770000 /dev/urandom >large.bin
expect 1 publish report.md --sealed --attach large.bin --offline --yes
complains 'at most 16 MiB'
[ "$(ls author/sealed)" = "$sealed.key" ] || fault 'a key of nothing is left'
rm large.bin

# Its author can read it; nobody else can.
expect 0 read "$sealed" --lang ru
says 'with the key in your home'
says 'what follows is the statement that was sealed'
says 'Айгуль'
expect 0 list
says '(sealed statement, opens 2026-12-10, announced)'
says_not Twelve
expect 0 export stick
mkdir stick-of-the-day
P2PUB_HOME=$scratch/author
for name in island-1 island-2; do
    P2PUB_HOME=$scratch/$name
    expect 0 import stick
    expect 5 read "$sealed"
    expect 0 follow --yes --name Author author.pub
    expect 4 read "$sealed"
    complains 'sealed: its author announced it for 2026-12-10'
    says 'nothing can be shown until the key arrives'
    says_not Twelve
    expect 4 read --json "$sealed"
    has sealed.state closed
    has sealed.opens 2026-12-10
    has sealed.by null
    has sealed.statement null
    has title null
    has verdict verified
    expect 0 verify "$sealed"
    expect 4 read "$sealed" --into files
    [ ! -e files ] || fault 'something was written of what is closed'
    expect 0 list --json
    has statements.0.sealed.state closed
    has statements.0.title null
    ! grep -rqaF "$title" "$name" || fault "the title is in $name"
done

# A year that was mistyped is said, and refused by nobody.
P2PUB_HOME=$scratch/late
make_key Late
publish report.md --sealed --opens 2020-01-01
complains 'that day is over'

# Wrong lines: of another record, mistyped, none, another key with a good check.
P2PUB_HOME=$scratch/author
publish report.md --sealed
other_line=$(json key_line)
P2PUB_HOME=$scratch/island-2
echo "$other_line" >other.txt
expect 6 read "$sealed" --sealed-key other.txt
complains 'that of another record'
echo "$line" | sed 's/....$/aaaa/' >typo.txt
expect 6 read "$sealed" --sealed-key typo.txt
complains 'holds no key line'
echo 'see you' >none.txt
expect 6 read "$sealed" --sealed-key none.txt
expect 4 read "$sealed" --sealed-key absent.txt
expect 2 read stick/"$sealed"/header.txt --sealed-key
expect 2 read "$records/good/identity" --sealed-key other.txt

# The line from an SMS, as telephones break it.
printf 'From Aigul 12:01\r\n%s\r\n%s\r\nPass it on' \
    "$(echo "$line" | cut -c1-50 | tr a-z A-Z)" \
    "$(echo "$line" | cut -c51-)" >sms.txt
expect 0 read "$sealed" --sealed-key sms.txt
says 'with a key that you gave; its author has not released it'
says 'what follows is the statement that was sealed'
says "$title"
says 'Aigul and eleven others'
says_not 'released by'
expect 0 verify "$sealed" --sealed-key sms.txt --json
has sealed.state key_given
has sealed.by null
has sealed.statement.title "$title"
has sealed.statement.sequence 0
has sealed.statement.verdict verified
"$P2PUB" read "$sealed" --sealed-key - <sms.txt >out 2>err ||
    fault 'a line on standard input does not open'
grep -qF 'Aigul and' out || fault 'no text by a line on standard input'
# Without a store, from the stick.
P2PUB_HOME=$scratch/nobody
expect 5 read "stick/$sealed" --sealed-key sms.txt
says_not Aigul
expect 0 read "stick/$sealed" --sealed-key sms.txt --key author.pub
says 'Aigul and eleven others'
[ ! -e nobody ] || fault 'reading from a stick made a home'

# Reading leaves no trace.
P2PUB_HOME=$scratch/island-2
expect 0 read "$sealed" --sealed-key sms.txt --into early-files
complains 'its author has not released it: whoever gets this folder'
cmp -s map.bin early-files/attachment-1.bin || fault 'the attachment is another'
rm -r early-files
cp -r island-2 before
expect 0 read "$sealed" --sealed-key sms.txt
expect 0 verify "$sealed" --sealed-key sms.txt
diff -r before island-2 >/dev/null || fault 'reading changed the home'

# The named signatory, who has the line, signs what is inside.
P2PUB_HOME=$scratch/other
expect 0 import stick
expect 4 cosign "$sealed" --offline
complains 'nothing can be shown until the key arrives'
expect 2 cosign "$sealed" --offline --sealed-key sms.txt --file statement.ru.md
expect 0 cosign "$sealed" --offline --sealed-key sms.txt --json
inside=$(json subject)
signing=$(json id)
[ "$inside" != "$sealed" ] || fault 'the box was signed'
expect 1 cosign "$sealed" --offline --sealed-key sms.txt
complains 'has signed this already'
expect 0 export signing "$signing"
! grep -rqaF Aigul other signing || fault 'what was opened is in a home'
P2PUB_HOME=$scratch/island-2
expect 0 import signing
expect 0 read "$sealed" --sealed-key sms.txt --json
has sealed.statement.id "$inside"
has sealed.statement.signatories.0.state signed

# At a terminal: what is asked, and that no is no.
talk() {
    wanted=$1
    shift
    asked="on a terminal: $*"
    code=0
    "$on_terminal" "$@" >"$scratch/out" 2>&1 || code=$?
    [ "$code" -eq "$wanted" ] ||
        fault "$asked: exit code $code, wanted $wanted"
}
enter='
'
P2PUB_HOME=$scratch/author
talk 1 'Sign and publish? [y/N] ' "n$enter" -- "$P2PUB" publish report.md \
    --sealed --opens 2026-12-10 --offline
says 'until you release it; announced for 2026-12-10'
talk 1 'for ever? [y/N] ' "n$enter" -- "$P2PUB" release "$sealed" --offline
says "$title"
says 'nothing was signed'
says_not 'p2pub1 opens'
P2PUB_HOME=$scratch/island-2
talk 0 'Key line: ' "$line$enter" -- "$P2PUB" verify "$sealed" --sealed-key -
says 'what follows is the statement that was sealed'

# Released: on the first island by a record, later on the second, too.
P2PUB_HOME=$scratch/other
expect 1 release "$sealed" --offline
complains 'another key than'
P2PUB_HOME=$scratch/author
expect 0 read --json "$sealed"
expect 1 release "$(json identity_id)" --offline
complains 'no sealed statement'
expect 0 release "$sealed" --offline --dry-run
! grep -qF 'p2pub1 opens' out || fault 'a dry run prints the key'
mv author/sealed away
expect 6 release "$sealed" --offline
complains 'is not in'
expect 6 release "$sealed" --offline --key-file other.txt
expect 0 release "$sealed" --offline --key-file sms.txt --json
release=$(json id)
has subject "$sealed"
has key_line "$line"
expect 0 release "$sealed" --offline
complains "already released as $release"
says "$line"
cp out released.txt
expect 0 status --json
has sealed_waiting.# 1
has sealed_waiting.0.opens null
expect 0 export day
# The code beside it says the same in capitals, which open it, too.
if command -v zbarimg >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1 &&
    grep -q '^█' released.txt; then
    python3 -c '
import sys
rows = [row for row in sys.stdin.read().splitlines() if row.startswith("█")]
halves = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}
dots = [[halves[c][half] for c in row] for row in rows for half in (0, 1)]
wide = [[dot for dot in row for _ in range(4)] for row in dots
        for _ in range(4)]
print("P2", len(wide[0]), len(wide), 255)
for row in wide:
    print(*row)
' <released.txt >code.pgm
    zbarimg -q --raw code.pgm >code.txt 2>/dev/null || fault 'the code cannot be read'
    [ "$(cat code.txt)" = "$(echo "$line" | tr a-z A-Z)" ] ||
        fault "the code says '$(cat code.txt)'"
    P2PUB_HOME=$scratch/island-2
    expect 0 verify "$sealed" --sealed-key code.txt
fi
P2PUB_HOME=$scratch/island-1
expect 0 import day
expect 0 read "$sealed"
says 'released      by Author on '
says 'Aigul and eleven others'
expect 0 read --json --lang ru "$sealed"
has sealed.state released
has sealed.by "$(tail -n 1 author.pub)"
has sealed.release "$release"
has title "$title"
has language ru
expect 0 verify "$sealed"
says 'what follows is the statement that was sealed'
expect 0 list
says "Author: $title"
expect 0 read "$release"
says "$line"
# By the ID of what is inside, which co-signatures name, it is found too.
expect 0 read --json "$(echo "$inside" | cut -c1-12 | tr a-f A-F)"
has id "$sealed"
has sealed.seals "$inside"
# A release counts before any other key.
expect 0 read "$sealed" --sealed-key sms.txt
says 'released      by Author on '
expect 6 read "$sealed" --sealed-key other.txt

# What is inside, for stock tools.
expect 0 read "$sealed" --into files
cmp -s report.md files/statement.en.md || cmp -s report.md files/statement.md ||
    fault 'the text is another than the one that was sealed'
cmp -s map.bin files/attachment-1.bin || fault 'the attachment is another'
if command -v minisign >/dev/null 2>&1; then
    (cd files && minisign -qVm header.txt -P "$(tail -n 1 ../author.pub)") ||
        fault 'stock minisign does not take what was inside'
fi
if command -v b2sum >/dev/null 2>&1; then
    (cd files && b2sum --status -c header.txt) ||
        fault 'b2sum does not take what was inside'
fi
P2PUB_HOME=$scratch/nobody
expect 0 verify files --key author.pub

# Once it is released, signing needs no line.
P2PUB_HOME=$scratch/other
expect 0 import day
expect 1 cosign "$sealed" --offline
complains 'has signed this already'
expect 0 withdraw "$signing" --reason 'one name was wrong' --offline
expect 0 cosign "$sealed" --offline --file statement.ru.md --json
has subject "$inside"

# A release that came first, or before the box: any order.
P2PUB_HOME=$scratch/early
expect 0 follow --yes --name Author author.pub
expect 0 import "day/$release"
expect 4 read "$sealed"
cp -r "stick/$sealed" bare
rm bare/sealed.bin
expect 0 import bare
expect 4 read "$sealed"
says_not Aigul
expect 0 import "stick/$sealed"
expect 0 read "$sealed"
says 'released      by Author'

# Releases that do not fit open nothing: one with another key by its author,
# and one with its key by somebody else.
if command -v minisign >/dev/null 2>&1; then
    P2PUB_HOME=$scratch/misled
    expect 0 import "stick/$sealed"
    expect 0 follow --yes --name Author author.pub
    expect 0 follow --yes --name Other other.pub
    right=$(sed -n 's/^release-key //p' "day/$release/header.txt")
    wrong=$(echo "$right" | tr 0123 1230)
    unfit() {
        rm -rf unfit
        mkdir unfit
        {
            printf 'p2pub1 release\nkey %s\n' "$(tail -n 1 "$1.pub")"
            printf 'date 2026-12-10\nsequence 0\n'
            printf 'opens %s\nrelease-key %s\n' "$sealed" "$2"
        } >unfit/header.txt
        (cd unfit && minisign -Sm header.txt -t 'p2pub1 release' \
            -s "../$1.key" >/dev/null </dev/null) ||
            fault 'minisign signs nothing'
        expect 0 import unfit
        expect 4 read "$sealed"
        complains 'nothing can be shown until the key arrives'
    }
    unfit author/keys/Author "$wrong"
    unfit other/keys/Other "$right"
    expect 0 import "day/$release"
    expect 0 read "$sealed"
fi

# A box that was changed on a stick is not the one that was signed.
cp -r "stick/$sealed" bent
flip bent/sealed.bin 1000
P2PUB_HOME=$scratch/nobody
expect 3 read bent --sealed-key sms.txt --key author.pub
says_not Aigul

# A revoked key: what came before is told from what came after.
P2PUB_HOME=$scratch/author
expect 0 keys revoke --yes --reason lost --offline
expect 0 read "$sealed" --json
has revoked.came_before true
has sealed.statement.revoked.came_before true

# Released from another machine, by stock minisign.
P2PUB_HOME=$scratch/author
publish report.md --sealed
second=$id
expect 0 release "$second" --prepare apart --offline
says "minisign -Sm header.txt -t 'p2pub1 release'"
says_not 'p2pub1 opens'
if command -v minisign >/dev/null 2>&1; then
    (cd apart && minisign -Sm header.txt -t 'p2pub1 release' \
        -s ../author/keys/Author.key >/dev/null </dev/null) ||
        fault 'minisign does not sign a release'
    expect 0 release --signed apart --offline
    expect 0 release "$second" --offline
    complains 'already released as'
    says 'p2pub1 opens'
fi

# The key was changed since: the new one releases, and the old one no more.
P2PUB_HOME=$scratch/changed
expect 0 keys new Changed --no-passphrase --json
json recovery_words >words.txt
cp changed/keys/Changed.pub changed.pub
publish report.md --sealed
third=$id
cp -r changed thief
expect 0 keys rotate --words-file words.txt --no-passphrase --offline --yes
expect 0 export changed-stick
P2PUB_HOME=$scratch/follower
expect 0 follow --yes --name Changed changed.pub
expect 0 import changed-stick
expect 4 read "$third"
P2PUB_HOME=$scratch/thief
expect 0 release "$third" --offline --json
by_thief=$(json id)
expect 0 export by-thief "$by_thief"
P2PUB_HOME=$scratch/follower
expect 0 import by-thief
expect 4 read "$third"
P2PUB_HOME=$scratch/changed
expect 1 release "$third" --as Changed --offline
complains 'what it signs now counts for nothing'
expect 0 release "$third" --offline --json
new=$(json key)
[ "$new" != "$(tail -n 1 changed.pub)" ] || fault 'released by the old key'
expect 0 export by-owner "$(json id)"
P2PUB_HOME=$scratch/follower
expect 0 import by-owner
expect 0 read "$third" --json
has sealed.state released
has sealed.by "$new"
# What the old key sealed before is good, and so is what is inside.
has verdict verified
has sealed.statement.verdict verified
expect 0 verify "$third"

# The vectors; and a box that the cipher opens under two keys, which counts
# under the one that its author named, and is no statement.
P2PUB_HOME=$scratch/nobody
vectors=$top_srcdir/tests/vectors/sealed
expect 0 read "$vectors/small/box" --sealed-key "$vectors/small/key" --unknown
says 'Twelve people are held'
expect 6 read "$vectors/two-keys/box" --unknown \
    --sealed-key "$vectors/two-keys/other-key"
complains 'not the key that it was sealed with'
expect 3 read "$vectors/two-keys/box" --unknown \
    --sealed-key "$vectors/two-keys/key"
complains 'NOT VERIFIED: what is inside is not what was sealed'
expect 3 verify "$vectors/two-keys/box" --sealed-key "$vectors/two-keys/key"
P2PUB_HOME=$scratch/early
expect 0 import "$vectors/two-keys"
expect 0 list
says '(sealed; what is inside is not what was sealed)'
says 'NOT VERIFIED'
two_keys=$("$P2PUB" list --json | "$json_get" statements.0.id)
expect 3 read "$two_keys" --unknown
says_not opens

# Its author takes it back.
P2PUB_HOME=$scratch/author
expect 0 withdraw "$sealed" --reason 'a name was wrong' --offline
expect 0 read "$sealed"
says 'a name was wrong'
finish
