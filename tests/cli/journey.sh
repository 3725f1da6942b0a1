#!/bin/sh
# Goal of this test: one statement's whole way, short enough to be watched by
# valgrind at every step: signed, taken by a running relay, fetched by a reader
# who is never there at the same time as the author, read, carried on by stick
# to a third, and read there.  A copy with one bit changed is refused.
set -eu
. "${top_srcdir:?}/tests/cli/nodes.sh"

# ends CODE COMMAND...: node's exit code is that one, and no other.
ends()
{
    wanted=$1
    shift
    status=0
    node "$@" >"$work/said" 2>"$work/complained" || status=$?
    [ "$status" -eq "$wanted" ] ||
        fail "p2pub $*: exit code $status, wanted $wanted:" \
            "$(cat "$work/said" "$work/complained")"
}

printf '# An appeal\n\nFree them.\n' >"$work/appeal.md"
printf '# Обращение\n\nОсвободите их.\n' >"$work/appeal.ru.md"
head -c 70000 /dev/urandom >"$work/list.bin"

# The author, and a relay that stays.
ends 0 author keys new Centre --no-passphrase
ends 0 author publish "$work/appeal.md" --translation ru="$work/appeal.ru.md" \
    --attach "$work/list.bin" --offline --yes --json
id=$(field id <"$work/said")
start relay relay --listen 127.0.0.1:0 --line-file "$work/line"
relay=$started
within 60 test -s "$work/line" || fail "the relay wrote no line"
ends 0 author peers add "$work/line"
ends 0 author sync --seconds 50
ends 0 author status
ends 0 author list --json

# The reader, later.
ends 0 reader peers add "$work/line"
ends 0 reader sync --seconds 50 --json
grep -q '"first": {' "$work/said" || fail "sync does not say when: \
$(cat "$work/said")"
ends 0 reader sync --seconds 50 --json
grep -q '"first": null' "$work/said" || fail "sync says when of nothing: \
$(cat "$work/said")"
ends 5 reader read "$id"
ends 5 reader verify "$id"
ends 0 author keys show Centre --public
cp "$work/said" "$work/centre.pub"
ends 0 reader follow --yes --name Centre "$work/centre.pub"
ends 0 reader read --lang ru "$id"
grep -q 'Освободите их' "$work/said" || fail "the translation is not shown"
ends 0 reader verify "$id"
ends 0 reader list
ends 0 reader export "$work/stick"
status=0
stop "$relay" || status=$?
[ "$status" -eq 143 ] || fail "the relay ended with $status"

# By stick to a third, and a forged copy beside it.
ends 0 third import "$work/stick"
ends 0 third follow --yes "$work/centre.pub"
ends 0 third read --into "$work/out" "$id"
cmp "$work/list.bin" "$work/out/attachment-1.bin" || fail "changed on the way"
cp -r "$work/stick/$id" "$work/forged"
sed 's/An appeal/An Appeal/' "$work/stick/$id/header.txt" \
    >"$work/forged/header.txt"
! cmp -s "$work/stick/$id/header.txt" "$work/forged/header.txt" ||
    fail "the forged copy is none"
ends 3 third read "$work/forged"
ends 3 third import "$work/forged"
ends 0 third unfollow Centre
ends 5 third verify "$id"
