#!/bin/sh
# Build a copy of the sources with other options, and make TARGET (make's
# words, space between) there:
#
#     second_build.sh FOLDER TARGET CONFIGURE-OPTION...
#
# Run by make, in the folder of the first build.  Two builds must not share
# their sources' folder when one of them is built in it, hence the copy; it is
# FOLDER/source, and the build FOLDER/build, kept for the next time.
set -eu
: "${MAKE:=make}" "${top_srcdir:?the source tree}"
folder=$1
target=$2
shift 2

# What tests look for beside the first clone.
P2PUB_SHARED=${P2PUB_SHARED-$top_srcdir/../shared}
export P2PUB_SHARED

mkdir -p "$folder/build"
$MAKE distdir distdir="$folder/source" >"$folder/distdir.log" 2>&1 || {
    cat "$folder/distdir.log"
    exit 1
}
cd "$folder/build"
[ -f config.status ] || ../source/configure --quiet "$@"
exec $MAKE $target
