/* A link's compression stream: what is packed comes back, and nothing else
 * does any harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "core/mem.h"
#include "net/stream.h"
#include "tests/unit/alloc_each.h"

#define PACKED_MAX ((size_t)64 * 1024)

static const struct byte_view nothing = {NULL, 0};

/* Those that this build has, RAW first. */
static const struct stream_setting settings[] = {
    {STREAM_RAW, 0, 0},    {STREAM_DEFLATE, 15, 9}, {STREAM_DEFLATE, 15, 1},
    {STREAM_ZSTD, 18, 19}, {STREAM_ZSTD, 20, 9},
};
static const size_t setting_count = sizeof(settings) / sizeof(settings[0]);

/* The two ends of one direction, and what lies between them. */
struct pair {
    struct stream *packer;
    struct stream *expander;
    struct byte_buf packed;
    struct byte_buf plain;
};

static void
pair_start(struct pair *pair, const struct stream_setting *setting,
           struct byte_view prime, struct byte_view other)
{
    assert_int_equal(stream_new(&pair->packer, setting, STREAM_PACKS, prime),
                     STATUS_OK);
    assert_int_equal(
        stream_new(&pair->expander, setting, STREAM_EXPANDS, other), STATUS_OK);
    byte_buf_init(&pair->packed, PACKED_MAX);
    byte_buf_init(&pair->plain, STREAM_PLAIN_MAX);
}

static void
pair_end(struct pair *pair)
{
    stream_free(pair->packer);
    stream_free(pair->expander);
    byte_buf_release(&pair->packed);
    byte_buf_release(&pair->plain);
}

static void
pack(struct pair *pair, struct byte_view plain)
{
    byte_buf_clear(&pair->packed);
    assert_int_equal(stream_pack(pair->packer, &pair->packed, plain),
                     STATUS_OK);
    assert_in_range(pair->packed.size, 1, stream_bound(plain.size));
}

/* Expand what lies packed. */
static enum status
expand(struct pair *pair, size_t plain_size)
{
    byte_buf_clear(&pair->plain);
    return stream_expand(pair->expander, &pair->plain,
                         byte_view_of_buf(&pair->packed), plain_size);
}

/* One message through both ends; octets on the way. */
static size_t
carry(struct pair *pair, struct byte_view plain)
{
    pack(pair, plain);
    assert_int_equal(expand(pair, plain.size), STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&pair->plain), plain));
    return pair->packed.size;
}

/* Words in no order: from the same number the same, some like text. */
static void
fill_text(uint8_t *out, size_t size, uint32_t word)
{
    static const char *const words[] = {
        "detained ", "in ",     "Almaty ",  "on ",      "5 January ",
        "by ",       "police ", "without ", "a lawyer", ". ",
        "We ",       "call ",   "release ", "and ",     "for all\n",
    };
    size_t at = 0;

    while (at < size) {
        const char *next;

        word = word * 1664525U + 1013904223U;
        next = words[(word >> 16) % (sizeof(words) / sizeof(words[0]))];
        for (; *next != '\0' && at < size; next++)
            out[at++] = (uint8_t)*next;
    }
}

static void
fill_noise(uint8_t *out, size_t size, uint32_t word)
{
    for (size_t i = 0; i < size; i++) {
        word ^= word << 13;
        word ^= word >> 17;
        word ^= word << 5;
        out[i] = (uint8_t)word;
    }
}

/* Messages of every kind of size and content, one after another. */
static void
test_whatever_is_packed_comes_back(void **state)
{
    static const size_t sizes[] = {1,    2,     3,     255,   256,
                                   7000, 32767, 32768, 49151, STREAM_PLAIN_MAX};
    static uint8_t plain[STREAM_PLAIN_MAX];

    (void)state;
    for (size_t i = 0; i < setting_count; i++) {
        struct pair pair;

        if (!stream_has(settings[i].kind))
            continue;
        pair_start(&pair, &settings[i], nothing, nothing);
        for (size_t round = 0; round < 90; round++) {
            size_t size = sizes[round % 10];

            if (round % 3 == 0)
                fill_noise(plain, size, (uint32_t)round + 1);
            else if (round % 3 == 1)
                fill_text(plain, size, (uint32_t)round);
            else
                memset(plain, 0, size);
            carry(&pair, byte_view_of(plain, size));
        }
        pair_end(&pair);
    }
}

/* One text, cut into messages at each place. */
static void
test_any_split(void **state)
{
    static uint8_t plain[700];

    (void)state;
    fill_text(plain, sizeof(plain), 1);
    for (size_t i = 0; i < setting_count; i++)
        for (size_t step = 1;
             stream_has(settings[i].kind) && step <= sizeof(plain);
             step += 1 + step / 8) {
            struct pair pair;

            pair_start(&pair, &settings[i], nothing, nothing);
            for (size_t at = 0; at < sizeof(plain); at += step)
                carry(&pair, byte_view_slice(byte_view_of(plain, sizeof(plain)),
                                             at, step));
            pair_end(&pair);
        }
}

static void
test_later_messages_lean_on_earlier_ones(void **state)
{
    static uint8_t plain[8000];

    (void)state;
    fill_noise(plain, sizeof(plain), 7);
    for (size_t i = 1; i < setting_count; i++) {
        struct pair pair;

        if (!stream_has(settings[i].kind))
            continue;
        pair_start(&pair, &settings[i], nothing, nothing);
        assert_in_range(carry(&pair, byte_view_of(plain, sizeof(plain))), 8000,
                        8100);
        assert_in_range(carry(&pair, byte_view_of(plain, sizeof(plain))), 1,
                        200);
        pair_end(&pair);
    }
}

/* zstd's window reaches what deflate's has lost. */
static void
test_windows(void **state)
{
    static uint8_t first[8000];
    static uint8_t between[40000];

    (void)state;
    fill_noise(first, sizeof(first), 7);
    for (size_t i = 1; i < setting_count; i++) {
        const struct byte_view again = byte_view_of(first, sizeof(first));
        struct pair pair;

        if (!stream_has(settings[i].kind))
            continue;
        pair_start(&pair, &settings[i], nothing, nothing);
        carry(&pair, again);
        fill_noise(between, sizeof(between), 8);
        carry(&pair, byte_view_of(between, sizeof(between)));
        if (settings[i].kind == STREAM_ZSTD)
            assert_in_range(carry(&pair, again), 1, 200);
        else
            assert_in_range(carry(&pair, again), 8000, 8100);
        /* Beyond the smallest window nothing is found either. */
        for (uint32_t seed = 9; seed < 19; seed++) {
            fill_noise(between, sizeof(between), seed);
            carry(&pair, byte_view_of(between, sizeof(between)));
        }
        if (settings[i].window_log <= 18)
            assert_in_range(carry(&pair, again), 8000, 8200);
        pair_end(&pair);
    }
}

static void
test_priming(void **state)
{
    static uint8_t prime[50000];
    const struct byte_view text = byte_view_of(prime + 45000, 3000);

    (void)state;
    fill_noise(prime, sizeof(prime), 11);
    for (size_t i = 1; i < setting_count; i++) {
        const struct byte_view whole = byte_view_of(prime, sizeof(prime));
        struct pair pair;

        if (!stream_has(settings[i].kind))
            continue;
        pair_start(&pair, &settings[i], whole, whole);
        /* It was copied. */
        assert_in_range(carry(&pair, text), 1, 100);
        carry(&pair, byte_view_of(prime, 100));
        pair_end(&pair);

        /* Primed otherwise, or not at all: refused, or as many octets that
         * are not the same. */
        for (size_t other = 0; other < 2; other++) {
            pair_start(&pair, &settings[i], whole,
                       other == 0 ? nothing : byte_view_of(prime, 49000));
            pack(&pair, text);
            if (expand(&pair, text.size) == STATUS_OK)
                assert_false(
                    byte_view_equal(byte_view_of_buf(&pair.plain), text));
            pair_end(&pair);
        }
    }
}

/* Octets that mean something to zstd are no dictionary when they prime. */
static void
test_priming_is_never_a_dictionary(void **state)
{
    static uint8_t prime[4000];
    static const uint8_t magic[] = {0x37, 0xa4, 0x30, 0xec, 1, 0, 0, 0};

    (void)state;
    fill_text(prime, sizeof(prime), 3);
    memcpy(prime, magic, sizeof(magic));
    for (size_t i = 1; i < setting_count; i++) {
        const struct byte_view whole = byte_view_of(prime, sizeof(prime));
        struct pair pair;

        if (!stream_has(settings[i].kind))
            continue;
        pair_start(&pair, &settings[i], whole, whole);
        carry(&pair, byte_view_of(prime, 2000));
        pair_end(&pair);
    }
}

/* Expand octets as the third message of a stream whose first two were good. */
static enum status
expand_third(const struct stream_setting *setting, const uint8_t *octets,
             size_t size, size_t plain_size)
{
    static uint8_t guarded[STREAM_PLAIN_MAX];
    static uint8_t plain[3000];
    struct byte_buf out;
    struct pair pair;
    enum status status;

    pair_start(&pair, setting, nothing, nothing);
    for (uint32_t i = 0; i < 2; i++) {
        fill_text(plain, sizeof(plain), i);
        carry(&pair, byte_view_of(plain, sizeof(plain)));
    }
    byte_buf_init(&out, STREAM_PLAIN_MAX);
    assert_int_equal(byte_buf_append(&out, byte_view_of(guarded, 10)),
                     STATUS_OK);
    status = stream_expand(pair.expander, &out, byte_view_of(octets, size),
                           plain_size);
    assert_int_equal(out.size, status == STATUS_OK ? 10 + plain_size : 10);
    /* What failed stays so. */
    if (status != STATUS_OK) {
        pack(&pair, byte_view_of(plain, sizeof(plain)));
        assert_int_equal(expand(&pair, sizeof(plain)), status);
    }
    byte_buf_release(&out);
    pair_end(&pair);
    return status;
}

/* The third message of such a stream. */
static size_t
make_third(const struct stream_setting *setting, uint8_t *octets,
           const uint8_t *text, size_t text_size)
{
    static uint8_t plain[3000];
    struct pair pair;
    size_t size;

    pair_start(&pair, setting, nothing, nothing);
    for (uint32_t i = 0; i < 2; i++) {
        fill_text(plain, sizeof(plain), i);
        carry(&pair, byte_view_of(plain, sizeof(plain)));
    }
    size = carry(&pair, byte_view_of(text, text_size));
    memcpy(octets, pair.packed.data, size);
    pair_end(&pair);
    return size;
}

/* Cut, prolonged, and with another length than that declared. */
static void
test_what_is_not_one_message(void **state)
{
    static uint8_t text[1500];
    static uint8_t octets[3000];

    (void)state;
    fill_text(text, sizeof(text), 77);
    for (size_t i = 0; i < setting_count; i++) {
        const struct stream_setting *setting = &settings[i];
        size_t size;

        if (!stream_has(setting->kind))
            continue;
        size = make_third(setting, octets, text, sizeof(text));
        assert_int_equal(expand_third(setting, octets, size, sizeof(text)),
                         STATUS_OK);
        for (size_t cut = 0; cut < size; cut++)
            assert_int_equal(expand_third(setting, octets, cut, sizeof(text)),
                             STATUS_MALFORMED);
        for (size_t length = sizeof(text) - 3; length < sizeof(text) + 4;
             length++)
            if (length != sizeof(text))
                assert_int_equal(expand_third(setting, octets, size, length),
                                 STATUS_MALFORMED);
        assert_int_equal(expand_third(setting, octets, size, 0),
                         STATUS_MALFORMED);
        assert_int_equal(
            expand_third(setting, octets, size, STREAM_PLAIN_MAX + 1),
            STATUS_MALFORMED);
        memset(octets + size, 0, 3);
        octets[size] = 'x';
        for (size_t more = 1; more <= 3; more++)
            assert_int_equal(
                expand_third(setting, octets, size + more, sizeof(text)),
                STATUS_MALFORMED);
    }
}

/* Two messages in the place of one. */
static void
test_two_messages_at_once(void **state)
{
    static uint8_t text[200];

    (void)state;
    fill_text(text, sizeof(text), 5);
    for (size_t i = 1; i < setting_count; i++) {
        struct byte_buf both;
        struct pair pair;

        if (!stream_has(settings[i].kind))
            continue;
        pair_start(&pair, &settings[i], nothing, nothing);
        byte_buf_init(&both, PACKED_MAX);
        for (size_t part = 0; part < 2; part++) {
            pack(&pair, byte_view_of(text, sizeof(text)));
            assert_int_equal(
                byte_buf_append(&both, byte_view_of_buf(&pair.packed)),
                STATUS_OK);
        }
        assert_int_equal(stream_expand(pair.expander, &pair.plain,
                                       byte_view_of_buf(&both), sizeof(text)),
                         STATUS_MALFORMED);
        byte_buf_release(&both);
        pair_end(&pair);
    }
}

/* Every bit turned over: refused, or as many octets as declared. */
static void
test_every_bit_flip(void **state)
{
    static uint8_t text[300];
    static uint8_t octets[1000];

    (void)state;
    fill_text(text, sizeof(text), 21);
    for (size_t i = 1; i < setting_count; i++) {
        size_t size;

        if (!stream_has(settings[i].kind))
            continue;
        size = make_third(&settings[i], octets, text, sizeof(text));
        for (size_t bit = 0; bit < 8 * size; bit++) {
            enum status status;

            octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
            status = expand_third(&settings[i], octets, size, sizeof(text));
            assert_true(status == STATUS_OK || status == STATUS_MALFORMED);
            octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

/* The first message of a zstd stream whose sixth octet and others are as
 * given. */
static enum status
expand_first(const struct stream_setting *setting, const uint8_t *octets,
             size_t size, size_t plain_size)
{
    struct byte_buf out;
    struct stream *expander;
    enum status status;

    assert_int_equal(stream_new(&expander, setting, STREAM_EXPANDS, nothing),
                     STATUS_OK);
    byte_buf_init(&out, STREAM_PLAIN_MAX);
    status =
        stream_expand(expander, &out, byte_view_of(octets, size), plain_size);
    byte_buf_release(&out);
    stream_free(expander);
    return status;
}

static void
test_deflate_by_hand(void **state)
{
    /* A stored block "ab", not final; the same with an empty one before it; an
     * empty fixed one; final; a reserved block; the flush's end sent too. */
    static const uint8_t two[] = {0, 2, 0, 0xfd, 0xff, 'a', 'b', 0};
    static const uint8_t two_exactly[] = {0, 2, 0, 0xfd, 0xff, 'a', 'b'};
    static const uint8_t later[] = {0, 0,    0,    0xff, 0xff, 0, 2,
                                    0, 0xfd, 0xff, 'a',  'b',  0};
    static const uint8_t final[] = {1, 2, 0, 0xfd, 0xff, 'a', 'b'};
    static const uint8_t final_and_more[] = {1, 2, 0, 0xfd, 0xff, 'a', 'b', 0};
    static const uint8_t reserved[] = {6};
    static const uint8_t with_end[] = {0,   2, 0, 0xfd, 0xff, 'a',
                                       'b', 0, 0, 0,    0xff, 0xff};
    /* The end that is left out would be data: stored, six octets. */
    static const uint8_t eats_the_end[] = {0, 6, 0, 0xf9, 0xff, 'a', 'b'};
    const struct stream_setting *deflate = &settings[1];

    (void)state;
    assert_int_equal(expand_first(deflate, two, sizeof(two), 2), STATUS_OK);
    assert_int_equal(expand_first(deflate, two_exactly, sizeof(two_exactly), 2),
                     STATUS_MALFORMED);
    assert_int_equal(expand_first(deflate, later, sizeof(later), 2), STATUS_OK);
    assert_int_equal(expand_first(deflate, final, sizeof(final), 2),
                     STATUS_MALFORMED);
    assert_int_equal(
        expand_first(deflate, final_and_more, sizeof(final_and_more), 2),
        STATUS_MALFORMED);
    assert_int_equal(expand_first(deflate, reserved, 1, 2), STATUS_MALFORMED);
    assert_int_equal(expand_first(deflate, with_end, sizeof(with_end), 2),
                     STATUS_MALFORMED);
    assert_int_equal(
        expand_first(deflate, eats_the_end, sizeof(eats_the_end), 6),
        STATUS_OK);
    assert_int_equal(
        expand_first(deflate, eats_the_end, sizeof(eats_the_end), 2),
        STATUS_MALFORMED);
}

/* Header, then raw blocks, by hand (RFC 8878, 3.1.1). */
static void
test_zstd_by_hand(void **state)
{
    const struct stream_setting *zstd = &settings[3];
    /* Window of 2^18: (18 - 10) << 3.  A raw block of 2. */
    uint8_t octets[32] = {0x28, 0xb5, 0x2f, 0xfd, 0,  0x40,
                          0x10, 0,    0,    'a',  'b'};
    const size_t size = 11;

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    assert_int_equal(expand_first(zstd, octets, size, 2), STATUS_OK);
    assert_int_equal(expand_first(zstd, octets, size, 1), STATUS_MALFORMED);
    assert_int_equal(expand_first(zstd, octets, size, 3), STATUS_MALFORMED);

    /* The last block of a frame; nothing behind it, and another frame. */
    octets[6] |= 1;
    assert_int_equal(expand_first(zstd, octets, size, 2), STATUS_MALFORMED);
    memcpy(octets + size, octets, size);
    assert_int_equal(expand_first(zstd, octets, 2 * size, 4), STATUS_MALFORMED);
    octets[6] &= 0xfe;

    /* Smaller windows are taken, larger are not. */
    octets[5] = 0x38;
    assert_int_equal(expand_first(zstd, octets, size, 2), STATUS_OK);
    for (unsigned window = 0x41; window < 256; window++) {
        octets[5] = (uint8_t)window;
        assert_int_equal(expand_first(zstd, octets, size, 2), STATUS_MALFORMED);
    }
    octets[5] = 0x40;

    /* A checksum, a size, a dictionary id, one segment; any other magic. */
    for (unsigned flags = 1; flags < 256; flags++) {
        octets[4] = (uint8_t)flags;
        assert_int_equal(expand_first(zstd, octets, size, 2), STATUS_MALFORMED);
    }
    octets[4] = 0;
    for (unsigned version = 0; version < 256; version++) {
        octets[0] = (uint8_t)version;
        assert_int_equal(expand_first(zstd, octets, size, 2),
                         version == 0x28 ? STATUS_OK : STATUS_MALFORMED);
    }
    /* A skippable frame in front. */
    memmove(octets + 8, octets, size);
    memcpy(octets, "\x50\x2a\x4d\x18\0\0\0\0", 8);
    assert_int_equal(expand_first(zstd, octets, size + 8, 2), STATUS_MALFORMED);
}

/* Kilobytes of memory that this process ever had in use. */
static long
peak_memory(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* Much more than what is declared: no more is written, and none kept. */
static void
test_bombs(void **state)
{
    static uint8_t zeros[STREAM_PLAIN_MAX];
    const long before = peak_memory();

    (void)state;
    for (size_t i = 1; i < setting_count; i++)
        for (size_t round = 0; stream_has(settings[i].kind) && round < 20;
             round++) {
            struct pair pair;

            pair_start(&pair, &settings[i], nothing, nothing);
            pack(&pair, byte_view_of(zeros, sizeof(zeros)));
            assert_int_equal(expand(&pair, 1 + 2000 * round), STATUS_MALFORMED);
            pair_end(&pair);
        }
    if (stream_has(STREAM_ZSTD)) {
        /* One octet repeated 128 KiB times, in four octets, again and again. */
        static uint8_t octets[4096] = {0x28, 0xb5, 0x2f, 0xfd, 0, 0x40};

        for (size_t at = 6; at + 4 <= sizeof(octets); at += 4)
            memcpy(octets + at, "\x02\0\x10\0", 4);
        assert_int_equal(expand_first(&settings[3], octets, sizeof(octets) - 2,
                                      STREAM_PLAIN_MAX),
                         STATUS_MALFORMED);
    }
#ifdef WITH_SANITIZERS /* which keep freed memory for a while */
    (void)before;
#else
    assert_in_range(peak_memory() - before, 0, 24 * 1024);
#endif
}

static void
test_limits(void **state)
{
    static uint8_t plain[STREAM_PLAIN_MAX + 1];

    (void)state;
    for (size_t i = 0; i < setting_count; i++) {
        struct byte_buf small;
        struct pair pair;

        if (!stream_has(settings[i].kind))
            continue;
        pair_start(&pair, &settings[i], nothing, nothing);
        assert_int_equal(
            stream_pack(pair.packer, &pair.packed, byte_view_of(plain, 0)),
            STATUS_TOO_LARGE);
        assert_int_equal(stream_pack(pair.packer, &pair.packed,
                                     byte_view_of(plain, sizeof(plain))),
                         STATUS_TOO_LARGE);
        byte_buf_init(&small, 99);
        assert_int_equal(
            stream_pack(pair.packer, &small, byte_view_of(plain, 100)),
            STATUS_TOO_LARGE);
        assert_int_equal(pair.packed.size + small.size, 0);
        /* Nothing was changed: the next message is the first. */
        pack(&pair, byte_view_of(plain, 100));
        assert_int_equal(stream_expand(pair.expander, &small,
                                       byte_view_of_buf(&pair.packed), 100),
                         STATUS_TOO_LARGE);
        assert_int_equal(expand(&pair, 100), STATUS_OK);
        byte_buf_release(&small);
        pair_end(&pair);
    }
}

static void
test_settings(void **state)
{
    static const struct stream_setting bad[] = {
        {STREAM_DEFLATE, 14, 9}, {STREAM_ZSTD, 17, 9}, {STREAM_ZSTD, 24, 9},
        {STREAM_ZSTD, 20, 20},   {STREAM_ZSTD, 20, 0}, {STREAM_DEFLATE, 15, 11},
    };
    const size_t mega = (size_t)1024 * 1024;
    struct stream_setting setting;
    struct stream *stream;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(stream_new(&stream, &bad[i], STREAM_PACKS, nothing),
                         STATUS_NEWER);
        assert_null(stream);
    }
    setting = stream_setting_within(1000, true, 23);
    assert_int_equal(setting.kind, STREAM_RAW);
    setting = stream_setting_within(mega, true, 23);
    assert_int_equal(setting.kind, STREAM_DEFLATE);
    setting = stream_setting_within(mega, false, 23);
    assert_int_equal(setting.kind, STREAM_RAW);
    setting = stream_setting_within(64 * mega, true, 0);
    assert_int_equal(setting.kind, STREAM_DEFLATE);
    if (!stream_has(STREAM_ZSTD))
        return;
    for (size_t memory = 2; memory <= 64; memory++) {
        setting = stream_setting_within(memory * mega, true, 30);
        assert_int_equal(setting.kind, STREAM_ZSTD);
        assert_in_range(stream_memory(&setting, STREAM_PACKS), 1,
                        memory * mega);
        assert_in_range(setting.window_log, STREAM_WINDOW_LOG_MIN,
                        STREAM_WINDOW_LOG_MAX);
        assert_int_equal(setting.effort, memory < 4 ? STREAM_EFFORT_EASY : 19);
    }
    assert_int_equal(setting.window_log, STREAM_WINDOW_LOG_MAX);
    setting = stream_setting_within(64 * mega, true, 20);
    assert_int_equal(setting.window_log, 20);
}

#ifndef WITH_SANITIZERS
/* stream_memory promises no less than what is used. */
static void
test_memory_is_as_promised(void **state)
{
    static const struct stream_setting tried[] = {
        {STREAM_ZSTD, 18, STREAM_EFFORT_EASY},
        {STREAM_ZSTD, 18, 19},
        {STREAM_ZSTD, 20, STREAM_EFFORT_EASY},
        {STREAM_ZSTD, 20, 19},
        {STREAM_ZSTD, 22, 19},
    };
    static uint8_t plain[32768];

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    /* Each is larger than all before, so the peak is its own. */
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        const size_t window = (size_t)1 << tried[i].window_log;
        const size_t promised = stream_memory(&tried[i], STREAM_PACKS) +
                                stream_memory(&tried[i], STREAM_EXPANDS);
        const long before = peak_memory();
        struct pair pair;

        pair_start(&pair, &tried[i], nothing, nothing);
        for (size_t at = 0; at < 3 * window; at += sizeof(plain)) {
            fill_noise(plain, sizeof(plain), (uint32_t)at + 1);
            carry(&pair, byte_view_of(plain, sizeof(plain)));
        }
        assert_in_range((peak_memory() - before) * 1024, 0,
                        promised + (size_t)512 * 1024);
        pair_end(&pair);
    }
}
#endif

static enum status
run_both_ways(void *context)
{
    const struct stream_setting *setting = context;
    static uint8_t plain[40000];
    struct stream *packer = NULL;
    struct stream *expander = NULL;
    struct byte_buf packed;
    struct byte_buf back;
    enum status status;

    fill_text(plain, sizeof(plain), 4);
    byte_buf_init(&packed, PACKED_MAX);
    byte_buf_init(&back, STREAM_PLAIN_MAX);
    status =
        stream_new(&packer, setting, STREAM_PACKS, byte_view_of(plain, 1000));
    if (status == STATUS_OK)
        status = stream_new(&expander, setting, STREAM_EXPANDS,
                            byte_view_of(plain, 1000));
    if (status == STATUS_OK)
        status =
            stream_pack(packer, &packed, byte_view_of(plain, sizeof(plain)));
    if (status == STATUS_OK)
        status = stream_expand(expander, &back, byte_view_of_buf(&packed),
                               sizeof(plain));
    stream_free(packer);
    stream_free(expander);
    byte_buf_release(&packed);
    byte_buf_release(&back);
    return status;
}

static void
test_allocations(void **state)
{
    (void)state;
    for (size_t i = 0; i < setting_count; i++) {
        struct stream_setting setting = settings[i];

        if (stream_has(setting.kind))
            test_alloc_each(run_both_ways, &setting);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whatever_is_packed_comes_back),
        cmocka_unit_test(test_any_split),
        cmocka_unit_test(test_later_messages_lean_on_earlier_ones),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_priming),
        cmocka_unit_test(test_priming_is_never_a_dictionary),
        cmocka_unit_test(test_what_is_not_one_message),
        cmocka_unit_test(test_two_messages_at_once),
        cmocka_unit_test(test_every_bit_flip),
        cmocka_unit_test(test_deflate_by_hand),
        cmocka_unit_test(test_zstd_by_hand),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_settings),
#ifndef WITH_SANITIZERS
        cmocka_unit_test(test_memory_is_as_promised),
#endif
        cmocka_unit_test(test_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
