/* What a relay answered once it answers never again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/links.h"

/* In the afternoon of a day, 0 o'clock of which is NOON - 12. */
#define NOON (20500U * 24 + 12)

static const uint8_t secret[33] = "a relay's secret of 32 octets ..";

static struct replay *
fresh_replay(void)
{
    struct entropy entropy;
    struct replay *replay;

    entropy_init_seed(&entropy, 11);
    assert_int_equal(replay_new(&replay, secret, &entropy), STATUS_OK);
    return replay;
}

/* The nth of many macs. */
static const uint8_t *
mac(uint32_t n)
{
    static uint8_t octets[REPLAY_MAC_SIZE];

    memset(octets, 0, sizeof(octets));
    memcpy(octets, &n, sizeof(n));
    return octets;
}

/* Check and remember agree. */
static enum status
see(struct replay *replay, uint32_t n, uint32_t hour, uint32_t now)
{
    const enum status checked = replay_check(replay, mac(n), hour, now);
    const enum status status = replay_remember(replay, mac(n), hour, now);

    if (checked != STATUS_OK)
        assert_int_equal(status, checked);
    return status;
}

/* replay after a restart: from a file written whole, or from what was
 * appended to one. */
static struct replay *
restart(struct replay *replay, bool appended)
{
    static struct byte_buf file;
    struct replay *next = fresh_replay();

    if (!appended) {
        byte_buf_init(&file, REPLAY_FILE_MAX);
        assert_int_equal(replay_save(replay, &file), STATUS_OK);
        assert_int_equal(replay_fresh(replay)->size, 0);
    } else {
        struct replay *empty = fresh_replay();

        byte_buf_init(&file, REPLAY_FILE_MAX);
        assert_int_equal(replay_save(empty, &file), STATUS_OK);
        assert_int_equal(
            byte_buf_append(&file, byte_view_of_buf(replay_fresh(replay))),
            STATUS_OK);
        replay_free(empty);
    }
    assert_int_equal(replay_load(next, byte_view_of_buf(&file)), STATUS_OK);
    byte_buf_release(&file);
    replay_free(replay);
    return next;
}

static void
test_remembers(void **state)
{
    struct replay *replay = fresh_replay();
    int restarts;
    uint32_t n;

    (void)state;
    for (n = 0; n < 1000; n++) {
        assert_int_equal(see(replay, n, NOON - n % 12, NOON), STATUS_OK);
        assert_int_equal(see(replay, n, NOON - n % 12, NOON), STATUS_EXISTS);
        assert_int_equal(see(replay, n + 5000, 0, NOON), STATUS_OK);
    }
    assert_int_equal(replay_fresh(replay)->size, 2000 * 12);
    for (restarts = 0; restarts < 3; restarts++) {
        for (n = 0; n < 1000; n++) {
            assert_int_equal(replay_check(replay, mac(n), NOON - n % 12, NOON),
                             STATUS_EXISTS);
            assert_int_equal(replay_check(replay, mac(n + 5000), 0, NOON + 1),
                             STATUS_EXISTS);
            assert_int_equal(replay_check(replay, mac(n + 1000), NOON, NOON),
                             STATUS_OK);
        }
        replay = restart(replay, restarts == 0);
    }
    replay_free(replay);
}

static void
test_forgets_what_cannot_come(void **state)
{
    struct replay *replay = fresh_replay();
    const uint32_t end_of_day = NOON + 11;
    uint32_t day;
    long live;

    (void)state;
    assert_int_equal(see(replay, 1, NOON, NOON), STATUS_OK);
    /* To the last hour in which it could be believed. */
    assert_int_equal(see(replay, 1, NOON, NOON + 12), STATUS_EXISTS);
    assert_int_equal(see(replay, 1, NOON, NOON + 13), STATUS_DENIED);
    assert_int_equal(see(replay, 2, end_of_day, end_of_day + 12), STATUS_OK);
    /* Forgotten now; a clock that is set back does not bring it back. */
    assert_int_equal(see(replay, 3, end_of_day + 13, end_of_day + 13),
                     STATUS_OK);
    assert_int_equal(see(replay, 1, NOON, NOON), STATUS_DENIED);
    assert_int_equal(see(replay, 4, end_of_day, end_of_day), STATUS_DENIED);
    assert_int_equal(see(replay, 4, end_of_day + 1, end_of_day), STATUS_OK);
    replay = restart(replay, false);
    assert_int_equal(see(replay, 1, NOON, NOON), STATUS_DENIED);
    assert_int_equal(see(replay, 4, end_of_day + 1, end_of_day), STATUS_EXISTS);

    /* Days come and go in bounded memory. */
    live = mem_live_count();
    for (day = 2; day < 100; day++)
        assert_int_equal(see(replay, day, NOON + day * 24, NOON + day * 24),
                         STATUS_OK);
    assert_in_range(mem_live_count(), live - 2, live + REPLAY_DAYS);
    replay_free(replay);
}

/* A clock that jumps to and fro never lets a hello in twice. */
static void
test_jumping_clock(void **state)
{
    static const uint32_t days[] = {5, 9, 1, 7, 3, 5, 9, 1, 7, 2, 5, 3, 8};
    struct replay *replay = fresh_replay();
    unsigned answered[10] = {0};
    size_t i;
    int round;

    (void)state;
    for (round = 0; round < 5; round++) {
        for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
            const uint32_t now = NOON + days[i] * 24;

            if (see(replay, days[i], now, now) == STATUS_OK)
                answered[days[i]]++;
        }
        replay = restart(replay, false);
    }
    for (i = 0; i < 10; i++)
        assert_in_range(answered[i], 0, 1);
    assert_int_equal(answered[9], 1);
    replay_free(replay);
}

/* A clock that goes back day by day: what is remembered stays, and no day is
 * added for which something would have to go. */
static void
test_falling_clock(void **state)
{
    struct replay *replay = fresh_replay();
    uint32_t day;

    (void)state;
    for (day = 9; day > 9 - REPLAY_DAYS; day--)
        assert_int_equal(see(replay, day, NOON + day * 24, NOON + day * 24),
                         STATUS_OK);
    assert_int_equal(see(replay, day, NOON + day * 24, NOON + day * 24),
                     STATUS_DENIED);
    for (day++; day <= 9; day++)
        assert_int_equal(see(replay, day, NOON + day * 24, NOON + day * 24),
                         STATUS_EXISTS);
    replay_free(replay);
}

static void
test_lost(void **state)
{
    struct replay *replay = fresh_replay();
    int restarts;

    (void)state;
    replay_lost(replay, NOON);
    for (restarts = 0; restarts < 2; restarts++) {
        assert_int_equal(see(replay, 1, NOON - 1, NOON), STATUS_DENIED);
        assert_int_equal(see(replay, 2, NOON, NOON), STATUS_DENIED);
        assert_int_equal(see(replay, 3, 0, NOON), STATUS_DENIED);
        assert_int_equal(see(replay, 4, NOON + 1, NOON),
                         restarts == 0 ? STATUS_OK : STATUS_EXISTS);
        replay = restart(replay, false);
    }
    replay_free(replay);

    /* Without a clock: as of the first hour that is known. */
    replay = fresh_replay();
    replay_lost(replay, 0);
    assert_int_equal(see(replay, 1, 0, 0), STATUS_DENIED);
    replay = restart(replay, false);
    assert_int_equal(replay_remember(replay, mac(2), NOON, NOON),
                     STATUS_DENIED);
    assert_int_equal(see(replay, 3, NOON, NOON + 1), STATUS_DENIED);
    assert_int_equal(see(replay, 4, NOON + 1, NOON + 1), STATUS_OK);
    replay_free(replay);
}

static void
test_full(void **state)
{
    struct replay *replay = fresh_replay();
    uint32_t n;

    (void)state;
    for (n = 0; n < REPLAY_DAY_MAX; n++) {
        assert_int_equal(replay_remember(replay, mac(n), NOON, NOON),
                         STATUS_OK);
        byte_buf_clear(replay_fresh(replay));
    }
    assert_int_equal(see(replay, n, NOON, NOON), STATUS_FULL);
    assert_int_equal(see(replay, 0, NOON, NOON), STATUS_EXISTS);
    assert_int_equal(see(replay, n - 1, NOON, NOON), STATUS_EXISTS);
    assert_int_equal(replay_fresh(replay)->size, 0);
    /* Another day, and no day at all, have room of their own. */
    assert_int_equal(see(replay, n, NOON - 24, NOON - 20), STATUS_OK);
    assert_int_equal(see(replay, n, 0, NOON), STATUS_OK);
    replay_free(replay);
}

static void
test_files(void **state)
{
    struct replay *replay = fresh_replay();
    struct replay *other;
    struct entropy entropy;
    struct byte_buf file;
    uint8_t wrong[32];
    size_t size;
    size_t cut;

    (void)state;
    byte_buf_init(&file, REPLAY_FILE_MAX);
    assert_int_equal(see(replay, 1, NOON, NOON), STATUS_OK);
    assert_int_equal(see(replay, 2, 0, NOON), STATUS_OK);
    assert_int_equal(replay_save(replay, &file), STATUS_OK);
    replay_free(replay);
    assert_int_equal(file.size, 35 + 2 * 12);

    /* Cut anywhere: whole entries count, an empty head does not. */
    for (cut = 0; cut <= file.size; cut++) {
        enum status status;

        replay = fresh_replay();
        status = replay_load(replay, byte_view_of(file.data, cut));
        assert_int_equal(status, cut < 35 ? STATUS_MALFORMED : STATUS_OK);
        assert_int_equal(replay_check(replay, mac(2), 0, NOON),
                         cut < 35 + 12 ? STATUS_OK : STATUS_EXISTS);
        assert_int_equal(replay_check(replay, mac(1), NOON, NOON),
                         cut < file.size ? STATUS_OK : STATUS_EXISTS);
        replay_free(replay);
    }

    /* Of another secret, another version, nothing known. */
    memcpy(wrong, secret, 32);
    wrong[0] ^= 1;
    entropy_init_seed(&entropy, 1);
    assert_int_equal(replay_new(&other, wrong, &entropy), STATUS_OK);
    assert_int_equal(replay_load(other, byte_view_of_buf(&file)),
                     STATUS_BAD_SIGNATURE);
    replay_free(other);
    replay = fresh_replay();
    size = file.size;
    file.data[34] = 4;
    assert_int_equal(replay_load(replay, byte_view_of_buf(&file)),
                     STATUS_MALFORMED);
    file.data[34] = 0;
    memset(file.data + size - 8, 0, 8);
    assert_int_equal(replay_load(replay, byte_view_of_buf(&file)),
                     STATUS_MALFORMED);
    file.data[5] = '2';
    assert_int_equal(replay_load(replay, byte_view_of_buf(&file)),
                     STATUS_NEWER);
    file.data[0] = 'q';
    assert_int_equal(replay_load(replay, byte_view_of_buf(&file)),
                     STATUS_MALFORMED);
    replay_free(replay);
    byte_buf_release(&file);
}

/* Call with hello at hour; true if it is answered, and nothing otherwise. */
static bool
is_answered(struct links *links, struct byte_view hello, uint32_t hour)
{
    struct session *session;
    struct links_heard heard;
    bool answered;

    links->called.hour = hour;
    session = links_listen(links);
    links_heard_init(&heard);
    links_feed(session, hello, SIZE_MAX, &heard);
    answered = session_output(session)->size > 0;
    assert_int_equal(heard.called, answered);
    links_heard_release(&heard);
    session_free(session);
    return answered;
}

static void
test_replayed_hellos(void **state)
{
    struct links links;
    struct session *caller;
    struct byte_view hello;
    size_t cut;

    (void)state;
    links_init(&links, SESSION_NK, shape_default());
    caller = links_call(&links);
    hello = byte_view_of_buf(session_output(caller));

    /* Cut at every octet it is nothing, and does not spoil the original. */
    for (cut = 0; cut < hello.size; cut++)
        assert_false(
            is_answered(&links, byte_view_of(hello.data, cut), LINKS_HOUR));
    assert_int_equal(replay_fresh(links.replay)->size, 0);
    assert_true(is_answered(&links, hello, LINKS_HOUR));
    assert_int_equal(replay_fresh(links.replay)->size, 12);

    assert_false(is_answered(&links, hello, LINKS_HOUR));
    assert_false(is_answered(&links, hello, LINKS_HOUR + 1));
    assert_false(is_answered(&links, hello, LINKS_HOUR + 12));
    assert_false(is_answered(&links, hello, LINKS_HOUR + 13));
    session_free(caller);

    /* The genuine client tries again with a fresh one. */
    caller = links_call(&links);
    assert_true(is_answered(&links, byte_view_of_buf(session_output(caller)),
                            LINKS_HOUR + 1));
    session_free(caller);
    links_release(&links);
}

static void
test_replayed_after_restart(void **state)
{
    struct links links;
    struct session *callers[2];
    uint32_t hours[2] = {LINKS_HOUR, 0};
    int i;

    (void)state;
    links_init(&links, SESSION_NK, shape_default());
    for (i = 0; i < 2; i++) {
        links.calling.hour = hours[i];
        callers[i] = links_call(&links);
        assert_true(is_answered(
            &links, byte_view_of_buf(session_output(callers[i])), LINKS_HOUR));
    }
    for (i = 0; i < 4; i++) {
        struct replay *next = NULL;
        struct byte_buf file;

        byte_buf_init(&file, REPLAY_FILE_MAX);
        assert_int_equal(replay_new(&next, links.called.secret, &links.entropy),
                         STATUS_OK);
        if (i < 2) {
            assert_int_equal(replay_save(links.replay, &file), STATUS_OK);
            assert_int_equal(replay_load(next, byte_view_of_buf(&file)),
                             STATUS_OK);
        } else {
            replay_lost(next, LINKS_HOUR);
        }
        byte_buf_release(&file);
        replay_free(links.replay);
        links.replay = next;
        links.called.replay = next;
        assert_false(is_answered(
            &links, byte_view_of_buf(session_output(callers[i % 2])),
            LINKS_HOUR + (uint32_t)i));
    }
    session_free(callers[0]);
    session_free(callers[1]);
    links_release(&links);
}

/* Two connections with one hello, both past the head: one is answered. */
static void
test_race(void **state)
{
    struct links links;
    struct links_heard heard;
    struct session *caller, *first, *second;
    struct byte_view hello;

    (void)state;
    links_init(&links, SESSION_NK, shape_default());
    links_heard_init(&heard);
    caller = links_call(&links);
    first = links_listen(&links);
    second = links_listen(&links);
    hello = byte_view_of_buf(session_output(caller));
    links_feed(first, byte_view_slice(hello, 0, 100), SIZE_MAX, &heard);
    links_feed(second, hello, SIZE_MAX, &heard);
    assert_int_equal(heard.called, 1);
    links_feed(first, byte_view_slice(hello, 100, hello.size), SIZE_MAX,
               &heard);
    assert_int_equal(heard.called, 1);
    assert_int_equal(heard.silent, 1);
    assert_int_equal(session_silence(first), STATUS_EXISTS);
    links_heard_release(&heard);
    session_free(caller);
    session_free(first);
    session_free(second);
    links_release(&links);
}

static enum status
run_replay(void *context)
{
    struct entropy entropy;
    struct replay *replay = NULL;
    struct replay *next = NULL;
    struct byte_buf file;
    enum status status;
    uint32_t n;

    (void)context;
    entropy_init_seed(&entropy, 2);
    byte_buf_init(&file, REPLAY_FILE_MAX);
    status = replay_new(&replay, secret, &entropy);
    for (n = 0; status == STATUS_OK && n < 400; n++) {
        status = replay_remember(replay, mac(n), NOON, NOON);
        if (status == STATUS_NO_MEMORY) {
            /* Not remembered: neither here nor for the file. */
            assert_int_equal(replay_fresh(replay)->size, 12 * n);
            assert_int_equal(replay_check(replay, mac(n), NOON, NOON),
                             STATUS_OK);
        }
    }
    if (status == STATUS_OK)
        status = replay_save(replay, &file);
    if (status == STATUS_OK)
        status = replay_new(&next, secret, &entropy);
    if (status == STATUS_OK)
        status = replay_load(next, byte_view_of_buf(&file));
    byte_buf_release(&file);
    replay_free(replay);
    replay_free(next);
    return status;
}

static void
test_no_memory(void **state)
{
    (void)state;
    test_alloc_each(run_replay, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remembers),
        cmocka_unit_test(test_forgets_what_cannot_come),
        cmocka_unit_test(test_jumping_clock),
        cmocka_unit_test(test_falling_clock),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_replayed_hellos),
        cmocka_unit_test(test_replayed_after_restart),
        cmocka_unit_test(test_race),
        cmocka_unit_test(test_no_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
