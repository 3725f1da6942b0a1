/* Who was heard of: bounded, chosen among by chance, left alone when that is
 * asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "net/peer_book.h"
#include "tests/unit/test_support.h"

struct scene {
    struct entropy entropy;
    struct peer_book book;
    struct mono_time now;
    uint32_t linked; /* the only one there is a link with */
};

static void
open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    entropy_init_seed(&scene->entropy, 3);
    peer_book_init(&scene->book, &scene->entropy);
    scene->now.milliseconds = 5000;
    scene->linked = UINT32_MAX;
}

static void
boot_id_of(uint8_t out[MESSAGE_BOOT_ID_SIZE], uint32_t number)
{
    memset(out, 7, MESSAGE_BOOT_ID_SIZE);
    memcpy(out, &number, sizeof(number));
}

static struct address
address_of(uint32_t number)
{
    return (struct address){
        {10, 0, (uint8_t)(number >> 8), (uint8_t)number}, false, 70, 0};
}

static struct peer_book_entry *
hear(struct scene *scene, uint32_t number)
{
    const struct address address = address_of(number);
    uint8_t boot_id[MESSAGE_BOOT_ID_SIZE];
    bool is_new;

    boot_id_of(boot_id, number);
    return peer_book_hear(&scene->book, boot_id, &address, scene->now, &is_new);
}

static bool
is_linked(const void *context, const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE])
{
    const struct scene *scene = context;

    return memcmp(boot_id, &scene->linked, sizeof(scene->linked)) == 0;
}

static struct peer_book_entry *
choose(struct scene *scene, uint64_t *when)
{
    struct mono_time next;
    struct peer_book_entry *entry =
        peer_book_choose(&scene->book, is_linked, scene, scene->now, &next);

    *when = next.milliseconds;
    return entry;
}

static void
test_heard(void **state)
{
    struct peer_book_entry *entry;
    struct address other = address_of(9);
    struct scene scene;
    bool is_new;

    (void)state;
    open_scene(&scene);
    entry = hear(&scene, 1);
    assert_ptr_equal(entry, hear(&scene, 1));
    assert_int_equal(scene.book.count, 1);
    assert_null(peer_book_find(&scene.book, (const uint8_t[8]){9}));
    /* It has moved; but not while it is being dialled. */
    (void)peer_book_hear(&scene.book, entry->boot_id, &other, scene.now,
                         &is_new);
    assert_false(is_new);
    assert_true(address_equal(&entry->address, &other));
    peer_book_on_dial(entry, scene.now);
    (void)hear(&scene, 1);
    assert_true(address_equal(&entry->address, &other));
}

/* Each is chosen now and then, but who may not be. */
static void
test_choose(void **state)
{
    unsigned chosen[8] = {0};
    struct scene scene;
    uint64_t when;

    (void)state;
    open_scene(&scene);
    assert_null(choose(&scene, &when));
    assert_int_equal(when, MONO_NEVER.milliseconds);
    for (uint32_t i = 0; i < 8; i++)
        (void)hear(&scene, i);
    scene.linked = 0;
    hear(&scene, 1)->address.port = 0;
    hear(&scene, 2)->not_before = mono_after(scene.now, 700);
    hear(&scene, 3)->grace = mono_after(scene.now, 600);
    peer_book_on_dial(hear(&scene, 4), scene.now);
    for (unsigned i = 0; i < 300; i++) {
        struct peer_book_entry *entry = choose(&scene, &when);
        uint32_t number;

        assert_non_null(entry);
        memcpy(&number, entry->boot_id, sizeof(number));
        chosen[number]++;
    }
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(chosen[i], 0);
    for (uint32_t i = 5; i < 8; i++)
        assert_in_range(chosen[i], 60, 140);
    for (uint32_t i = 5; i < 8; i++)
        peer_book_on_dial(hear(&scene, i), scene.now);
    assert_null(choose(&scene, &when));
    assert_int_equal(when, scene.now.milliseconds + 600);
    scene.now = mono_after(scene.now, 600);
    assert_ptr_equal(choose(&scene, &when), hear(&scene, 3));
    /* Who was not heard for long is gone. */
    scene.now = mono_after(scene.now, PEER_BOOK_HEARD_MS + 1);
    assert_null(choose(&scene, &when));
    assert_int_equal(when, MONO_NEVER.milliseconds);
}

static void
test_dialling(void **state)
{
    const struct address address = address_of(1);
    struct peer_book_entry *entry;
    struct scene scene;

    (void)state;
    open_scene(&scene);
    entry = hear(&scene, 1);
    assert_int_equal(peer_book_dialling(&scene.book, scene.now), 0);
    peer_book_on_dial(entry, scene.now);
    assert_int_equal(peer_book_dialling(&scene.book, scene.now), 1);
    assert_true(peer_book_is_dialling(&scene.book, &address, scene.now));
    peer_book_on_linked(&scene.book, entry->boot_id);
    assert_int_equal(peer_book_dialling(&scene.book, scene.now), 0);
    assert_true(entry->met);
    peer_book_on_dial(entry, scene.now);
    peer_book_on_dial_failed(&scene.book, &address, scene.now);
    assert_false(peer_book_is_dialling(&scene.book, &address, scene.now));
    assert_int_equal(entry->not_before.milliseconds,
                     scene.now.milliseconds + DISCOVERY_BACKOFF_LEAST_MS);
    /* One of which nothing is heard does not go on for ever. */
    peer_book_on_dial(entry, scene.now);
    scene.now = mono_after(scene.now, DISCOVERY_DIAL_MS);
    assert_int_equal(peer_book_dialling(&scene.book, scene.now), 0);
}

/* A flood of made-up neighbours: whom we met stays, and of those that were
 * only heard of any goes, so that what came before is not swept out. */
static void
test_flood(void **state)
{
    unsigned kept = 0;
    struct scene scene;

    (void)state;
    open_scene(&scene);
    for (uint32_t i = 0; i < PEER_BOOK_MAX; i++) {
        scene.now = mono_after(scene.now, 10);
        if (i < 20)
            hear(&scene, i)->met = true;
        else
            (void)hear(&scene, i);
    }
    for (uint32_t i = 1000; i < 1000 + PEER_BOOK_MAX; i++)
        (void)hear(&scene, i);
    assert_int_equal(scene.book.count, PEER_BOOK_MAX);
    for (uint32_t i = 0; i < PEER_BOOK_MAX; i++) {
        uint8_t boot_id[MESSAGE_BOOT_ID_SIZE];

        boot_id_of(boot_id, i);
        if (peer_book_find(&scene.book, boot_id) != NULL)
            kept++;
        else
            assert_true(i >= 20);
    }
    assert_in_range(kept, 50, 150);
    /* All were met: the one that was silent longest goes. */
    for (size_t i = 0; i < PEER_BOOK_MAX; i++)
        scene.book.entries[i].met = true;
    (void)hear(&scene, 5000);
    assert_int_equal(scene.book.count, PEER_BOOK_MAX);
    assert_null(peer_book_find(&scene.book,
                               (const uint8_t[8]){0, 0, 0, 0, 7, 7, 7, 7}));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heard),
        cmocka_unit_test(test_choose),
        cmocka_unit_test(test_dialling),
        cmocka_unit_test(test_flood),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
