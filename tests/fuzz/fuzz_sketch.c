/*
 * Cells from a peer who sends anything: own ids, a number of records, and
 * pieces of cells.  A piece may be hostile octets, or true cells of a set that
 * is near ours with some octets changed.
 *
 * Decoding ends, keeps within its bounds, and what it calls complete is a
 * difference: together with our ids it makes a set of the announced size whose
 * cells are those that came, octet for octet.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/reader.h"
#include "net/sketch.h"
#include "tests/fuzz/check.h"

#define CELLS_MOST 200
#define IDS_MOST   64

/* What was handed to the decoder: the sums and checks, and how many. */
struct sent {
    uint8_t cells[CELLS_MOST * SKETCH_COUNTED_SIZE];
    size_t count;
};

static struct sketch *
sketch_with(const struct salt *salt, const uint64_t *ids, size_t count)
{
    size_t steps = SKETCH_STEPS_ID;
    struct sketch *sketch;

    CHECK(sketch_new(&sketch, salt, count) == STATUS_OK);
    for (size_t i = 0; i < count; i++)
        CHECK(sketch_add(sketch, ids[i]) == STATUS_OK);
    while (!sketch_seal(sketch, &steps))
        steps = SKETCH_STEPS_ID;
    return sketch;
}

/* Make count cells, in small pieces. */
static void
extend(struct sketch *sketch, size_t count)
{
    bool done = false;

    while (!done) {
        size_t steps = SKETCH_STEPS_ID;

        CHECK(sketch_extend(sketch, count, &steps, &done) == STATUS_OK);
        CHECK(steps <= SKETCH_STEPS_ID);
    }
}

/* Decode, given so many steps at a time: was all found? */
static bool
decode(struct sketch *sketch, size_t given)
{
    enum sketch_outcome outcome = SKETCH_UNDONE;

    while (outcome == SKETCH_UNDONE) {
        size_t steps = given;

        CHECK(sketch_decode(sketch, &steps, &outcome) == STATUS_OK);
        CHECK(outcome != SKETCH_UNDONE || steps < given);
    }
    return outcome == SKETCH_FOUND;
}

/* The set that the decoder says the sender has makes the cells it sent. */
static void
check_complete(const struct sketch *decoder, const struct salt *salt,
               const uint64_t *ids, size_t count, const struct sent *sent,
               uint32_t records)
{
    uint64_t theirs[IDS_MOST + CELLS_MOST];
    const uint64_t *foreign;
    struct sketch *sketch;
    struct byte_buf coded;
    size_t foreign_count;
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        if (!sketch_is_own_only(decoder, ids[i]))
            theirs[size++] = ids[i];
    foreign = sketch_foreign(decoder, &foreign_count);
    CHECK(foreign_count <= sent->count);
    for (size_t i = 0; i < foreign_count; i++) {
        CHECK(i == 0 || foreign[i] > foreign[i - 1]);
        CHECK(!sketch_is_own_only(decoder, foreign[i]));
        theirs[size++] = foreign[i];
    }
    sketch = sketch_with(salt, theirs, size);
    CHECK(sketch_count(sketch) == records);
    CHECK(sent->count >= SKETCH_CELLS_LEAST);
    extend(sketch, sent->count);
    byte_buf_init(&coded, sizeof(sent->cells));
    CHECK(sketch_write(sketch, 0, sent->count, &coded) == STATUS_OK);
    for (size_t i = 0; i < sent->count; i++) {
        const size_t at = sketch_size(0, i);

        CHECK(memcmp(&coded.data[at], &sent->cells[at], SKETCH_CELL_SIZE) == 0);
    }
    byte_buf_release(&coded);
    sketch_free(sketch);
}

/* Octets for the next count cells: those of near, changed as the input says,
 * or the input itself. */
static void
make_cells(uint8_t *out, struct sketch *near, size_t first, size_t count,
           struct reader *reader)
{
    const size_t size = sketch_size(first, count);
    const uint8_t changes = reader_u8(reader);
    struct byte_buf coded;

    if (changes == 0xff) {
        struct byte_view octets =
            reader_bytes(reader, size < reader->left ? size : reader->left);

        memset(out, 0, size);
        if (octets.size > 0)
            memcpy(out, octets.data, octets.size);
        return;
    }
    byte_buf_init(&coded, CELLS_MOST * SKETCH_COUNTED_SIZE);
    extend(near, first + count);
    CHECK(sketch_write(near, first, count, &coded) == STATUS_OK);
    for (uint8_t i = 0; i < changes % 8; i++) {
        const size_t at = reader_u16(reader);

        coded.data[at % size] ^= reader_u8(reader);
    }
    memcpy(out, coded.data, size);
    byte_buf_release(&coded);
}

/* Ids that the input gives, small ones, so that it can give some twice. */
static size_t
read_ids(uint64_t ids[IDS_MOST], struct reader *reader)
{
    const size_t count = reader_u8(reader) % (IDS_MOST + 1);
    const uint64_t from = reader_u48(reader);

    for (size_t i = 0; i < count; i++) {
        const uint8_t step = reader_u8(reader);

        ids[i] = (from + i * (1 + step % 4)) % ((uint64_t)1 << SHORT_ID_BITS);
        if (ids[i] == 0)
            ids[i] = 1;
    }
    return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct sent sent = {.count = 0};
    struct reader reader;
    struct salt salt = {{0}};
    uint64_t ids[IDS_MOST];
    uint64_t near_ids[IDS_MOST];
    struct sketch *decoder;
    struct sketch *near;
    size_t count;
    uint32_t records;

    reader_init(&reader, byte_view_of(octets, size));
    salt.octets[0] = reader_u8(&reader);
    count = read_ids(ids, &reader);
    decoder = sketch_with(&salt, ids, count);
    near = sketch_with(&salt, near_ids, read_ids(near_ids, &reader));
    records = (uint32_t)sketch_count(near) + reader_u8(&reader);
    while (!reader.failed && reader.left > 0 && sent.count < CELLS_MOST) {
        uint8_t *out = &sent.cells[sketch_size(0, sent.count)];
        size_t more = 1U + reader_u8(&reader) % 100U;
        bool found;

        if (more > CELLS_MOST - sent.count)
            more = CELLS_MOST - sent.count;
        make_cells(out, near, sent.count, more, &reader);
        extend(decoder, sent.count + more);
        sketch_take(decoder, records, more,
                    byte_view_of(out, sketch_size(sent.count, more)));
        sent.count += more;
        found = decode(decoder,
                       salt.octets[0] % 2 == 0 ? SIZE_MAX : SKETCH_STEPS_ID);
        CHECK(sketch_own_only_count(decoder) <= count);
        CHECK(!(found && sketch_is_inconsistent(decoder)));
        (void)sketch_estimate(decoder);
        if (found)
            check_complete(decoder, &salt, ids, count, &sent, records);
    }
    sketch_free(decoder);
    sketch_free(near);
    return 0;
}
