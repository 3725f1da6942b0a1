#!/bin/sh
# What other tools have to say about the sources: layout, mistakes, walls.
#
#     lint.sh        from the Makefile, which exports
#         top_srcdir, top_builddir
#         LINT_CPPFLAGS    what the compiler gets before a file
#         CLANG_FORMAT, CLANG_TIDY, CPPCHECK
#     FILES="a.c b.h"      look at these only
set -eu
: "${top_srcdir:?the source tree}" "${top_builddir:?the build tree}"

cd "$top_srcdir"
sources=${FILES:-$(find core bundles net cli tests -name '*.[ch]' |
    LC_ALL=C sort | while read -r file; do
        [ -e "${file%.c}.txt" ] || echo "$file"
    done)}
units=$(printf '%s\n' $sources | grep '\.c$' || true)
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
failed=0

# step NAME COMMAND...
step()
{
    name=$1
    shift
    if "$@"; then
        echo "lint: $name: nothing to say"
    else
        echo "lint: $name: see above"
        failed=1
    fi
}

# tidy_with FLAGS FILE...  One file at a time: given several, clang-tidy 14
# mistakes each va_list for one that was not begun.
tidy_with()
{
    LINT_CPPFLAGS=$1
    shift
    [ "$#" -eq 0 ] || printf '%s\n' "$@" | xargs -P "$jobs" -n 1 sh -c '
        "$CLANG_TIDY" --quiet "$@" -- $LINT_CPPFLAGS 2>"$0.$$"
        status=$?
        grep -v " warnings\{0,1\} \(generated\|treated\)" "$0.$$" >&2
        rm -f "$0.$$"
        exit "$status"' "$top_builddir/clang-tidy.messages"
}

# A file that chooses its own view of the system's headers is built by itself.
tidy()
{
    apart=$(grep -l '^#define _GNU_SOURCE' $units)
    found=0
    tidy_with "$LINT_CPPFLAGS" $(printf '%s\n' $units |
        grep -vxF "${apart:-none}") || found=1
    tidy_with -std=c11 $apart || found=1
    return "$found"
}

# cppcheck 2.10 does not see that a function fills the array inside a struct
# that it was given; compilers, the analyzer and valgrind look for the same.
# It does not know either that cmocka's assertions do not return.
check_c()
{
    "$CPPCHECK" --quiet --std=c11 -j "$jobs" \
        --enable=warning,performance,portability --inline-suppr \
        --error-exitcode=1 --suppress=missingIncludeSystem \
        --suppress=uninitvar --suppress=uninitStructMember \
        --suppress='memleakOnRealloc:tests/*' \
        --suppress='arrayIndexOutOfBounds:tests/*' \
        --include="$top_builddir/config.h" -I . $units
}

# need COMMAND PACKAGES
need()
{
    command -v "$1" >/dev/null 2>&1 && return
    echo "lint: $1 is missing: $2"
    failed=1
}

need "$CLANG_FORMAT" "Debian clang-format, Fedora clang-tools-extra, \
Alpine clang-extra-tools, Homebrew clang-format"
need "$CLANG_TIDY" "Debian clang-tidy, Fedora clang-tools-extra, \
Alpine clang-extra-tools, Homebrew llvm"
need "$CPPCHECK" "cppcheck in Debian, Fedora, Alpine and Homebrew"
[ "$failed" -eq 0 ] || exit 1

export CLANG_TIDY LINT_CPPFLAGS
step walls sh tests/lint/walls.sh .
step clang-format "$CLANG_FORMAT" --dry-run -Werror $sources
[ -z "$units" ] || step clang-tidy tidy
[ -z "$units" ] || step cppcheck check_c
exit "$failed"
