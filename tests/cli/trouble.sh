#!/bin/sh
# Goal of this test: a store that is locked, damaged, read-only or full has its
# words and exit code 8; nothing is said to be published that is not, and what
# was there can still be read.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
store=$P2PUB_HOME/store.db
printf '# One\n\nWords.\n' >one.md
printf '# Two\n\nWords.\n' >two.md
# Nothing that deflate could make smaller.
head -c 800000 /dev/urandom >large.bin
make_key Centre
publish one.md
one=$id
expect 0 export stick

# Locked: publish waits, then says so; reading goes on meanwhile.
mkfifo hold
"$hold_store" "$store" <hold >held &
holder=$!
exec 3>hold
while [ ! -s held ]; do
    sleep 0.1
done
expect 0 list
says One
expect 0 read "$one"
expect 8 publish --offline --yes two.md
complains 'in use by another p2pub'
shows_nothing
exec 3>&-
wait "$holder"
expect 0 status --json
has statements 1

# Full, as far as one process can make its disk full: files of 150 KiB, or of
# 300 where the shell counts so.
full() {
    wanted=$1
    shift
    asked="with a full disk: p2pub $*"
    code=0
    (ulimit -f 300 && exec "$P2PUB" "$@" </dev/null) \
        >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" -eq "$wanted" ] ||
        fault "$asked: exit code $code, wanted $wanted"
}
full 8 publish --offline --yes two.md --attach large.bin
complains 'store'
shows_nothing
full 0 read "$one"
expect 0 publish --offline --yes --json two.md --attach large.bin
has known false
id=$(json id)
full 1 read --into into "$id"
[ ! -e into/header.txt ] || fault "$asked: left a header"
expect 0 read --into into "$id"
full 1 export small-stick "$id"
[ -z "$(ls small-stick 2>/dev/null)" ] || fault "$asked: left a folder"

# Whatever the limit: words and an exit code, and no signal.  Where there is
# no room for the store, it is the store that is full.
for limit in 1 8 16 32 48 64 65 66 100 200 500; do
    rm -rf "$scratch/limited"
    cp -r "$P2PUB_HOME" "$scratch/limited"
    for command in "publish --offline --yes two.md --title $limit" \
        "import stick" "keys new Other --no-passphrase" \
        "follow --yes --name It $records/good/identity"; do
        asked="with files of $limit blocks: p2pub $command"
        code=0
        # shellcheck disable=SC2086
        (ulimit -f "$limit" && exec "$P2PUB" --home "$scratch/limited" \
            $command </dev/null) >"$scratch/out" 2>"$scratch/err" || code=$?
        case $code in
            0) ;;
            8) complains 'full' ;;
            *) fault "$asked: exit code $code, wanted 0 or 8" ;;
        esac
        ! grep -q 'input or output' "$scratch/err" || fault "$asked: no words"
    done
done

# Full in truth: a file system of 600 KiB.
if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
    asked="on a file system of 600 KiB: p2pub publish"
    mkdir small
    code=0
    unshare -m sh -c 'mount -t tmpfs -o size=600k none small &&
        "$P2PUB" --home small keys new Small --no-passphrase >/dev/null 2>&1 &&
        exec "$P2PUB" --home small publish --offline --yes two.md \
            --attach large.bin' </dev/null >out 2>err || code=$?
    [ "$code" -eq 8 ] || fault "$asked: exit code $code, wanted 8"
    complains 'full'
    shows_nothing
else
    echo "skipped: a file system that is full, without root and unshare"
fi

# Read-only: what is there is read, without a home that can be written.
read_only() {
    if [ "$(id -u)" -ne 0 ]; then
        chmod -R a-w "$P2PUB_HOME"
        "$@"
        chmod -R u+w "$P2PUB_HOME"
    elif unshare -m true 2>/dev/null; then
        # Root may write everything but a read-only mount.
        unshare -m sh -c 'mount --bind "$P2PUB_HOME" "$P2PUB_HOME" &&
            mount -o remount,ro,bind "$P2PUB_HOME" && exec "$@"' sh "$@"
    else
        echo "skipped: a read-only store, as root without unshare"
        return
    fi
}
for command in "list" "read $one" "verify $one" "status" "export ro-stick"; do
    asked="read-only: p2pub $command"
    # shellcheck disable=SC2086
    read_only "$P2PUB" $command </dev/null >out 2>err ||
        fault "$asked: exit code $?"
done
asked="read-only: p2pub publish"
code=0
read_only "$P2PUB" publish --offline --yes one.md --title Again --lang fr \
    </dev/null >out 2>err || code=$?
grep -q '^skipped' out || {
    [ "$code" -eq 8 ] || fault "$asked: exit code $code, wanted 8"
    shows_nothing_but=$(cat out)
    [ -z "$shows_nothing_but" ] || fault "$asked: says $shows_nothing_but"
}

# Damaged: no page of it is believed.
cp "$store" sound.db
printf 'no database at all' | dd of="$store" conv=notrunc 2>/dev/null
expect 8 list
complains 'damaged'
expect 8 publish --offline --yes one.md
expect 8 import stick
# A folder is still read: the keys and those who are followed are elsewhere.
expect 0 verify "stick/$one"
complains 'damaged'
head -c 5000 sound.db >"$store"
expect 8 list
# One octet of a record: its row is not ours any more.
cp sound.db "$store"
at=$(grep -abo 'sequence 2' "$store" | head -n 1 | cut -d: -f1)
flip "$store" "$at"
expect 8 read "$one"

# A path that SQLite does not take.
deep=$scratch/$(printf '%0250d/%0250d' 0 0)
expect 8 --home "$deep" keys new Deep --no-passphrase
complains 'too long for a store'
finish
