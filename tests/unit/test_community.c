/* Communities: their line, the open one, and where their beacons go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/text.h"
#include "net/community.h"
#include "tests/unit/alloc_each.h"

/* A line of the secret 00 01 ... 1f, written by another program. */
static const char line_of_counting[] =
    "p2pub1-community "
    "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq 5vubds6y";

static void
test_open(void **state)
{
    struct community community = community_open();
    struct community_beacon beacon = community_beacon(&community);
    char text[65];

    (void)state;
    text_hex(text, community.secret, 32);
    assert_string_equal(
        text,
        "e113bd0b97b4a5cb350c2df7dd2722b162c2d63e9610d967e479f08c9fe80d91");
    assert_int_equal(beacon.port, 63242);
    text_hex(text, beacon.group_ipv4, 4);
    assert_string_equal(text, "ef88ca51");
    text_hex(text, beacon.group_ipv6, 16);
    assert_string_equal(text, "ff1200000000000000000000eed4ab3e");
}

static void
test_line(void **state)
{
    struct community community, back;
    struct byte_buf line;
    size_t i;

    (void)state;
    byte_buf_init(&line, 1000);
    for (i = 0; i < 32; i++)
        community.secret[i] = (uint8_t)i;
    assert_int_equal(byte_buf_append_text(&line, "# "), STATUS_OK);
    assert_int_equal(community_write(&line, &community), STATUS_OK);
    assert_true(byte_view_equal_text(
        byte_view_slice(byte_view_of_buf(&line), 2, line.size),
        line_of_counting));
    assert_int_equal(
        community_parse(&back, byte_view_of_text(line_of_counting)), STATUS_OK);
    assert_memory_equal(back.secret, community.secret, 32);

    /* White space around it. */
    byte_buf_clear(&line);
    assert_int_equal(byte_buf_append_text(&line, " \t"), STATUS_OK);
    assert_int_equal(byte_buf_append_text(&line, line_of_counting), STATUS_OK);
    assert_int_equal(byte_buf_append_text(&line, "\r\n\n"), STATUS_OK);
    assert_int_equal(community_parse(&back, byte_view_of_buf(&line)),
                     STATUS_OK);
    byte_buf_release(&line);
}

static void
test_damage(void **state)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    static const char *const newer =
        "p2pub2-community whatever a later p2pub writes";
    const size_t size = sizeof(line_of_counting) - 1;
    struct community community;
    char line[sizeof(line_of_counting)];
    size_t bad_check = 0;
    size_t i, j;

    (void)state;
    for (i = 0; i < size; i++) {
        memcpy(line, line_of_counting, sizeof(line));
        assert_int_not_equal(community_parse(&community, byte_view_of(line, i)),
                             STATUS_OK);
        for (j = 0; j < 32; j++) {
            enum status status;

            line[i] = digits[j];
            status = community_parse(&community, byte_view_of(line, size));
            assert_int_equal(status == STATUS_OK,
                             line[i] == line_of_counting[i]);
            if (status == STATUS_BAD_SIGNATURE)
                bad_check++;
        }
    }
    /* All wrong letters of the check word and nearly all of the secret: its
     * last one holds four bits that must be zero. */
    assert_int_equal(bad_check, (51 + 8) * 31 + 1);
    assert_int_equal(community_parse(&community, byte_view_of_text(newer)),
                     STATUS_NEWER);
    assert_int_equal(
        community_parse(&community, byte_view_of_text("p2pub0-community a b")),
        STATUS_MALFORMED);
    assert_int_equal(
        community_parse(&community, byte_view_of_text("p2pub1-relay a b")),
        STATUS_MALFORMED);
}

static void
test_places(void **state)
{
    struct entropy entropy;
    struct community first, other;
    struct community_beacon a, b;
    int i;

    (void)state;
    entropy_init_seed(&entropy, 5);
    community_new(&first, &entropy);
    a = community_beacon(&first);
    for (i = 0; i < 100; i++) {
        community_new(&other, &entropy);
        b = community_beacon(&other);
        assert_in_range(b.port, 49152, 65535);
        assert_int_equal(b.group_ipv4[0], 239);
        assert_memory_equal(b.group_ipv6, "\xff\x12\0\0\0\0\0\0\0\0\0\0", 12);
        assert_in_range(b.group_ipv6[12], 0x80, 0xff);
        assert_memory_not_equal(&a, &b, sizeof(a));
    }
}

static enum status
run_write(void *context)
{
    const struct community community = community_open();
    struct byte_buf out;
    enum status status;

    (void)context;
    byte_buf_init(&out, 1000);
    status = community_write(&out, &community);
    byte_buf_release(&out);
    return status;
}

static void
test_no_memory(void **state)
{
    (void)state;
    test_alloc_each(run_write, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),      cmocka_unit_test(test_line),
        cmocka_unit_test(test_damage),    cmocka_unit_test(test_places),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
