#!/bin/sh
# Goal of this test: two records with one number are kept, passed on and shown
# with both ids; their author can merge them, and is accused of nothing.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

# at HOME: from now on, as this person.
at() {
    P2PUB_HOME=$scratch/$1
}

cd "$scratch"

# One key on two machines, each of which publishes number 2.
at first
make_key Centre
cp first/keys/Centre.pub .
cp -R first second
echo '# Left' >left.md
echo '# Right' >right.md
publish left.md
left=$id
expect 0 export stick
at second
publish right.md
right=$id
expect 0 export stick

at reader
expect 0 follow --yes --name Centre Centre.pub
expect 0 import stick
for id in "$left" "$right"; do
    expect 0 verify "$id"
    says 'fork          two records with number 2'
    says "              $(echo "$left" | cut -c1-12)"
    says "              $(echo "$right" | cut -c1-12)"
    says_not merged
    expect 0 read "$id"
    says 'two records with number 2'
done
expect 0 verify --json "$left"
has forks.# 1
has forks.0.sequence 2
has forks.0.merged false
has forks.0.ids.# 2
printf '%s\n' "$left" "$right" | sort >wanted
{
    json forks.0.ids.0
    json forks.0.ids.1
} >shown
cmp -s wanted shown || fault "$asked: not both ids"
expect 0 gaps
shows_nothing
# Both are passed on.
expect 0 export again
at third
expect 0 import again
expect 0 list
says Left
says Right

# The other machine goes on; then the author says that all of it is its own.
echo '# More' >more.md
at second
publish more.md
expect 0 export stick
at first
expect 0 import stick
echo '# Both' >both.md
asked='publish on a terminal'
code=0
"$on_terminal" 'Did you sign all of them? [y/N] ' 'y
' -- "$P2PUB" publish --offline --yes both.md >out 2>&1 || code=$?
[ "$code" -eq 0 ] || fault "$asked: exit code $code, wanted 0"
expect 0 export merged
at reader
expect 0 import merged
expect 0 verify "$left"
says 'two records with number 2, merged by its author'
expect 0 verify --json "$right"
has forks.0.merged true

finish
