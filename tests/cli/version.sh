#!/bin/sh
# Goal of this test: p2pub says which version it is, and refuses what it does
# not know with exit code 2.
set -eu
: "${P2PUB:?the program to test}" "${top_srcdir:?the source tree}"

wanted=$(sed -n 's/^AC_INIT(\[p2pub\], \[\(.*\)\])$/\1/p' \
    "$top_srcdir/configure.ac")
said=$("$P2PUB" version)
if [ "$said" != "p2pub $wanted" ]; then
    echo "version: said '$said', wanted 'p2pub $wanted'"
    exit 1
fi

status=0
"$P2PUB" no-such-command >/dev/null 2>&1 || status=$?
if [ "$status" -ne 2 ]; then
    echo "an unknown command: exit code $status, wanted 2"
    exit 1
fi
