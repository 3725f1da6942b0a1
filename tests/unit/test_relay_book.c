/* Relays that are known: what is learned is bounded, slow, and told to others
 * only once it answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "net/relay_book.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/relay_lines.h"

#define TODAY 20000

struct scene {
    struct entropy entropy;
    struct relay_book book;
    struct mono_time now;
    struct day today;
};

static void
open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    entropy_init_seed(&scene->entropy, 3);
    relay_book_init(&scene->book, &scene->entropy, true);
    scene->now.milliseconds = 5000;
    scene->today.number = TODAY;
}

static struct address
address_of(uint32_t number)
{
    return (struct address){
        {10, 0, (uint8_t)(number >> 8), (uint8_t)number}, false, 70, 0};
}

static enum status
learn(struct scene *scene, uint32_t number, uint32_t from)
{
    const struct relay_line line = relay_lines_make(number, true);
    const struct address address = address_of(from);

    return relay_book_learn(&scene->book, &line, &address, &scene->today,
                            scene->now);
}

static struct relay_entry *
entry_of(struct scene *scene, uint32_t number)
{
    const struct relay_line line = relay_lines_make(number, true);

    return relay_book_find(&scene->book, &line.key);
}

static void
answer(struct scene *scene, uint32_t number)
{
    const struct relay_line line = relay_lines_make(number, true);

    relay_book_on_answer(&scene->book, &line.key, &scene->today);
}

static size_t
count_of(const struct scene *scene, enum relay_standing standing)
{
    size_t count = 0;

    for (size_t i = 0; i < scene->book.count; i++)
        count += scene->book.entries[i].standing == standing ? 1 : 0;
    return count;
}

static void
next_day(struct scene *scene)
{
    scene->now.milliseconds += RELAY_DAY_MS;
    scene->today.number++;
}

/* What was typed stays, whatever others say of its key. */
static void
test_typed(void **state)
{
    struct relay_line line = relay_lines_make(1, false);
    struct scene scene;
    const struct day until = {TODAY + 1};

    (void)state;
    open_scene(&scene);
    assert_int_equal(relay_book_add_typed(&scene.book, &line), STATUS_OK);
    assert_int_equal(scene.book.news, 0);
    assert_false(relay_book_is_told(entry_of(&scene, 1)));
    assert_false(relay_book_is_wanted(entry_of(&scene, 1)));
    assert_int_equal(learn(&scene, 1, 9), STATUS_EXISTS);
    assert_int_equal(entry_of(&scene, 1)->standing, RELAY_TYPED);
    assert_false(entry_of(&scene, 1)->line.open);
    /* Nor does a file of an earlier run, nor can it be forgotten. */
    line.open = true;
    assert_int_equal(
        relay_book_restore(&scene.book, &line, true, &until, &scene.today),
        STATUS_OK);
    assert_false(entry_of(&scene, 1)->line.open);
    assert_int_equal(relay_book_forget(&scene.book, &line.key), STATUS_OK);
    assert_int_equal(entry_of(&scene, 1)->standing, RELAY_TYPED);
    assert_false(scene.book.changed);
    /* Nor does another line of it that a person typed: it was not to be
     * told. */
    assert_int_equal(relay_book_add_typed(&scene.book, &line), STATUS_OK);
    assert_false(entry_of(&scene, 1)->line.open);
    assert_int_equal(scene.book.count, 1);
    assert_false(scene.book.changed);
    /* One that was learned becomes typed. */
    assert_int_equal(learn(&scene, 2, 9), STATUS_OK);
    assert_true(scene.book.changed);
    line = relay_lines_make(2, true);
    assert_int_equal(relay_book_add_typed(&scene.book, &line), STATUS_OK);
    assert_int_equal(entry_of(&scene, 2)->standing, RELAY_TYPED);
    assert_true(relay_book_is_told(entry_of(&scene, 2)));
    assert_int_equal(scene.book.news, 1);
    assert_int_equal(scene.book.count, 2);
    relay_book_release(&scene.book);
}

/* A line that its operator did not mark is never learned, nor one that would
 * have this node say what its maker wants. */
static void
test_unmarked(void **state)
{
    struct relay_line line = relay_lines_make(1, false);
    const struct address address = address_of(1);
    struct scene scene;

    (void)state;
    open_scene(&scene);
    assert_int_equal(
        relay_book_learn(&scene.book, &line, &address, &scene.today, scene.now),
        STATUS_MALFORMED);
    assert_int_equal(
        relay_book_restore(&scene.book, &line, true, NULL, &scene.today),
        STATUS_MALFORMED);
    line.open = true;
    assert_int_equal(
        shape_parse(&line.shape, byte_view_of_text("bytes:474554202f")),
        STATUS_OK);
    assert_int_equal(
        relay_book_learn(&scene.book, &line, &address, &scene.today, scene.now),
        STATUS_MALFORMED);
    assert_int_equal(
        relay_book_restore(&scene.book, &line, true, NULL, &scene.today),
        STATUS_MALFORMED);
    assert_int_equal(scene.book.count, 0);
    assert_int_equal(relay_book_room(&scene.book, &address, scene.now),
                     RELAY_LEARNED_FROM_ONE);
    /* A person may use it; others are not told. */
    assert_int_equal(relay_book_add_typed(&scene.book, &line), STATUS_OK);
    assert_false(relay_book_is_told(entry_of(&scene, 1)));
    assert_int_equal(scene.book.news, 0);
    relay_book_release(&scene.book);
}

/* What was learned is told of once it answered, and no more when it fails. */
static void
test_told(void **state)
{
    struct relay_line line = relay_lines_make(1, true);
    struct scene scene;

    (void)state;
    open_scene(&scene);
    assert_int_equal(learn(&scene, 1, 1), STATUS_OK);
    assert_false(relay_book_is_told(entry_of(&scene, 1)));
    assert_int_equal(scene.book.news, 0);
    answer(&scene, 1);
    assert_true(relay_book_is_told(entry_of(&scene, 1)));
    assert_int_equal(scene.book.news, 1);
    answer(&scene, 1);
    assert_int_equal(scene.book.news, 1);
    relay_book_on_failure(&scene.book, &line.key, scene.now);
    assert_false(relay_book_is_told(entry_of(&scene, 1)));
    /* One that answered once is not given up for another line of its key. */
    assert_int_equal(learn(&scene, 1, 2), STATUS_EXISTS);
    /* One that never did is. */
    assert_int_equal(learn(&scene, 2, 1), STATUS_OK);
    assert_int_equal(learn(&scene, 2, 2), STATUS_EXISTS);
    line = relay_lines_make(2, true);
    relay_book_on_failure(&scene.book, &line.key, scene.now);
    assert_true(relay_book_is_wanted(entry_of(&scene, 2)));
    assert_int_equal(learn(&scene, 2, 2), STATUS_OK);
    /* And is tried no sooner for that. */
    assert_true(entry_of(&scene, 2)->not_before.milliseconds >
                scene.now.milliseconds);
    relay_book_release(&scene.book);
}

/* A flood of lines, from one address and from many. */
static void
test_flood(void **state)
{
    const struct address one = address_of(1);
    struct address other_port = one;
    struct scene scene;
    uint32_t number;

    (void)state;
    open_scene(&scene);
    for (number = 0; number < RELAY_LEARNED_FROM_ONE; number++)
        assert_int_equal(learn(&scene, number, 1), STATUS_OK);
    assert_int_equal(learn(&scene, number, 1), STATUS_FULL);
    other_port.port++;
    assert_int_equal(relay_book_room(&scene.book, &other_port, scene.now), 0);
    for (; number < RELAY_LEARNED_A_DAY; number++)
        assert_int_equal(learn(&scene, number, 2 + number), STATUS_OK);
    assert_int_equal(learn(&scene, number, 100), STATUS_FULL);
    assert_int_equal(count_of(&scene, RELAY_NEW), RELAY_LEARNED_A_DAY);
    scene.now.milliseconds += RELAY_DAY_MS - 1;
    assert_int_equal(learn(&scene, number, 100), STATUS_FULL);
    scene.now.milliseconds++;
    assert_int_equal(learn(&scene, number, 1), STATUS_OK);
    relay_book_release(&scene.book);
}

/* A full book: what never answered goes by chance, what answered stays. */
static void
test_full(void **state)
{
    struct scene scene;
    uint32_t number = 0;
    uint32_t kept = 0;

    (void)state;
    open_scene(&scene);
    while (number < RELAY_LEARNED_MAX) {
        assert_int_equal(learn(&scene, number, 2 + number), STATUS_OK);
        if (++number % RELAY_LEARNED_A_DAY == 0)
            next_day(&scene);
    }
    for (uint32_t i = 0; i < RELAY_LEARNED_MAX / 2; i++)
        answer(&scene, i);
    for (uint32_t i = 0; i < RELAY_LEARNED_A_DAY; i++, number++)
        assert_int_equal(learn(&scene, number, 2 + i), STATUS_OK);
    assert_int_equal(count_of(&scene, RELAY_NEW), RELAY_LEARNED_MAX / 2);
    assert_int_equal(count_of(&scene, RELAY_ANSWERED), RELAY_LEARNED_MAX / 2);
    for (uint32_t i = RELAY_LEARNED_MAX / 2; i < RELAY_LEARNED_MAX; i++)
        kept += entry_of(&scene, i) != NULL ? 1 : 0;
    /* By chance: neither all nor none. */
    assert_in_range(kept, 4, 28);
    /* Where all answered there is no room. */
    for (uint32_t i = 0; i < number; i++)
        answer(&scene, i);
    next_day(&scene);
    assert_int_equal(learn(&scene, number, 1), STATUS_FULL);
    assert_int_equal(count_of(&scene, RELAY_ANSWERED), RELAY_LEARNED_MAX);
    relay_book_release(&scene.book);
}

/* Thirty days without an answer, and it is gone. */
static void
test_expiry(void **state)
{
    const struct relay_line line = relay_lines_make(1, true);
    const struct relay_line far = relay_lines_make(3, true);
    const struct day wrong = {TODAY + 5000};
    const struct day past = {TODAY - 1};
    struct scene scene;

    (void)state;
    open_scene(&scene);
    assert_int_equal(learn(&scene, 1, 1), STATUS_OK);
    assert_int_equal(learn(&scene, 2, 1), STATUS_OK);
    assert_int_equal(entry_of(&scene, 1)->until.number,
                     TODAY + RELAY_LEARNED_DAYS);
    scene.today.number += RELAY_LEARNED_DAYS;
    answer(&scene, 2);
    relay_book_set_day(&scene.book, scene.today);
    assert_non_null(entry_of(&scene, 1));
    scene.today.number++;
    scene.book.changed = false;
    relay_book_set_day(&scene.book, scene.today);
    assert_true(scene.book.changed);
    assert_null(entry_of(&scene, 1));
    assert_non_null(entry_of(&scene, 2));
    /* What was written under a wrong clock, and without one. */
    assert_int_equal(relay_book_restore(&scene.book, &line, false, NULL, NULL),
                     STATUS_OK);
    assert_false(entry_of(&scene, 1)->has_until);
    assert_int_equal(
        relay_book_restore(&scene.book, &far, false, &wrong, &scene.today),
        STATUS_OK);
    assert_true(entry_of(&scene, 1)->has_until);
    assert_int_equal(entry_of(&scene, 3)->until.number,
                     scene.today.number + RELAY_LEARNED_DAYS);
    relay_book_release(&scene.book);
    relay_book_init(&scene.book, &scene.entropy, true);
    assert_int_equal(
        relay_book_restore(&scene.book, &line, true, &past, &scene.today),
        STATUS_OK);
    assert_int_equal(scene.book.count, 0);
    relay_book_release(&scene.book);
}

/* What a person does not want is not learned again, up to a bound. */
static void
test_forgotten(void **state)
{
    struct relay_line line = relay_lines_make(1, true);
    const uint8_t none[32] = {0};
    struct scene scene;

    (void)state;
    open_scene(&scene);
    assert_int_equal(learn(&scene, 1, 1), STATUS_OK);
    assert_int_equal(relay_book_forget(&scene.book, &line.key), STATUS_OK);
    assert_memory_equal(entry_of(&scene, 1)->line.secret, none, 32);
    assert_int_equal(entry_of(&scene, 1)->line.host_count, 0);
    assert_false(relay_book_is_told(entry_of(&scene, 1)));
    assert_int_equal(learn(&scene, 1, 2), STATUS_EXISTS);
    answer(&scene, 1);
    assert_int_equal(entry_of(&scene, 1)->standing, RELAY_FORGOTTEN);
    for (uint32_t i = 2; i < RELAY_FORGOTTEN_MAX + 10; i++) {
        line = relay_lines_make(i, true);
        assert_int_equal(relay_book_forget(&scene.book, &line.key), STATUS_OK);
    }
    assert_int_equal(count_of(&scene, RELAY_FORGOTTEN), RELAY_FORGOTTEN_MAX);
    line = relay_lines_make(RELAY_FORGOTTEN_MAX + 9, true);
    assert_int_equal(relay_book_add_typed(&scene.book, &line), STATUS_OK);
    assert_int_equal(count_of(&scene, RELAY_FORGOTTEN),
                     RELAY_FORGOTTEN_MAX - 1);
    relay_book_release(&scene.book);
}

/* Those that answered first; then any; each left alone longer and longer. */
static void
test_choose(void **state)
{
    struct relay_line line = relay_lines_make(9, true);
    const struct relay_entry *entry;
    struct mono_time when;
    struct scene scene;
    unsigned seen = 0;
    unsigned attempts = 0;

    (void)state;
    open_scene(&scene);
    assert_int_equal(relay_book_add_typed(&scene.book, &line), STATUS_OK);
    assert_null(relay_book_choose(&scene.book, scene.now, &when));
    assert_true(when.milliseconds == MONO_NEVER.milliseconds);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(learn(&scene, i, 1), STATUS_OK);
    for (unsigned i = 0; i < 100; i++) {
        uint32_t number;

        entry = relay_book_choose(&scene.book, scene.now, &when);
        memcpy(&number, entry->line.key.octets, sizeof(number));
        seen |= 1U << number;
    }
    assert_int_equal(seen, 7);
    answer(&scene, 1);
    for (unsigned i = 0; i < 20; i++)
        assert_ptr_equal(relay_book_choose(&scene.book, scene.now, &when),
                         entry_of(&scene, 1));
    /* In thirty days one address is bothered a few dozen times at most. */
    while (scene.now.milliseconds < 30 * (uint64_t)RELAY_DAY_MS) {
        entry = relay_book_choose(&scene.book, scene.now, &when);
        if (entry == NULL) {
            assert_true(when.milliseconds > scene.now.milliseconds);
            scene.now = when;
            continue;
        }
        line = entry->line;
        relay_book_on_failure(&scene.book, &line.key, scene.now);
        attempts++;
    }
    assert_in_range(attempts, 3 * 30, 3 * 45);
    relay_book_release(&scene.book);
}

/* A book that does not learn: a relay's own. */
static void
test_closed(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    scene.book.learns = false;
    assert_int_equal(learn(&scene, 1, 1), STATUS_FULL);
    assert_int_equal(scene.book.count, 0);
}

static enum status
run_all(void *context)
{
    const struct relay_line typed = relay_lines_make(1, false);
    const struct relay_line restored = relay_lines_make(2, true);
    const struct relay_line gone = relay_lines_make(3, true);
    struct scene *scene = context;
    enum status status;

    open_scene(scene);
    status = relay_book_add_typed(&scene->book, &typed);
    if (status == STATUS_OK)
        status = relay_book_restore(&scene->book, &restored, true, NULL,
                                    &scene->today);
    if (status == STATUS_OK)
        status = relay_book_forget(&scene->book, &gone.key);
    if (status == STATUS_OK)
        status = learn(scene, 4, 1);
    relay_book_release(&scene->book);
    return status;
}

static void
test_no_memory(void **state)
{
    struct scene scene;

    (void)state;
    test_alloc_each(run_all, &scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typed),     cmocka_unit_test(test_unmarked),
        cmocka_unit_test(test_told),      cmocka_unit_test(test_flood),
        cmocka_unit_test(test_full),      cmocka_unit_test(test_expiry),
        cmocka_unit_test(test_forgotten), cmocka_unit_test(test_choose),
        cmocka_unit_test(test_closed),    cmocka_unit_test(test_no_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
