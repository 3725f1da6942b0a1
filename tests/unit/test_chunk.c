/* How a file is cut: shapes, sizes, parents, and the ids of the top. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/chunk.h"
#include "core/limits.h"

#define SIZE_32_MIB ((uint32_t)32 * 1024 * 1024)
#define SIZE_1_GIB  ((uint32_t)1024 * 1024 * 1024)

static void
test_shapes(void **state)
{
    /* size, data, lists, count */
    static const struct chunk_tree shapes[] = {
        {1, 1, 0, 1},
        {32767, 1, 0, 1},
        {32768, 1, 0, 1},
        {32769, 2, 1, 3},
        {65536, 2, 1, 3},
        {65537, 3, 1, 4},
        {SIZE_32_MIB - 1, 1024, 1, 1025},
        {SIZE_32_MIB, 1024, 1, 1025},
        {SIZE_32_MIB + 1, 1025, 2, 1028},
        {SIZE_1_GIB - 1, 32768, 32, 32801},
        {SIZE_1_GIB, 32768, 32, 32801},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        const struct chunk_tree tree = chunk_tree_of(shapes[i].size);

        assert_int_equal(tree.size, shapes[i].size);
        assert_int_equal(tree.data, shapes[i].data);
        assert_int_equal(tree.lists, shapes[i].lists);
        assert_int_equal(tree.count, shapes[i].count);
        assert_int_equal(chunk_top(&tree), shapes[i].count - 1);
    }
}

/* Every chunk but the top has one place, lists are filled from the front, and
 * the data chunks add up to the file. */
static void
check_tree(uint32_t size)
{
    const struct chunk_tree tree = chunk_tree_of(size);
    uint64_t octets = 0;
    uint64_t named = 0;
    uint32_t last_list = 0;
    uint32_t next_place = 0;
    uint32_t i;

    for (i = 0; i < tree.count; i++) {
        const size_t plain = chunk_plain_size(&tree, i);
        uint32_t list;
        uint32_t place;

        assert_in_range(plain, 1, CHUNK_SIZE);
        if (chunk_is_list(&tree, i))
            named += plain / 32;
        else
            octets += plain;
        if (i == chunk_top(&tree)) {
            assert_false(chunk_parent(&tree, i, &list, &place));
            continue;
        }
        assert_true(chunk_parent(&tree, i, &list, &place));
        assert_true(chunk_is_list(&tree, list));
        assert_in_range(list, i + 1, tree.count - 1);
        if (list != last_list) {
            last_list = list;
            next_place = 0;
        }
        assert_int_equal(place, next_place);
        assert_in_range(32 * (place + 1), 32, chunk_plain_size(&tree, list));
        next_place++;
    }
    assert_int_equal(octets, size);
    assert_int_equal(named, tree.count - 1);
}

static void
test_every_chunk_has_its_place(void **state)
{
    static const uint32_t sizes[] = {
        1,
        32768,
        32769,
        65536,
        100000,
        SIZE_32_MIB - 1,
        SIZE_32_MIB,
        SIZE_32_MIB + 1,
        SIZE_1_GIB,
        SIZE_1_GIB - 1,
        SIZE_1_GIB - 32768 * 1024,
        123456789,
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        check_tree(sizes[i]);
}

static void
test_top_id_is_list_id_or_hash(void **state)
{
    struct record_file file = {.size = 10};
    struct chunk_id id;

    (void)state;
    memset(file.hash, 1, sizeof(file.hash));
    memset(file.list_id, 2, sizeof(file.list_id));
    id = chunk_top_id(&file);
    assert_memory_equal(id.octets, file.hash, 32);
    file.size = 40000;
    file.has_list = true;
    id = chunk_top_id(&file);
    assert_memory_equal(id.octets, file.list_id, 32);
}

/* BLAKE2b-256 of "abc", as b2sum -l 256 prints it. */
static void
test_id_is_blake2b_256(void **state)
{
    static const uint8_t expected[32] = {
        0xbd, 0xdd, 0x81, 0x3c, 0x63, 0x42, 0x39, 0x72, 0x31, 0x71, 0xef,
        0x3f, 0xee, 0x98, 0x57, 0x9b, 0x94, 0x96, 0x4e, 0x3b, 0xb1, 0xcb,
        0x3e, 0x42, 0x72, 0x62, 0xc8, 0xc0, 0x68, 0xd5, 0x23, 0x19};
    const struct chunk_id id = chunk_id_of(byte_view_of_text("abc"));

    (void)state;
    assert_memory_equal(id.octets, expected, 32);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_every_chunk_has_its_place),
        cmocka_unit_test(test_top_id_is_list_id_or_hash),
        cmocka_unit_test(test_id_is_blake2b_256),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
