#!/bin/sh
# Goal of this test: whoever follows an identity goes on following it when its
# key was stolen and another one took its place, without doing anything, and is
# told once; the thief, who has the key, is shown for what he is and silences
# nobody; two next versions are a conflict until one names both.  The verdicts
# are the same in whatever order the records come.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

chain=$scratch/chain
mkdir "$chain"
"$top_builddir/tests/cli/chain" "$chain"
id_of() {
    cat "$chain/$1/id"
}
take() {
    for name; do
        expect 0 import "$chain/$name"
    done
}

# Somebody follows version 1 and reads; what the next key signs is a stranger's.
take root ours present
expect 0 follow --yes --name Centre "$chain/root"
expect 0 read "$(id_of ours)"
says 'VERIFIED      Centre'
expect 5 read "$(id_of present)"

# One recovery key is not enough: the version says how many have agreed.
take second agreed-1
expect 5 read "$(id_of second)"
says 'version       2, which too few have agreed to'
says '1 of 2 needed of the recovery keys before, 1 of 2 of its own'
expect 5 verify --json "$(id_of second)"
has identity_version.state claimed
has identity_version.before.agreed 1
has identity_version.before.needed 2
expect 5 read "$(id_of present)"

# The second one: from now on the next key is followed, and that is said once.
take agreed-2
complains "'Centre' has a new key since"
expect 0 list
is_silent
says 'VERIFIED  Centre: Ours, later'
expect 0 read "$(id_of present)"
is_silent
says 'VERIFIED      Centre'
expect 0 verify --json "$(id_of ours)"
has verdict verified
has lineage.root "$(id_of root)"
has lineage.version 2
has lineage.version_id "$(id_of second)"
has lineage.ended_by 2
has lineage.state good
has lineage.conflict.# 0
has identity_version null
expect 0 read "$(id_of second)"
says 'version       2, which counts'

# The thief.
take forged hidden
expect 0 list
says '[claimed] All is well'
expect 5 read "$(id_of forged)"
says 'claimed by a key that has ended'
says_not 'VERIFIED'
says 'by version 2 of the identity, which does not have this for'
expect 5 verify --json "$(id_of forged)"
has lineage.state claimed
has identity_id "$(id_of root)"
expect 0 verify --json "$(id_of present)"
has withdrawn null

# The owner withdraws with the new key what the old one signed.
take withdrawal
expect 0 verify --json "$(id_of ours)"
has withdrawn.reason 'A name is wrong'
has lineage.state good

# Who comes later, and gets everything at once, is told the same.
for name in ours present forged second; do
    "$P2PUB" verify --json "$(id_of $name)" >"$scratch/$name.json" \
        2>/dev/null || :
done
P2PUB_HOME=$scratch/later
expect 0 follow --yes --name Centre "$chain/root"
mkdir "$scratch/stick"
for name in agreed-1 agreed-2 forged hidden ours present second withdrawal; do
    cp -r "$chain/$name" "$scratch/stick"
done
expect 0 import "$scratch/stick"
complains "'Centre' has a new key since"
for name in ours present forged second; do
    "$P2PUB" verify --json "$(id_of $name)" >"$scratch/later.json" \
        2>/dev/null || :
    cmp -s "$scratch/later.json" "$scratch/$name.json" ||
        fault "$name: $(diff "$scratch/later.json" "$scratch/$name.json")"
done

# What the home tells of it is no more than whom it follows, and what it has.
for file in follows store.db told; do
    [ -e "$P2PUB_HOME/$file" ] || fault "no '$file'"
done
[ "$(ls "$P2PUB_HOME" | wc -l)" -eq 3 ] || fault "$(ls "$P2PUB_HOME")"
[ "$(cat "$P2PUB_HOME/told")" = "$(id_of root) $(id_of second)" ] ||
    fault "told: $(cat "$P2PUB_HOME/told")"

# Reading leaves no trace: it was told when it came.
cp -r "$P2PUB_HOME" "$scratch/before"
expect 0 list
expect 0 read "$(id_of ours)"
expect 5 read "$(id_of forged)"
diff -r "$scratch/before" "$P2PUB_HOME" >/dev/null ||
    fault "reading changed the home: $(diff -r "$scratch/before" "$P2PUB_HOME")"

# Another version 2: nobody new is followed while both stand side by side.
take rival rival-1 rival-2
complains "CONFLICT: recovery keys of 'Centre' agreed to more than one"
expect 0 read "$(id_of root)"
says 'CONFLICT      versions of this identity stand side by side'
is_silent
expect 5 read "$(id_of present)"
is_silent_but_for_error() {
    [ "$(grep -c CONFLICT "$scratch/err")" -eq 0 ] ||
        fault "$asked: tells it twice"
}
is_silent_but_for_error
expect 0 verify --json "$(id_of root)"
has lineage.version 1
has lineage.conflict.# 2

# Whoever follows one of the two stays with it, and is told.
P2PUB_HOME=$scratch/beside
for name in root ours second agreed-1 agreed-2 present; do
    expect 0 import "$chain/$name"
done
expect 0 follow --yes --name Centre \
    "$(sed -n 's/^key //p' "$chain/second/header.txt")"
expect 0 list
is_silent
for name in rival rival-1; do
    expect 0 import "$chain/$name"
done
expect 0 import "$chain/rival-2"
complains 'the key that you follow is that of one of them'
expect 0 read "$(id_of present)"
is_silent
says 'CONFLICT      versions of this identity stand side by side'
P2PUB_HOME=$scratch/later

# One version that names both ends it.
take healed healed-1 healed-2
complains "'Centre' has a new key since"
expect 0 read "$(id_of present)"
says 'VERIFIED      Centre'
expect 0 verify --json "$(id_of ours)"
has lineage.version 3
has lineage.conflict.# 0

# Stock tools.
if command -v minisign >/dev/null; then
    for name in second healed agreed-1; do
        minisign -Vqm "$chain/$name/header.txt" \
            -P "$(sed -n 's/^key //p' "$chain/$name/header.txt")" ||
            fault "minisign refuses '$name'"
    done
fi

# An unfollowed identity leaves nothing behind but the file's old lines.
expect 0 unfollow Centre
expect 5 read "$(id_of present)"
finish
