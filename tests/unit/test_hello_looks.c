/*
 * What a first packet looks like to somebody without the secret: uniform where
 * it is masked, and shaped so that the one firewall whose rules are known
 * (GFW, 2021 to 2023; Wu et al., USENIX Security 2023) lets it pass.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/text.h"
#include "net/hello.h"
#include "tests/unit/links.h"
#include "tests/unit/shared.h"

#define PAYLOAD_MAX 4096

static bool
is_printable(uint8_t octet)
{
    return octet >= 0x20 && octet <= 0x7e;
}

static bool
looks_like_a_protocol(struct byte_view packet)
{
    return byte_view_starts_with(packet, "GET ") ||
           byte_view_starts_with(packet, "PUT ") ||
           byte_view_starts_with(packet, "POST ") ||
           byte_view_starts_with(packet, "HEAD ") ||
           (packet.size >= 3 &&
            (packet.data[0] == 0x16 || packet.data[0] == 0x17) &&
            packet.data[1] == 3 && packet.data[2] <= 9);
}

/* The passive stage: would it pick this first packet? */
static bool
is_candidate(struct byte_view packet)
{
    size_t ones = 0, printable = 0, run = 0, longest = 0, first = 0;
    size_t i;

    for (i = 0; i < packet.size; i++) {
        ones += (size_t)__builtin_popcount(packet.data[i]);
        run = is_printable(packet.data[i]) ? run + 1 : 0;
        printable += is_printable(packet.data[i]);
        if (run > longest)
            longest = run;
        if (run == i + 1)
            first = run;
    }
    /* At most 3.4 or at least 4.6 ones an octet. */
    if (10 * ones <= 34 * packet.size || 10 * ones >= 46 * packet.size)
        return false;
    return first < 6 && 2 * printable <= packet.size && longest <= 20 &&
           !looks_like_a_protocol(packet);
}

/* Compare the rules with what was measured; returns how many rows agree. */
static size_t
agreeing(const char *name, size_t *rows)
{
    uint8_t packet[PAYLOAD_MAX];
    size_t size;
    char *text = (char *)shared_read(name, &size);
    char *line;
    char *rest = text;
    size_t agree = 0;

    if (text == NULL)
        skip();
    while ((line = rest) != NULL && *line != '\0') {
        const char *comma = strchr(line, ',');
        size_t digits;

        rest = strchr(line, '\n');
        if (rest != NULL)
            rest++;
        assert_non_null(comma);
        digits = (size_t)(comma - line);
        if (strncmp(line, "payload_hex", 11) == 0)
            continue;
        assert_in_range(digits, 2, 2 * PAYLOAD_MAX);
        assert_int_equal(
            text_hex_parse(packet, digits / 2, byte_view_of(line, digits)),
            STATUS_OK);
        (*rows)++;
        if (is_candidate(byte_view_of(packet, digits / 2)) ==
            (strncmp(comma, ",true", 5) == 0))
            agree++;
    }
    free(text);
    return agree;
}

static void
test_oracle(void **state)
{
    size_t rows = 0, agree = 0;

    (void)state;
    agree += agreeing("vectors/gfw/constant-bytes.csv", &rows);
    agree += agreeing("vectors/gfw/popcount.csv", &rows);
    agree += agreeing("vectors/gfw/printable-fraction.csv", &rows);
    agree += agreeing("vectors/gfw/printable-run.csv", &rows);
    assert_int_equal(rows, 847);
    assert_int_equal(agree, 847);
}

/* How many of count first packets of a shape the firewall would pick. */
static unsigned
candidates(const char *shape, unsigned count)
{
    unsigned found = 0;
    struct links links;
    unsigned i;

    links_init(&links, SESSION_NK, links_shape(shape));
    for (i = 0; i < count; i++) {
        struct session *caller = links_call(&links);
        const struct byte_view packet =
            byte_view_of_buf(session_output(caller));

        assert_in_range(packet.size, 126, HELLO_SIZE_MAX);
        found += is_candidate(packet);
        session_free(caller);
    }
    links_release(&links);
    return found;
}

static void
test_shapes_pass(void **state)
{
    (void)state;
    assert_int_equal(candidates("ascii:6", 2000), 0);
    assert_int_equal(candidates("ascii:8", 2000), 0);
    assert_int_equal(candidates("text", 2000), 0);
    assert_int_equal(candidates("bytes:474554202f20", 2000), 0);
    /* And without a shape the firewall would have nearly all of them. */
    assert_in_range(candidates("none", 200), 190, 200);
}

static void
test_text_is_text(void **state)
{
    struct links links;
    unsigned i;
    size_t j;

    (void)state;
    links_init(&links, SESSION_NK, links_shape("text"));
    for (i = 0; i < 100; i++) {
        struct session *caller = links_call(&links);
        const struct byte_buf *packet = session_output(caller);

        /* No padding at its end that would give it away as base64. */
        for (j = 0; j < packet->size; j++)
            assert_true(is_printable(packet->data[j]) &&
                        packet->data[j] != '=');
        session_free(caller);
    }
    links_release(&links);
}

/* The sizes of message 1 fill a range that differs from relay to relay. */
static void
test_sizes_vary(void **state)
{
    struct hello_keys keys;
    struct session_config config;
    struct links links;
    size_t smallest = SIZE_MAX, largest = 0;
    unsigned i;

    (void)state;
    links_init(&links, SESSION_NN, shape_default());
    hello_keys_derive(&keys, &links.called);
    for (i = 0; i < 2000; i++) {
        struct session *caller = links_call(&links);
        const size_t size = session_output(caller)->size;

        smallest = size < smallest ? size : smallest;
        largest = size > largest ? size : largest;
        session_free(caller);
    }
    assert_in_range(smallest, keys.shortest, keys.shortest + 20);
    assert_in_range(largest, keys.longest - 20, keys.longest);

    config = links.called;
    smallest = SIZE_MAX;
    largest = 0;
    for (i = 0; i < 2000; i++) {
        entropy_fill(&links.entropy, config.secret, 32);
        hello_keys_derive(&keys, &config);
        assert_in_range(keys.shortest, HELLO_PADDED_MIN, 255);
        assert_in_range(keys.longest, keys.shortest + 128, HELLO_PADDED_MAX);
        smallest = keys.longest < smallest ? keys.longest : smallest;
        largest = keys.longest > largest ? keys.longest : largest;
    }
    assert_in_range(smallest, 256, 300);
    assert_in_range(largest, 830, HELLO_PADDED_MAX);
    links_release(&links);
}

/* 3,000 heads under one secret: the top bit of the masked key, which is always
 * 0 in a plain one, comes up evenly; so does that of neighbours XORed, which a
 * mask without a fresh nonce would betray; so does every octet. */
static void
test_uniform(void **state)
{
    static unsigned counts[256];
    const unsigned rounds = 3000;
    const double expected = rounds * (double)HELLO_HEAD_SIZE / 256;
    unsigned top = 0, differ = 0;
    double chi_square = 0;
    uint8_t previous = 0;
    struct links links;
    unsigned i, j;

    (void)state;
    links_init(&links, SESSION_NN, shape_default());
    for (i = 0; i < rounds; i++) {
        struct session *caller = links_call(&links);
        const uint8_t *head = session_output(caller)->data;
        const uint8_t bit = head[24 + 31] >> 7;

        top += bit;
        differ += bit ^ previous;
        previous = bit;
        for (j = 0; j < HELLO_HEAD_SIZE; j++)
            counts[head[j]]++;
        session_free(caller);
    }
    /* Four standard deviations of 27. */
    assert_in_range(top, rounds / 2 - 110, rounds / 2 + 110);
    assert_in_range(differ, rounds / 2 - 110, rounds / 2 + 110);
    for (i = 0; i < 256; i++) {
        const double difference = counts[i] - expected;

        chi_square += difference * difference / expected;
    }
    /* 255 degrees of freedom: 330 is passed once in a thousand times. */
    assert_true(chi_square < 330);
    links_release(&links);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oracle),       cmocka_unit_test(test_shapes_pass),
        cmocka_unit_test(test_text_is_text), cmocka_unit_test(test_sizes_vary),
        cmocka_unit_test(test_uniform),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
