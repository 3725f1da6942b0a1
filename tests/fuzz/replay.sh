#!/bin/sh
# Goal of this test: no file of the committed corpus makes a fuzz target fail.
set -eu
: "${top_srcdir:?the source tree}" "${top_builddir:?the build tree}"

failed=0
for target in ${FUZZ_TARGETS-}; do
    name=${target##*/fuzz_}
    corpus=$top_srcdir/tests/fuzz/corpus/$name
    if [ -z "$(find "$corpus" -type f 2>/dev/null | head -n 1)" ]; then
        echo "$name: tests/fuzz/corpus/$name has no files"
        failed=1
        continue
    fi
    if find "$corpus" -type f -exec "$top_builddir/$target" {} +; then
        echo "$name: $(find "$corpus" -type f | wc -l) files"
    else
        echo "$name: failed"
        failed=1
    fi
done
exit "$failed"
