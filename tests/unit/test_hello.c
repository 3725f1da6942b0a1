/*
 * The first two messages: silence for everybody who does not hold the secret,
 * and before any curve operation wherever that can be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/aead.h"
#include "core/limits.h"
#include "net/hello_answer.h"
#include "net/noise.h"
#include "tests/unit/links.h"

/* X25519 as core/dh.c does it, which this program does not link, and counted.
 */
static unsigned dh_count;

void
dh_public_of(struct dh_public *public_key, const struct dh_secret *secret)
{
    dh_count++;
    (void)crypto_scalarmult_base(public_key->octets, secret->octets);
}

void
dh_new(struct dh_secret *secret, struct dh_public *public_key,
       struct entropy *entropy)
{
    entropy_fill(entropy, secret->octets, sizeof(secret->octets));
    dh_public_of(public_key, secret);
}

enum status
dh_shared(uint8_t out[32], const struct dh_secret *secret,
          const struct dh_public *public_key)
{
    dh_count++;
    return crypto_scalarmult(out, secret->octets, public_key->octets) == 0
               ? STATUS_OK
               : STATUS_BAD_SIGNATURE;
}

/* Feed a fresh responder with octets: it must report called or silent, or
 * nothing (wait), and answer only the former.  Returns why it is silent. */
static enum status
probe(struct links *links, struct byte_view octets, bool called, bool silent)
{
    struct session *session = links_listen(links);
    struct links_heard heard;
    enum status why;

    links_heard_init(&heard);
    links_feed(session, octets, SIZE_MAX, &heard);
    assert_int_equal(heard.called, called);
    assert_int_equal(heard.silent, silent);
    assert_int_equal(heard.broken + heard.ended + heard.opened, 0);
    assert_int_equal(session_output(session)->size > 0, called);
    why = session_silence(session);
    assert_int_equal(why != STATUS_OK, silent);

    /* Silent for ever, whatever comes. */
    if (silent) {
        links_feed(session, octets, 7, &heard);
        assert_int_equal(heard.called + heard.broken, 0);
        assert_int_equal(heard.silent, 1);
        assert_int_equal(session_output(session)->size, 0);
    }
    links_heard_release(&heard);
    session_free(session);
    return why;
}

/* A caller's first message of at most size octets, if there are such. */
static struct session *
short_call(struct links *links, size_t size)
{
    struct session *session = links_call(links);
    int i;

    for (i = 0; i < 1000 && session_output(session)->size > size; i++) {
        session_free(session);
        session = links_call(links);
    }
    return session;
}

/* Where the rest of message 1 begins on the wire. */
static size_t
head_of(const struct links *links)
{
    struct hello hello;
    size_t size;

    hello_listen(&hello, &links->called);
    size = hello_head_size(&hello);
    hello_release(&hello);
    return size;
}

static void
flip_first(enum session_pattern pattern, const char *shape)
{
    struct links links;
    struct session *caller;
    struct byte_buf *hello;
    size_t head;
    size_t bit;

    links_init(&links, pattern, links_shape(shape));
    caller = short_call(&links, 300);
    hello = session_output(caller);
    head = head_of(&links);
    dh_count = 0;
    for (bit = 0; bit < 8 * hello->size; bit++) {
        const unsigned before = dh_count;

        hello->data[bit / 8] ^= (uint8_t)(1 << (bit % 8));
        probe(&links, byte_view_of_buf(hello), false, true);
        hello->data[bit / 8] ^= (uint8_t)(1 << (bit % 8));
        if (bit / 8 < head)
            assert_int_equal(dh_count, before);
    }
    /* None of them was remembered, and none spoilt the original. */
    probe(&links, byte_view_of_buf(hello), true, false);
    session_free(caller);
    links_release(&links);
}

static void
test_flips_of_the_first(void **state)
{
    (void)state;
    flip_first(SESSION_NN, "none");
    flip_first(SESSION_NK, "ascii:8");
}

static void
test_flips_of_text(void **state)
{
    (void)state;
    flip_first(SESSION_NK, "text");
}

static void
test_flips_of_the_second(void **state)
{
    size_t bit;

    (void)state;
    for (bit = 0; bit < (size_t)8 * 128; bit++) {
        struct links links;
        struct links_heard heard;
        struct session *caller, *called;
        struct byte_buf *answer;

        links_init(&links, bit % 2 ? SESSION_NK : SESSION_NN, shape_default());
        links_heard_init(&heard);
        caller = links_call(&links);
        called = links_listen(&links);
        links_pass(caller, called, SIZE_MAX, &heard);
        answer = session_output(called);
        assert_int_equal(answer->size, 128);
        answer->data[bit / 8] ^= (uint8_t)(1 << (bit % 8));
        dh_count = 0;
        links_pass(called, caller, SIZE_MAX, &heard);
        if (bit / 8 < HELLO_ANSWER_HEAD_SIZE)
            assert_int_equal(dh_count, 0);
        assert_int_equal(heard.opened, 0);
        assert_int_equal(heard.broken, 1);
        assert_false(session_is_open(caller));
        assert_int_equal(session_output(caller)->size, 0);
        links_heard_release(&heard);
        session_free(caller);
        session_free(called);
        links_release(&links);
    }
}

/* An answer that belongs to another hello is refused by its head. */
static void
test_answer_to_another(void **state)
{
    struct links links;
    struct links_heard heard;
    struct session *first, *second, *called;

    (void)state;
    links_init(&links, SESSION_NK, shape_default());
    links_heard_init(&heard);
    first = links_call(&links);
    second = links_call(&links);
    called = links_listen(&links);
    links_pass(first, called, SIZE_MAX, &heard);
    dh_count = 0;
    links_pass(called, second, SIZE_MAX, &heard);
    assert_int_equal(dh_count, 0);
    assert_int_equal(heard.broken, 1);
    links_heard_release(&heard);
    session_free(first);
    session_free(second);
    session_free(called);
    links_release(&links);
}

/* Every cut of message 1 waits and says nothing; then the rest may come. */
static void
test_cuts(void **state)
{
    static const char *const shapes[] = {"none", "ascii:24", "text",
                                         "bytes:160301"};
    struct links links;
    struct session *caller;
    struct byte_buf *hello;
    size_t cut;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        links_init(&links, SESSION_NK, links_shape(shapes[i]));
        caller = links_call(&links);
        hello = session_output(caller);
        dh_count = 0;
        for (cut = 0; cut < hello->size; cut++)
            probe(&links, byte_view_of(hello->data, cut), false, false);
        assert_int_equal(dh_count, 0);
        probe(&links, byte_view_of_buf(hello), true, false);
        session_free(caller);
        links_release(&links);
    }
}

static void
test_wrong_secrets(void **state)
{
    static const char *const shapes[] = {"none", "ascii:8", "text"};
    struct links links;
    struct session *caller;
    struct dh_secret other;
    struct dh_public ignored;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        links_init(&links, SESSION_NK, links_shape(shapes[i]));
        links.calling.secret[31] ^= 1;
        caller = links_call(&links);
        dh_count = 0;
        assert_int_equal(probe(&links, byte_view_of_buf(session_output(caller)),
                               false, true),
                         STATUS_BAD_SIGNATURE);
        assert_int_equal(dh_count, 0);
        session_free(caller);

        /* Another relay's key under the same secret. */
        links.calling.secret[31] ^= 1;
        links.calling.relay.octets[0] ^= 1;
        caller = links_call(&links);
        dh_count = 0;
        assert_int_equal(probe(&links, byte_view_of_buf(session_output(caller)),
                               false, true),
                         STATUS_BAD_SIGNATURE);
        assert_int_equal(dh_count, 0);
        session_free(caller);

        /* The right line, but a relay that lost the secret key of it. */
        links.calling.relay.octets[0] ^= 1;
        caller = links_call(&links);
        dh_new(&other, &ignored, &links.entropy);
        links.called.relay_secret = &other;
        assert_int_equal(probe(&links, byte_view_of_buf(session_output(caller)),
                               false, true),
                         STATUS_BAD_SIGNATURE);
        links.called.relay_secret = &links.relay_secret;
        probe(&links, byte_view_of_buf(session_output(caller)), true, false);
        session_free(caller);
        links_release(&links);
    }

    links_init(&links, SESSION_NN, shape_default());
    links.calling.secret[0] ^= 0x80;
    caller = links_call(&links);
    probe(&links, byte_view_of_buf(session_output(caller)), false, true);
    session_free(caller);
}

/* The two patterns do not understand each other under one secret. */
static void
test_wrong_pattern(void **state)
{
    struct links links;
    struct session *caller;

    (void)state;
    links_init(&links, SESSION_NK, links_shape("none"));
    links.calling.pattern = SESSION_NN;
    caller = links_call(&links);
    probe(&links, byte_view_of_buf(session_output(caller)), false, true);
    session_free(caller);
    links.calling.pattern = SESSION_NK;
    links.called.pattern = SESSION_NN;
    caller = links_call(&links);
    probe(&links, byte_view_of_buf(session_output(caller)), false, true);
    session_free(caller);
    links_release(&links);
}

static void
test_hours(void **state)
{
    static const struct {
        uint32_t caller;
        uint32_t relay;
        bool called;
    } cases[] = {
        {LINKS_HOUR, LINKS_HOUR, true},
        {LINKS_HOUR - 12, LINKS_HOUR, true},
        {LINKS_HOUR - 13, LINKS_HOUR, false},
        {LINKS_HOUR + 12, LINKS_HOUR, true},
        {LINKS_HOUR + 13, LINKS_HOUR, false},
        {0, LINKS_HOUR, true},
        {1, LINKS_HOUR, false},
        {UINT32_MAX, LINKS_HOUR, false},
        {LINKS_HOUR, 0, false},
        {5, 0, false},
        {0, 0, true},
        {1, 13, true},
        {1, 14, false},
        {UINT32_MAX, UINT32_MAX - 12, true},
        {3, UINT32_MAX, false},
    };
    struct links links;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct session *caller;
        enum status why;

        links_init(&links, SESSION_NK, shape_default());
        links.calling.hour = cases[i].caller;
        links.called.hour = cases[i].relay;
        caller = links_call(&links);
        dh_count = 0;
        why = probe(&links, byte_view_of_buf(session_output(caller)),
                    cases[i].called, !cases[i].called);
        if (!cases[i].called) {
            assert_int_equal(why, STATUS_DENIED);
            assert_int_equal(dh_count, 0);
        }
        session_free(caller);
        links_release(&links);
    }

    /* Neighbours ask for no clock. */
    links_init(&links, SESSION_NN, shape_default());
    links.calling.hour = 1;
    {
        struct session *caller = links_call(&links);

        probe(&links, byte_view_of_buf(session_output(caller)), true, false);
        probe(&links, byte_view_of_buf(session_output(caller)), true, false);
        session_free(caller);
    }
}

/* The points of low order on the curve and its twist, as libsodium lists
 * them. */
static const uint8_t low_points[][32] = {
    {0},
    {1},
    {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
     0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
     0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
    {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
     0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
     0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

/* Message 1 as somebody who holds the secret can make it up: any ephemeral
 * key, any payload, any length claimed.  Right for NNpsk0; for NKpsk0 only up
 * to the curve operation.  Shape none. */
static size_t
forge(uint8_t *out, const struct session_config *config,
      const uint8_t ephemeral[32], struct byte_view payload, size_t length)
{
    const bool is_relay = config->pattern == SESSION_NK;
    const uint32_t hour = is_relay ? config->hour : 0;
    const uint8_t tail[6] = {(uint8_t)length,       (uint8_t)(length >> 8),
                             (uint8_t)hour,         (uint8_t)(hour >> 8),
                             (uint8_t)(hour >> 16), (uint8_t)(hour >> 24)};
    uint8_t prologue[11 + 24 + 4] = "p2pub1 link";
    struct noise_symmetric noise;
    struct hello_keys keys;

    hello_keys_derive(&keys, config);
    memset(out, 5, 24);
    memcpy(prologue + 11, out, 24);
    memcpy(prologue + 35, tail + 2, 4);
    noise_symmetric_init(
        &noise,
        byte_view_of_text(is_relay ? "Noise_NKpsk0_25519_ChaChaPoly_BLAKE2b"
                                   : "Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b"));
    noise_symmetric_mix_hash(&noise, byte_view_of(prologue, sizeof(prologue)));
    if (is_relay)
        noise_symmetric_mix_hash(&noise,
                                 byte_view_of(config->relay.octets, 32));
    noise_symmetric_mix_key_and_hash(&noise, byte_view_of(keys.psk, 32));
    noise_symmetric_mix_hash(&noise, byte_view_of(ephemeral, 32));
    noise_symmetric_mix_key(&noise, byte_view_of(ephemeral, 32));

    memcpy(out + 24, ephemeral, 32);
    memcpy(out + 56, tail, sizeof(tail));
    aead_mask_x(out + 24, 38, keys.mask, out);
    hello_keys_mac(&keys, out + 62, byte_view_of(out, 62));
    noise_symmetric_seal(&noise, out + HELLO_HEAD_SIZE, payload);
    return HELLO_HEAD_SIZE + payload.size + 16;
}

static void
test_low_order(void **state)
{
    static const uint8_t good[32] = {9};
    const struct byte_view payload = byte_view_of("\1\20", 2);
    uint8_t message[200];
    size_t i;

    (void)state;
    for (i = 0; i < 2 * sizeof(low_points) / 32; i++) {
        struct links links;
        size_t size;

        links_init(&links, i % 2 ? SESSION_NK : SESSION_NN,
                   links_shape("none"));
        size = forge(message, &links.called, low_points[i / 2], payload, 18);
        assert_int_equal(
            probe(&links, byte_view_of(message, size), false, true),
            STATUS_BAD_SIGNATURE);
        links_release(&links);
    }
    /* The same made with a good key is believed: the forgery is right. */
    {
        struct links links;
        size_t size;

        links_init(&links, SESSION_NN, shape_default());
        size = forge(message, &links.called, good, payload, 18);
        probe(&links, byte_view_of(message, size), true, false);
    }
}

/* Lengths and payloads that a holder of the secret may claim. */
static void
test_claims(void **state)
{
    static const uint8_t good[32] = {9};

    static const struct {
        const char *payload;
        size_t size;
        size_t claimed;
        enum status status;
    } cases[] = {
        {"\1\20", 2, 18, STATUS_OK},
        {"\1\20\0\0\0", 5, 21, STATUS_OK},
        {"\1\20what later versions add", 25, 41, STATUS_OK},
        {"\0\20", 2, 18, STATUS_MALFORMED}, /* version 0 */
        {"\1", 1, 17, STATUS_MALFORMED},
        {"", 0, 16, STATUS_MALFORMED},
        {"\1\20", 2, 0, STATUS_MALFORMED},
        {"\1\20", 2, 17, STATUS_MALFORMED},
        {"\1\20", 2, HELLO_SIZE_MAX - HELLO_HEAD_SIZE + 1, STATUS_TOO_LARGE},
        {"\1\20", 2, 65535, STATUS_TOO_LARGE},
    };

    uint8_t message[200];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct links links;
        size_t size;

        links_init(&links, SESSION_NN, shape_default());
        size = forge(message, &links.called, good,
                     byte_view_of(cases[i].payload, cases[i].size),
                     cases[i].claimed);
        assert_int_equal(probe(&links, byte_view_of(message, size),
                               cases[i].status == STATUS_OK,
                               cases[i].status != STATUS_OK),
                         cases[i].status);
    }
}

/* A wish for another number of cells counts as none. */
static void
test_wishes(void **state)
{
    static const uint8_t good[32] = {9};
    static const uint8_t wishes[][2] = {{0, 0}, {16, 16}, {96, 96}, {1, 1},
                                        {2, 0}, {95, 0},  {255, 0}};
    uint8_t message[200];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        const uint8_t payload[2] = {3, wishes[i][0]};
        struct session *session;
        struct byte_view view;
        struct links links;
        size_t size;

        links_init(&links, SESSION_NN, shape_default());
        size =
            forge(message, &links.called, good, byte_view_of(payload, 2), 18);
        session = links_listen(&links);
        assert_int_equal(session_on_bytes(session, byte_view_of(message, size)),
                         STATUS_OK);
        assert_int_equal(session_next(session, &view), SESSION_CALLED);
        assert_int_equal(session_wish(session).version, 3);
        assert_int_equal(session_wish(session).cells, wishes[i][1]);
        session_free(session);
    }
}

/* As much as there is said to be room for lengthens message 2 by nothing, one
 * octet more does. */
static void
test_room(void **state)
{
    static const size_t payloads[] = {0, 100, 163, 164, 165, 400, 1444, 5000};
    static const uint8_t octets[8000];

    (void)state;
    for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
        const size_t more[] = {0, hello_answer_room(payloads[i]),
                               hello_answer_room(payloads[i]) + 1};
        size_t sizes[3];

        for (size_t j = 0; j < 3; j++) {
            struct session *caller;
            struct session *called;
            struct byte_view view;
            struct links links;

            links_init(&links, SESSION_NN, shape_default());
            caller = links_call(&links);
            called = links_listen(&links);
            assert_int_equal(
                session_on_bytes(called,
                                 byte_view_of_buf(session_output(caller))),
                STATUS_OK);
            assert_int_equal(session_next(called, &view), SESSION_CALLED);
            assert_int_equal(
                session_accept(called,
                               byte_view_of(octets, payloads[i] + more[j])),
                STATUS_OK);
            sizes[j] = session_output(called)->size;
            session_free(caller);
            session_free(called);
            links_release(&links);
        }
        assert_int_equal(sizes[1], sizes[0]);
        assert_true(sizes[2] > sizes[0]);
    }
    assert_int_equal(hello_answer_room(SESSION_PAYLOAD_MAX), 0);
}

/* What probers send: any length, eight kinds.  Nothing comes back, and no
 * curve operation is spent. */
static void
test_probes(void **state)
{
    static const char *const shapes[] = {"none", "ascii:8", "text",
                                         "bytes:474554"};
    static uint8_t octets[2000];
    size_t i, size;

    (void)state;
    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        struct links links;
        size_t head;

        links_init(&links, SESSION_NK, links_shape(shapes[i]));
        head = head_of(&links);
        dh_count = 0;
        for (size = 0; size <= sizeof(octets); size += 1 + size / 200) {
            const size_t kind = size % 8;

            entropy_fill(&links.entropy, octets, sizeof(octets));
            if (kind == 1)
                memset(octets, 0, sizeof(octets));
            if (kind == 2)
                memset(octets, 'A', sizeof(octets));
            if (kind == 3)
                memcpy(octets, "\x16\x03\x01\x02\x00\x01\x00", 7);
            if (kind == 4)
                memcpy(octets, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27);
            if (kind == 5)
                memcpy(octets, "SSH-2.0-OpenSSH_9.2\r\n", 21);
            if (kind == 6)
                memset(octets, 0xff, sizeof(octets));
            if (kind == 7)
                octets[size == 0 ? 0 : size - 1] = '=';
            probe(&links, byte_view_of(octets, size), false, size >= head);
        }
        assert_int_equal(dh_count, 0);
        links_release(&links);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flips_of_the_first),
        cmocka_unit_test(test_flips_of_text),
        cmocka_unit_test(test_flips_of_the_second),
        cmocka_unit_test(test_answer_to_another),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_wrong_secrets),
        cmocka_unit_test(test_wrong_pattern),
        cmocka_unit_test(test_hours),
        cmocka_unit_test(test_low_order),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_wishes),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_probes),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
