#!/bin/sh
# Goal of this test: every file of the repository is in a list of Makefile.am,
# by its name or by its folder's.  A file that is not is neither built nor run
# nor in the tarball.
set -eu
: "${top_srcdir:?the source tree}"
cd "$top_srcdir"
if [ ! -e .git ] || ! command -v git >/dev/null 2>&1; then
    echo "skipped: not a git clone, or no git"
    exit 77
fi

# The words of the lists, one a line; a unit test or a fuzz target stands
# there without its .c.
words=$(sed 's/#.*//' Makefile.am | tr ' \t\\' '\n\n\n')

listed()
{
    name=$1
    while [ "$name" != . ]; do
        printf '%s\n' "$words" | grep -qxF -e "$name" -e "${name%.c}" &&
            return 0
        name=$(dirname "$name")
    done
    return 1
}

failed=0
for file in $(git ls-files --cached --others --exclude-standard); do
    case $file in
    .gitignore | .gitattributes) continue ;;
    Makefile.am | configure.ac | m4/*.m4) continue ;;
    esac
    [ -e "$file" ] || continue
    if ! listed "$file"; then
        echo "$file is in no list of Makefile.am"
        failed=1
    fi
done
exit "$failed"
