/* tests/vectors/chunks.txt: encodings and trees as another implementation
 * made them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/deflate.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/unit/stores.h"
#include "tests/unit/vectors.h"

/* The next word as a number. */
static uint32_t
take_number(struct byte_view *line)
{
    const struct byte_view word = vectors_word(line);
    uint32_t number = 0;
    size_t i;

    assert_in_range(word.size, 1, 9);
    for (i = 0; i < word.size; i++)
        number = 10 * number + (uint32_t)(word.data[i] - '0');
    return number;
}

/* The next word as octets; "-" is none.  How many there are. */
static size_t
take_octets(struct byte_view *line, uint8_t *out, size_t maximum)
{
    const struct byte_view word = vectors_word(line);

    if (byte_view_equal_text(word, "-"))
        return 0;
    assert_in_range(word.size / 2, 1, maximum);
    assert_int_equal(text_hex_parse(out, word.size / 2, word), STATUS_OK);
    return word.size / 2;
}

static void
check_packed(struct byte_view line)
{
    static uint8_t plain[CHUNK_SIZE];
    static uint8_t stored[CHUNK_SIZE];
    static uint8_t found[CHUNK_SIZE];
    const uint8_t encoding = (uint8_t)take_number(&line);
    const size_t size = take_octets(&line, plain, sizeof(plain));
    const size_t stored_size = take_octets(&line, stored, sizeof(stored));

    assert_int_equal(deflate_unpack(found, size, encoding,
                                    byte_view_of(stored, stored_size)),
                     STATUS_OK);
    assert_memory_equal(found, plain, size);
}

static void
check_refused(struct byte_view line)
{
    static uint8_t stored[CHUNK_SIZE];
    static uint8_t found[CHUNK_SIZE];
    const uint8_t encoding = (uint8_t)take_number(&line);
    const size_t size = take_number(&line);
    const size_t stored_size = take_octets(&line, stored, sizeof(stored));
    const bool is_known = encoding <= 1 || (encoding >= 17 && encoding <= 22);

    assert_int_equal(deflate_unpack(found, size, encoding,
                                    byte_view_of(stored, stored_size)),
                     is_known ? STATUS_MALFORMED : STATUS_NEWER);
}

static void
check_file(struct store *store, struct byte_view line, bool counts)
{
    const uint32_t size = take_number(&line);
    uint8_t part[251 * 256] = {0};
    struct bundle_writer *writer;
    static struct stash stash;
    struct record_file file = {0};
    uint8_t hash[32];
    uint8_t top[32];
    struct chunk_id id;
    uint32_t left;
    size_t i;

    assert_int_equal(take_octets(&line, hash, sizeof(hash)), 32);
    assert_int_equal(take_octets(&line, top, sizeof(top)), 32);
    for (i = 0; counts && i < sizeof(part); i++)
        part[i] = (uint8_t)(i % 251);
    stash_init(&stash, store, STORE_FOLLOWED);
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(
        bundle_writer_new(&writer, &stash, false, byte_view_of_text("-")),
        STATUS_OK);
    for (left = size; left > 0;) {
        const size_t now = left < sizeof(part) ? left : sizeof(part);

        assert_int_equal(bundle_writer_add(writer, byte_view_of(part, now)),
                         STATUS_OK);
        left -= (uint32_t)now;
    }
    assert_int_equal(bundle_writer_finish(writer, &file), STATUS_OK);
    bundle_writer_free(writer);
    store_rollback(store);

    assert_int_equal(file.size, size);
    assert_int_equal(file.has_list, size > CHUNK_SIZE);
    assert_memory_equal(file.hash, hash, sizeof(hash));
    id = chunk_top_id(&file);
    assert_memory_equal(id.octets, top, sizeof(top));
}

static void
test_vectors(void **state)
{
    const struct byte_view file = vectors_read("chunks.txt");
    struct byte_view text = file;
    struct byte_view line;
    struct stores stores;
    size_t count = 0;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    while (vectors_line(&line, &text)) {
        const struct byte_view word = vectors_word(&line);

        count++;
        if (byte_view_equal_text(word, "packed"))
            check_packed(line);
        else if (byte_view_equal_text(word, "refused"))
            check_refused(line);
        else if (byte_view_equal_text(word, "counting"))
            check_file(stores.store, line, true);
        else if (byte_view_equal_text(word, "zeros"))
            check_file(stores.store, line, false);
        else
            fail_msg("%.*s", (int)word.size, (const char *)word.data);
    }
    assert_int_equal(count, 44);
    stores_close(&stores);
    vectors_free(file);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
