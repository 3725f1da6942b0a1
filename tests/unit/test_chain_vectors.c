/*
 * The chains of tests/vectors/chains: the committed files are what the table
 * of chain_vectors.h makes, and this p2pub makes of the records in them what
 * they say.  With P2PUB_WRITE_VECTORS=1 in the environment they are made anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "bundles/following.h"
#include "bundles/lineages.h"
#include "core/entropy.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "core/writer.h"
#include "tests/unit/chain_vectors.h"
#include "tests/unit/stores.h"
#include "tests/unit/vectors.h"

#define FILE_MAX ((size_t)256 * 1024)

/* A file as it is read. */
struct reading {
    size_t count;
    struct byte_view names[PILE_MAX];
    struct record *records[PILE_MAX];
    struct stores stores;
    struct lineage lineage; /* that of the version 1 that is pinned */
    struct trust *trust;
    struct lineages *lineages;
};

/* Writing. */

static void
write_records(struct writer *writer, const struct chain_vector *vector)
{
    struct byte_view names = byte_view_of_text(vector->records);
    struct pile pile = {0};

    vector->make(&pile);
    for (size_t i = 0; i < pile.count; i++) {
        const struct byte_view wire = record_wire(pile.records[i]);
        const struct byte_view name = vectors_word(&names);

        assert_true(name.size > 0);
        if (byte_view_equal_text(name, "-"))
            continue;
        writer_text(writer, "record ");
        writer_bytes(writer, name);
        writer_text(writer, " ");
        writer_hex(writer, wire.data, wire.size);
        writer_text(writer, "\n");
    }
    assert_int_equal(names.size, 0);
    pile_release(&pile);
}

/* The committed file has these octets, or gets them. */
static void
check_file(const char *name, struct byte_view octets)
{
    const char *top = getenv("top_srcdir");
    struct byte_view committed;
    char path[TEST_PATH_MAX];

    if (getenv("P2PUB_WRITE_VECTORS") != NULL) {
        snprintf(path, sizeof(path), "%s/tests/vectors/%s",
                 top == NULL ? "." : top, name);
        assert_int_equal(file_write(path, octets, 0644), STATUS_OK);
    }
    committed = vectors_read(name);
    if (!byte_view_equal(committed, octets))
        fail_msg("%s is not what the table makes", name);
    vectors_free(committed);
}

/* Reading. */

static void
read_record(struct reading *reading, struct byte_view line)
{
    uint8_t wire[RECORD_WIRE_MAX];

    assert_true(reading->count < PILE_MAX);
    reading->names[reading->count] = vectors_word(&line);
    assert_true(line.size / 2 <= sizeof(wire));
    assert_int_equal(text_hex_parse(wire, line.size / 2, line), STATUS_OK);
    assert_int_equal(record_open(&reading->records[reading->count++],
                                 byte_view_of(wire, line.size / 2)),
                     STATUS_OK);
}

static const struct record *
find_record(const struct reading *reading, struct byte_view name)
{
    for (size_t i = 0; i < reading->count; i++)
        if (byte_view_equal(reading->names[i], name))
            return reading->records[i];
    fail_msg("no record %.*s", (int)name.size, (const char *)name.data);
    return NULL;
}

static void
forget_reader(struct reading *reading)
{
    lineages_free(reading->lineages);
    trust_free(reading->trust);
    lineage_release(&reading->lineage);
    reading->lineages = NULL;
    reading->trust = NULL;
}

/* A reader who has pinned this version 1, or none. */
static void
begin_reader(struct reading *reading, const struct record *root)
{
    struct trust_entry entry = {.has_pin = true, .name = "Centre"};

    forget_reader(reading);
    assert_int_equal(trust_new(&reading->trust), STATUS_OK);
    if (root != NULL) {
        entry.key = record_fields(root)->key;
        entry.pin = *record_id(root);
        assert_int_equal(trust_add(reading->trust, &entry), STATUS_OK);
        assert_int_equal(
            following_extend(reading->trust, reading->stores.store), STATUS_OK);
        assert_int_equal(lineage_read(&reading->lineage, reading->stores.store,
                                      record_id(root)),
                         STATUS_OK);
    }
    assert_int_equal(
        lineages_new(&reading->lineages, reading->stores.store, reading->trust),
        STATUS_OK);
}

static void
check_counts(const struct reading *reading, struct byte_view names)
{
    for (size_t i = 0; i < reading->lineage.version_count; i++) {
        const struct byte_view name = vectors_word(&names);

        assert_memory_equal(&reading->lineage.versions[i].id,
                            record_id(find_record(reading, name)), 32);
    }
    assert_int_equal(names.size, 0);
}

static void
check_standing(const struct reading *reading, struct byte_view names,
               enum good_standing wanted)
{
    while (names.size > 0) {
        const struct byte_view name = vectors_word(&names);
        const struct record *record = find_record(reading, name);
        const struct record_fields *fields = record_fields(record);
        enum good_standing standing;

        assert_int_equal(lineages_standing(&standing, reading->lineages,
                                           &fields->key.author,
                                           record_id(record), fields->sequence),
                         STATUS_OK);
        if (standing != wanted)
            fail_msg("%.*s: %d", (int)name.size, (const char *)name.data,
                     (int)standing);
    }
}

static void
check_line(struct reading *reading, struct byte_view word,
           struct byte_view rest)
{
    const struct lineage_version *present =
        reading->lineage.versions == NULL ? NULL
                                          : lineage_present(&reading->lineage);
    char key[KEY_STRING_SIZE];

    if (byte_view_equal_text(word, "pinned")) {
        begin_reader(reading, find_record(reading, rest));
    } else if (byte_view_equal_text(word, "unpinned")) {
        begin_reader(reading, NULL);
    } else if (byte_view_equal_text(word, "good")) {
        check_standing(reading, rest, GOOD_PART_GOOD);
    } else if (byte_view_equal_text(word, "claimed")) {
        check_standing(reading, rest, GOOD_PART_CLAIMED);
    } else if (byte_view_equal_text(word, "open")) {
        check_standing(reading, rest, GOOD_PART_OPEN);
    } else if (byte_view_equal_text(word, "counts")) {
        check_counts(reading, rest);
    } else if (byte_view_equal_text(word, "present")) {
        assert_non_null(present);
        assert_memory_equal(&present->id, record_id(find_record(reading, rest)),
                            32);
    } else if (byte_view_equal_text(word, "key")) {
        assert_non_null(present);
        key_public_format(&present->key, key);
        assert_true(byte_view_equal_text(rest, key));
    } else if (byte_view_equal_text(word, "conflict")) {
        assert_true(byte_view_equal_text(
            rest, lineage_is_in_conflict(&reading->lineage) ? "yes" : "no"));
    } else {
        fail_msg("%.*s?", (int)word.size, (const char *)word.data);
    }
}

/* Read the file, and hold a store in which its records arrived in order, or
 * the last one first, to its other lines. */
static void
check_chain(struct byte_view text, bool is_reversed)
{
    struct reading reading = {0};
    struct byte_view left = text;
    struct byte_view line, word;

    stores_open(&reading.stores, STORES_MEM, 0);
    while (vectors_line(&line, &left))
        if (byte_view_equal_text(vectors_word(&line), "record"))
            read_record(&reading, line);
    for (size_t i = 0; i < reading.count; i++)
        assert_int_equal(
            stores_put(reading.stores.store,
                       reading.records[is_reversed ? reading.count - 1 - i : i],
                       STORE_OTHER),
            STATUS_OK);
    left = text;
    while (vectors_line(&line, &left)) {
        word = vectors_word(&line);
        if (!byte_view_equal_text(word, "record"))
            check_line(&reading, word, line);
    }
    forget_reader(&reading);
    stores_close(&reading.stores);
    for (size_t i = 0; i < reading.count; i++)
        record_free(reading.records[i]);
}

static void
test_chains(void **state)
{
    (void)state;
    for (size_t i = 0; i < chain_vectors_count; i++) {
        const struct chain_vector *vector = &chain_vectors[i];
        struct byte_buf text;
        struct writer writer;
        char name[128];

        print_message("%s: %s\n", vector->name, vector->about);
        byte_buf_init(&text, FILE_MAX);
        writer_init(&writer, &text);
        writer_text(&writer, "# ");
        writer_text(&writer, vector->about);
        writer_text(&writer, "\n");
        write_records(&writer, vector);
        writer_text(&writer, vector->wanted);
        assert_int_equal(writer_status(&writer), STATUS_OK);
        snprintf(name, sizeof(name), "chains/%s.txt", vector->name);
        check_file(name, byte_view_of_buf(&text));
        check_chain(byte_view_of_buf(&text), false);
        check_chain(byte_view_of_buf(&text), true);
        byte_buf_release(&text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_chains)};

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
