#!/bin/sh
# Goal of this test: in every scenario of the simulator, kept small, no rule
# is broken; the same seed gives the same run, octet for octet, and another
# seed another one.
#
# SIM_SEEDS: how many seeds each scenario runs with; SIM_FIRST: the first.
set -eu
: "${top_builddir:?the build tree}"
sim=$top_builddir/tests/sim/p2pub-sim
seeds=${SIM_SEEDS:-1}
first=${SIM_FIRST:-1}
failed=0

scenarios=$("$sim" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
if [ -z "$scenarios" ]; then
    echo "p2pub-sim names no scenarios"
    exit 1
fi
for scenario in $scenarios; do
    if "$sim" "$scenario" --seed "$first" --seeds "$seeds"; then
        echo "$scenario: holds"
    else
        echo "$scenario: failed"
        failed=1
    fi
done

# The hash of all that the engines did.
trace_of()
{
    "$sim" "$@" --json | sed -n 's/.*"trace": "\([0-9a-f]*\)".*/\1/p'
}

once=$(trace_of lan --nodes 8 --seed "$first")
again=$(trace_of lan --nodes 8 --seed "$first")
other=$(trace_of lan --nodes 8 --seed "$((first + 1))")
if [ "${#once}" -ne 64 ] || [ "$once" != "$again" ]; then
    echo "the same seed gave $once, then $again"
    failed=1
fi
if [ "$once" = "$other" ]; then
    echo "another seed gave the same run"
    failed=1
fi

# A rule that cannot be broken says nothing: with a limit below what an engine
# needs, the run fails and names the node.
if said=$("$sim" lan --nodes 4 --seed "$first" --limit 100000 2>&1); then
    echo "an engine over the limit was not noticed"
    failed=1
fi
case $said in
*" octets of memory, not 100000"*) ;;
*)
    echo "an engine over the limit was not named"
    failed=1
    ;;
esac
exit "$failed"
