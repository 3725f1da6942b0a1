# What the end-to-end tests share.  Each begins with
#
#     . "${top_srcdir:?the source tree}/tests/cli/lib.sh"
#
# and ends with `finish`.  A check that fails says so, and the test goes on to
# the next; `finish` then fails.  Everything is written below $scratch.

set -eu
: "${P2PUB:?the program to test}" "${top_builddir:?the build tree}"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/p2pub-test-XXXXXX")
trap 'chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Nothing of the person who runs the tests: neither home nor terminal habits.
HOME=$scratch/person
P2PUB_HOME=$scratch/home
LC_ALL=C.UTF-8
TERM=xterm
export HOME P2PUB_HOME LC_ALL TERM
unset XDG_DATA_HOME STATE_DIRECTORY NO_COLOR P2PUB_PAGER PAGER LESS
mkdir "$HOME"

json_get=$top_builddir/tests/cli/json_get
on_terminal=$top_builddir/tests/cli/on_terminal
hold_store=$top_builddir/tests/cli/hold_store
records=$top_srcdir/tests/vectors/records
faults=0

# Say that something is not as it should be, with what was said last.
fault() {
    faults=$((faults + 1))
    echo "FAULT: $*"
    sed 's/^/  out: /' "$scratch/out" 2>/dev/null || :
    sed 's/^/  err: /' "$scratch/err" 2>/dev/null || :
}

finish() {
    if [ "$faults" -gt 0 ]; then
        echo "$faults checks failed"
        exit 1
    fi
}

# expect CODE ARGUMENT...: p2pub ends with this exit code.  What it said is in
# $scratch/out and $scratch/err; nobody is there to ask.
expect() {
    wanted=$1
    shift
    asked="p2pub $*"
    code=0
    "$P2PUB" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" -eq "$wanted" ] ||
        fault "$asked: exit code $code, wanted $wanted"
}

# What the last one said: TEXT stands in it, or does not.
says() {
    grep -qF -e "$1" "$scratch/out" || fault "$asked: does not say '$1'"
}
says_not() {
    ! grep -qF -e "$1" "$scratch/out" || fault "$asked: says '$1'"
}
complains() {
    grep -qF -e "$1" "$scratch/err" || fault "$asked: no error '$1'"
}

# Nothing on stdout, or nothing on stderr.
shows_nothing() {
    [ ! -s "$scratch/out" ] || fault "$asked: something on stdout"
}
is_silent() {
    [ ! -s "$scratch/err" ] || fault "$asked: something on stderr"
}

# json PATH: what stands there in the document on stdout, as
# statements.0.title; a # counts, - is what is not there.
json() {
    "$json_get" "$1" <"$scratch/out"
}
# has PATH VALUE
has() {
    found=$(json "$1") || fault "$asked: stdout is no JSON document"
    [ "$found" = "$2" ] || fault "$asked: $1 is '$found', wanted '$2'"
}

# publish FILE [OPTION]...: sign without questions or network; its id is in $id.
publish() {
    expect 0 publish --offline --yes --json "$@"
    id=$(json id)
}

# A key that asks for no passphrase; called for each home that publishes.
make_key() {
    expect 0 keys new "$1" --no-passphrase
}

# flip FILE OFFSET: change one bit of the octet there.
flip() {
    octet=$(od -An -tu1 -j"$2" -N1 "$1" | tr -d ' ')
    printf "\\$(printf %o $((octet ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
