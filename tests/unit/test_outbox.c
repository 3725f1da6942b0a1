/* What goes first on a link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "net/outbox.h"
#include "net/plan.h"
#include "tests/unit/alloc_each.h"

static struct record_id
id_of(uint32_t number)
{
    struct record_id id;

    memset(&id, 0, sizeof(id));
    memcpy(id.octets, &number, sizeof(number));
    return id;
}

static uint32_t
number_of(const struct outbox_item *item)
{
    uint32_t number;

    memcpy(&number, item->id.octets, sizeof(number));
    return number;
}

static void
add(struct outbox *outbox, uint32_t number, enum record_set set, int32_t day)
{
    const struct day tomorrow = {20001};
    struct record_id id = id_of(number);

    assert_int_equal(
        outbox_add(outbox, &id,
                   plan_rank(set, (struct day){day}, 1000, tomorrow), false),
        STATUS_OK);
}

static void
expect(struct outbox *outbox, uint32_t number)
{
    const struct outbox_item *item = outbox_first(outbox);

    assert_non_null(item);
    assert_int_equal(number_of(item), number);
    outbox_drop(outbox);
}

static void
test_order(void **state)
{
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox);
    add(&outbox, 7, RECORD_SET_STATEMENTS, 20002);
    add(&outbox, 8, RECORD_SET_STATEMENTS, DAY_LAST.number);
    add(&outbox, 6, RECORD_SET_STATEMENTS, DAY_FIRST.number);
    add(&outbox, 4, RECORD_SET_STATEMENTS, 20000);
    add(&outbox, 3, RECORD_SET_STATEMENTS, 20001);
    add(&outbox, 1, RECORD_SET_CONTROL, 100);
    add(&outbox, 5, RECORD_SET_STATEMENTS, 20000);
    add(&outbox, 2, RECORD_SET_CONTROL, 20000);
    for (uint32_t number = 1; number <= 8; number++)
        expect(&outbox, number);
    assert_null(outbox_first(&outbox));
    outbox_release(&outbox);
}

/* A heap of many: ranks never go down, and equal ranks keep their order. */
static void
test_many(void **state)
{
    struct entropy entropy;
    struct outbox outbox;
    uint64_t rank = 0;
    uint32_t number = 0;

    (void)state;
    entropy_init_seed(&entropy, 3);
    outbox_init(&outbox);
    for (uint32_t i = 0; i < 5000; i++)
        add(&outbox, i, RECORD_SET_STATEMENTS,
            19900 + (int32_t)entropy_below(&entropy, 120));
    for (uint32_t i = 0; i < 5000; i++) {
        const struct outbox_item *item = outbox_first(&outbox);

        assert_non_null(item);
        assert_true(item->rank.value >= rank);
        if (item->rank.value == rank)
            assert_true(number_of(item) > number);
        rank = item->rank.value;
        number = number_of(item);
        outbox_drop(&outbox);
    }
    assert_null(outbox_first(&outbox));
    outbox_release(&outbox);
}

static void
test_full(void **state)
{
    const struct outbox_rank rank = {5};
    struct record_id id = id_of(1);
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox);
    for (size_t i = 0; i < OUTBOX_MAX; i++)
        assert_int_equal(outbox_add(&outbox, &id, rank, true), STATUS_OK);
    assert_int_equal(outbox_add(&outbox, &id, rank, true), STATUS_FULL);
    outbox_drop(&outbox);
    assert_int_equal(outbox_add(&outbox, &id, rank, true), STATUS_OK);
    outbox_release(&outbox);
}

static enum status
add_some(void *context)
{
    const struct outbox_rank rank = {5};
    struct record_id id = id_of(1);
    struct outbox outbox;
    enum status status = STATUS_OK;

    (void)context;
    outbox_init(&outbox);
    for (size_t i = 0; status == STATUS_OK && i < 100; i++)
        status = outbox_add(&outbox, &id, rank, true);
    outbox_release(&outbox);
    return status;
}

static void
test_no_memory(void **state)
{
    (void)state;
    test_alloc_each(add_some, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_no_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
