/* A map is an array of pairs that is fast; and it is checked against one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/map.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

static const uint8_t salt[16] = "sixteen octets.";

static void
an_empty_map(void **state)
{
    struct map map;
    size_t position;
    void *value;
    int seen = 0;

    (void)state;
    map_init(&map, 1, salt);
    assert_null(map_get(&map, "a"));
    assert_null(map_remove(&map, "a"));
    MAP_EACH(value, &map, position) {
        seen++;
    }
    assert_int_equal(seen, 0);
    map_release(&map);
    map_release(&map);
}

/* The array that the map must be equal to: the value of key k is values[k],
 * NULL where k is not in the map. */
#define KEYS 512

struct model {
    struct map map;
    char *values[KEYS];
    size_t count;
    char things[KEYS * 2];
};

/* Keys differ in their last octets. */
static void
model_key(uint8_t *key, size_t key_size, size_t number)
{
    memset(key, 0xa5, key_size);
    key[key_size - 1] = (uint8_t)number;
    if (key_size > 1)
        key[key_size - 2] = (uint8_t)(number >> 8);
}

static void
model_check(struct model *model, size_t keys)
{
    uint8_t key[64];
    size_t position, count = 0;
    char *value;

    assert_int_equal(model->map.count, model->count);
    for (size_t i = 0; i < keys; i++) {
        model_key(key, model->map.key_size, i);
        assert_ptr_equal(map_get(&model->map, key), model->values[i]);
    }
    MAP_EACH(value, &model->map, position) {
        assert_ptr_equal(model->values[(value - model->things) / 2], value);
        count++;
    }
    assert_int_equal(count, model->count);
}

static void
model_step(struct model *model, struct entropy *entropy, size_t keys)
{
    uint32_t number = entropy_below(entropy, (uint32_t)keys);
    char *value =
        model->things + (size_t)number * 2 + entropy_below(entropy, 2);
    uint8_t key[64];

    model_key(key, model->map.key_size, number);
    if (entropy_below(entropy, 5) < 3) {
        assert_int_equal(map_put(&model->map, key, value), STATUS_OK);
        model->count += model->values[number] == NULL ? 1 : 0;
        model->values[number] = value;
    } else {
        assert_ptr_equal(map_remove(&model->map, key), model->values[number]);
        model->count -= model->values[number] != NULL ? 1 : 0;
        model->values[number] = NULL;
    }
}

static void
maps_are_arrays_of_pairs(void **state)
{
    static const size_t key_sizes[] = {1, 2, 8, 32, 64};
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 11);
    for (size_t i = 0; i < sizeof(key_sizes) / sizeof(key_sizes[0]); i++) {
        size_t keys = key_sizes[i] == 1 ? 256 : KEYS;
        struct model model = {.count = 0};

        map_init(&model.map, key_sizes[i], salt);
        for (int step = 0; step < 4000; step++) {
            model_step(&model, &entropy, keys);
            if (step % 100 == 0)
                model_check(&model, keys);
        }
        model_check(&model, keys);
        map_release(&model.map);
    }
}

/* With few keys in few places, runs of taken places wrap round the end. */
static void
removing_leaves_no_gaps(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 12);
    for (int round = 0; round < 200; round++) {
        struct model model = {.count = 0};
        uint8_t own_salt[16];

        entropy_fill(&entropy, own_salt, sizeof(own_salt));
        map_init(&model.map, 2, own_salt);
        for (int step = 0; step < 60; step++) {
            model_step(&model, &entropy, 7);
            model_check(&model, 7);
        }
        map_release(&model.map);
    }
}

static void
keys_are_copied(void **state)
{
    struct map map;
    char key[3] = "k1";
    char value;

    (void)state;
    map_init(&map, 2, salt);
    assert_int_equal(map_put(&map, key, &value), STATUS_OK);
    key[1] = '2';
    assert_null(map_get(&map, key));
    assert_ptr_equal(map_get(&map, "k1"), &value);
    map_release(&map);
    assert_null(map_get(&map, "k1"));
}

/* Replacing in a full map needs no memory. */
static void
replacing_never_allocates(void **state)
{
    struct map map;
    long before;
    char values[2];

    (void)state;
    map_init(&map, 1, salt);
    for (uint8_t i = 0; i < 6; i++)
        assert_int_equal(map_put(&map, &i, &values[0]), STATUS_OK);
    before = mem_allocation_count();
    for (uint8_t i = 0; i < 6; i++)
        assert_int_equal(map_put(&map, &i, &values[1]), STATUS_OK);
    assert_int_equal(mem_allocation_count(), before);
    for (uint8_t i = 0; i < 6; i++)
        assert_ptr_equal(map_remove(&map, &i), &values[1]);
    assert_int_equal(map.count, 0);
    map_release(&map);
}

static enum status
fill(void *context)
{
    struct map map;
    enum status status = STATUS_OK;
    uint16_t i;

    map_init(&map, sizeof(i), salt);
    for (i = 0; status == STATUS_OK && i < 300; i++)
        status = map_put(&map, &i, context);
    if (status != STATUS_OK)
        assert_int_equal(map.count, i - 1);
    for (uint16_t j = 0; j < (uint16_t)map.count; j++)
        assert_ptr_equal(map_get(&map, &j), context);
    map_release(&map);
    return status;
}

static void
growing_survives_failures(void **state)
{
    char value;

    (void)state;
    test_alloc_each(fill, &value);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map),
        cmocka_unit_test(maps_are_arrays_of_pairs),
        cmocka_unit_test(removing_leaves_no_gaps),
        cmocka_unit_test(keys_are_copied),
        cmocka_unit_test(replacing_never_allocates),
        cmocka_unit_test(growing_survives_failures),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
