#!/bin/sh
# Goal of this test: a second implementation, written from bundles/FORMAT.md,
# agrees with the chains of tests/vectors/chains.
set -eu
: "${top_srcdir:?the source tree}"

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null
then
    echo "skipped: there is no python3"
    exit 77
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec python3 "$top_srcdir/tests/cli/second_chain.py" \
    "$top_srcdir/tests/vectors/chains"
