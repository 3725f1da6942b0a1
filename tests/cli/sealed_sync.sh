#!/bin/sh
# Goal of this test: a sealed statement and its release travel by relay like
# any other record; whoever has both can read it, whichever came first, and
# nothing of it is on the relay's disk.
set -eu
. "${top_srcdir:?}/tests/cli/nodes.sh"

# opens NAME: its text can be read there.
opens()
{
    node "$1" read "$sealed" >"$work/read" 2>"$work/said" &&
        grep -q 'Aigul and eleven others' "$work/read"
}

new_key a
printf '# Twelve names\n\nAigul and eleven others.\n' >"$work/report.md"
head -c 300000 /dev/urandom >"$work/map.bin"
start relay relay --listen 127.0.0.1:0 --line-file "$work/line"
within 20 test -s "$work/line" || fail "the relay wrote no line"
for name in a b c; do
    node "$name" peers add "$work/line" >"$work/said" || fail "peers add at $name"
done
for name in b c; do
    node "$name" follow --yes --name Author "$work/a/keys/a.pub" \
        >"$work/said" 2>&1 || fail "follow at $name"
done

# Sealed, and to b while it is closed.
node a publish "$work/report.md" --yes --json --sealed --opens 2026-12-10 \
    --attach "$work/map.bin" >"$work/published" ||
    fail "publish: $(cat "$work/published")"
sealed=$(field id <"$work/published")
[ "$(field delivered <"$work/published")" -ge 1 ] || fail "the relay has it not"
node b sync >"$work/said" 2>&1 || fail "sync at b"
node b verify "$sealed" >"$work/said" 2>&1 ||
    fail "b has not got the whole box: $(cat "$work/said")"
status=0
node b read "$sealed" >"$work/said" 2>&1 || status=$?
[ "$status" -eq 4 ] || fail "b reads what is sealed: $(cat "$work/said")"

# Released: b reads it after one contact, and c, which meets the relay for the
# first time, too.
node a release "$sealed" --yes --json >"$work/released" 2>"$work/said" ||
    fail "release: $(cat "$work/released" "$work/said")"
[ "$(field delivered <"$work/released")" -ge 1 ] ||
    fail "the relay has not got the release"
for name in b c; do
    node "$name" sync >"$work/said" 2>&1 || fail "sync at $name"
    opens "$name" || fail "$name cannot read it: $(cat "$work/said")"
    grep -q '^released  *by Author on ' "$work/read" ||
        fail "$name is not told who released it: $(cat "$work/read")"
    node "$name" read "$sealed" --into "$work/into.$name" >"$work/said" 2>&1 ||
        fail "$name cannot write it out: $(cat "$work/said")"
    cmp -s "$work/map.bin" "$work/into.$name/attachment-1.bin" ||
        fail "the attachment is another at $name"
done
for name in relay b c; do
    ! grep -rqaF -e Aigul -e 'Twelve names' "$work/$name" ||
        fail "what was sealed is on the disk of $name"
done
