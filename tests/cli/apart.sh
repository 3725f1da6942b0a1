#!/bin/sh
# Goal of this test: a statement is prepared on one machine, signed with stock
# minisign on another that has no p2pub, and published from the first.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

if ! command -v minisign >/dev/null 2>&1; then
    echo "skipped: no minisign here"
    exit 77
fi
cd "$scratch"
printf '# An appeal\n\nFree them.\n' >appeal.md
printf '# Обращение\n\nОсвободите их.\n' >appeal.ru.md
head -c 100000 "$P2PUB" >list.bin

# The other machine: stock minisign alone, with a key of its own.
mkdir other
minisign -GWp other/centre.pub -s other/centre.key >/dev/null 2>err ||
    minisign -Gp other/centre.pub -s other/centre.key >/dev/null 2>err \
        </dev/null || fault "minisign makes no key"

# sign DIR: what the person does there, by the command that p2pub prints.
stock_command="minisign -Sm header.txt -t 'p2pub1 statement'"
sign() {
    (cd "$1" && b2sum --quiet -c header.txt 2>/dev/null &&
        eval "$stock_command -s ../other/centre.key" >/dev/null 2>&1 \
            </dev/null) || fault "signing failed in $1"
}

expect 0 keys import other/centre.pub
expect 0 publish --prepare one appeal.md --translation ru=appeal.ru.md \
    --attach list.bin --date 2023-06-26 --sequence 1
[ "$(cat out)" = "$stock_command" ] || fault "$asked: another command"
[ "$(ls one | tr '\n' ' ')" = \
    'attachment-1.bin header.txt statement.md statement.ru.md ' ] ||
    fault "$asked: other files: $(ls one)"

# Unsigned it is nothing yet, here or elsewhere.
expect 4 publish --offline --signed one
complains "header.txt.minisig"
expect 4 verify one
expect 0 status --json
has records 0

# The number is given out: the next one follows it, signed or not.
expect 0 publish --prepare two --json appeal.ru.md
has sequence 2
has command "$stock_command"
grep -q "^previous " two/header.txt || fault "number 2 follows nothing"

# Nothing is overwritten, and no number is lost for it.
expect 1 publish --prepare one appeal.md
complains 'holds a header already'

sign one
expect 0 verify --key other/centre.pub one
expect 0 publish --offline --json --signed one
has title 'An appeal'
has size "$(cat one/attachment-1.bin one/statement.md one/statement.ru.md |
    wc -c | tr -d ' ')"
id=$(json id)
expect 0 read --lang ru "$id"
says 'Освободите их.'
expect 0 publish --offline --json --signed one
has known true

# The second, and a third: one sequence without a gap.
sign two
expect 0 publish --offline --signed two
expect 0 publish --prepare three --json appeal.md --title 'Again' \
    --replaces "$id"
has sequence 3
sign three
expect 0 publish --offline --json --signed three
expect 0 verify --json "$id"
has gaps 0
has forks.0 -
has replaced_by.1 -

# Signed with another comment, by another key, changed, cut: not verified.
printf '# Four\n' >four.md
expect 0 publish --prepare four four.md
(cd four && minisign -Sm header.txt -t 'p2pub1 identity' \
    -s ../other/centre.key >/dev/null 2>&1 </dev/null)
expect 3 publish --offline --signed four
complains "try: minisign -Sm header.txt -t 'p2pub1 statement'"
rm four/header.txt.minisig
expect 4 publish --offline --signed four
complains "try: minisign -Sm header.txt -t 'p2pub1 statement'"
expect 4 publish --offline --signed nowhere
! grep -q '^try:' err || fault "$asked: nothing to sign there"
sign four
flip four/statement.md 3
expect 3 publish --offline --signed four
complains 'statement.md'
flip four/statement.md 3
flip four/header.txt 120
expect 3 publish --offline --signed four
flip four/header.txt 120
rm four/statement.md
expect 4 publish --offline --signed four
expect 0 status --json
has statements 3

# What is said of other records and keys goes the same way, each with the
# comment of its kind: a co-signature, a vouch, and a withdrawal of each.
P2PUB_HOME=$scratch/friend
make_key friend
publish appeal.md --title 'A joint appeal'
joint=$id
expect 0 export stick
friend=$P2PUB_HOME/keys/friend.pub
P2PUB_HOME=$scratch/home
expect 0 import stick

# sign_as KIND DIR
sign_as() {
    (cd "$2" && eval "minisign -Sm header.txt -t 'p2pub1 $1'" \
        -s ../other/centre.key >/dev/null 2>&1 </dev/null) ||
        fault "signing failed in $2"
}
expect 0 cosign "$joint" --prepare co --json
has command "minisign -Sm header.txt -t 'p2pub1 cosign'"
cosign=$(json id)
has sequence 5
[ "$(ls co)" = header.txt ] || fault "$asked: other files: $(ls co)"
expect 1 cosign "$joint" --prepare co
complains 'holds a header already'
expect 4 cosign --signed co --offline
complains "try: minisign -Sm header.txt -t 'p2pub1 cosign'"
sign_as statement co
expect 3 cosign --signed co --offline
complains "with the comment 'p2pub1 cosign'"
rm co/header.txt.minisig
sign_as cosign co
expect 1 withdraw --signed co --offline
complains "no record of the kind 'withdraw'"
expect 1 publish --signed co --offline
complains "no record of the kind 'statement'"
expect 0 cosign --signed co --offline --json
has id "$cosign"
has known false
has delivered 0
expect 0 cosign --signed co --offline --json
has known true
expect 1 cosign "$joint" --prepare again
complains 'has signed this already'
expect 0 verify --json --key "$friend" "$joint"
has others_signed 1

expect 0 vouch "$friend" Friend --yes --prepare v --json
vouch=$(json id)
has sequence 6
sign_as vouch v
expect 0 withdraw "$cosign" --reason 'a wrong name' --prepare w --json
has command "minisign -Sm header.txt -t 'p2pub1 withdraw'"
has sequence 7
sign_as withdraw w
# In any order: the numbers are given out.
expect 0 withdraw --signed w --offline
expect 0 vouch --signed v --offline
says "$vouch"
expect 0 verify --json --key "$friend" "$joint"
has others_signed 0
expect 0 verify --json "$vouch"
has gaps 1
expect 1 vouch "$friend" Friend --yes --prepare v2
complains "already vouched as $vouch"
expect 2 vouch "$friend" Friend --yes --prepare v2 --signed v
complains 'do not go together'
expect 2 vouch "$friend" Friend --signed v
expect 2 cosign "$joint" --signed co
expect 4 withdraw --signed nowhere --offline
P2PUB_HOME=$scratch/friend
expect 6 cosign --signed co --offline
complains 'not yours'

# Somebody else's folder is not ours to publish.
P2PUB_HOME=$scratch/else
make_key Else
expect 6 publish --offline --signed one
complains 'not yours'
expect 0 status --json
has statements 0
finish
