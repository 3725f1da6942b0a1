#!/bin/sh
# Goal of this test: two machines on one network find each other with no
# address given, over IPv4, over IPv6 link-local alone, and without any default
# route; a statement with a translation and a 3 MB photograph published on one
# is read on the other.  The machines are network namespaces joined by a cable.
set -eu
if [ "$(id -u)" -ne 0 ] || ! command -v ip >/dev/null 2>&1 ||
    ! ip netns add "p2pub-probe-$$" 2>/dev/null; then
    echo "skipped: network namespaces need root and iproute2"
    exit 77
fi
ip netns del "p2pub-probe-$$"
. "${top_srcdir:?}/tests/cli/nodes.sh"

# Two namespaces and the cable between them.
in_space=p2pub-$$-
for name in a b; do
    ip netns add "$in_space$name"
    spaces="$spaces $in_space$name"
    ip -n "$in_space$name" link set lo up
done
ip link add "pa$$" netns "${in_space}a" type veth peer name "pb$$" \
    netns "${in_space}b"

# A JPEG of 3 MB without metadata: the noise stands where its scan would be.
photograph()
{
    printf '\377\330\377\333\000\103\000'
    head -c 64 /dev/zero | tr '\000' '\001'
    printf '\377\300\000\013\010\000\010\000\010\001\001\021\000'
    printf '\377\304\000\024\000\001\000\000\000\000\000\000\000\000\000\000'
    printf '\000\000\000\000\000\003'
    printf '\377\332\000\010\001\001\000\000\077\000'
    head -c 3000000 /dev/urandom | tr -d '\377'
    printf '\377\331'
}
photograph >"$work/photo.jpg"
printf '# Found without an address\n\nThe text in English.\n' >"$work/s.en.md"
printf '# Найдено без адреса\n\nТекст по-русски.\n' >"$work/s.ru.md"

# Nothing is there but what the family needs: no way out, and with IPv6 no
# address that was not made of the cable's own.
check_addresses()
{
    for version in -4 -6; do
        [ -z "$(ip -n "$in_space$name" "$version" route show default)" ] ||
            fail "there is a default route"
    done
    others=$(ip -n "$in_space$name" -o addr show dev "$link" |
        case $1 in
        IPv4) grep -v ' inet 192\.0\.2\.' ;;
        IPv6) grep -v ' inet6 fe80:' ;;
        esac || :)
    [ -z "$others" ] || fail "over $1 there is also $others"
}

addresses()
{
    for name in a b; do
        link=p$name$$
        ip -n "$in_space$name" link set "$link" down
        ip -n "$in_space$name" addr flush dev "$link"
        case $1 in
        IPv4)
            ip netns exec "$in_space$name" \
                sysctl -qw "net.ipv6.conf.$link.disable_ipv6=1"
            case $name in a) number=1 ;; b) number=2 ;; esac
            ip -n "$in_space$name" addr add "192.0.2.$number/24" dev "$link"
            ;;
        IPv6)
            ip netns exec "$in_space$name" \
                sysctl -qw "net.ipv6.conf.$link.disable_ipv6=0" \
                "net.ipv6.conf.$link.accept_dad=0"
            ;;
        esac
        ip -n "$in_space$name" link set "$link" up
        check_addresses "$1"
    done
}

new_key a
for family in IPv4 IPv6; do
    addresses "$family"
    start a share
    a_process=$started
    start b share
    b_process=$started
    sleep 1
    began=$(date +%s)
    printf '\nOver %s.\n' "$family" >>"$work/s.en.md"
    node a publish "$work/s.en.md" --translation "ru=$work/s.ru.md" \
        --attach "$work/photo.jpg" --yes --json >"$work/published" ||
        fail "publish over $family: $(cat "$work/published")"
    id=$(field id <"$work/published")
    until has_complete b "$id" >/dev/null 2>&1; do
        [ $(($(date +%s) - began)) -le 15 ] ||
            fail "over $family the statement did not arrive within 15 s"
        sleep 0.1
    done
    echo "over $family: $(($(date +%s) - began)) s"
    rm -rf "$work/out"
    node b read "$id" --unknown --into "$work/out" >"$work/read" ||
        fail "read --into over $family"
    node b read "$id" --unknown --lang ru >"$work/read" ||
        fail "read over $family"
    grep -q 'Текст по-русски' "$work/read" || fail "not in Russian"
    cmp "$work/photo.jpg" "$work/out/attachment-1.jpg" || fail "photo changed"
    if command -v minisign >/dev/null 2>&1; then
        key=$(sed -n 's/^key //p' "$work/out/header.txt")
        (cd "$work/out" && minisign -Vqm header.txt -P "$key" &&
            b2sum --status -c header.txt) || fail "stock tools disagree"
    fi
    for process in $a_process $b_process; do
        status=0
        stop "$process" || status=$?
        [ "$status" -eq 143 ] || fail "share ended with $status"
    done
done
