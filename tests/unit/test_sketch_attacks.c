/*
 * Sketches against authors of records, who know any salt but the one of the
 * next link, and against peers, who know that one too.
 *
 * An author who knew the salt could hide a record, or make two records cost
 * thousands of cells (RECONCILE.md, 6); each attack is done here under a known
 * salt, and costs nothing under a fresh one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "net/sketch_map.h"
#include "tests/unit/sketches.h"
#include "tests/unit/test_support.h"

/* Bits of a cell, and ids enough to make any from. */
#define CELL_BITS 80U
#define POOL      ((size_t)128)

/* A vector of bits, and which ids of a pool it is the sum of. */
struct row {
    uint64_t id;
    uint32_t check;
    uint64_t made_of[POOL / 64];
};

static bool
row_bit(const struct row *row, unsigned bit)
{
    if (bit < SHORT_ID_BITS)
        return (row->id >> bit & 1) != 0;
    return (row->check >> (bit - SHORT_ID_BITS) & 1) != 0;
}

static void
row_add(struct row *row, const struct row *other)
{
    row->id ^= other->id;
    row->check ^= other->check;
    for (size_t i = 0; i < POOL / 64; i++)
        row->made_of[i] ^= other->made_of[i];
}

static bool
row_is_zero(const struct row *row)
{
    return row->id == 0 && row->check == 0;
}

/* Take from row what rows has; the rest becomes one of rows if keep. */
static void
row_reduce(struct row rows[CELL_BITS], struct row *row, bool keep)
{
    for (unsigned bit = 0; bit < CELL_BITS; bit++) {
        if (!row_bit(row, bit))
            continue;
        if (!row_is_zero(&rows[bit])) {
            row_add(row, &rows[bit]);
        } else if (keep) {
            rows[bit] = *row;
            return;
        }
    }
}

/* Which of POOL ids, from first on, a cell must hold to look as if it held
 * target alone; how many, in chosen. */
static size_t
find_sum(bool chosen[POOL], const struct salt *salt, const uint64_t *ids,
         size_t first, uint64_t target)
{
    const struct sketch_keys keys = sketch_keys_of(salt);
    struct row sum = {.id = target, .check = sketch_check(&keys, target)};
    struct row rows[CELL_BITS];
    size_t count = 0;

    memset(rows, 0, sizeof(rows));
    for (size_t i = 0; i < POOL; i++) {
        const uint64_t id = ids[first + i];
        struct row row = {.id = id, .check = sketch_check(&keys, id)};

        row.made_of[i / 64] = (uint64_t)1 << i % 64;
        row_reduce(rows, &row, true);
    }
    row_reduce(rows, &sum, false);
    assert_true(row_is_zero(&sum));
    for (size_t i = 0; i < POOL; i++) {
        chosen[i] = (sum.made_of[i / 64] >> i % 64 & 1) != 0;
        count += chosen[i];
    }
    return count;
}

/* The short ids of records under salt, as many as sets has ids. */
static void
put_under(struct sets *sets, const struct salt *salt,
          const struct record_id *records)
{
    sets->salt = *salt;
    for (size_t i = 0; i < sets->common + sets->own + sets->foreign; i++)
        sets->ids[i] = short_id(salt, &records[i]);
}

static void
draw_records(struct record_id *records, size_t count, struct entropy *entropy)
{
    for (size_t i = 0; i < count; i++)
        entropy_fill(entropy, records[i].octets, sizeof(records[i].octets));
}

/* records: COMMON, then a pool, then the victim.  Put those that hide it in
 * front of the rest of the pool, so that half of them, and the victim, make up
 * the difference of two sets of one size. */
#define COMMON ((size_t)500)

static size_t
craft_hidden(struct record_id *records, const struct salt *salt,
             struct entropy *entropy)
{
    struct record_id *victim = &records[COMMON + POOL];
    uint64_t pool[POOL];
    bool chosen[POOL];
    size_t count;
    size_t kept = 0;

    do {
        draw_records(records, COMMON + POOL + 1, entropy);
        for (size_t i = 0; i < POOL; i++)
            pool[i] = short_id(salt, &records[COMMON + i]);
        count = find_sum(chosen, salt, pool, 0, short_id(salt, victim));
    } while (count % 2 == 0);
    for (size_t i = 0; i < POOL; i++)
        if (chosen[i])
            records[COMMON + kept++] = records[COMMON + i];
    records[COMMON + count] = *victim;
    return count + 1;
}

/* One record is hidden by half a hundred others: the first cells of both
 * sides are equal, octet for octet.  That is no success, and under a fresh
 * salt they are not. */
static void
test_hidden_record(void **state)
{
    struct record_id records[COMMON + POOL + 1];
    struct byte_buf first[2];
    struct entropy entropy;
    struct sketch *sketches[2];
    struct sets sets;
    struct salt salts[2]; /* the known one, a fresh one */
    bool found;
    size_t crafted;

    (void)state;
    entropy_init_seed(&entropy, 51);
    entropy_fill(&entropy, salts, sizeof(salts));
    crafted = craft_hidden(records, &salts[0], &entropy);
    sketches_draw(&sets, &entropy, COMMON, crafted / 2, crafted / 2);
    for (int fresh = 0; fresh < 2; fresh++) {
        put_under(&sets, &salts[fresh], records);
        for (size_t i = 0; i < 2; i++) {
            sketches[i] = sketches_of(&sets, i == 0);
            byte_buf_init(&first[i], SKETCH_COUNTED_SIZE);
            sketches_extend(sketches[i], 1);
            assert_int_equal(sketch_write(sketches[i], 0, 1, &first[i]),
                             STATUS_OK);
        }
        assert_int_equal(byte_view_equal(byte_view_of_buf(&first[0]),
                                         byte_view_of_buf(&first[1])),
                         fresh == 0);
        for (size_t end = 1; end <= SKETCH_CELLS_LEAST; end++) {
            sketches_hand_over(sketches[0], sketches[1], end - 1, end);
            found = sketches_decode(sketches[0]);
            assert_false(found);
        }
        for (size_t i = 0; i < 2; i++) {
            sketch_free(sketches[i]);
            byte_buf_release(&first[i]);
        }
        assert_in_range(sketches_reconcile(&sets, SKETCH_COUNTED), 96, 300);
    }
    mem_free(sets.ids);
}

/* Records that under one salt go into nothing but cell 0 for a long way: there
 * four of them cost 400 cells; under a fresh one they are as good as any. */
static void
test_sparse_records(void **state)
{
    static const size_t common = 500;
    struct record_id records[504];
    struct sketch_keys keys;
    struct entropy entropy;
    struct sets sets;
    struct salt fresh;

    (void)state;
    entropy_init_seed(&entropy, 52);
    sketches_draw(&sets, &entropy, common, 2, 2);
    keys = sketch_keys_of(&sets.salt);
    draw_records(records, common, &entropy);
    for (size_t ground = 0; ground < 4;) {
        struct record_id *record = &records[common + ground];
        struct sketch_walk walk;

        draw_records(record, 1, &entropy);
        walk = sketch_walk_begin(&keys, short_id(&sets.salt, record));
        sketch_walk_next(&walk);
        if (walk.cell > 400)
            ground++;
    }
    put_under(&sets, &sets.salt, records);
    assert_in_range(sketches_reconcile(&sets, SKETCH_COUNTED), 400,
                    SKETCH_CELLS_MAX);
    for (int i = 0; i < 10; i++) {
        entropy_fill(&entropy, fresh.octets, sizeof(fresh.octets));
        put_under(&sets, &fresh, records);
        assert_int_equal(sketches_reconcile(&sets, SKETCH_COUNTED),
                         SKETCH_COUNTED);
    }
    mem_free(sets.ids);
}

static struct record_id
numbered(uint32_t number)
{
    struct record_id id = {{0}};

    for (size_t i = 0; i < 4; i++)
        id.octets[i] = (uint8_t)(number >> 8 * i);
    return id;
}

/* Two records with one short id under the salt of zeros, the only ones of
 * 2^25: what one side has of them alone is not seen there, and is with the
 * next salt. */
static void
test_equal_short_ids(void **state)
{
    struct record_id records[52];
    struct entropy entropy;
    const struct salt zero = {{0}};
    struct salt fresh;
    struct sets sets;

    (void)state;
    entropy_init_seed(&entropy, 53);
    for (uint32_t i = 0; i < 50; i++)
        records[i] = numbered(i);
    records[50] = numbered(3578085);
    records[51] = numbered(19013119);
    for (size_t own = 0; own < 2; own++) {
        struct sketch *decoder;
        struct sketch *sender;
        bool found;
        size_t foreign;

        /* Both are the sender's; one is the decoder's. */
        sketches_draw(&sets, &entropy, 50, own, 2 - own);
        put_under(&sets, &zero, records);
        assert_true(sets.ids[50] == sets.ids[51]);
        decoder = sketches_of(&sets, true);
        sender = sketches_of(&sets, false);
        sketches_hand_over(decoder, sender, 0, 96);
        found = sketches_decode(decoder);
        assert_true(found);
        assert_int_equal(sketch_own_only_count(decoder), 0);
        (void)sketch_foreign(decoder, &foreign);
        assert_int_equal(foreign, 1 - own);
        sketch_free(decoder);
        sketch_free(sender);

        entropy_fill(&entropy, fresh.octets, sizeof(fresh.octets));
        put_under(&sets, &fresh, records);
        assert_int_equal(sketches_reconcile(&sets, 96), 96);
        mem_free(sets.ids);
    }
}

/* A peer makes cells in which ids are found that are not there: cell 0 looks as
 * if it held one alone, and each that is taken out of the others then looks
 * alone there.  Whatever the number of records says, a set it is not. */
static void
check_found_twice(struct entropy *entropy, bool own, uint32_t too_many)
{
    bool chosen[POOL];
    struct sketch *decoder;
    struct sketch *sender;
    struct byte_buf coded;
    struct sets sets;
    bool found;
    size_t count;

    sketches_draw(&sets, entropy, 100, 0, POOL);
    count = find_sum(chosen, &sets.salt, sets.ids, 100,
                     own ? sets.ids[7] : sketches_id(entropy));
    sets.foreign = 0;
    for (size_t i = 0; i < POOL; i++)
        if (chosen[i])
            sets.ids[100 + sets.foreign++] = sets.ids[100 + i];
    decoder = sketches_of(&sets, true);
    sender = sketches_of(&sets, false);
    byte_buf_init(&coded, 10000);
    sketches_extend(sender, 300);
    assert_int_equal(sketch_write(sender, 0, 300, &coded), STATUS_OK);
    sketches_take(decoder, (uint32_t)(100 + count) + too_many, 300,
                  byte_view_of_buf(&coded));
    found = sketches_decode(decoder);
    assert_false(found);
    assert_true(sketch_is_inconsistent(decoder));
    byte_buf_release(&coded);
    sketch_free(decoder);
    sketch_free(sender);
    mem_free(sets.ids);
}

static void
test_found_twice(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 54);
    for (int run = 0; run < 3; run++) {
        check_found_twice(&entropy, false, 0);
        check_found_twice(&entropy, false, 2);
        check_found_twice(&entropy, true, 0);
        check_found_twice(&entropy, true, 2);
    }
}

/* Change a counted cell of coded as if id went into it. */
static void
put_into(struct byte_buf *coded, size_t cell, const struct sketch_keys *keys,
         uint64_t id)
{
    const uint32_t check = sketch_check(keys, id);
    const size_t at = cell * SKETCH_COUNTED_SIZE;

    for (size_t i = 0; i < 6; i++)
        coded->data[at + i] ^= (uint8_t)(id >> 8 * i);
    for (size_t i = 0; i < 4; i++)
        coded->data[at + 6 + i] ^= (uint8_t)(check >> 8 * i);
}

/* One cell holds an id that the others do not: taken out of all, it is in the
 * others, and so on without an end. */
static void
test_to_and_fro(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 55);
    for (size_t run = 0; run < 50; run++) {
        struct sketch *decoder;
        struct sketch *sender;
        struct byte_buf coded;
        struct sets sets;
        struct sketch_walk walk;
        struct sketch_keys keys;
        bool found;
        size_t foreign;
        /* An own id, or none of ours. */
        const size_t odd = run % 2 == 0 ? 3 : 50;

        sketches_draw(&sets, &entropy, 50, 0, 1);
        keys = sketch_keys_of(&sets.salt);
        walk = sketch_walk_begin(&keys, sets.ids[odd]);
        sketch_walk_next(&walk);
        sets.foreign = 0;
        decoder = sketches_of(&sets, true);
        sender = sketches_of(&sets, false);
        byte_buf_init(&coded, 10000);
        sketches_extend(sender, 200);
        assert_int_equal(sketch_write(sender, 0, 200, &coded), STATUS_OK);
        if (walk.cell < 96)
            put_into(&coded, walk.cell, &keys, sets.ids[odd]);
        sketches_take(decoder, 50, 200, byte_view_of_buf(&coded));
        found = sketches_decode(decoder);
        assert_int_equal(found, walk.cell >= 96);
        assert_int_equal(sketch_is_inconsistent(decoder), walk.cell < 96);
        (void)sketch_foreign(decoder, &foreign);
        assert_in_range(foreign, 0, 200);
        byte_buf_release(&coded);
        sketch_free(decoder);
        sketch_free(sender);
        mem_free(sets.ids);
    }
}

/* An id alone in a cell that it does not go into, or there with an own one
 * that does, is none. */
static void
test_misplaced(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 56);
    for (size_t run = 0; run < 60; run++) {
        struct sketch *decoder;
        struct byte_buf coded;
        struct sets sets;
        struct sketch_keys keys;
        struct sketch_walk walk;
        uint64_t other;
        bool found;
        size_t foreign;

        sketches_draw(&sets, &entropy, 50, 0, 0);
        keys = sketch_keys_of(&sets.salt);
        decoder = sketches_of(&sets, true);
        byte_buf_init(&coded, 10000);
        sketches_extend(decoder, 200);
        assert_int_equal(sketch_write(decoder, 0, 200, &coded), STATUS_OK);
        for (walk = sketch_walk_begin(&keys, sets.ids[3]);
             walk.cell < 1 + run % 20;)
            sketch_walk_next(&walk);
        walk.cell %= 96;
        do {
            other = sketches_id(&entropy);
        } while (sketches_maps(&keys, other, walk.cell));
        put_into(&coded, walk.cell, &keys, other);
        if (run % 2 == 1)
            put_into(&coded, walk.cell, &keys, sets.ids[3]);
        /* Own ids are only tried while cell 0 holds something. */
        put_into(&coded, 0, &keys, 1);
        put_into(&coded, 0, &keys, 2);
        sketches_take(decoder, 50, 200, byte_view_of_buf(&coded));
        found = sketches_decode(decoder);
        assert_false(found);
        assert_false(sketch_is_inconsistent(decoder));
        assert_int_equal(sketch_own_only_count(decoder), 0);
        (void)sketch_foreign(decoder, &foreign);
        assert_int_equal(foreign, 0);
        byte_buf_release(&coded);
        sketch_free(decoder);
        mem_free(sets.ids);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hidden_record),
        cmocka_unit_test(test_sparse_records),
        cmocka_unit_test(test_equal_short_ids),
        cmocka_unit_test(test_found_twice),
        cmocka_unit_test(test_to_and_fro),
        cmocka_unit_test(test_misplaced),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
