#include "tests/unit/statements.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "core/entropy.h"
#include "core/limits.h"

/* Words that deflate shrinks, a different beginning for each number; or, if
 * not, octets that nothing shrinks. */
static void
fill(uint8_t *octets, size_t size, uint32_t number, bool shrinks)
{
    static const char words[] = "We call on the authorities to release them. ";
    struct entropy entropy;

    entropy_init_seed(&entropy, number);
    entropy_fill(&entropy, octets, size);
    for (size_t i = 0; shrinks && i < size; i++)
        octets[i] = i < 8 ? (uint8_t)('a' + octets[i] % 26)
                          : (uint8_t)words[i % (sizeof(words) - 1)];
}

/* Letters: as good as a text that a dictionary shrinks to the half. */
static void
fill_letters(uint8_t *octets, size_t size, uint32_t number)
{
    fill(octets, size, number, false);
    for (size_t i = 0; i < size; i++)
        octets[i] = (uint8_t)('a' + octets[i] % 26);
}

static struct record_file
put_file(struct store *store, bool is_text, const struct statements_spec *spec)
{
    struct record_file file = {
        .name = byte_view_of_text(is_text ? "statement.md" : "photo.jpg"),
        .language = byte_view_of_text(is_text ? "en" : "-"),
        .type = byte_view_of_text(is_text ? "text/markdown" : "image/jpeg")};
    const size_t size = is_text ? spec->text : spec->attachment;
    struct bundle_writer *writer;
    static struct stash stash;
    uint8_t *octets = malloc(size);

    assert_non_null(octets);
    if (is_text && spec->letters)
        fill_letters(octets, size, spec->number);
    else
        fill(octets, size, spec->number, is_text || spec->repeating);
    stash_init(&stash, store, STORE_FOLLOWED);
    assert_int_equal(bundle_writer_new(&writer, &stash,
                                       is_text && spec->dictionaries,
                                       file.language),
                     STATUS_OK);
    assert_int_equal(bundle_writer_add(writer, byte_view_of(octets, size)),
                     STATUS_OK);
    assert_int_equal(bundle_writer_finish(writer, &file), STATUS_OK);
    bundle_writer_free(writer);
    free(octets);
    return file;
}

static struct record *
seal(const struct record_fields *fields, const struct key_secret *author)
{
    struct byte_buf header;
    struct record *record;

    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(record_write_header(&header, fields), STATUS_OK);
    assert_int_equal(record_seal(&record, byte_view_of_buf(&header), author),
                     STATUS_OK);
    byte_buf_release(&header);
    return record;
}

void
statements_put_record(struct store *store, const struct record *record,
                      enum store_class keeping, struct day today)
{
    enum store_state state;

    assert_int_equal(store_put_record(store, record, keeping, today),
                     STATUS_OK);
    assert_int_equal(bundle_settle(store, record, &state), STATUS_OK);
    assert_int_equal(state, STORE_COMPLETE);
}

struct record *
statements_put(struct store *store, const struct statements_spec *spec,
               const struct key_secret *author, enum store_class keeping,
               struct day today)
{
    struct record_line line = {byte_view_of_text("title"), {NULL, 0}};
    struct record_file files[2];
    struct record_fields fields = {
        .kind =
            byte_view_of_text(spec->kind == NULL ? "statement" : spec->kind),
        .key = author->public_key,
        .date = {spec->day},
        .line_count = 1,
        .lines = &line,
        .files = files};
    struct record *record;
    char title[32];

    snprintf(title, sizeof(title), "number %u", spec->number);
    line.text = byte_view_of_text(title);
    assert_int_equal(store_begin(store), STATUS_OK);
    if (spec->text > 0)
        files[fields.file_count++] = put_file(store, true, spec);
    if (spec->attachment > 0)
        files[fields.file_count++] = put_file(store, false, spec);
    record = seal(&fields, author);
    statements_put_record(store, record, keeping, today);
    assert_int_equal(store_commit(store), STATUS_OK);
    return record;
}
