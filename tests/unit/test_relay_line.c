/* Relay lines: the grammar, and everything that is not it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/hash.h"
#include "core/text.h"
#include "net/relay_line.h"
#include "tests/unit/alloc_each.h"

#define LINE_MAX_SIZE 2048

/* Key 00 01 ... 1f and secret 20 21 ... 3f, written by another program. */
static const char sample[] =
    "p2pub1-relay relay.example.org,2001:db8::7 443,179,3785 "
    "ascii:8 "
    "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijcemsckjrhfausukzmfuxc6mbrgiztinjwg44dsor3hq6t4py 3yj6av7d";

static struct relay_line
sample_line(void)
{
    struct relay_line line;
    uint8_t i;

    memset(&line, 0, sizeof(line));
    line.host_count = 2;
    snprintf(line.hosts[0], sizeof(line.hosts[0]), "relay.example.org");
    snprintf(line.hosts[1], sizeof(line.hosts[1]), "2001:db8::7");
    line.port_count = 3;
    line.ports[0] = 443;
    line.ports[1] = 179;
    line.ports[2] = 3785;
    for (i = 0; i < 32; i++) {
        line.key.octets[i] = i;
        line.secret[i] = (uint8_t)(32 + i);
    }
    line.shape = shape_default();
    return line;
}

static enum status
parse(const char *text)
{
    struct relay_line line;

    return relay_line_parse(&line, byte_view_of_text(text));
}

/* body with its check word behind it. */
static const char *
checked(const char *body)
{
    static char text[LINE_MAX_SIZE];
    uint8_t hash[32];
    char check[9];

    hash_256(hash, byte_view_of_text(body));
    text_base32(check, hash, 5);
    snprintf(text, sizeof(text), "%s %s", body, check);
    return text;
}

static void
test_write_and_read(void **state)
{
    const struct relay_line line = sample_line();
    struct relay_line back;
    struct byte_buf out;
    char name[RELAY_NAME_SIZE];

    (void)state;
    byte_buf_init(&out, LINE_MAX_SIZE);
    assert_int_equal(byte_buf_append_text(&out, "\n"), STATUS_OK);
    assert_int_equal(relay_line_write(&out, &line), STATUS_OK);
    assert_true(byte_view_equal_text(
        byte_view_slice(byte_view_of_buf(&out), 1, out.size), sample));
    assert_int_equal(byte_buf_append_text(&out, "\r\n"), STATUS_OK);
    assert_int_equal(relay_line_parse(&back, byte_view_of_buf(&out)),
                     STATUS_OK);
    assert_memory_equal(&back, &line, sizeof(line));
    relay_line_name(&back, name);
    assert_string_equal(name, "zmxvcyh4");
    byte_buf_release(&out);
}

/* An open relay's line is one of a kind of its own: neither can be made the
 * other without a new check word. */
static void
test_open(void **state)
{
    struct relay_line line = sample_line();
    struct relay_line back;
    struct byte_buf out;
    char text[LINE_MAX_SIZE];

    (void)state;
    line.open = true;
    byte_buf_init(&out, LINE_MAX_SIZE);
    assert_int_equal(relay_line_write(&out, &line), STATUS_OK);
    assert_true(byte_view_starts_with(byte_view_of_buf(&out),
                                      "p2pub1-open-relay relay.example.org,"));
    assert_int_equal(relay_line_parse(&back, byte_view_of_buf(&out)),
                     STATUS_OK);
    assert_memory_equal(&back, &line, sizeof(line));
    snprintf(text, sizeof(text), "p2pub1-relay%s",
             byte_buf_text(&out) + strlen("p2pub1-open-relay"));
    assert_int_equal(parse(text), STATUS_BAD_SIGNATURE);
    snprintf(text, sizeof(text), "p2pub1-open-relay%s",
             sample + strlen("p2pub1-relay"));
    assert_int_equal(parse(text), STATUS_BAD_SIGNATURE);
    assert_int_equal(relay_line_parse(&back, byte_view_of_text(sample)),
                     STATUS_OK);
    assert_false(back.open);
    byte_buf_release(&out);
}

static void
test_largest(void **state)
{
    struct relay_line line = sample_line();
    struct relay_line back;
    struct byte_buf out;
    size_t i;

    (void)state;
    line.host_count = RELAY_HOSTS_MAX;
    for (i = 0; i < RELAY_HOSTS_MAX; i++) {
        memset(line.hosts[i], (int)('a' + i), RELAY_HOST_NAME_SIZE - 1);
        line.hosts[i][RELAY_HOST_NAME_SIZE - 1] = '\0';
    }
    line.port_count = RELAY_PORTS_MAX;
    for (i = 0; i < RELAY_PORTS_MAX; i++)
        line.ports[i] = (uint16_t)(65535 - i);
    assert_int_equal(
        shape_parse(&line.shape,
                    byte_view_of_text("bytes:000102030405060708090a0b0c0d0e0f"
                                      "101112131415161718191a1b1c1d1e1f")),
        STATUS_OK);
    byte_buf_init(&out, LINE_MAX_SIZE);
    assert_int_equal(relay_line_write(&out, &line), STATUS_OK);
    assert_int_equal(relay_line_parse(&back, byte_view_of_buf(&out)),
                     STATUS_OK);
    assert_memory_equal(&back, &line, sizeof(line));
    byte_buf_release(&out);
}

static void
test_damage(void **state)
{
    const size_t size = sizeof(sample) - 1;
    char line[sizeof(sample)];
    struct relay_line parsed;
    size_t bad_check = 0;
    size_t i;
    int bit;

    (void)state;
    for (i = 0; i < size; i++)
        assert_int_not_equal(relay_line_parse(&parsed, byte_view_of(sample, i)),
                             STATUS_OK);
    for (i = 0; i < size; i++) {
        for (bit = 0; bit < 8; bit++) {
            enum status status;

            memcpy(line, sample, sizeof(line));
            line[i] = (char)(line[i] ^ (1 << bit));
            status = relay_line_parse(&parsed, byte_view_of(line, size));
            assert_int_not_equal(status, STATUS_OK);
            if (status == STATUS_BAD_SIGNATURE)
                bad_check++;
        }
    }
    /* Most slips of the hand are seen by the check word alone. */
    assert_true(bad_check > size * 3);
}

static void
test_refusals(void **state)
{
    static const char *const bodies[] = {
        "p2pub1-relay h 443 none", /* a word too few */
        "p2pub1-relay h 443 none KEY extra",
        "p2pub1-relay  h 443 none KEY",
        "p2pub1-relay\th 443 none KEY",
        "p2pub1-relay h, 443 none KEY",
        "p2pub1-relay ,h 443 none KEY",
        "p2pub1-relay h,,h 443 none KEY",
        "p2pub1-relay a,b,c,d,e 443 none KEY",
        "p2pub1-relay -h 443 none KEY",
        "p2pub1-relay h/x 443 none KEY",
        "p2pub1-relay h\xd1\x8f 443 none KEY",
        "p2pub1-relay h 0 none KEY",
        "p2pub1-relay h 65536 none KEY",
        "p2pub1-relay h 0443 none KEY",
        "p2pub1-relay h 443, none KEY",
        "p2pub1-relay h 1,2,3,4,5,6,7,8,9 none KEY",
        "p2pub1-relay h x none KEY",
        "p2pub1-relay h 443 ascii:5 KEY",
        "p2pub1-relay h 443 None KEY",
        "p2pub1-relay h 443 none KEYa",
        "P2PUB1-relay h 443 none KEY",
        "p2pub1-relays h 443 none KEY",
        "p2pub1relay h 443 none KEY",
        "p2pub-relay h 443 none KEY",
        "p2pub01-relay h 443 none KEY",
        "p2pub0-relay h 443 none KEY",
        "p2pub99999-relay h 443 none KEY",
        "p2pub1-community h 443 none KEY",
        "p2pub1-open-relay h 443 none", /* a word too few */
        "p2pub1-open-relay h 0 none KEY",
        "p2pub1-open-relays h 443 none KEY",
        "p2pub1-openrelay h 443 none KEY",
        "p2pub1-Open-relay h 443 none KEY",
        "p2pub1-open h 443 none KEY",
        "p2pub1-open-open-relay h 443 none KEY",
        "p2pub1-relay open h 443 none KEY",
    };
    static const char *const newer[] = {
        "p2pub2-relay h 443 none KEY",
        "p2pub2-relay",
        "p2pub31-relay anything at all",
        "p2pub2-open-relay h 443 none KEY",
    };
    const char *key = strrchr(sample, ' ') - 103;
    char body[LINE_MAX_SIZE];
    char secrets[104];
    size_t i;

    (void)state;
    /* The secrets of the sample stand between its last two spaces. */
    memcpy(secrets, key, 103);
    secrets[103] = '\0';
    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        const char *at = strstr(bodies[i], "KEY");

        if (at == NULL)
            snprintf(body, sizeof(body), "%s", bodies[i]);
        else
            snprintf(body, sizeof(body), "%.*s%s%s", (int)(at - bodies[i]),
                     bodies[i], secrets, at + 3);
        if (parse(checked(body)) != STATUS_MALFORMED)
            fail_msg("%s", body);
    }
    for (i = 0; i < sizeof(newer) / sizeof(newer[0]); i++)
        assert_int_equal(parse(newer[i]), STATUS_NEWER);
    snprintf(body, sizeof(body), "p2pub1-relay h 443 none %s", secrets);
    assert_int_equal(parse(checked(body)), STATUS_OK);
    assert_int_equal(parse(""), STATUS_MALFORMED);
    {
        struct relay_line line;
        const size_t size = strlen(checked(body));
        char text[LINE_MAX_SIZE];

        memcpy(text, checked(body), size);
        text[strlen("p2pub1-relay ")] = '\0';
        assert_int_equal(relay_line_parse(&line, byte_view_of(text, size)),
                         STATUS_MALFORMED);
    }
    assert_int_equal(parse(" \n"), STATUS_MALFORMED);
}

static enum status
run_write(void *context)
{
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, LINE_MAX_SIZE);
    status = relay_line_write(&out, context);
    byte_buf_release(&out);
    return status;
}

static void
test_no_memory(void **state)
{
    struct relay_line line = sample_line();

    (void)state;
    test_alloc_each(run_write, &line);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read), cmocka_unit_test(test_open),
        cmocka_unit_test(test_largest),        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_refusals),       cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
