#!/bin/sh
# Goal of this test: organisations sign one statement at their own times, one
# takes it back, and every reader sees who has signed and who has not, whatever
# arrived first; what makes no sense is refused in one line.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
printf '# An end to torture\n\nWe, the undersigned.\n' >joint.md
printf '# Положить конец пыткам\n\nМы, нижеподписавшиеся.\n' >joint.ru.md

# Four organisations, each in its own home; the second to fourth are named.
for name in one two three four five; do
    P2PUB_HOME=$scratch/$name
    make_key "$name"
    cp "$P2PUB_HOME/keys/$name.pub" "$name.pub"
done
key() {
    tail -n 1 "$1.pub"
}
P2PUB_HOME=$scratch/one
publish joint.md --lang en --translation ru=joint.ru.md \
    --signatory two.pub=Two --signatory "$(key three)" --signatory four.pub
joint=$id
expect 0 export stick
for name in two three four five reader; do
    P2PUB_HOME=$scratch/$name
    expect 0 import stick
done

# answer NAME COMMAND...: in NAME's home; the id of the record is in $id.
answer() {
    P2PUB_HOME=$scratch/$1
    shift
    expect 0 "$@" --offline --json
    id=$(json id)
}
answer two cosign "$joint"
has subject "$joint"
has delivered 0
has key "$(key two)"
two=$id
answer three cosign "$joint" --file statement.ru.md
answer five cosign "$joint" --yes

# A dry run leaves nothing.
P2PUB_HOME=$scratch/four
expect 0 cosign "$joint" --dry-run --json
has dry_run true
expect 0 verify --key one.pub --json "$joint"
has signatories.2.state not_seen
has others_signed 0

# Refused, in one line each.
P2PUB_HOME=$scratch/two
expect 1 cosign "$joint" --offline
complains "'two' has signed this already"
expect 1 cosign "$joint" --offline --file statement.md
complains "'two' has signed this already"
expect 1 cosign "$two" --offline
complains 'neither a statement nor an identity'
expect 4 cosign 0123456789abcdef --offline
complains 'no record'
expect 2 cosign "$(echo "$joint" | cut -c1-8)" --offline
complains 'too short'
expect 2 cosign --offline
expect 2 cosign "$joint" "$joint" --offline
expect 6 cosign "$joint" --as nobody --offline
complains "no key called 'nobody'"
P2PUB_HOME=$scratch/four
expect 4 cosign "$joint" --offline --file statement.kk.md
complains "no file 'statement.kk.md'"
expect 2 cosign "$joint" --offline --file statement.md --file statement.md
complains 'named twice'
expect 1 withdraw "$joint" --reason 'not mine' --offline
complains "another key than 'four'"
P2PUB_HOME=$scratch/one
expect 1 cosign "$joint" --offline
complains 'as its author'
P2PUB_HOME=$scratch/two
expect 2 withdraw "$two" --offline
complains 'needs --reason'
expect 2 withdraw "$two" --offline --reason ' blanks '
complains 'one line of 1 to'
expect 4 withdraw 0123456789abcdef --offline --reason x

# Everybody's records by stick to a reader, who knows one of them: the
# co-signatures first.
for name in two three five; do
    P2PUB_HOME=$scratch/$name
    expect 0 export "stick-$name"
    rm -rf "stick-$name/$joint"
done
P2PUB_HOME=$scratch/late
for name in two three five; do
    expect 0 import "stick-$name"
done
expect 4 read "$joint"
expect 0 import stick

# judge: what a reader in this home is told.
judge() {
    expect 0 verify --key one.pub --json "$joint"
    has signatories.# 3
    has signatories.0.state "$1"
    has signatories.0.called Two
    has signatories.0.key "$(key two)"
    has signatories.1.state signed
    has signatories.1.called null
    has signatories.1.checked.0 statement.ru.md
    has signatories.1.checked.# 1
    has signatories.2.state not_seen
    has others.# 1
    has others.0.key "$(key five)"
    has others_signed 1
    has withdrawn null
    has languages.0 en
    has languages.1 ru
}
judge signed
expect 0 follow --yes two.pub --name 'The second'
expect 0 verify --key one.pub "$joint"
says '2 of 3 named signatories have signed, 1 not seen'
says 'signed        The second'
says_not 'its author calls it Two'
says ', only statement.ru.md'
says '1 other key has signed'
expect 0 verify --json "$two" --key two.pub
has kind cosign
expect 0 read --key two.pub "$two"
says "signs         $(echo "$joint" | cut -c1-12)"

# The second withdraws; the reader is told why, and it may be taken back.
answer two withdraw "$two" --reason 'We have not seen the Russian text'
gone=$id
expect 1 withdraw "$two" --reason again --offline
complains 'withdrawn already'
expect 0 export stick-two
P2PUB_HOME=$scratch/late
expect 0 import stick-two
judge withdrawn
has signatories.0.withdrawn.reason 'We have not seen the Russian text'
has signatories.0.name 'The second'
expect 0 verify --key one.pub "$joint"
says '1 of 3 named signatories have signed, 1 withdrew, 1 not seen'
says 'withdrew      The second'
says 'We have not seen the Russian text'
answer two withdraw "$gone" --reason 'Now we have'
expect 0 export stick-two
P2PUB_HOME=$scratch/late
expect 0 import stick-two
judge signed
answer two withdraw "$two" --reason 'No more'
answer two cosign "$joint"
expect 0 export stick-two
P2PUB_HOME=$scratch/late
expect 0 import stick-two
judge signed

# The author withdraws the statement: it stands before everything else, in the
# list too, and goes wherever the statement goes.
answer one withdraw "$joint" --reason 'Two names were wrong'
withdrawal=$id
expect 0 list
says '[withdrawn] An end to torture'
expect 0 list --json
has statements.0.withdrawn.reason 'Two names were wrong'
expect 0 read "$joint"
sed -n 2p out | grep -q '^WITHDRAWN ' || fault "$asked: not before the rest"
says 'Two names were wrong'
says 'We, the undersigned.'
expect 0 verify --json "$joint"
has withdrawn.reason 'Two names were wrong'
has withdrawn.id "$withdrawal"
expect 0 import stick-two
expect 0 export only "$joint"
[ -d "only/$withdrawal" ] || fault "the statement went without its withdrawal"
[ -d "only/$two" ] || fault "the statement went without a co-signature"
P2PUB_HOME=$scratch/four
expect 0 import only
expect 1 cosign "$joint" --offline
complains 'its author has withdrawn it'
expect 5 read "$joint"
says 'WITHDRAWN '
says_not 'Two names were wrong'
says_not 'undersigned'

# What has not arrived is not signed; what has is, by name.
P2PUB_HOME=$scratch/one
printf '# Another\n\nText.\n' >another.md
printf '# Другое\n\nТекст.\n' >another.ru.md
publish another.md --translation ru=another.ru.md
expect 0 export part "$id"
rm "part/$id/statement.ru.md"
P2PUB_HOME=$scratch/four
expect 0 import part
expect 4 cosign "$id" --offline
complains "'statement.ru.md' has not arrived"
expect 4 cosign "$id" --offline --file statement.ru.md
complains "'statement.ru.md' has not arrived"
expect 0 cosign "$id" --offline --file statement.md

# What a later p2pub says of a record is carried, and counts for nothing here.
for name in newer-cosign newer-withdraw; do
    expect 0 import "$records/good/$name"
    expect 5 verify "$records/good/$name"
    says 'NEWER '
    says 'needs a newer p2pub'
done
expect 0 import "$records/good/two-languages"
expect 5 verify --json "$records/good/two-languages"
has withdrawn null
has others.# 0

# On a terminal a person is asked, and may say no.
on_a_terminal() {
    wanted=$1
    shift
    asked="on a terminal: $*"
    code=0
    "$on_terminal" "$@" >out 2>err || code=$?
    [ "$code" -eq "$wanted" ] ||
        fault "$asked: exit code $code, wanted $wanted"
}
P2PUB_HOME=$scratch/five
expect 0 import part
on_a_terminal 1 'public? [y/N]' 'n
' -- "$P2PUB" cosign "$id" --offline --file statement.md
says 'Another'
says 'nothing was signed'
on_a_terminal 0 'the one? [y/N]' 'y
' 'public? [y/N]' 'y
' -- "$P2PUB" cosign "$(echo "$id" | cut -c1-8)" --offline --file statement.md
expect 1 cosign "$id" --offline --file statement.md
complains "'five' has signed this already"

# A recovery key signs an identity outside its own sequence, once.
P2PUB_HOME=$scratch/six
expect 0 keys new six --no-passphrase --recovery "$(key two)" --json
identity=$(json identity)
expect 0 export six-stick
P2PUB_HOME=$scratch/two
expect 0 import six-stick
expect 0 cosign "$identity" --offline --json
cosign=$(json id)
expect 0 verify --json "$cosign"
has sequence 0
has kind cosign
expect 1 cosign "$identity" --offline
complains 'has signed this already'
expect 1 withdraw "$identity" --offline --reason x
complains "another key than 'two'"
P2PUB_HOME=$scratch/six
expect 1 withdraw "$identity" --offline --reason x
complains 'nothing else can be withdrawn'
finish
