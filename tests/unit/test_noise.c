/*
 * Noise against other people's vectors, and against two of our own that a
 * fresh clone has too (tests/vectors/noise/own.json, written by an independent
 * program).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/aead.h"
#include "core/entropy.h"
#include "core/text.h"
#include "net/noise_handshake.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/shared.h"

#define NNPSK0     "Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b"
#define OCTETS_MAX 1024

/* A member of a vector that holds octets in hexadecimal. */
struct octets {
    uint8_t data[OCTETS_MAX];
    size_t size;
    bool present;
};

/* Both ends of one handshake. */
struct ends {
    struct noise_handshake initiator;
    struct noise_handshake responder;
};

static struct octets
octets_of(const json_t *value)
{
    struct octets octets = {{0}, 0, false};
    const char *text = json_string_value(value);

    if (text == NULL)
        return octets;
    octets.present = true;
    octets.size = strlen(text) / 2;
    assert_in_range(octets.size, 0, OCTETS_MAX);
    assert_int_equal(
        text_hex_parse(octets.data, octets.size, byte_view_of_text(text)),
        STATUS_OK);
    return octets;
}

static struct octets
member(const json_t *vector, const char *side, const char *name)
{
    char key[64];

    snprintf(key, sizeof(key), "%s_%s", side, name);
    return octets_of(json_object_get(vector, key));
}

/* One end of a vector; side is "init" or "resp". */
static enum status
init_end(struct noise_handshake *handshake, const json_t *vector,
         const char *side)
{
    const struct octets prologue = member(vector, side, "prologue");
    const struct octets ephemeral = member(vector, side, "ephemeral");
    const struct octets local = member(vector, side, "static");
    const struct octets remote = member(vector, side, "remote_static");
    char key[16];
    struct octets psk;
    struct dh_secret ephemeral_secret, local_secret;
    struct dh_public remote_public;
    struct noise_handshake_config config = {
        .protocol_name =
            json_string_value(json_object_get(vector, "protocol_name")),
        .initiator = strcmp(side, "init") == 0,
        .prologue = byte_view_of(prologue.data, prologue.size),
    };

    memcpy(ephemeral_secret.octets, ephemeral.data, 32);
    memcpy(local_secret.octets, local.data, 32);
    memcpy(remote_public.octets, remote.data, 32);
    if (ephemeral.present)
        config.ephemeral = &ephemeral_secret;
    if (local.present)
        config.local_static = &local_secret;
    if (remote.present)
        config.remote_static = &remote_public;
    snprintf(key, sizeof(key), "%s_psks", side);
    config.psk_count = json_array_size(json_object_get(vector, key));
    assert_in_range(config.psk_count, 0, 1);
    psk = octets_of(json_array_get(json_object_get(vector, key), 0));
    config.psks = psk.data;
    return noise_handshake_init(handshake, &config);
}

/* Handshake message index of vector, from one end to the other. */
static void
exchange(struct ends *ends, const json_t *message, size_t index)
{
    struct noise_handshake *writer = &ends->initiator;
    struct noise_handshake *reader = &ends->responder;
    const struct octets payload =
        octets_of(json_object_get(message, "payload"));
    const struct octets expected =
        octets_of(json_object_get(message, "ciphertext"));
    struct byte_buf out, back;

    if (index % 2 == 1) {
        writer = &ends->responder;
        reader = &ends->initiator;
    }
    byte_buf_init(&out, OCTETS_MAX);
    byte_buf_init(&back, OCTETS_MAX);
    assert_int_equal(
        noise_handshake_write(writer, &out,
                              byte_view_of(payload.data, payload.size), NULL),
        STATUS_OK);
    assert_int_equal(out.size, expected.size);
    assert_memory_equal(out.data, expected.data, out.size);
    assert_int_equal(
        noise_handshake_read(reader, &back, byte_view_of_buf(&out)), STATUS_OK);
    assert_int_equal(back.size, payload.size);
    if (back.size > 0)
        assert_memory_equal(back.data, payload.data, back.size);
    byte_buf_release(&out);
    byte_buf_release(&back);
}

/* A transport message, sealed by send and opened by receive. */
static void
transport(struct noise_cipher *send, struct noise_cipher *receive,
          const json_t *message)
{
    const struct octets payload =
        octets_of(json_object_get(message, "payload"));
    const struct octets expected =
        octets_of(json_object_get(message, "ciphertext"));
    uint8_t out[OCTETS_MAX + 16];

    assert_int_equal(noise_cipher_sealed_size(send, payload.size),
                     expected.size);
    noise_cipher_seal(send, out, byte_view_of(NULL, 0),
                      byte_view_of(payload.data, payload.size));
    assert_memory_equal(out, expected.data, expected.size);
    assert_int_equal(noise_cipher_open(receive, out, byte_view_of(NULL, 0),
                                       byte_view_of(out, expected.size)),
                     STATUS_OK);
    assert_memory_equal(out, payload.data, payload.size);
}

/* Every message of vector; false if its pattern is none of ours. */
static bool
run_vector(const json_t *vector)
{
    const json_t *messages = json_object_get(vector, "messages");
    const struct octets hash =
        octets_of(json_object_get(vector, "handshake_hash"));
    /* [0] sends for the initiator, [1] for the responder. */
    struct noise_cipher send[2], receive[2];
    struct ends ends;
    bool one_way;
    size_t i;

    if (init_end(&ends.initiator, vector, "init") != STATUS_OK)
        return false;
    assert_int_equal(init_end(&ends.responder, vector, "resp"), STATUS_OK);
    for (i = 0; !noise_handshake_is_complete(&ends.initiator); i++)
        exchange(&ends, json_array_get(messages, i), i);
    assert_true(noise_handshake_is_complete(&ends.responder));
    assert_memory_equal(ends.initiator.symmetric.hash, hash.data, 64);
    assert_memory_equal(ends.responder.symmetric.hash, hash.data, 64);

    one_way = i == 1;
    noise_handshake_split(&ends.initiator, &send[0], &receive[1]);
    noise_handshake_split(&ends.responder, &send[1], &receive[0]);
    assert_true(i < json_array_size(messages));
    for (; i < json_array_size(messages); i++) {
        const size_t from = one_way ? 0 : i % 2;

        transport(&send[from], &receive[from], json_array_get(messages, i));
    }
    noise_handshake_release(&ends.initiator);
    noise_handshake_release(&ends.responder);
    return true;
}

/* How many vectors of a JSON text pass; the others are of unknown patterns. */
static size_t
run_vectors(const char *text, size_t *total)
{
    json_t *root = json_loads(text, 0, NULL);
    const json_t *vectors = json_object_get(root, "vectors");
    size_t passed = 0;
    size_t i;

    assert_non_null(root);
    *total = json_array_size(vectors);
    for (i = 0; i < *total; i++) {
        if (run_vector(json_array_get(vectors, i)))
            passed++;
    }
    json_decref(root);
    return passed;
}

static void
test_cacophony(void **state)
{
    size_t size, total;
    uint8_t *text = shared_read(
        "vectors/noise/cacophony-25519-chachapoly-blake2b.json", &size);

    (void)state;
    if (text == NULL)
        skip();
    /* 15 fundamental and one-way patterns and 21 with a psk; the other 23 are
     * deferred patterns, which p2pub has no use for. */
    assert_int_equal(run_vectors((const char *)text, &total), 36);
    assert_int_equal(total, 59);
    free(text);
}

static void
test_own_vectors(void **state)
{
    const char *top = getenv("top_srcdir");
    static char text[64 * 1024];
    char path[4096];
    size_t size, total;
    FILE *file;

    (void)state;
    snprintf(path, sizeof(path), "%s/tests/vectors/noise/own.json",
             top == NULL ? "." : top);
    file = fopen(path, "rb");
    assert_non_null(file);
    size = fread(text, 1, sizeof(text) - 1, file);
    text[size] = '\0';
    fclose(file);
    assert_int_equal(run_vectors(text, &total), 2);
    assert_int_equal(total, 2);
}

static void
test_names(void **state)
{
    static const uint8_t psks[3 * 32];

    static const struct {
        const char *name;
        size_t psk_count;
        enum status status;
    } cases[] = {
        {NNPSK0, 1, STATUS_OK},
        {NNPSK0, 0, STATUS_MALFORMED},
        {"Noise_NN_25519_ChaChaPoly_BLAKE2b", 0, STATUS_OK},
        {"Noise_NNpsk0+psk1+psk2_25519_ChaChaPoly_BLAKE2b", 3, STATUS_OK},
        {"Noise_NNpsk0+psk2_25519_ChaChaPoly_BLAKE2b", 2, STATUS_OK},
        {"Noise_NNpsk2+psk0_25519_ChaChaPoly_BLAKE2b", 2, STATUS_MALFORMED},
        {"Noise_NNpsk0psk2_25519_ChaChaPoly_BLAKE2b", 2, STATUS_MALFORMED},
        {"Noise_NNpsk0+_25519_ChaChaPoly_BLAKE2b", 1, STATUS_MALFORMED},
        {"Noise_NNpsk0+psk0_25519_ChaChaPoly_BLAKE2b", 2, STATUS_MALFORMED},
        {"Noise_NNpsk3_25519_ChaChaPoly_BLAKE2b", 1, STATUS_MALFORMED},
        {"Noise_NNpsk:_25519_ChaChaPoly_BLAKE2b", 1, STATUS_MALFORMED},
        {"Noise_NNfoo_25519_ChaChaPoly_BLAKE2b", 0, STATUS_MALFORMED},
        {"Noise_ZZ_25519_ChaChaPoly_BLAKE2b", 0, STATUS_MALFORMED},
        {"Noise__25519_ChaChaPoly_BLAKE2b", 0, STATUS_MALFORMED},
        {"Noise_25519_ChaChaPoly_BLAKE2b", 0, STATUS_MALFORMED},
        {"Noise_NN_25519_ChaChaPoly_BLAKE2s", 0, STATUS_MALFORMED},
        {"noise_NN_25519_ChaChaPoly_BLAKE2b", 0, STATUS_MALFORMED},
        {"Noise_NK_25519_ChaChaPoly_BLAKE2b", 0, STATUS_MALFORMED},
        {"Noise_XN_25519_ChaChaPoly_BLAKE2b", 0, STATUS_MALFORMED},
        {"Noise_NX_25519_ChaChaPoly_BLAKE2b", 0, STATUS_OK},
        {"Noise_NX1_25519_ChaChaPoly_BLAKE2b", 0, STATUS_MALFORMED},
        {"", 0, STATUS_MALFORMED},
    };

    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct noise_handshake_config config = {
            .protocol_name = cases[i].name,
            .initiator = true,
            .psks = psks,
            .psk_count = cases[i].psk_count,
        };
        struct noise_handshake handshake;

        if (noise_handshake_init(&handshake, &config) != cases[i].status)
            fail_msg("%s", cases[i].name);
        noise_handshake_release(&handshake);
    }
}

/* Two ends of NNpsk0 and the first message between them. */
static enum status
begin(struct ends *ends, struct byte_buf *message, struct entropy *entropy)
{
    static const uint8_t psk[33] = "a secret of thirty-two octets...";
    struct noise_handshake_config config = {
        .protocol_name = NNPSK0,
        .initiator = true,
        .prologue = byte_view_of_text("prologue"),
        .psks = psk,
        .psk_count = 1,
    };

    assert_int_equal(noise_handshake_init(&ends->initiator, &config),
                     STATUS_OK);
    config.initiator = false;
    assert_int_equal(noise_handshake_init(&ends->responder, &config),
                     STATUS_OK);
    return noise_handshake_write(&ends->initiator, message,
                                 byte_view_of_text("hello"), entropy);
}

static void
test_refusals(void **state)
{
    static const uint8_t low[32];
    struct entropy entropy;
    struct byte_buf message, payload, answer;
    struct ends ends;
    size_t i;

    (void)state;
    entropy_init_seed(&entropy, 1);
    byte_buf_init(&message, NOISE_MESSAGE_MAX);
    byte_buf_init(&payload, NOISE_MESSAGE_MAX);
    byte_buf_init(&answer, 2 * NOISE_MESSAGE_MAX);

    /* Cut anywhere; one bit wrong anywhere; one octet too many. */
    for (i = 0; i < 32 + 5 + 16; i++) {
        byte_buf_clear(&message);
        assert_int_equal(begin(&ends, &message, &entropy), STATUS_OK);
        assert_int_equal(message.size, 32 + 5 + 16);
        assert_int_equal(noise_handshake_read(&ends.responder, &payload,
                                              byte_view_of(message.data, i)),
                         i < 48 ? STATUS_MALFORMED : STATUS_BAD_SIGNATURE);
        assert_int_equal(begin(&ends, &message, &entropy), STATUS_OK);
        byte_buf_consume(&message, 32 + 5 + 16);
        message.data[i] ^= (uint8_t)(1 << (i % 8));
        assert_int_equal(noise_handshake_read(&ends.responder, &payload,
                                              byte_view_of_buf(&message)),
                         STATUS_BAD_SIGNATURE);
    }
    byte_buf_clear(&message);
    assert_int_equal(begin(&ends, &message, &entropy), STATUS_OK);
    assert_int_equal(byte_buf_append_text(&message, "x"), STATUS_OK);
    assert_int_equal(noise_handshake_read(&ends.responder, &payload,
                                          byte_view_of_buf(&message)),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(payload.size, 0);

    /* A key of low order, which the responder meets when it answers. */
    byte_buf_clear(&message);
    assert_int_equal(begin(&ends, &message, &entropy), STATUS_OK);
    assert_int_equal(noise_handshake_read(&ends.responder, &payload,
                                          byte_view_of_buf(&message)),
                     STATUS_OK);
    assert_memory_equal(payload.data, "hello", 5);
    memcpy(ends.responder.remote_ephemeral.octets, low, 32);
    assert_int_equal(noise_handshake_write(&ends.responder, &answer,
                                           byte_view_of(NULL, 0), &entropy),
                     STATUS_BAD_SIGNATURE);

    /* Messages longer than Noise allows. */
    byte_buf_clear(&message);
    assert_int_equal(begin(&ends, &message, &entropy), STATUS_OK);
    assert_int_equal(byte_buf_reserve(&answer, NOISE_MESSAGE_MAX + 1),
                     STATUS_OK);
    memset(answer.data, 0, NOISE_MESSAGE_MAX + 1);
    assert_int_equal(
        noise_handshake_read(&ends.responder, &payload,
                             byte_view_of(answer.data, NOISE_MESSAGE_MAX + 1)),
        STATUS_TOO_LARGE);
    assert_int_equal(noise_handshake_read(&ends.responder, &payload,
                                          byte_view_of_buf(&message)),
                     STATUS_OK);
    assert_int_equal(
        noise_handshake_write(&ends.responder, &answer,
                              byte_view_of(answer.data, NOISE_MESSAGE_MAX),
                              &entropy),
        STATUS_TOO_LARGE);
    byte_buf_release(&message);
    byte_buf_release(&payload);
    byte_buf_release(&answer);
}

static void
test_rekey(void **state)
{
    static const uint8_t key[33] = "thirty-two octets make up a key";
    static const uint8_t zeros[32];
    struct noise_cipher a, b;
    uint8_t sealed[5 + 16];
    uint8_t expected[32 + 16];

    (void)state;
    /* Section 4.2: ENCRYPT(k, 2^64-1, "", zeros), cut to 32 octets. */
    noise_cipher_init(&b, key);
    noise_cipher_rekey(&b);
    aead_seal(expected, key, UINT64_MAX, byte_view_of(NULL, 0),
              byte_view_of(zeros, 32));
    assert_memory_equal(b.key, expected, 32);

    /* The number goes on; both sides must do it. */
    noise_cipher_init(&a, key);
    noise_cipher_init(&b, key);
    a.number = b.number = 77;
    noise_cipher_rekey(&a);
    assert_int_equal(a.number, 77);
    noise_cipher_seal(&a, sealed, byte_view_of(NULL, 0),
                      byte_view_of_text("hello"));
    assert_int_equal(noise_cipher_open(&b, expected, byte_view_of(NULL, 0),
                                       byte_view_of(sealed, sizeof(sealed))),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(b.number, 77);
    noise_cipher_rekey(&b);
    assert_int_equal(noise_cipher_open(&b, expected, byte_view_of(NULL, 0),
                                       byte_view_of(sealed, sizeof(sealed))),
                     STATUS_OK);
    assert_memory_equal(expected, "hello", 5);
    assert_int_equal(noise_cipher_open(&b, expected, byte_view_of(NULL, 0),
                                       byte_view_of(sealed, 15)),
                     STATUS_MALFORMED);
    noise_cipher_release(&b);
    assert_memory_equal(b.key, zeros, 32);
}

static enum status
run_handshake(void *context)
{
    struct byte_buf message, payload;
    struct ends ends;
    enum status status;

    byte_buf_init(&message, NOISE_MESSAGE_MAX);
    byte_buf_init(&payload, NOISE_MESSAGE_MAX);
    status = begin(&ends, &message, context);
    if (status == STATUS_OK)
        status = noise_handshake_read(&ends.responder, &payload,
                                      byte_view_of_buf(&message));
    noise_handshake_release(&ends.initiator);
    noise_handshake_release(&ends.responder);
    byte_buf_release(&message);
    byte_buf_release(&payload);
    return status;
}

static void
test_no_memory(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 3);
    test_alloc_each(run_handshake, &entropy);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cacophony), cmocka_unit_test(test_own_vectors),
        cmocka_unit_test(test_names),     cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_rekey),     cmocka_unit_test(test_no_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
