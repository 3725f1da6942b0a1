#!/bin/sh
# Goal of this test: a second implementation, written from net/PROTOCOL.md,
# makes tests/vectors/sketch octet for octet.
set -eu
: "${top_srcdir:?the source tree}"

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null
then
    echo "skipped: there is no python3 of 3.8 or later"
    exit 77
fi
exec python3 "$top_srcdir/tests/cli/second_sketch.py" \
    "$top_srcdir/tests/vectors/sketch"
