#!/bin/sh
# Goal of this test: walls.sh refuses each kind of violation, at its file and
# line, and accepts what only looks like one.
set -eu
: "${top_srcdir:?the source tree}"

tree=$(mktemp -d "${TMPDIR:-/tmp}/p2pub-walls.XXXXXX")
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/core" "$tree/bundles" "$tree/net" "$tree/cli" "$tree/tests"
echo 'int always;' >"$tree/core/always.c"
failed=0

# FILE gets standard input; walls.sh must say REASON at FILE:LINE, and no more.
refused()
{
    file=$1
    wanted="$file:$2: .*$3"
    cat >"$tree/$file"
    if said=$(sh "$top_srcdir/tests/lint/walls.sh" "$tree" 2>&1); then
        echo "$file: accepted, wanted: $wanted"
        failed=1
    elif [ "$(printf '%s\n' "$said" | wc -l)" -ne 1 ] ||
        ! printf '%s\n' "$said" | grep -q "^$wanted"; then
        echo "$file: wanted: $wanted"
        echo "   said: $said"
        failed=1
    fi
    rm "$tree/$file"
}

# FILE gets standard input; walls.sh must have nothing against it.
accepted()
{
    cat >"$tree/$1"
    if ! said=$(sh "$top_srcdir/tests/lint/walls.sh" "$tree" 2>&1) ||
        [ -n "$said" ]; then
        echo "$1: refused: $said"
        failed=1
    fi
    rm "$tree/$1"
}

repeat()
{
    awk -v count="$1" -v line="$2" \
        'BEGIN { while (count-- > 0) print line }'
}

# Directions.
for pair in core:bundles core:net core:cli bundles:net bundles:cli net:cli \
    core:tests cli:tests; do
    echo "#include \"${pair#*:}/x.h\"" |
        refused "${pair%:*}/a.c" 1 "includes go only cli -> net"
done
for pair in cli:net cli:bundles cli:core net:bundles net:core bundles:core \
    core:core tests:cli; do
    echo "#include \"${pair#*:}/x.h\"" | accepted "${pair%:*}/a.c"
done
printf '\n#include "bytes.h"\n' | refused core/a.c 2 "not the full path"
echo '#  include "../core/bytes.h"' | refused net/a.h 1 "not the full path"
echo '#include <core/bytes.h>' | refused net/a.h 1 "goes in quotes"

# Doors of libraries.
echo '#include <sodium.h>' | refused core/bytes.c 1 "sodium.h is for"
echo '#include <sodium/utils.h>' | refused core/hash.h 1 "sodium.h is for"
echo '#include <sodium.h>' | accepted core/keyfile.c
echo '#include <zlib.h>' | refused bundles/chunk.c 1 "zlib.h is for"
echo '#include <zlib.h>' | accepted bundles/deflate.c
echo '#include <zlib.h>' | accepted net/stream.c
echo '#include <zlib.h>' | refused net/stream_zstd.c 1 "zlib.h is for"
echo '#include <zstd.h>' | refused net/stream.c 1 "zstd.h is for"
echo '#include <zstd_errors.h>' | refused net/stream_zstd.h 1 "zstd.h is for"
echo '#include <zstd.h>' | accepted net/stream_zstd.c
echo '#include <qrencode.h>' | refused cli/keys_new.c 1 "qrencode.h is for"
echo '#include <sqlite3.h>' | refused bundles/store.c 1 "sqlite3.h is for"
echo '#include <sqlite3.h>' | accepted bundles/store_sqlite_rows.c
echo '#include <uv.h>' | refused net/engine.c 1 "uv.h is for"
echo '#include <uv.h>' | refused cli/main.c 1 "uv.h is for"
echo '#include <uv.h>' | accepted net/uv_link.h
echo '#include <sodium.h>' | accepted tests/test_a.c

# Clocks.
for call in 'time(NULL)' 'clock()' 'gettimeofday(&tv, NULL)' \
    'clock_gettime(CLOCK_MONOTONIC, &ts)' 'timespec_get(&ts, TIME_UTC)' \
    'uv_now(loop)' 'uv_hrtime()' 'uv_clock_gettime(0, &ts)' \
    'uv_gettimeofday(&tv)'; do
    echo "now = $call;" | refused net/uv_link.c 1 "reads a clock"
    echo "now = $call;" | refused core/time.c 1 "reads a clock"
    echo "now = $call;" | accepted net/uv_clock.c
    echo "now = $call;" | accepted cli/wall_clock.c
done
echo 'x = mono_time(2) + record->time + run_time (3);' | accepted core/a.c
echo 'int x;' >"$tree/cli/wall_clock.c"
echo 'int x;' | refused cli/zebra_clock.c 1 "a second clock"
rm "$tree/cli/wall_clock.c"

# Names.
for name in strcpy strcat strncpy strncat strtok sprintf vsprintf gmtime \
    localtime ctime atoi rand gets alloca; do
    echo "x = $name(y);" | refused core/a.c 1 "$name is banned"
    echo "x = $name;" | refused tests/test_a.c 1 "$name is banned"
    echo "x = my_$name(y) + ${name}_r(z);" | accepted core/a.c
done
for name in malloc calloc realloc free strdup strndup asprintf vasprintf \
    getline getdelim reallocarray aligned_alloc posix_memalign; do
    echo "x = $name(y);" | refused cli/a.c 1 "$name is for core/mem.c"
    echo "x = $name(y);" | accepted core/mem.c
    echo "x = $name(y);" | accepted tests/test_a.c
done
accepted core/a.c <<'END'
/* free(x), strcpy and
 * malloc(3) are only spoken of. */
static const char text[] = "free(x) \" malloc(3) /* gets";
static const char quote = '"'; /* rand() */ static const char other = '\'';
int mem_free(void);
END
refused core/a.c 2 "free is for core/mem.c" <<'END'
static const char text[] = "/*";
free(x);
END

# Style that no other tool sees.
echo 'int x; // one' | refused core/a.c 1 "block comments only"
echo 'static const char url[] = "a//b";' | accepted core/a.c
echo 'typedef struct x { int y; } x;' | refused net/a.h 1 "a typedef"

# Sizes.
{ repeat 500 'int x;'; } | accepted core/a.c
{ repeat 501 'int x;'; } | refused core/a.c 501 "over 500 lines"
{ echo '{'; repeat 80 '    x();'; echo '}'; } | accepted core/a.c
{ echo '{'; repeat 81 '    x();'; echo '}'; } |
    refused core/a.c 83 "a function of 81 lines"

# What the build made from a text is not source.
touch "$tree/core/english.txt"
echo 'free(x);' | accepted core/english.c

# A tree without sources must not pass for a good one.
rm -rf "$tree/core"
if sh "$top_srcdir/tests/lint/walls.sh" "$tree" >/dev/null 2>&1; then
    echo "an empty tree was accepted"
    failed=1
fi
exit "$failed"
