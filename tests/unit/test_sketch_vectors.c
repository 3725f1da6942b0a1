/*
 * tests/vectors/sketch: roots, chances, ways, cells and differences as
 * another program (tests/cli/second_sketch.py) has them from
 * net/PROTOCOL.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/text.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/sketch.h"
#include "net/sketch_map.h"
#include "tests/unit/row_store.h"
#include "tests/unit/sketches.h"
#include "tests/unit/test_support.h"
#include "tests/unit/vectors.h"

static uint64_t
take_number(struct byte_view *line)
{
    uint64_t number = 0;

    assert_int_equal(
        text_decimal_parse(&number, UINT64_MAX, vectors_word(line)), STATUS_OK);
    return number;
}

/* size octets, 8 at most, the highest first. */
static uint64_t
parse_hex(struct byte_view word, size_t size)
{
    uint8_t octets[8];
    uint64_t number = 0;

    assert_int_equal(word.size, size * 2);
    assert_int_equal(text_hex_parse(octets, size, word), STATUS_OK);
    for (size_t i = 0; i < size; i++)
        number = number << 8 | octets[i];
    return number;
}

static struct salt
take_salt(struct byte_view *line)
{
    struct salt salt;

    assert_int_equal(
        text_hex_parse(salt.octets, sizeof(salt.octets), vectors_word(line)),
        STATUS_OK);
    return salt;
}

/* The next of words with commas between them; none if words is "-". */
static struct byte_view
take_part(struct byte_view *words)
{
    struct byte_view whole = *words;
    size_t size = 0;

    while (size < whole.size && whole.data[size] != ',')
        size++;
    *words = byte_view_slice(whole, size + 1, whole.size);
    return byte_view_slice(whole, 0, size);
}

static void
check_root(struct byte_view line)
{
    const uint64_t number = take_number(&line);

    assert_int_equal(sketch_root(number), take_number(&line));
}

static void
check_rho(struct byte_view line)
{
    const uint64_t cell = take_number(&line);

    assert_int_equal(sketch_rho((uint32_t)cell), take_number(&line));
}

static void
check_way(struct byte_view line)
{
    const struct salt salt = take_salt(&line);
    const struct sketch_keys keys = sketch_keys_of(&salt);
    const uint64_t id = parse_hex(vectors_word(&line), 6);
    struct sketch_walk walk = sketch_walk_begin(&keys, id);

    assert_int_equal(sketch_check(&keys, id),
                     parse_hex(vectors_word(&line), 4));
    for (; walk.cell != SKETCH_WALK_END; sketch_walk_next(&walk)) {
        struct byte_view part = take_part(&line);

        assert_int_equal(walk.cell, take_number(&part));
        assert_true(sketches_maps(&keys, id, walk.cell));
    }
    assert_int_equal(line.size, 0);
}

/* Add records first to end - 1 of the vectors. */
static void
add_records(struct sketch *sketch, const struct salt *salt, uint64_t first,
            uint64_t end)
{
    for (uint64_t k = first; k < end; k++) {
        const uint8_t number[4] = {(uint8_t)k, (uint8_t)(k >> 8),
                                   (uint8_t)(k >> 16), (uint8_t)(k >> 24)};
        struct record_id id;

        hash_256(id.octets, byte_view_of(number, sizeof(number)));
        assert_int_equal(sketch_add(sketch, short_id(salt, &id)), STATUS_OK);
    }
}

static void
check_cells(struct byte_view line)
{
    const struct salt salt = take_salt(&line);
    const uint64_t first = take_number(&line);
    const uint64_t end = take_number(&line);
    struct sketch *sketch;
    struct byte_buf coded;
    uint8_t expected[4096];
    size_t count = 0;

    while (sketch_size(0, count) < line.size / 2)
        count++;
    assert_in_range(line.size, 1, 2 * sizeof(expected));
    assert_int_equal(text_hex_parse(expected, line.size / 2, line), STATUS_OK);
    assert_int_equal(sketch_new(&sketch, &salt, (size_t)end), STATUS_OK);
    add_records(sketch, &salt, first, end);
    sketches_extend(sketch, count);
    byte_buf_init(&coded, sizeof(expected));
    assert_int_equal(sketch_write(sketch, 0, count, &coded), STATUS_OK);
    assert_int_equal(coded.size, line.size / 2);
    assert_memory_equal(coded.data, expected, coded.size);
    byte_buf_release(&coded);
    sketch_free(sketch);
}

/* What decoder found is what line gives. */
static void
check_found(const struct sketch *decoder, struct byte_view line)
{
    struct byte_view own = vectors_word(&line);
    struct byte_view other = vectors_word(&line);
    const uint64_t *foreign;
    size_t count;
    size_t own_count = 0;

    foreign = sketch_foreign(decoder, &count);
    if (byte_view_equal_text(other, "-"))
        other.size = 0;
    for (size_t i = 0; i < count; i++)
        assert_true(parse_hex(take_part(&other), 6) == foreign[i]);
    assert_int_equal(other.size, 0);
    if (byte_view_equal_text(own, "-"))
        own.size = 0;
    for (; own.size > 0; own_count++)
        assert_true(sketch_is_own_only(decoder, parse_hex(take_part(&own), 6)));
    assert_int_equal(sketch_own_only_count(decoder), own_count);
}

static void
check_difference(struct byte_view line)
{
    const struct salt salt = take_salt(&line);
    const uint64_t common = take_number(&line);
    const uint64_t own = common + take_number(&line);
    const uint64_t end = own + take_number(&line);
    const size_t cells = (size_t)take_number(&line);
    struct sketch *decoder;
    struct sketch *sender;
    struct byte_buf coded;
    uint32_t ours;
    uint32_t theirs;
    uint32_t estimate;
    bool found;

    assert_int_equal(sketch_new(&decoder, &salt, (size_t)end), STATUS_OK);
    assert_int_equal(sketch_new(&sender, &salt, (size_t)end), STATUS_OK);
    add_records(decoder, &salt, 0, own);
    add_records(sender, &salt, 0, common);
    add_records(sender, &salt, own, end);
    ours = (uint32_t)sketches_seal(decoder);
    theirs = (uint32_t)sketches_seal(sender);
    byte_buf_init(&coded, 4096);
    sketches_extend(sender, cells);
    assert_int_equal(sketch_write(sender, 0, cells, &coded), STATUS_OK);
    sketches_take(decoder, theirs, cells, byte_view_of_buf(&coded));
    estimate = sketch_estimate(decoder);
    assert_int_equal(estimate, take_number(&line));
    assert_int_equal(sketch_cells_for(estimate, ours, theirs),
                     take_number(&line));
    assert_int_equal(sketch_is_list_better(estimate, ours, theirs),
                     take_number(&line));
    found = sketches_decode(decoder);
    assert_true(found);
    check_found(decoder, line);
    byte_buf_release(&coded);
    sketch_free(decoder);
    sketch_free(sender);
}

static void
check_policy(struct byte_view line)
{
    const uint32_t difference = (uint32_t)take_number(&line);
    const uint32_t own = (uint32_t)take_number(&line);
    const uint32_t theirs = (uint32_t)take_number(&line);

    assert_int_equal(sketch_cells_for(difference, own, theirs),
                     take_number(&line));
    assert_int_equal(sketch_is_list_better(difference, own, theirs),
                     take_number(&line));
}

static enum store_class
keeping(void *context, const struct key_author *author)
{
    (void)context;
    (void)author;
    return STORE_OTHER;
}

/* The message behind HELLO is the CELLS that line gives, or no CELLS. */
static void
check_said(struct byte_view said, struct byte_view line)
{
    static uint8_t expected[2000];
    struct message_stream stream;
    struct message message;
    struct byte_view rest;

    message_stream_init(&stream, 100000);
    assert_int_equal(message_stream_feed(&stream, said), STATUS_OK);
    assert_true(message_stream_next(&stream, &message));
    assert_int_equal(message.type, MESSAGE_HELLO);
    rest =
        byte_view_slice(said, MESSAGE_HEAD_SIZE + message.body.size, said.size);
    if (byte_view_equal_text(line, "-")) {
        assert_int_equal(rest.data[0], MESSAGE_SUMMARY);
    } else {
        assert_in_range(line.size, 2, 2 * sizeof(expected));
        assert_int_equal(text_hex_parse(expected, line.size / 2, line),
                         STATUS_OK);
        assert_in_range(rest.size, line.size / 2 + 1, said.size);
        assert_memory_equal(rest.data, expected, line.size / 2);
        assert_int_equal(rest.data[line.size / 2], MESSAGE_SUMMARY);
    }
    message_stream_release(&stream);
}

static void
check_first(struct byte_view line)
{
    const struct salt salt = take_salt(&line);
    const uint8_t wish = (uint8_t)take_number(&line);
    const int32_t today = (int32_t)take_number(&line);
    const uint32_t records = (uint32_t)take_number(&line);
    const uint32_t each = (uint32_t)take_number(&line);
    struct store *store = row_store_new();
    struct node_config config = {.store = store, .keeping = keeping};
    static struct node node;
    struct entropy entropy;
    struct peer *peer;

    entropy_init_seed(&entropy, 3);
    config.entropy = &entropy;
    for (uint32_t i = 0; i < records; i++)
        row_store_add(store, RECORD_SET_STATEMENTS,
                      today + 1 - (int32_t)(i / each), i);
    assert_int_equal(node_init(&node, &config), STATUS_OK);
    node.has_day = true;
    node.today.number = today;
    assert_int_equal(peer_new(&peer, &node, (struct link_id){1}, false),
                     STATUS_OK);
    peer->salt = salt;
    assert_int_equal(peer_greet(peer, true, wish), STATUS_OK);
    check_said(byte_view_of_buf(&peer->out), line);
    peer_free(peer);
    node_release(&node);
    store_free(store);
}

struct kind {
    const char *name;
    void (*check)(struct byte_view line);
    size_t count; /* lines of this kind that there must be */
};

static void
check_file(const char *name, const struct kind *kinds, size_t kind_count)
{
    struct byte_view file = vectors_read(name);
    struct byte_view text = file;
    struct byte_view line;
    size_t counts[4] = {0};

    assert_in_range(kind_count, 1, 4);
    while (vectors_line(&line, &text)) {
        struct byte_view word = vectors_word(&line);
        size_t i = 0;

        while (i < kind_count && !byte_view_equal_text(word, kinds[i].name))
            i++;
        assert_true(i < kind_count);
        kinds[i].check(line);
        counts[i]++;
    }
    for (size_t i = 0; i < kind_count; i++)
        assert_int_equal(counts[i], kinds[i].count);
    vectors_free(file);
}

static void
test_mapping(void **state)
{
    static const struct kind kinds[] = {
        {"root", check_root, 51},
        {"rho", check_rho, 95},
        {"way", check_way, 30},
    };

    (void)state;
    check_file("sketch/mapping.txt", kinds, 3);
}

static void
test_sketches(void **state)
{
    static const struct kind kinds[] = {
        {"cells", check_cells, 3},
        {"difference", check_difference, 8},
        {"policy", check_policy, 44},
    };

    (void)state;
    check_file("sketch/sketches.txt", kinds, 3);
}

static void
test_first_cells(void **state)
{
    static const struct kind kinds[] = {{"first", check_first, 6}};

    (void)state;
    check_file("sketch/first_cells.txt", kinds, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mapping),
        cmocka_unit_test(test_sketches),
        cmocka_unit_test(test_first_cells),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
