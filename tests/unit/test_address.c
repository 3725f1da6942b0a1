/* Addresses: text forms, prefixes, IPv4 in IPv6's clothes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/address.h"

static struct address
parse(const char *text)
{
    struct address address;

    if (address_parse(&address, byte_view_of_text(text), 0) != STATUS_OK)
        fail_msg("%s", text);
    return address;
}

static void
test_round_trips(void **state)
{
    static const char *const texts[] = {
        "192.0.2.1",
        "192.0.2.1:443",
        "0.0.0.0:1",
        "255.255.255.255",
        "2001:db8::1",
        "[2001:db8::1]:443",
        "::",
        "[::1]:65535",
        "fe80::1%2",
        "[fe80::1%2]:443",
        "[fe80::1%4294967295]:65535",
    };
    char text[ADDRESS_TEXT_SIZE];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const struct address address = parse(texts[i]);

        address_format(&address, text);
        assert_string_equal(text, texts[i]);
    }
}

static void
test_fields(void **state)
{
    struct address address = parse("[fe80::102%7]:8080");
    struct address other;

    (void)state;
    assert_true(address.is_ipv6);
    assert_int_equal(address.octets[0], 0xfe);
    assert_int_equal(address.octets[15], 2);
    assert_int_equal(address.scope, 7);
    assert_int_equal(address.port, 8080);

    assert_int_equal(
        address_parse(&address, byte_view_of_text("192.0.2.9"), 4000),
        STATUS_OK);
    assert_false(address.is_ipv6);
    assert_memory_equal(address.octets, "\xc0\x00\x02\x09", 4);
    assert_int_equal(address.port, 4000);
    assert_int_equal(
        address_parse(&address, byte_view_of_text("[2001:db8::1]"), 4000),
        STATUS_OK);
    assert_int_equal(address.port, 4000);

    other = address;
    assert_true(address_equal(&address, &other));
    other.port++;
    assert_false(address_equal(&address, &other));
    other = address;
    other.scope = 1;
    assert_false(address_equal(&address, &other));
    other = address;
    other.octets[15] ^= 1;
    assert_false(address_equal(&address, &other));
    other = parse("192.0.2.9");
    address = other;
    other.octets[4] = 1;
    assert_true(address_equal(&address, &other));
}

static void
test_refusals(void **state)
{
    static const char *const texts[] = {
        "",
        ":",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.1:",
        "192.0.2.1:65536",
        "192.0.2.1:443x",
        "192.0.2.1:0443",
        "192.0.2.1 ",
        " 192.0.2.1",
        "192.0.2.1%2",
        "[192.0.2.1]:443",
        "[2001:db8::1",
        "[2001:db8::1]443",
        "[2001:db8::1]:",
        "2001:db8::1]:443",
        "[]:443",
        "2001:db8:::1",
        "2001:db8::1::2",
        "fe80::1%",
        "fe80::1%eth0",
        "fe80::1%4294967296",
        "fe80::1%2%3",
        "relay.example.org",
        "11111111111111111111111111111111111111111111111111",
        "1:2:3:4:5:6:7:8:9",
    };
    struct address address = parse("192.0.2.1:5");
    const struct address before = address;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (address_parse(&address, byte_view_of_text(texts[i]), 1) !=
            STATUS_MALFORMED)
            fail_msg("\"%s\"", texts[i]);
        assert_true(address_equal(&address, &before));
    }
    assert_int_equal(address_parse(&address, byte_view_of("1.2.3.4\0", 8), 1),
                     STATUS_MALFORMED);
}

static void
test_prefixes(void **state)
{
    static const struct {
        const char *a;
        const char *b;
        bool same;
    } cases[] = {
        {"192.0.2.1:443", "192.0.2.254:9", true},
        {"192.0.2.1", "192.0.3.1", false},
        {"[2001:db8:1:2::1]:443", "2001:db8:1:ffff::9", true},
        {"2001:db8:1::1", "2001:db8:2::1", false},
        {"fe80::1%2", "fe80::2%2", true},
        {"fe80::1%2", "fe80::1%3", false},
        {"2001:db8::1%2", "2001:db8::1%3", true},
        {"fec0::1%2", "fec0::2%3", true},
        {"c000:2::", "192.0.0.0", false},
        {"::ffff:192.0.2.7", "192.0.2.1", true},
    };
    struct address mapped = {{0}, true, 443, 3};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct address a = parse(cases[i].a);
        const struct address b = parse(cases[i].b);
        const struct address prefix_a = address_prefix(&a);
        const struct address prefix_b = address_prefix(&b);

        assert_int_equal(prefix_a.port, 0);
        assert_int_equal(address_equal(&prefix_a, &prefix_b), cases[i].same);
    }

    /* As a person may write it. */
    {
        const struct address plain = parse("[::ffff:192.0.2.7]:443");

        assert_false(plain.is_ipv6);
        assert_memory_equal(plain.octets, "\xc0\x00\x02\x07", 4);
    }

    /* As a socket for both families reports it. */
    memcpy(mapped.octets + 10, "\xff\xff\xc0\x00\x02\x07", 6);
    {
        const struct address plain = parse("192.0.2.9");
        const struct address a = address_prefix(&mapped);
        const struct address b = address_prefix(&plain);
        const struct address expected = parse("192.0.2.7:443");

        assert_true(address_equal(&a, &b));
        address_unmap(&mapped);
        assert_true(address_equal(&mapped, &expected));
    }
}

static void
test_global(void **state)
{
    static const struct {
        const char *text;
        bool global;
    } cases[] = {
        {"8.8.8.8:53", true},
        {"0.1.2.3", false},
        {"9.255.255.255", true},
        {"10.0.0.1", false},
        {"11.0.0.0", true},
        {"100.63.255.255", true},
        {"100.64.0.1", false},
        {"100.127.255.255", false},
        {"100.128.0.0", true},
        {"127.0.0.1", false},
        {"169.254.1.1", false},
        {"169.253.1.1", true},
        {"172.15.255.255", true},
        {"172.16.0.1", false},
        {"172.31.255.255", false},
        {"172.32.0.0", true},
        {"192.0.0.1", false},
        {"192.0.2.1", true},
        {"192.168.1.20", false},
        {"192.167.1.1", true},
        {"198.18.0.1", false},
        {"198.19.255.255", false},
        {"198.20.0.0", true},
        {"223.255.255.255", true},
        {"224.0.0.1", false},
        {"240.0.0.1", false},
        {"255.255.255.255", false},
        {"2001:db8::1", true},
        {"2a00::1", true},
        {"::", false},
        {"::1", false},
        {"::ffff:10.0.0.1", false},
        {"::ffff:8.8.8.8", true},
        {"64:ff9b::a00:1", false},
        {"2001::1", false},
        {"2002:a00:1::1", false},
        {"2003::1", true},
        {"fc00::1", false},
        {"fd12::1", false},
        {"fe80::1%2", false},
        {"fec0::1", false},
        {"ff02::1", false},
        {"3fff::1", true},
        {"4000::1", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct address address = parse(cases[i].text);

        if (address_is_global(&address) != cases[i].global)
            fail_msg("%s", cases[i].text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips), cmocka_unit_test(test_fields),
        cmocka_unit_test(test_refusals),    cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_global),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
