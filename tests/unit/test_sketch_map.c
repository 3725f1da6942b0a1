/*
 * The way of a short id through the cells of a sketch.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "net/sketch.h"
#include "net/sketch_map.h"
#include "tests/unit/sketches.h"
#include "tests/unit/test_support.h"

static void
test_root(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 35);
    assert_int_equal(sketch_root(0), 0);
    assert_int_equal(sketch_root(UINT64_MAX), UINT32_MAX);
    for (size_t i = 0; i < 100000; i++) {
        uint64_t number;
        uint64_t root;

        entropy_fill(&entropy, &number, sizeof(number));
        number >>= entropy_below(&entropy, 64);
        root = sketch_root(number);
        assert_true(root * root <= number);
        assert_true(root == UINT32_MAX || (root + 1) * (root + 1) > number);
        /* The places where it steps. */
        assert_true(root == 0 || sketch_root(root * root) == root);
        assert_true(root == 0 || sketch_root(root * root - 1) == root - 1);
    }
}

/* The table is the recurrence's: chances of 1 / (1 + i / 2) for nearly
 * all. */
static void
test_rho(void **state)
{
    double rho[SKETCH_COUNTED];

    (void)state;
    rho[0] = 1;
    for (size_t j = 1; j < SKETCH_COUNTED; j++) {
        rho[j] = 0;
        for (size_t i = 0; i < j; i++) {
            double near = ((double)i + 1.5) / ((double)j + 0.5);
            double far = ((double)i + 1.5) / ((double)j + 1.5);

            rho[j] += rho[i] * (near * near - far * far);
        }
        /* A double holds 53 bits; the sums lose some of them. */
        assert_true(rho[j] * 4294967296.0 - sketch_rho((uint32_t)j) < 1.01);
        assert_true(rho[j] * 4294967296.0 - sketch_rho((uint32_t)j) > -0.01);
    }
}

/* An id goes into cell j with the chance that the table says. */
static void
test_walk(void **state)
{
    static const uint32_t runs = 40000;
    uint32_t hits[SKETCH_COUNTED] = {0};
    struct sketch_keys keys;
    struct entropy entropy;
    struct salt salt;

    (void)state;
    entropy_init_seed(&entropy, 36);
    entropy_fill(&entropy, salt.octets, sizeof(salt.octets));
    keys = sketch_keys_of(&salt);
    for (uint32_t i = 0; i < runs; i++) {
        struct sketch_walk walk =
            sketch_walk_begin(&keys, sketches_id(&entropy));
        uint32_t before = walk.cell;

        assert_int_equal(walk.cell, 0);
        for (; walk.cell < SKETCH_COUNTED; sketch_walk_next(&walk)) {
            assert_true(walk.cell == 0 || walk.cell > before);
            before = walk.cell;
            hits[walk.cell]++;
        }
        while (walk.cell != SKETCH_WALK_END)
            sketch_walk_next(&walk);
    }
    assert_int_equal(hits[0], runs);
    for (uint32_t j = 1; j < SKETCH_COUNTED; j++) {
        const uint64_t wanted = (uint64_t)runs * sketch_rho(j) >> 32;

        /* Five standard deviations of the rarest, 29. */
        assert_true(hits[j] + 150 + wanted / 100 > wanted);
        assert_true(hits[j] < wanted + 150 + wanted / 100);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_root),
        cmocka_unit_test(test_rho),
        cmocka_unit_test(test_walk),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
