/* The box of a sealed statement: its sizes, and everything that may be wrong
 * with its pieces and with its key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/sealed_box.h"
#include "core/aead.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/vectors.h"

#define PIECE SEALED_PIECE_SIZE

/* Four pieces of 114,688 octets: 3.5 times a piece. */
#define LARGE_PLAIN ((size_t)100000)

static const uint8_t key_1[SEALED_KEY_SIZE] = {1};

static void
test_key_id(void **state)
{
    static const uint8_t wanted[32] = {
        0x9a, 0x89, 0xa3, 0xd1, 0xf9, 0x38, 0xf1, 0xee, 0xe7, 0x36, 0x70,
        0x9c, 0x38, 0xe4, 0x83, 0xb4, 0xc3, 0xd8, 0x4f, 0x07, 0x94, 0x4b,
        0x0e, 0x53, 0xdf, 0xad, 0xdd, 0xe3, 0x7b, 0xfa, 0x80, 0x85,
    };
    uint8_t id[32];

    (void)state;
    sealed_box_key_id(id, key_1);
    assert_memory_equal(id, wanted, sizeof(id));
}

static void
test_sizes(void **state)
{
    static const size_t good[] = {4096,  5120,  6144,  7168,
                                  8192,  10240, 28672, 32768,
                                  40960, 57344, 65536, SEALED_BOX_MAX};
    static const size_t bad[] = {0,
                                 1,
                                 2048,
                                 3072,
                                 4095,
                                 4097,
                                 9216,
                                 32784,
                                 36864,
                                 40961,
                                 SEALED_BOX_MAX + 4096,
                                 (size_t)20 << 20};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(sealed_box_is_size(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(sealed_box_is_size(bad[i]));
    assert_int_equal(sealed_box_size(0), 4096);
    assert_int_equal(sealed_box_size(4080), 4096);
    assert_int_equal(sealed_box_size(4081), 5120);
    assert_int_equal(sealed_box_size(32752), 32768);
    assert_int_equal(sealed_box_size(32753), 40960);
    assert_int_equal(sealed_box_size(SEALED_BOX_MAX - 512 * 16),
                     SEALED_BOX_MAX);
    assert_int_equal(sealed_box_size(SEALED_BOX_MAX - 512 * 16 + 1), 0);
    assert_int_equal(sealed_box_size(SIZE_MAX), 0);
}

/* A box of size octets under key_1; its first octets are 1, 2, 3, ... */
static void
close_box(struct byte_buf *box, size_t size)
{
    uint8_t *plain = malloc(size);

    assert_non_null(plain);
    for (size_t i = 0; i < size; i++)
        plain[i] = (uint8_t)(i + 1);
    byte_buf_init(box, SEALED_BOX_MAX);
    assert_int_equal(sealed_box_close(box, key_1, byte_view_of(plain, size)),
                     STATUS_OK);
    free(plain);
}

/* Open under key, which is said to be that of the box. */
static enum status
open_status(struct byte_view box, const uint8_t key[SEALED_KEY_SIZE])
{
    struct byte_buf out;
    uint8_t key_id[32];
    enum status status;

    sealed_box_key_id(key_id, key);
    byte_buf_init(&out, SEALED_BOX_MAX);
    assert_int_equal(byte_buf_append_text(&out, "before"), STATUS_OK);
    status = sealed_box_open(&out, key, key_id, box);
    if (status != STATUS_OK)
        assert_true(byte_view_equal_text(byte_view_of_buf(&out), "before"));
    byte_buf_release(&out);
    return status;
}

static void
check_round(size_t size)
{
    struct byte_buf box;
    struct byte_buf out;
    uint8_t key_id[32];

    close_box(&box, size);
    assert_int_equal(box.size, sealed_box_size(size));
    sealed_box_key_id(key_id, key_1);
    byte_buf_init(&out, SEALED_BOX_MAX);
    assert_int_equal(
        sealed_box_open(&out, key_1, key_id, byte_view_of_buf(&box)),
        STATUS_OK);
    assert_true(out.size >= size);
    for (size_t i = 0; i < out.size; i++)
        assert_int_equal(out.data[i], i < size ? (uint8_t)(i + 1) : 0);
    byte_buf_release(&out);
    byte_buf_release(&box);
}

static void
test_round(void **state)
{
    (void)state;
    check_round(1);
    check_round(4080);
    check_round(PIECE - AEAD_TAG_SIZE);
    check_round(PIECE - AEAD_TAG_SIZE + 1);
    check_round(LARGE_PLAIN);
}

static void
test_key(void **state)
{
    static const uint8_t other[SEALED_KEY_SIZE] = {2};
    struct byte_buf box;
    struct byte_buf out;
    uint8_t key_id[32];

    (void)state;
    close_box(&box, 10);
    byte_buf_init(&out, SEALED_BOX_MAX);
    sealed_box_key_id(key_id, key_1);
    assert_int_equal(
        sealed_box_open(&out, other, key_id, byte_view_of_buf(&box)),
        STATUS_BAD_SIGNATURE);
    assert_int_equal(open_status(byte_view_of_buf(&box), other),
                     STATUS_BAD_SIGNATURE);
    byte_buf_release(&out);
    byte_buf_release(&box);
}

static void
test_changed(void **state)
{
    static const size_t places[] = {0, PIECE - 1, PIECE, 3 * PIECE,
                                    3 * PIECE + 16383};
    struct byte_buf box;

    (void)state;
    close_box(&box, LARGE_PLAIN);
    assert_int_equal(box.size, 3 * PIECE + 16384);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        box.data[places[i]] ^= 1;
        assert_int_equal(open_status(byte_view_of_buf(&box), key_1),
                         STATUS_BAD_SIGNATURE);
        box.data[places[i]] ^= 1;
    }
    assert_int_equal(open_status(byte_view_of_buf(&box), key_1), STATUS_OK);
    byte_buf_release(&box);
}

/* Pieces 0 to 2 are whole, 3 is the last, of half a piece. */
static void
test_moved(void **state)
{
    struct byte_buf box;
    uint8_t *copy;

    (void)state;
    close_box(&box, LARGE_PLAIN);
    copy = malloc(box.size);
    assert_non_null(copy);
    /* Cut to sizes that boxes have: the last piece is then not the last. */
    assert_int_equal(open_status(byte_view_of(box.data, PIECE), key_1),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(open_status(byte_view_of(box.data, 2 * PIECE), key_1),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(open_status(byte_view_of(box.data, 3 * PIECE), key_1),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(open_status(byte_view_of(box.data, box.size - 1), key_1),
                     STATUS_MALFORMED);
    /* Two change places. */
    memcpy(copy, box.data, box.size);
    memcpy(copy, box.data + PIECE, PIECE);
    memcpy(copy + PIECE, box.data, PIECE);
    assert_int_equal(open_status(byte_view_of(copy, box.size), key_1),
                     STATUS_BAD_SIGNATURE);
    /* One stands twice. */
    memcpy(copy, box.data, box.size);
    memcpy(copy + PIECE, box.data, PIECE);
    assert_int_equal(open_status(byte_view_of(copy, box.size), key_1),
                     STATUS_BAD_SIGNATURE);
    /* One is left out. */
    memcpy(copy, box.data, PIECE);
    memcpy(copy + PIECE, box.data + 2 * PIECE, box.size - 2 * PIECE);
    assert_int_equal(open_status(byte_view_of(copy, 2 * PIECE + 16384), key_1),
                     sealed_box_is_size(2 * PIECE + 16384)
                         ? STATUS_BAD_SIGNATURE
                         : STATUS_MALFORMED);
    free(copy);
    byte_buf_release(&box);
}

/* All pieces are right, and none says that it is the last. */
static void
test_without_last(void **state)
{
    static const uint8_t nonce[24];
    static const uint8_t not_last[1];
    static const uint8_t last[1] = {1};
    uint8_t box[4096] = {0};

    (void)state;
    aead_seal_x(box, key_1, nonce, byte_view_of(not_last, 1),
                byte_view_of(box, sizeof(box) - AEAD_TAG_SIZE));
    assert_int_equal(open_status(byte_view_of(box, sizeof(box)), key_1),
                     STATUS_BAD_SIGNATURE);
    memset(box, 0, sizeof(box));
    aead_seal_x(box, key_1, nonce, byte_view_of(last, 1),
                byte_view_of(box, sizeof(box) - AEAD_TAG_SIZE));
    assert_int_equal(open_status(byte_view_of(box, sizeof(box)), key_1),
                     STATUS_OK);
}

/* The box of tests/vectors/two_keys.txt. */
static void
read_two_keys(uint8_t box[4096])
{
    struct byte_view file = vectors_read("two_keys.txt");
    struct byte_view text = file;
    uint8_t blocks[3][16];
    struct byte_view line;

    for (size_t i = 0; i < 3; i++) {
        assert_true(vectors_line(&line, &text));
        (void)vectors_word(&line);
        assert_int_equal(text_hex_parse(blocks[i], 16, line), STATUS_OK);
    }
    for (size_t i = 0; i < 254; i++)
        memcpy(box + 16 * i, blocks[0], 16);
    memcpy(box + 4064, blocks[1], 32);
    vectors_free(file);
}

/* The cipher opens it under both keys, to two texts; the box under the one
 * whose hash was given alone. */
static void
test_two_keys(void **state)
{
    static const uint8_t nonce[24];
    static const uint8_t last[1] = {1};
    uint8_t keys[2][SEALED_KEY_SIZE];
    uint8_t plain[2][4080];
    uint8_t key_id[32];
    uint8_t box[4096];
    struct byte_buf out;

    (void)state;
    read_two_keys(box);
    byte_buf_init(&out, SEALED_BOX_MAX);
    for (size_t i = 0; i < 2; i++) {
        memset(keys[i], (int)i + 1, SEALED_KEY_SIZE);
        assert_int_equal(aead_open_x(plain[i], keys[i], nonce,
                                     byte_view_of(last, 1),
                                     byte_view_of(box, sizeof(box))),
                         STATUS_OK);
    }
    assert_memory_not_equal(plain[0], plain[1], sizeof(plain[0]));
    for (size_t i = 0; i < 2; i++) {
        sealed_box_key_id(key_id, keys[i]);
        assert_int_equal(sealed_box_open(&out, keys[i], key_id,
                                         byte_view_of(box, sizeof(box))),
                         STATUS_OK);
        assert_int_equal(sealed_box_open(&out, keys[1 - i], key_id,
                                         byte_view_of(box, sizeof(box))),
                         STATUS_BAD_SIGNATURE);
    }
    byte_buf_release(&out);
}

static enum status
close_and_open(void *context)
{
    struct byte_buf box;
    struct byte_buf out;
    uint8_t key_id[32];
    enum status status;

    (void)context;
    sealed_box_key_id(key_id, key_1);
    byte_buf_init(&box, SEALED_BOX_MAX);
    byte_buf_init(&out, SEALED_BOX_MAX);
    status = sealed_box_close(&box, key_1, byte_view_of_text("a text"));
    if (status == STATUS_OK)
        status = sealed_box_open(&out, key_1, key_id, byte_view_of_buf(&box));
    byte_buf_release(&out);
    byte_buf_release(&box);
    return status;
}

static void
test_without_memory(void **state)
{
    (void)state;
    test_alloc_each(close_and_open, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_id),         cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_round),          cmocka_unit_test(test_key),
        cmocka_unit_test(test_changed),        cmocka_unit_test(test_moved),
        cmocka_unit_test(test_without_last),   cmocka_unit_test(test_two_keys),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
