#!/bin/sh
# Goal of this test: a week of eight organisations on two islands that only a
# folder joins.  They sign one statement at their own times, one takes its
# signature back, two translate, one corrects itself, one is withheld, one
# vouches for the others, and a report travels sealed and is opened on the day;
# at the end every reader is told what is written down in `judge`, whatever came
# first, and stock tools agree with all of it.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
north='centre bar memory voices'
south='union press aid doctors'

# text FILE TITLE LINE...
text() {
    file=$1
    printf '# %s\n' "$2" >"$file"
    shift 2
    for line; do
        printf '\n%s\n' "$line" >>"$file"
    done
}

# at NAME COMMAND...: in NAME's home, without a network; $id is the record's.
at() {
    P2PUB_HOME=$scratch/homes/$1
    shift
    expect 0 "$@" --offline --json
    id=$(json id)
}
key() {
    tail -n 1 "$1.pub"
}

# pass FROM TO...: all that FROM has, to the others, by a folder.
pass() {
    from=$1
    shift
    rm -rf folder
    P2PUB_HOME=$scratch/homes/$from
    expect 0 export folder
    for to; do
        P2PUB_HOME=$scratch/homes/$to
        expect 0 import folder
    done
}

mkdir homes
for name in $north $south; do
    P2PUB_HOME=$scratch/homes/$name
    expect 0 keys new "$name" --no-passphrase --json
    json recovery_words >"$name.words"
    cp "$P2PUB_HOME/keys/$name.pub" "$name.pub"
done
# follows READER ORGANISATION...: under the reader's own names.
follows() {
    P2PUB_HOME=$scratch/homes/$1
    shift
    for name; do
        expect 0 follow --yes "$name.pub" --name "$name"
    done
}

# Monday, in the north: one text for eight, in two languages.  Two who are
# there sign.
text joint.md 'An end to torture' 'We, the undersigned.'
text joint.ru.md 'Положить конец пыткам' 'Мы, нижеподписавшиеся.'
set --
for name in bar memory voices $south; do
    set -- "$@" --signatory "$name.pub"
done
at centre publish joint.md --yes --lang en --translation ru=joint.ru.md "$@"
joint=$id
pass centre bar memory voices
at bar cosign "$joint"
bar_signed=$id
at memory cosign "$joint"
# And a report that is to be read on Friday everywhere.
text report.md 'Twelve names' 'Twelve people are held in the cellar.'
at memory publish report.md --yes --lang en --sealed --opens 2026-12-11
report=$id
sms=$(json key_line)
pass bar centre
pass memory centre

# Tuesday: the folder crosses to the south; three sign there, one of them the
# Russian text alone.
pass centre union press aid doctors
at union cosign "$joint"
at press cosign "$joint" --file statement.ru.md
at aid cosign "$joint"
aid_signed=$id

# Wednesday: the union, which has compared words with all the others, vouches
# for them.  One takes its signature back.  Two translate: the author, and
# somebody else.
for name in $north press aid doctors; do
    at union vouch "$name.pub" "$name" --yes
done
at aid withdraw "$aid_signed" --reason 'Our board had not been asked'
text joint.kk.md 'Азаптауды тоқтату' 'Біз, төменде қол қойғандар.'
at centre publish joint.kk.md --yes --lang kk --translates "$joint"
kazakh=$id
text joint.uz.md 'Qiynoqlarga chek qo‘yish' 'Biz, quyida imzo chekkanlar.'
at press publish joint.uz.md --yes --lang uz --translates "$joint"
uzbek=$id

# Thursday: the doctors have counted wrong, and say so.
text count.md 'Forty detained' 'Forty people were taken.' 'None was charged.'
at doctors publish count.md --yes --lang en
forty=$id
text count2.md 'Forty-one detained' 'Forty-one people were taken.' \
    'None was charged.'
at doctors publish count2.md --yes --lang en --replaces "$forty"
forty_one=$id

# In the night the bar's laptop is taken.  Whoever has it signs a lie, takes the
# bar's signature back, and revokes the key.  The bar's people are in the south
# by then, with the words on paper, and what the union holds of their records.
cp -R homes/bar homes/thief
text lie.md 'Nobody is held' 'We were wrong about everything.'
at thief publish lie.md --yes --lang en
lie=$id
at thief withdraw "$bar_signed" --reason 'We did not mean it'
at thief keys revoke --reason 'No longer in use' --yes
pass thief centre
pass union exile
at exile keys recover bar.pub --words-file bar.words --good "$bar_signed" \
    --no-passphrase --yes
new_key=$(json key)
text safe.md 'We are safe' 'Our laptop was taken on Thursday.'
at exile publish safe.md --yes --lang en
safe=$id
pass exile union

# Friday: whoever carries the folder north leaves one statement of the union
# out.
text first.md 'On Friday morning' 'The road is open.'
at union publish first.md --yes --lang en
text withheld.md 'On Friday noon' 'The road is blocked by soldiers.'
at union publish withheld.md --yes --lang en
withheld=$id
text last.md 'On Friday evening' 'The road is open again.'
at union publish last.md --yes --lang en

# It is the day: the north gets the release, the south a line by telephone.
at memory release "$report"
release=$id
has key_line "$sms"
pass memory centre

pass press union
pass aid union
pass doctors union
P2PUB_HOME=$scratch/homes/union
rm -rf folder
expect 0 export folder
rm -r "folder/$withheld"
P2PUB_HOME=$scratch/homes/centre
expect 0 import folder

# What every reader who has all of it is told; written down beforehand.
judge() {
    reader=$1
    P2PUB_HOME=$scratch/homes/$reader
    expect 0 verify --json "$joint" --key centre.pub
    has signatories.# 7
    i=0
    for state in signed signed not_seen signed signed withdrawn not_seen; do
        has "signatories.$i.state" "$state"
        i=$((i + 1))
    done
    has signatories.4.checked.0 statement.ru.md
    has signatories.5.withdrawn.reason 'Our board had not been asked'
    has signatories.0.withdrawn null
    has others_signed 0
    has withdrawn null
    has titles.ru "$(sed -n 's/^# //p' joint.ru.md)"
    has translations.# 2
    has translations.0.id "$kazakh"
    has translations.0.by_author true
    has translations.1.id "$uzbek"
    has translations.1.by_author false
    has translations.1.name press
    has translations_by_others 0
    expect 0 read --json "$forty" --key doctors.pub
    has newest.# 1
    has newest.0 "$forty_one"
    has replaced_by.0.id "$forty_one"
    expect 0 read --json --diff "$forty_one" --key doctors.pub
    has changes.from "$forty"
    has changes.title.old 'Forty detained'
    expect 0 read --json "$forty_one" --key doctors.pub
    has newest.# 0
    has replaces "$forty"
    has text "$(cat count2.md)"
    expect 0 read --json "$report" --key memory.pub
    has sealed.state released
    has sealed.by "$(key memory)"
    has sealed.release "$release"
    has title 'Twelve names'
    has text "$(cat report.md)"
    expect 0 read --json "$safe"
    has name bar
    has key "$new_key"
    has lineage.state good
    expect 5 read --json "$lie"
    has lineage.state claimed
    has lineage.present_key "$new_key"
    has revoked.reason 'No longer in use'
    expect 5 verify "$lie"
    says 'claimed by a key that has ended'
    expect 0 verify "$joint" --key centre.pub
    says '4 of 7 named signatories have signed, 1 withdrew, 2 not seen'
    for text in "$joint" "$kazakh" "$uzbek" "$forty" "$forty_one"; do
        expect 0 verify "$text"
    done
}

# In the north the gap is noticed, by number; what was held back comes with
# the next who has it, and the gap is gone.
follows northern $north $south
pass centre northern
judge northern
expect 0 gaps --json
has missing.# 1
has missing.0.key "$(key union)"
has missing.0.to "$(json missing.0.from)"
expect 4 read "$withheld"

follows southern $south $north
pass union southern
expect 4 read "$report"
echo "Dear all, $sms" >sms.txt
expect 0 read "$report" --sealed-key sms.txt
says 'with a key that you gave; its author has not released it'
says 'Twelve people are held in the cellar'
pass centre southern
judge southern
expect 0 gaps --json
has missing.# 0
expect 0 read "$withheld"

# By now the bar has another key: who vouches for the old one vouches for that.
at centre vouch bar.pub 'The bar' --yes
has for "$new_key"

# A newcomer knows nobody but the union, and takes its word for the others: also
# for the key that took the place of the one that was seized.
pass southern newcomer
P2PUB_HOME=$scratch/homes/newcomer
expect 0 follow union.pub --name union --yes
expect 5 verify "$joint"
expect 0 follow union.pub --introducer --json
has vouched 7
judge newcomer
expect 0 read "$joint"
says 'VERIFIED      centre, vouched for by union'
says 'withdrew      aid, vouched for by union'
expect 0 read "$safe"
says 'VERIFIED      bar, vouched for by union'

# A latecomer, whom each record reached by itself and in another order.
follows late $north $south
rm -rf folder
P2PUB_HOME=$scratch/homes/southern
expect 0 export folder
P2PUB_HOME=$scratch/homes/late
for record in $(ls -r folder); do
    expect 0 import "folder/$record"
done
judge late
expect 0 gaps --json
has missing.# 0

# Stock tools say the same of every record.
if ! command -v minisign >/dev/null 2>&1 || ! command -v b2sum >/dev/null 2>&1
then
    echo "not looked at with minisign and b2sum: one of them is not here"
    finish
    exit
fi
for record in folder/*; do
    (
        cd "$record"
        minisign -Vqm header.txt -P "$(sed -n 's/^key //p' header.txt)" &&
            { ! grep -q '^BLAKE2b-256 ' header.txt ||
                b2sum --status -c header.txt; }
    ) || fault "$record: stock tools do not agree"
done
finish
