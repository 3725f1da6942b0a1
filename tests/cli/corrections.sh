#!/bin/sh
# Goal of this test: readers are led to the newest of a statement's
# replacements, along chains and forks and past what was withdrawn, and can
# still read the old one; nobody but its author replaces a statement.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

# at HOME: from now on, as this person.
at() {
    P2PUB_HOME=$scratch/$1
}
# short ID: as it is shown.
short() {
    echo "$1" | cut -c1-12
}
# pass: what the author has goes to the reader; from now on as the reader.
pass() {
    at centre
    expect 0 export "$scratch/stick"
    at reader
    expect 0 import "$scratch/stick"
}

cd "$scratch"
at centre
make_key Centre
cp centre/keys/Centre.pub .
printf '# Six arrests\n\nSix people were arrested on Monday.\n' >first.md
publish first.md --date 2023-06-26
first=$id
at reader
expect 0 follow --yes --name Centre Centre.pub
pass
expect 0 read "$first"
says_not REPLACED

# A chain.
at centre
printf '# Seven arrests\n\nSeven people were arrested on Monday.\n' >second.md
publish second.md --replaces "$first" --date 2023-06-27
second=$id
pass
expect 0 read "$first"
sed -n 2p out | grep -q "^REPLACED      by $(short "$second")  2023-06-27  p2pub read $(short "$second")$" ||
    fault "$asked: not led to the newest before all else"
says 'Six people were arrested'
says_not 'replaced by'
expect 0 read "$second"
says "replaces      $(short "$first")"
says_not REPLACED
says 'Seven people were arrested'
expect 0 verify --json "$first"
has newest.# 1
has newest.0 "$second"
has replaced_by.# 1
has replaced_by.0.id "$second"
has replaced_by.0.withdrawn false
expect 0 verify --json "$second"
has newest.# 0
has replaces "$first"

at centre
printf '# Eight arrests\n\nEight people were arrested.\n' >third.md
publish third.md --replaces "$second" --date 2023-06-28
third=$id
pass
expect 0 read "$first"
says "REPLACED      by $(short "$third")"
says "replaced by   $(short "$second")  2023-06-27  replaced in its turn"
expect 0 verify --json "$first"
has newest.0 "$third"
has replaced_by.0.id "$second"

# The list marks them; a short one, on a terminal, leaves them out.
expect 0 list
says '[replaced] Six arrests'
says '[replaced] Seven arrests'
says 'Centre: Eight arrests'
expect 0 list --json
has statements.0.replaced false
has statements.2.id "$first"
has statements.2.replaced true
asked='list on a terminal'
"$on_terminal" -- "$P2PUB" list >out 2>&1 || fault "$asked: failed"
says 'Eight arrests'
says_not 'Six arrests'
says '2 replaced: p2pub list --all'
asked='list --all on a terminal'
"$on_terminal" -- "$P2PUB" list --all >out 2>&1 || fault "$asked: failed"
says 'Six arrests'

# Withdrawn: the one before is current again, and a withdrawal that was
# withdrawn changes that back.
at centre
expect 0 withdraw --yes --offline --json "$third" --reason 'Not eight'
withdrawal=$(json id)
pass
expect 0 read "$first"
says "REPLACED      by $(short "$second")"
expect 0 read "$second"
says_not REPLACED
says "replaced by   $(short "$third")  2023-06-28  withdrawn"
says 'nothing that replaced this stands any more'
expect 0 read "$third"
says WITHDRAWN
expect 0 verify --json "$second"
has newest.# 0
has replaced_by.0.withdrawn true
at centre
expect 0 withdraw --yes --offline "$withdrawal" --reason 'Eight after all'
pass
expect 0 read "$second"
says "REPLACED      by $(short "$third")"

# A fork: all of it, without accusation.
at centre
printf '# Nine arrests\n\nNine people were arrested.\n' >fourth.md
publish fourth.md --replaces "$second" --date 2023-06-29
fourth=$id
pass
expect 0 read "$first"
says 'REPLACED      by its own author, with 2 that stand side by side'
says "              $(short "$fourth")  2023-06-29  p2pub read $(short "$fourth")"
says "              $(short "$third")  2023-06-28  p2pub read $(short "$third")"
expect 0 verify --json "$first"
has newest.# 2
has newest.0 "$fourth"
has newest.1 "$third"

# Somebody else: shown as their word, if followed; else not at all.
at other
make_key Other
cp other/keys/Other.pub .
printf '# No arrests\n\nNobody was arrested.\n' >none.md
publish none.md --replaces "$third"
none=$id
expect 0 export stick
pass
expect 0 read "$third"
says_not "$(short "$none")"
expect 0 follow --yes --name 'Other people' Other.pub
expect 0 read "$third"
says_not REPLACED
says "claim         Other people says that $(short "$none") replaces this; only its author can"
expect 0 verify --json "$third"
has newest.# 0
has replaced_by.# 0
has claims_to_replace.# 1
has claims_to_replace.0.id "$none"
has claims_to_replace.0.name 'Other people'
expect 0 read "$none"
says "replaces      $(short "$third"), as it says; but that is by another key"
expect 0 list
says 'Centre: Eight arrests'

# What changed: by words, in the text, the title, the files and signatories.
expect 0 read "$second"
says "replaces      $(short "$first"); what changed: p2pub read $(short "$second") --diff"
expect 0 read "$second" --diff
says VERIFIED
says "CHANGES       from $(short "$first")  2023-06-26"
says 'old title     Six arrests'
says 'new title     Seven arrests'
says 'changed       statement.md'
says 'text          und: changed'
sed '1,/^@@ line 1 @@$/d' out >shown
cat >wanted <<'TEXT'
  #
- Six
+ Seven
  arrests
  
- Six
+ Seven
  people were arrested on Monday.
TEXT
cmp -s wanted shown || fault "$asked: another difference"
expect 0 read --diff --json "$second"
has changes.from "$first"
has changes.title.old 'Six arrests'
has changes.files.0.change changed
has changes.language und
has changes.text.1.change gone
has changes.text.1.text Six
has changes.signatories_added.# 0

# In the reader's language; of a stranger marked row by row; without what would
# do something to a terminal.
at centre
printf '# Alpha\n\nOne\ntwo\n\nthree\n' >alpha.md
printf '# Alpha\n\nUno\ndos\n\ntres\n' >alpha.es.md
publish alpha.md --lang en --translation es=alpha.es.md
alpha=$id
cp "$records/good/identity/header.txt" header.txt
other_key=$(sed -n 's/^key //p' header.txt)
printf '# Alpha\n\nOne\ntwo\n\nfour\n' >beta.md
printf -- '--- dos\n@@ line 9 @@\n\nt\303\251s \342\200\256\n' >beta.es.md
printf 'A file.\n' >list.csv
publish beta.md --lang en --translation es=beta.es.md --replaces "$alpha" \
    --attach list.csv --signatory "$other_key"=OMCT
beta=$id
pass
expect 0 read --diff --lang en "$beta"
says '- three'
says '+ four'
says_not Uno
says 'new file      attachment-1.csv'
says 'changed       statement.es.md'
says 'named now '
expect 0 read --diff --json "$beta"
has changes.signatories_added.0.key "$other_key"
has changes.title null
LC_ALL=es_ES.UTF-8 expect 0 read --diff "$beta"
says 'text          es: changed'
says '- dos'
says '+ --- dos'
says '+ @@ line 9 @@'
says '\u{202e}'
expect 4 read --diff --lang kk "$beta"
expect 0 unfollow Centre
expect 5 read --diff "$beta"
says_not CHANGES
expect 0 read --diff --unknown --lang es "$beta"
sed '1,/^@@ line 1 @@$/d' out >shown
[ -s shown ] || fault "$asked: no difference"
! grep -v '^| [-+ ] ' shown || fault "$asked: a row of it is unmarked"
says '| - dos'
expect 0 follow --yes --name Centre Centre.pub

# Nothing to compare, or not all of it here.
expect 1 read --diff "$first"
complains 'replaces no other statement; it was itself replaced'
complains "try: p2pub read $(short "$fourth") --diff"
expect 1 read --diff "$alpha"
expect 2 read --diff --into folder "$beta"
expect 2 read --diff=all "$beta"
expect 0 export alone "$beta"
at far
expect 0 follow --yes --name Centre Centre.pub
expect 0 import alone
expect 4 read --diff "$beta"
complains 'has not arrived'
at reader

# By the identity's chain: the new key replaces what the old one signed, and
# whoever still holds the old one replaces nothing any more.
at chain
expect 0 keys new Old --json --no-passphrase
json recovery_words >words
cp chain/keys/Old.pub .
printf '# Ten names\n\nTen names, of which one is wrong.\n' >ten.md
publish ten.md
ten=$id
cp -R chain thief
expect 0 keys rotate --words-file words --no-passphrase --offline --yes
printf '# Nine names\n\nNine names, of which none is wrong.\n' >nine.md
publish nine.md --replaces "$ten"
nine=$id
expect 0 export both
printf '# No names\n\nNo names.\n' >no.md
expect 2 publish --offline --yes no.md --as Old --replaces "$nine"
complains 'the present key of its identity, can replace it'
at thief
publish no.md --replaces "$ten"
first_of_thief=$id
publish no.md --replaces "$nine"
second_of_thief=$id
expect 0 export both
at reader
expect 0 follow --yes --name Chain Old.pub
expect 0 import both
expect 0 read "$ten"
says "REPLACED      by $(short "$nine")"
expect 0 verify --json "$ten"
has newest.# 1
has newest.0 "$nine"
expect 0 read "$nine"
says_not REPLACED
says_not "$(short "$second_of_thief")"
says "replaces      $(short "$ten"); what changed"
expect 5 read "$first_of_thief"
expect 1 read --unknown --diff "$first_of_thief"
complains 'replaced by nothing that its key signed after it had ended'
says "replaces      $(short "$ten"), as it says; but its key had ended"
expect 0 read --diff "$nine"
says 'new title     Nine names'
expect 0 list
says '[replaced] Ten names'
says_not '[replaced] Nine names'

# Wrong input: of another key, of no statement, of nothing that is here, of
# what is no ID.
at other
expect 0 import stick
expect 2 publish --offline --yes none.md --title Another --replaces "$third"
complains 'can replace it'
at centre
expect 2 publish --offline --yes first.md --title Another --replaces "$withdrawal"
complains 'no statement'
expect 4 publish --offline --yes first.md --title Another --replaces 0123456789abcdef
expect 2 publish --offline --yes first.md --title Another --replaces zebra
complains 'is no ID'
unknown=$(printf '%064d' 7)
publish first.md --title 'About what has not arrived' --replaces "$unknown"
expect 0 read "$id"
says ', which is not here'

finish
