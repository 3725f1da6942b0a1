/*
 * When something of ours fails in the middle of a contact: a full store, a
 * store that fails at any call, memory that runs out at any allocation.
 * Nothing that was acknowledged is lost, and the next contact does the rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/store_mem.h"
#include "bundles/store_ops.h"
#include "core/mem.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

struct two {
    struct world world;
    struct world_node *a;
    struct world_node *b;
};

/* What both sides of each contact begin with. */
static struct two models;

static void
make_models(void)
{
    world_init(&models.world);
    models.world.repeating = true;
    models.a = world_add_node(&models.world);
    models.b = world_add_node(&models.world);
    (void)world_put(models.a, &(struct world_statement){
                                  .number = 1, .day = WORLD_TODAY, .text = 60});
    (void)world_put(models.a, &(struct world_statement){.number = 2,
                                                        .day = WORLD_TODAY - 9,
                                                        .attachment = 70000});
    (void)world_put(models.b, &(struct world_statement){
                                  .number = 3, .day = WORLD_TODAY, .text = 50});
}

static void
make_two(struct two *two)
{
    world_init(&two->world);
    two->world.failing = true;
    two->a = world_add_node(&two->world);
    two->b = world_add_node(&two->world);
    world_copy(two->a, models.a);
    world_copy(two->b, models.b);
}

/* Whatever happened, the stores are good, what was said to be delivered is
 * there, and engines that live on or are born anew finish the work. */
static void
check_two(struct two *two)
{
    assert_int_equal(store_check(two->a->store), STATUS_OK);
    assert_int_equal(store_check(two->b->store), STATUS_OK);
    assert_true(world_count(two->b) >= 1 + two->a->events[EVENT_DELIVERED]);
    assert_true(world_count(two->a) >= 2 + two->b->events[EVENT_DELIVERED]);
    for (size_t i = 0; i < two->world.link_count; i++)
        world_break(&two->world, &two->world.links[i]);
    if (two->a->engine == NULL)
        assert_int_equal(world_start(two->a), STATUS_OK);
    if (two->b->engine == NULL)
        assert_int_equal(world_start(two->b), STATUS_OK);
    world_run(&two->world);
    (void)world_connect(&two->world, two->b, two->a);
    world_run(&two->world);
    world_assert_same(two->a, two->b);
    assert_int_equal(world_count(two->a), 3);
    world_release(&two->world);
}

/* A store whose nth call fails. */

static const struct store_ops *real;
static struct store_ops faulty;
static unsigned calls_left;
static unsigned calls_failed;

static bool
fails(void)
{
    if (calls_left == 0)
        return false;
    calls_left--;
    if (calls_left > 0)
        return false;
    calls_failed++;
    return true;
}

static enum status
faulty_begin(struct store *store)
{
    return fails() ? STATUS_LOCKED : real->begin(store);
}

static enum status
faulty_commit(struct store *store)
{
    return fails() ? STATUS_FULL : real->commit(store);
}

static enum status
faulty_put_record(struct store *store, const struct record *record,
                  const struct store_row *row)
{
    return fails() ? STATUS_IO : real->put_record(store, record, row);
}

static enum status
faulty_set_state(struct store *store, const struct store_row *row,
                 enum store_state state)
{
    return fails() ? STATUS_IO : real->set_state(store, row, state);
}

static enum status
faulty_get_record(struct store *store, const struct record_id *id,
                  struct record **out)
{
    *out = NULL;
    return fails() ? STATUS_DAMAGED : real->get_record(store, id, out);
}

static enum status
faulty_get_row(struct store *store, const struct record_id *id,
               struct store_row *out)
{
    return fails() ? STATUS_IO : real->get_row(store, id, out);
}

static enum status
faulty_walk(struct store *store, const struct store_query *query,
            store_visit *visit, void *context)
{
    return fails() ? STATUS_IO : real->walk(store, query, visit, context);
}

static enum status
faulty_put_chunk(struct store *store, const struct chunk_id *id,
                 enum store_class keeping, uint8_t encoding,
                 struct byte_view stored)
{
    return fails() ? STATUS_IO
                   : real->put_chunk(store, id, keeping, encoding, stored);
}

static enum status
faulty_get_chunk(struct store *store, const struct chunk_id *id,
                 uint8_t *encoding, struct byte_buf *out)
{
    return fails() ? STATUS_IO : real->get_chunk(store, id, encoding, out);
}

static void
make_faulty(struct store *store)
{
    real = store->ops;
    faulty = *real;
    faulty.begin = faulty_begin;
    faulty.commit = faulty_commit;
    faulty.put_record = faulty_put_record;
    faulty.set_state = faulty_set_state;
    faulty.get_record = faulty_get_record;
    faulty.get_row = faulty_get_row;
    faulty.walk = faulty_walk;
    faulty.put_chunk = faulty_put_chunk;
    faulty.get_chunk = faulty_get_chunk;
    store->ops = &faulty;
}

/* One contact in which the nth call to one side's store fails; false when
 * there are not so many. */
static bool
fail_call(unsigned n, bool at_a)
{
    struct two two;
    struct world_node *node;
    unsigned delivered;

    make_two(&two);
    node = at_a ? two.a : two.b;
    make_faulty(node->store);
    calls_failed = 0;
    calls_left = n;
    if (world_start(two.a) == STATUS_OK && world_start(two.b) == STATUS_OK) {
        (void)world_connect(&two.world, two.a, two.b);
        world_run(&two.world);
        if (calls_failed > 0) {
            assert_int_equal(node->events[EVENT_STORE_FAILED], 1);
            assert_int_not_equal(node->failure, STATUS_OK);
        }
    }
    delivered = two.a->events[EVENT_DELIVERED];
    calls_left = 0;
    node->store->ops = real;
    assert_true(delivered <= 2);
    check_two(&two);
    return calls_failed > 0;
}

static void
test_store_fails(void **state)
{
    unsigned n = 1;
    unsigned total = 0;

    (void)state;
    for (size_t side = 0; side < 2; side++) {
        for (n = 1; fail_call(n, side == 0); n++)
            total++;
        assert_true(n > 10);
    }
    printf("# %u calls failed\n", total);
}

/* A commit that fails acknowledges nothing: what came in its turn comes
 * again. */
static void
test_commit_fails(void **state)
{
    struct two two;

    (void)state;
    make_two(&two);
    make_faulty(two.b->store);
    faulty.begin = real->begin;
    faulty.walk = real->walk;
    faulty.get_row = real->get_row;
    faulty.get_record = real->get_record;
    faulty.get_chunk = real->get_chunk;
    faulty.put_record = real->put_record;
    faulty.put_chunk = real->put_chunk;
    faulty.set_state = real->set_state;
    assert_int_equal(world_start(two.a), STATUS_OK);
    assert_int_equal(world_start(two.b), STATUS_OK);
    calls_left = 1;
    (void)world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    assert_int_equal(two.b->failure, STATUS_FULL);
    assert_int_equal(two.b->events[EVENT_STORE_FAILED], 1);
    assert_int_equal(two.b->events[EVENT_RECORD], 0);
    assert_int_equal(two.a->events[EVENT_DELIVERED], 0);
    assert_int_equal(two.a->events[EVENT_LINK_LOST], 1);
    assert_int_equal(world_count(two.b), 1);
    two.b->store->ops = real;
    check_two(&two);
}

/* No room: refused once, and not brought again in the next contact. */
static void
test_full(void **state)
{
    uint64_t octets;
    struct two two;

    (void)state;
    world_init(&two.world);
    two.a = world_add_node(&two.world);
    two.b = world_add_node(&two.world);
    store_free(two.b->store);
    assert_int_equal(store_mem_new(&two.b->store, 40000, &two.b->entropy),
                     STATUS_OK);
    two.a->keeping = STORE_FOLLOWED;
    two.b->keeping = STORE_OTHER;
    for (uint32_t i = 0; i < 60; i++)
        (void)world_put(
            two.a, &(struct world_statement){.number = i,
                                             .day = WORLD_TODAY - (int32_t)i,
                                             .text = 200});
    assert_int_equal(world_start(two.a), STATUS_OK);
    assert_int_equal(world_start(two.b), STATUS_OK);
    (void)world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    assert_true(world_count(two.b) > 20);
    assert_true(world_count(two.b) < 50);
    assert_int_equal(two.b->events[EVENT_REFUSED] + world_count(two.b), 60);
    assert_true(two.a->events[EVENT_DELIVERED] <= world_count(two.b));
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    assert_int_equal(two.b->events[EVENT_SETTLED], 1);
    assert_int_equal(two.b->failure, STATUS_OK);
    octets = world_octets(&two.world);
    world_break(&two.world, &two.world.links[0]);
    (void)world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    octets = world_octets(&two.world) - octets;
    printf("# the next contact with what was refused: %u octets\n",
           (unsigned)octets);
    assert_true(octets < 4000);
    assert_int_equal(two.b->events[EVENT_REFUSED] + world_count(two.b), 60);
    world_release(&two.world);
}

/* Records fit, their attachments do not: it is noticed once. */
static void
test_full_of_chunks(void **state)
{
    uint64_t octets;
    struct two two;

    (void)state;
    world_init(&two.world);
    two.a = world_add_node(&two.world);
    two.b = world_add_node(&two.world);
    store_free(two.b->store);
    assert_int_equal(store_mem_new(&two.b->store, 300000, &two.b->entropy),
                     STATUS_OK);
    two.a->keeping = STORE_FOLLOWED;
    two.b->keeping = STORE_OTHER;
    for (uint32_t i = 0; i < 20; i++)
        (void)world_put(two.a, &(struct world_statement){.number = i,
                                                         .day = WORLD_TODAY,
                                                         .attachment = 32000});
    assert_int_equal(world_start(two.a), STATUS_OK);
    assert_int_equal(world_start(two.b), STATUS_OK);
    (void)world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    assert_int_equal(world_count(two.b), 20);
    assert_int_equal(two.b->events[EVENT_COMPLETE], 4);
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    assert_int_equal(two.b->events[EVENT_SETTLED], 1);
    octets = world_octets(&two.world);
    world_break(&two.world, &two.world.links[0]);
    (void)world_connect(&two.world, two.b, two.a);
    world_run(&two.world);
    octets = world_octets(&two.world) - octets;
    printf("# the next contact with a full store: %u octets\n",
           (unsigned)octets);
    assert_true(octets < 1500);
    /* Nor is it found out anew after a start. */
    octets = world_octets(&two.world);
    world_stop(two.b);
    assert_int_equal(world_start(two.b), STATUS_OK);
    (void)world_connect(&two.world, two.b, two.a);
    world_run(&two.world);
    assert_true(world_octets(&two.world) - octets < 1500);
    world_release(&two.world);
}

/* One contact in which the nth allocation fails; false when there are not so
 * many.  The engines' births are part of it. */
static bool
fail_allocation(long n)
{
    const long live = mem_live_count();
    struct two two;
    long before;
    bool failed;
    bool seen;

    make_two(&two);
    before = mem_allocation_count();
    mem_fail_after(n);
    seen = world_start(two.a) != STATUS_OK || world_start(two.b) != STATUS_OK;
    if (!seen) {
        (void)world_connect(&two.world, two.a, two.b);
        world_run(&two.world);
        world_pass(&two.world, 700000);
    }
    mem_fail_after(-1);
    failed = mem_allocation_count() - before > n;
    if (failed)
        assert_true(seen || two.a->failure == STATUS_NO_MEMORY ||
                    two.b->failure == STATUS_NO_MEMORY || two.world.refused);
    check_two(&two);
    assert_int_equal(mem_live_count(), live);
    return failed;
}

static void
test_no_memory(void **state)
{
    long n = 0;

    (void)state;
    while (fail_allocation(n))
        n++;
    printf("# %ld allocations failed\n", n);
    assert_true(n > 50);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store_fails),
        cmocka_unit_test(test_commit_fails),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_full_of_chunks),
        cmocka_unit_test(test_no_memory),
    };
    int failed;

    if (test_start(NULL) != 0)
        return 1;
    make_models();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_release(&models.world);
    return failed;
}
