#!/bin/sh
# Stands in for p2pub in the scripts that make check-valgrind runs.
# P2PUB_UNDER is valgrind with its options, P2PUB_ITSELF the program.
exec $P2PUB_UNDER "$P2PUB_ITSELF" "$@"
