#!/bin/sh
# Let each fuzz target look for faults for FUZZ_SECONDS, from the committed
# corpus on.  Run by make fuzz.  What a target finds new is kept in the build's
# corpus/, and what made it fail beside it.
set -eu
: "${top_srcdir:?the source tree}" "${FUZZ_SECONDS:=60}"

failed=0
for target in ${FUZZ_TARGETS-}; do
    name=${target##*/fuzz_}
    mkdir -p "corpus/$name"
    if "./$target" -max_total_time="$FUZZ_SECONDS" -timeout=10 \
        -rss_limit_mb=2048 -artifact_prefix="corpus/$name-" \
        "corpus/$name" "$top_srcdir/tests/fuzz/corpus/$name" \
        >"corpus/$name.log" 2>&1; then
        echo "fuzz: $name: nothing found, $(grep -a '^Done ' \
            "corpus/$name.log" || echo 'and nothing done')"
    else
        echo "fuzz: $name: a fault, see below and $PWD/corpus/$name-*"
        tail -n 40 "corpus/$name.log"
        failed=1
    fi
done
exit "$failed"
