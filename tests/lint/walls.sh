#!/bin/sh
# Goal of this test: no source file reaches through a wall of the house.
#
#     walls.sh [ROOT]      ROOT is a source tree, else $top_srcdir, else .
#
# Prints each violation as "file:line: reason"; exits 1 if there is one.
# The rules themselves are in walls.awk.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-${top_srcdir:-.}}"

# What the build made from a text file is not source.
sources=$(find core bundles net cli tests -name '*.[ch]' 2>/dev/null |
    LC_ALL=C sort | while read -r file; do
        [ -e "${file%.c}.txt" ] || echo "$file"
    done)
if [ -z "$sources" ]; then
    echo "walls.sh: no sources in $PWD" >&2
    exit 1
fi
LC_ALL=C exec awk -f "$here/walls.awk" $sources
