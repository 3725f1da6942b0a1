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
     bool is_linked, struct address *address)
{
    const struct beacon beacon = {
        .version = 1, .kind = kind, .port = port, .boot_id = {first}};
    uint8_t reply[BEACON_SIZE];

    *address = (struct address){{10, 0, 0, first}, false, 9999, 0};
    return discovery_on_beacon(&scene->discovery, &beacon, is_linked, address,
                               reply, scene->now);
}

static void
test_who_dials(void **state)
{
    struct address address;
    struct scene scene;

    (void)state;
    make_scene(&scene, 4000);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, false, &address),
                     DISCOVERY_DIAL);
    assert_int_equal(address.port, 70);
    assert_int_equal(hear(&scene, 201, BEACON_ANSWER, 70, false, &address),
                     DISCOVERY_DIAL);
    assert_int_equal(hear(&scene, 100, BEACON_ASK, 70, false, &address),
                     DISCOVERY_ANSWER);
    assert_int_equal(address.port, 9999);
    assert_int_equal(hear(&scene, 100, BEACON_ANSWER, 70, false, &address),
                     DISCOVERY_IGNORE);
    assert_int_equal(hear(&scene, 202, BEACON_ASK, 0, false, &address),
                     DISCOVERY_ANSWER);
    assert_int_equal(hear(&scene, 128, BEACON_ASK, 70, false, &address),
                     DISCOVERY_IGNORE);
    assert_int_equal(hear(&scene, 203, BEACON_ASK, 70, true, &address),
                     DISCOVERY_IGNORE);
    /* Whoever listens nowhere dials, and asks nobody to dial it. */
    make_scene(&scene, 0);
    assert_int_equal(hear(&scene, 100, BEACON_ASK, 70, false, &address),
                     DISCOVERY_DIAL);
    assert_int_equal(hear(&scene, 101, BEACON_ASK, 0, false, &address),
                     DISCOVERY_IGNORE);
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
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, false, &address),
                     DISCOVERY_DIAL);
    for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
        address.port = 70;
        discovery_on_dial_failed(&scene.discovery, &address, scene.now);
        scene.now = mono_after(scene.now, pauses[i] - 1);
        assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, false, &address),
                         DISCOVERY_IGNORE);
        scene.now = mono_after(scene.now, 1);
        assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, false, &address),
                         DISCOVERY_DIAL);
    }
    discovery_on_linked(&scene.discovery, boot_id);
    discovery_on_unlinked(&scene.discovery, boot_id, false, scene.now);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, false, &address),
                     DISCOVERY_DIAL);
    address.port = 70;
    discovery_on_dial_failed(&scene.discovery, &address, scene.now);
    scene.now = mono_after(scene.now, 5000);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, false, &address),
                     DISCOVERY_DIAL);
    /* With whom all was settled is left in peace for a while. */
    discovery_on_unlinked(&scene.discovery, boot_id, true, scene.now);
    scene.now = mono_after(scene.now, DISCOVERY_REST_MS - 1);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, false, &address),
                     DISCOVERY_IGNORE);
    scene.now = mono_after(scene.now, 1);
    assert_int_equal(hear(&scene, 200, BEACON_ASK, 70, false, &address),
                     DISCOVERY_DIAL);
}

/* More neighbours than there are places: the one that was not heard for
 * longest is forgotten. */
static void
test_many_neighbours(void **state)
{
    struct beacon beacon = {.version = 1, .port = 70, .boot_id = {200}};
    uint8_t reply[BEACON_SIZE];
    struct address address = {{10, 0, 0, 1}, false, 9, 0};
    struct scene scene;

    (void)state;
    make_scene(&scene, 4000);
    for (uint32_t i = 0; i < DISCOVERY_NEIGHBOURS_MAX + 5; i++) {
        scene.now = mono_after(scene.now, 1000);
        memcpy(&beacon.boot_id[4], &i, sizeof(i));
        assert_int_equal(discovery_on_beacon(&scene.discovery, &beacon, false,
                                             &address, reply, scene.now),
                         DISCOVERY_DIAL);
    }
    assert_int_equal(scene.discovery.count, DISCOVERY_NEIGHBOURS_MAX);
    for (size_t i = 0; i < scene.discovery.count; i++)
        assert_true(scene.discovery.neighbours[i].heard.milliseconds >
                    5000 + 5000);
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
        cmocka_unit_test(test_who_dials),       cmocka_unit_test(test_backoff),
        cmocka_unit_test(test_many_neighbours), cmocka_unit_test(test_disabled),
        cmocka_unit_test(test_admission),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
