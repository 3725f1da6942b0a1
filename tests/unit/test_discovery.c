/* Who is let in, and who is dialled: the bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "net/admission.h"
#include "net/discovery.h"
#include "tests/unit/test_support.h"

static const uint8_t middle[8] = {128};

struct scene {
    struct entropy entropy;
    struct discovery discovery;
    struct mono_time now;
};

static void
make_scene(struct scene *scene, uint16_t port)
{
    struct community community = community_open();

    entropy_init_seed(&scene->entropy, 11);
    scene->now.milliseconds = 5000;
    discovery_init(&scene->discovery, &community, &scene->entropy, middle, true,
                   scene->now);
    scene->discovery.port = port;
}

/* What is done about a beacon with this first octet of its boot id. */
static enum discovery_answer
hear(struct scene *scene, uint8_t first, enum beacon_kind kind, uint16_t port,
     enum discovery_need need, struct address *address)
{
    const struct beacon beacon = {
        .version = 1, .kind = kind, .port = port, .boot_id = {first}};
    uint8_t reply[BEACON_SIZE];

    *address = (struct address){{10, 0, 0, first}, false, 9999, 0};
    return discovery_on_beacon(&scene->discovery, &beacon, need, address, reply,
                               scene->now);
}

static void
test_who_dials(void **state)
{
    struct address address;
    struct scene scene;

    (void)state;
    make_scene(&scene, 4000);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_DIAL);
    assert_int_equal(address.port, 70);
    assert_int_equal(
        hear(&scene, 201, BEACON_ANSWER, 70, DISCOVERY_NOW, &address),
        DISCOVERY_DIAL);
    assert_int_equal(hear(&scene, 100, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_ANSWER);
    assert_int_equal(address.port, 9999);
    assert_int_equal(
        hear(&scene, 102, BEACON_ANSWER, 0, DISCOVERY_NOW, &address),
        DISCOVERY_IGNORE);
    /* Who answers does not dial. */
    assert_int_equal(
        hear(&scene, 100, BEACON_ANSWER, 70, DISCOVERY_NOW, &address),
        DISCOVERY_DIAL);
    assert_int_equal(hear(&scene, 202, BEACON_ASK, 0, DISCOVERY_NOW, &address),
                     DISCOVERY_ANSWER);
    assert_int_equal(hear(&scene, 128, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_IGNORE);
    assert_int_equal(
        hear(&scene, 203, BEACON_ASK, 70, DISCOVERY_LINKED, &address),
        DISCOVERY_IGNORE);
    /* Whoever listens nowhere dials, and asks nobody to dial it. */
    make_scene(&scene, 0);
    assert_int_equal(hear(&scene, 100, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_DIAL);
    assert_int_equal(hear(&scene, 101, BEACON_ASK, 0, DISCOVERY_NOW, &address),
                     DISCOVERY_IGNORE);
}

/* With links enough a node writes down whom it hears, chooses later, and
 * answers each now and then. */
static void
test_later(void **state)
{
    const uint8_t higher[8] = {200};
    const uint8_t lower[8] = {100};
    struct address address;
    struct scene scene;

    (void)state;
    make_scene(&scene, 4000);
    assert_int_equal(scene.discovery.choose.milliseconds,
                     MONO_NEVER.milliseconds);
    for (size_t i = 0; i < 2; i++) {
        const uint8_t first = i == 0 ? 100 : 200;

        assert_int_equal(
            hear(&scene, first, BEACON_ASK, 70, DISCOVERY_LATER, &address),
            DISCOVERY_ANSWER);
        assert_int_equal(
            hear(&scene, first, BEACON_ASK, 70, DISCOVERY_LATER, &address),
            DISCOVERY_IGNORE);
        assert_int_equal(
            hear(&scene, first, BEACON_ANSWER, 70, DISCOVERY_LATER, &address),
            DISCOVERY_IGNORE);
    }
    assert_int_equal(scene.discovery.book.count, 2);
    assert_int_equal(scene.discovery.choose.milliseconds,
                     5000 + DISCOVERY_CHOOSE_MS);
    assert_int_equal(discovery_deadline(&scene.discovery).milliseconds, 5000);
    /* The lower is expected to dial us. */
    assert_int_equal(
        peer_book_find(&scene.discovery.book, higher)->grace.milliseconds, 0);
    assert_int_equal(
        peer_book_find(&scene.discovery.book, lower)->grace.milliseconds,
        5000 + DISCOVERY_GRACE_MS);
    scene.now = mono_after(scene.now, PEER_BOOK_HEARD_MS);
    assert_int_equal(
        hear(&scene, 100, BEACON_ASK, 70, DISCOVERY_LATER, &address),
        DISCOVERY_ANSWER);
}

/* Where two hundred hear an ask, some eight of them answer. */
static void
test_few_answer(void **state)
{
    struct beacon beacon = {.version = 1, .port = 70};
    struct address address = {{10, 0, 0, 1}, false, 9, 0};
    uint8_t reply[BEACON_SIZE];
    unsigned answers = 0;
    struct scene scene;

    (void)state;
    make_scene(&scene, 4000);
    for (uint32_t i = 0; i < 200; i++) {
        scene.now = mono_after(scene.now, 1000);
        memcpy(&beacon.boot_id[4], &i, sizeof(i));
        (void)discovery_on_beacon(&scene.discovery, &beacon, DISCOVERY_LATER,
                                  &address, reply, scene.now);
    }
    for (uint32_t i = 0; i < 200; i++) {
        scene.now = mono_after(scene.now, PEER_BOOK_HEARD_MS / 200);
        memcpy(&beacon.boot_id[4], &i, sizeof(i));
        if (discovery_on_beacon(&scene.discovery, &beacon, DISCOVERY_NOW,
                                &address, reply, scene.now) == DISCOVERY_ANSWER)
            answers++;
    }
    assert_in_range(answers, 1, 30);
}

/* 5 s, 10 s, 20 s ... 5 minutes; a link makes up for it. */
static void
test_backoff(void **state)
{
    static const uint8_t boot_id[8] = {200};
    static const uint64_t pauses[] = {5000,  10000,  20000,  40000,
                                      80000, 160000, 300000, 300000};
    struct address address;
    struct scene scene;

    (void)state;
    make_scene(&scene, 4000);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_DIAL);
    for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
        address.port = 70;
        peer_book_on_dial_failed(&scene.discovery.book, &address, scene.now);
        scene.now = mono_after(scene.now, pauses[i] - 1);
        assert_int_equal(
            hear(&scene, 200, BEACON_ASK, 70, DISCOVERY_NOW, &address),
            DISCOVERY_IGNORE);
        scene.now = mono_after(scene.now, 1);
        assert_int_equal(
            hear(&scene, 200, BEACON_ASK, 70, DISCOVERY_NOW, &address),
            DISCOVERY_DIAL);
    }
    peer_book_on_linked(&scene.discovery.book, boot_id);
    discovery_on_unlinked(&scene.discovery, boot_id, 0, scene.now);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_DIAL);
    address.port = 70;
    peer_book_on_dial_failed(&scene.discovery.book, &address, scene.now);
    scene.now = mono_after(scene.now, 5000);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_DIAL);
    /* With whom all was settled is left in peace for a while. */
    discovery_on_unlinked(&scene.discovery, boot_id, DISCOVERY_REST_MS,
                          scene.now);
    scene.now = mono_after(scene.now, DISCOVERY_REST_MS - 1);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_IGNORE);
    scene.now = mono_after(scene.now, 1);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, DISCOVERY_NOW, &address),
                     DISCOVERY_DIAL);
}

static void
test_disabled(void **state)
{
    struct community community = community_open();
    uint8_t octets[BEACON_SIZE];
    struct beacon beacon;
    struct scene scene;

    (void)state;
    make_scene(&scene, 4000);
    assert_true(discovery_beacon(&scene.discovery, octets, scene.now));
    assert_true(discovery_open(&scene.discovery, &beacon,
                               byte_view_of(octets, sizeof(octets))));
    assert_memory_equal(beacon.boot_id, middle, 8);
    octets[40] ^= 1;
    assert_false(discovery_open(&scene.discovery, &beacon,
                                byte_view_of(octets, sizeof(octets))));
    octets[40] ^= 1;
    discovery_init(&scene.discovery, &community, &scene.entropy, middle, false,
                   scene.now);
    assert_int_equal(discovery_deadline(&scene.discovery).milliseconds,
                     MONO_NEVER.milliseconds);
    discovery_on_news(&scene.discovery, scene.now);
    assert_int_equal(discovery_deadline(&scene.discovery).milliseconds,
                     MONO_NEVER.milliseconds);
    assert_false(discovery_beacon(&scene.discovery, octets, scene.now));
    assert_false(discovery_open(&scene.discovery, &beacon,
                                byte_view_of(octets, sizeof(octets))));
}

/* The whole house is full: the oldest that is silent goes, else the oldest. */
static void
test_admission(void **state)
{
    static struct admission_entry entries[ADMISSION_MAX];
    struct admission admission;
    struct address address = {{10, 0, 0, 1}, false, 9, 0};

    (void)state;
    admission_init(&admission);
    for (size_t i = 0; i < ADMISSION_MAX; i++) {
        address.octets[1] = (uint8_t)(i / 16);
        assert_null(admission_victim(&admission, &address));
        admission_entry_init(&entries[i]);
        admission_enter(&admission, &entries[i], &address);
    }
    address.octets[1] = 77;
    assert_ptr_equal(admission_victim(&admission, &address), &entries[0]);
    entries[100].silent = true;
    entries[101].silent = true;
    assert_int_equal(admission_silent(&admission), 2);
    assert_ptr_equal(admission_victim(&admission, &address), &entries[100]);
    admission_leave(&admission, &entries[100]);
    admission_leave(&admission, &entries[100]);
    assert_null(admission_victim(&admission, &address));
    assert_int_equal(admission.count, ADMISSION_MAX - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_dials),  cmocka_unit_test(test_later),
        cmocka_unit_test(test_few_answer), cmocka_unit_test(test_backoff),
        cmocka_unit_test(test_disabled),   cmocka_unit_test(test_admission),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
