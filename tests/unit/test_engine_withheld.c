/*
 * A record that one peer withholds comes from another: nodes compare whole
 * sets with everybody, so nobody need know that something is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/span.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

#define RECORDS  ((uint32_t)40)
#define WITHHELD ((uint32_t)17)

/* A full node: the id of each of its records. */
static struct world_node *
add_full(struct world *world, struct record_id ids[RECORDS])
{
    struct world_node *node = world_add_node(world);

    for (uint32_t i = 0; i < RECORDS; i++)
        ids[i] = world_put(node, &(struct world_statement){
                                     .number = i,
                                     .day = WORLD_TODAY - (int32_t)(i % 9),
                                     .text = 300});
    return node;
}

/* Give node what the full one has, but for one record. */
static void
copy_but_one(struct world_node *node, struct world_node *full,
             const struct record_id ids[RECORDS])
{
    assert_int_equal(store_begin(node->store), STATUS_OK);
    for (uint32_t i = 0; i < RECORDS; i++) {
        struct record *record;

        if (i == WITHHELD)
            continue;
        assert_int_equal(store_get_record(full->store, &ids[i], &record),
                         STATUS_OK);
        world_copy_record(node, full, record);
        record_free(record);
    }
    assert_int_equal(store_commit(node->store), STATUS_OK);
}

/* Whom a reader met first had all but one record, and left no trace of it. */
static void
test_left_out(void **state)
{
    struct record_id ids[RECORDS];
    struct world_node *full, *censor, *reader;
    struct world_link *link;
    struct world world;

    (void)state;
    world_init(&world);
    full = add_full(&world, ids);
    censor = world_add_node(&world);
    reader = world_add_node(&world);
    copy_but_one(censor, full, ids);
    assert_int_equal(world_start(full), STATUS_OK);
    assert_int_equal(world_start(censor), STATUS_OK);
    assert_int_equal(world_start(reader), STATUS_OK);

    link = world_connect(&world, reader, censor);
    world_run(&world);
    world_assert_same(reader, censor);
    assert_false(world_has(reader, &ids[WITHHELD]));
    world_break(&world, link);

    (void)world_connect(&world, reader, full);
    world_run(&world);
    assert_true(world_is_complete(reader, &ids[WITHHELD]));
    world_assert_same(reader, full);
    world_release(&world);
}

/* What a peer that claims to have everything says when it is asked for the
 * one record: nothing, or that it is gone. */
static void
claim_and_withhold(bool says_gone)
{
    struct message_list list = {.span = span_whole(RECORD_SET_STATEMENTS),
                                .count = 1};
    struct record_id ids[RECORDS];
    struct world_node *full, *reader;
    struct stranger stranger;
    struct message message;
    struct world world;
    uint64_t claimed;

    world_init(&world);
    full = add_full(&world, ids);
    reader = world_add_node(&world);
    copy_but_one(reader, full, ids);
    assert_int_equal(world_start(full), STATUS_OK);
    assert_int_equal(world_start(reader), STATUS_OK);
    stranger_meet(&stranger, reader);
    claimed = short_id(&stranger.salt, &ids[WITHHELD]);
    assert_int_equal(
        message_write_list(&stranger.out, MESSAGE_LIST, &list, &claimed),
        STATUS_OK);
    stranger_say(&stranger);
    assert_true(stranger_hears(&stranger, MESSAGE_WANT, &message));
    if (says_gone) {
        assert_int_equal(message_write_gone(&stranger.out, &claimed, 1),
                         STATUS_OK);
        stranger_say(&stranger);
    }
    assert_false(world_has(reader, &ids[WITHHELD]));

    world.quiet = true;
    (void)world_connect(&world, reader, full);
    world_run(&world);
    assert_true(world_is_complete(reader, &ids[WITHHELD]));
    stranger_release(&stranger);
    world_release(&world);
}

static void
test_promised_and_kept_back(void **state)
{
    (void)state;
    claim_and_withhold(false);
}

static void
test_promised_and_gone(void **state)
{
    (void)state;
    claim_and_withhold(true);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_promised_and_kept_back),
        cmocka_unit_test(test_promised_and_gone),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
