/* Writing headers: what is refused, and that reading gives back what was
 * written, over thousands of random headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/record_parse.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/records.h"

#define ROUNDS    4000
#define MUTATIONS 8

static struct record_parse parsed;

/* Random fields, and the memory that they point into. */
struct sample {
    struct record_fields fields;
    struct record_id previous[RECORD_PREVIOUS_MAX];
    struct record_line lines[12];
    struct record_file files[8];
    char text[64 * 1024];
    size_t text_size;
};

static struct byte_view
keep(struct sample *sample, const char *text)
{
    char *place = sample->text + sample->text_size;
    size_t size = strlen(text);

    assert_true(sample->text_size + size <= sizeof(sample->text));
    memcpy(place, text, size);
    sample->text_size += size;
    return byte_view_of(place, size);
}

#define PICK(entropy, array) \
    (array)[entropy_below((entropy), sizeof(array) / sizeof((array)[0]))]

static struct byte_view
random_text(struct sample *sample, struct entropy *entropy)
{
    static const char *const pieces[] = {"a",
                                         "Z",
                                         "9",
                                         "a b",
                                         "!",
                                         "-",
                                         "\xd1\x91",
                                         "\xd2\x9b",
                                         "\xd3\x99",
                                         "\xe2\x80\x9c",
                                         "\xe2\x80\x8c",
                                         "\xe4\xb8\xad",
                                         "\xf0\x9f\x95\x8a",
                                         "\xc2\xad",
                                         "\xd9\x85",
                                         "file",
                                         "key",
                                         " x",
                                         "\xe2\x80\xa6"};
    char text[256] = "x";
    uint32_t count = entropy_below(entropy, 40);

    for (uint32_t i = 0; i < count; i++) {
        size_t size = strlen(text);

        snprintf(text + size, sizeof(text) - size, "%s", PICK(entropy, pieces));
    }
    return keep(sample, text);
}

static void
random_file(struct sample *sample, struct record_file *file, size_t number,
            struct entropy *entropy)
{
    static const char *const languages[] = {"-",  "und",     "en",
                                            "ru", "uz-Cyrl", "pt-BR"};
    static const char *const types[] = {"text/markdown", "image/jpeg",
                                        "application/pdf", "a/b+c.d"};
    static const uint32_t sizes[] = {1, 5, 32767, 32768, 32769, 1U << 30};
    char name[32];

    memset(file, 0, sizeof(*file));
    snprintf(name, sizeof(name), "%zu-%u.md", number,
             entropy_below(entropy, 1000));
    file->name = keep(sample, name);
    file->language = keep(sample, PICK(entropy, languages));
    file->type = keep(sample, PICK(entropy, types));
    file->size = PICK(entropy, sizes);
    file->has_list = file->size > CHUNK_SIZE;
    if (file->has_list)
        entropy_fill(entropy, file->list_id, sizeof(file->list_id));
    entropy_fill(entropy, file->hash, sizeof(file->hash));
}

static void
random_sample(struct sample *sample, struct entropy *entropy)
{
    static const char *const words[] = {"title", "signatory", "z", "p2pub1",
                                        "a-word-of-thirty-two-octets-0123"};
    static const char *const kinds[] = {"statement", "identity", "a", "key",
                                        "file"};
    struct record_fields *fields = &sample->fields;

    memset(fields, 0, sizeof(*fields));
    sample->text_size = 0;
    fields->kind = keep(sample, PICK(entropy, kinds));
    entropy_fill(entropy, &fields->key, sizeof(fields->key));
    fields->date.number =
        DAY_FIRST.number +
        (int32_t)entropy_below(
            entropy, (uint32_t)(DAY_LAST.number - DAY_FIRST.number + 1));
    fields->previous_count = entropy_below(entropy, RECORD_PREVIOUS_MAX + 1);
    fields->sequence = fields->previous_count > 0
                           ? 2 + entropy_below(entropy, RECORD_SEQUENCE_MAX - 1)
                           : entropy_below(entropy, 2);
    for (size_t i = 0; i < fields->previous_count; i++) {
        entropy_fill(entropy, &sample->previous[i], sizeof(struct record_id));
        sample->previous[i].octets[0] = (uint8_t)(i * 15);
    }
    fields->line_count = entropy_below(entropy, 13);
    for (size_t i = 0; i < fields->line_count; i++) {
        sample->lines[i].word = keep(sample, PICK(entropy, words));
        sample->lines[i].text = random_text(sample, entropy);
    }
    fields->file_count = entropy_below(entropy, 9);
    for (size_t i = 0; i < fields->file_count; i++)
        random_file(sample, &sample->files[i], i, entropy);
    fields->previous = sample->previous;
    fields->lines = sample->lines;
    fields->files = sample->files;
}

static void
assert_view_equal(struct byte_view a, struct byte_view b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
}

static void
assert_fields_equal(const struct record_fields *a,
                    const struct record_fields *b)
{
    assert_view_equal(a->kind, b->kind);
    assert_true(key_public_equal(&a->key, &b->key));
    assert_int_equal(a->date.number, b->date.number);
    assert_int_equal(a->sequence, b->sequence);
    assert_int_equal(a->previous_count, b->previous_count);
    for (size_t i = 0; i < a->previous_count; i++)
        assert_true(record_id_equal(&a->previous[i], &b->previous[i]));
    assert_int_equal(a->line_count, b->line_count);
    for (size_t i = 0; i < a->line_count; i++) {
        assert_view_equal(a->lines[i].word, b->lines[i].word);
        assert_view_equal(a->lines[i].text, b->lines[i].text);
    }
    assert_int_equal(a->file_count, b->file_count);
    for (size_t i = 0; i < a->file_count; i++) {
        const struct record_file *file = &a->files[i];

        assert_view_equal(file->name, b->files[i].name);
        assert_view_equal(file->language, b->files[i].language);
        assert_view_equal(file->type, b->files[i].type);
        assert_int_equal(file->size, b->files[i].size);
        assert_int_equal(file->has_list, b->files[i].has_list);
        assert_memory_equal(file->list_id, b->files[i].list_id, 32);
        assert_memory_equal(file->hash, b->files[i].hash, 32);
    }
}

/* If header is accepted, writing what it says gives header.  Says whether it
 * was. */
static bool
writes_back(struct byte_view header)
{
    struct byte_buf out;

    if (record_parse_header(&parsed, header) != STATUS_OK)
        return false;
    byte_buf_init(&out, RECORD_HEADER_MAX);
    assert_int_equal(record_write_header(&out, &parsed.fields), STATUS_OK);
    assert_view_equal(byte_view_of_buf(&out), header);
    byte_buf_release(&out);
    return true;
}

/* Change, drop or double an octet of header. */
static void
mutate(struct byte_buf *header, struct entropy *entropy)
{
    size_t at = entropy_below(entropy, (uint32_t)header->size);
    uint8_t octet = header->data[at];

    switch (entropy_below(entropy, 3)) {
    case 0:
        header->data[at] ^= (uint8_t)(1U << entropy_below(entropy, 8));
        break;
    case 1:
        memmove(header->data + at, header->data + at + 1,
                header->size - at - 1);
        header->size--;
        break;
    default:
        assert_int_equal(byte_buf_append(header, byte_view_of(&octet, 1)),
                         STATUS_OK);
        memmove(header->data + at + 1, header->data + at,
                header->size - at - 1);
        break;
    }
}

static void
test_round_trip(void **state)
{
    struct sample *sample = malloc(sizeof(*sample));
    struct byte_buf header, changed;
    struct entropy entropy;
    int accepted = 0;

    (void)state;
    assert_non_null(sample);
    entropy_init_seed(&entropy, 20230626);
    byte_buf_init(&header, RECORD_HEADER_MAX);
    byte_buf_init(&changed, RECORD_HEADER_MAX);
    for (int round = 0; round < ROUNDS; round++) {
        random_sample(sample, &entropy);
        byte_buf_clear(&header);
        assert_int_equal(record_write_header(&header, &sample->fields),
                         STATUS_OK);
        assert_true(writes_back(byte_view_of_buf(&header)));
        assert_fields_equal(&parsed.fields, &sample->fields);
        for (int i = 0; i < MUTATIONS; i++) {
            assert_int_equal(byte_buf_set(&changed, byte_view_of_buf(&header)),
                             STATUS_OK);
            mutate(&changed, &entropy);
            if (writes_back(byte_view_of_buf(&changed)))
                accepted++;
        }
    }
    /* Else this showed nothing about what differs from a written header. */
    assert_true(accepted > ROUNDS / 2);
    byte_buf_release(&changed);
    byte_buf_release(&header);
    free(sample);
}

/* A header of every part, as fields to be spoilt. */
static void
sample_of_all(struct sample *sample)
{
    struct record_fields *fields = &sample->fields;

    memset(sample, 0, sizeof(*sample));
    fields->kind = byte_view_of_text("statement");
    fields->sequence = 2;
    fields->previous_count = 2;
    sample->previous[1].octets[31] = 1;
    fields->line_count = 1;
    sample->lines[0].word = byte_view_of_text("title");
    sample->lines[0].text = byte_view_of_text("x");
    fields->file_count = 2;
    for (size_t i = 0; i < 2; i++) {
        sample->files[i].name = byte_view_of_text(i == 0 ? "a" : "b");
        sample->files[i].language = byte_view_of_text("en");
        sample->files[i].type = byte_view_of_text("text/plain");
        sample->files[i].size = 1;
    }
    fields->previous = sample->previous;
    fields->lines = sample->lines;
    fields->files = sample->files;
}

static enum status
write_status(const struct sample *sample)
{
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, 2 * RECORD_HEADER_MAX);
    assert_int_equal(byte_buf_append_text(&out, "before"), STATUS_OK);
    status = record_write_header(&out, &sample->fields);
    assert_int_equal(out.size == 6, status != STATUS_OK);
    assert_memory_equal(out.data, "before", 6);
    byte_buf_release(&out);
    return status;
}

/* What may stand in no header, field by field. */
static void
test_refused(void **state)
{
    struct sample *s = malloc(sizeof(*s));

    (void)state;
    assert_non_null(s);
    sample_of_all(s);
    assert_int_equal(write_status(s), STATUS_OK);
    s->fields.date = DAY_FIRST;
    assert_int_equal(write_status(s), STATUS_OK);
    s->fields.date = DAY_LAST;
    assert_int_equal(write_status(s), STATUS_OK);
#define REFUSED(change)                                      \
    do {                                                     \
        sample_of_all(s);                                    \
        change;                                              \
        assert_int_equal(write_status(s), STATUS_MALFORMED); \
    } while (0)
    REFUSED(s->fields.kind = byte_view_of(NULL, 0));
    REFUSED(s->fields.kind = byte_view_of_text("Statement"));
    REFUSED(s->fields.kind = byte_view_of_text("statement\nkey x"));
    REFUSED(s->fields.date.number = DAY_FIRST.number - 1);
    REFUSED(s->fields.date.number = DAY_LAST.number + 1);
    REFUSED(s->fields.sequence = RECORD_SEQUENCE_MAX + 1);
    REFUSED(s->fields.sequence = 1);
    REFUSED(s->fields.sequence = 0);
    REFUSED(s->fields.previous_count = 0);
    REFUSED(s->previous[1] = s->previous[0]);
    REFUSED(s->previous[0].octets[0] = 1);
    REFUSED(s->lines[0].word = byte_view_of_text("previous"));
    REFUSED(s->lines[0].word = byte_view_of_text("file"));
    REFUSED(s->lines[0].word = byte_view_of_text("date"));
    REFUSED(s->lines[0].word = byte_view_of_text("title x"));
    REFUSED(s->lines[0].text = byte_view_of(NULL, 0));
    REFUSED(s->lines[0].text = byte_view_of_text("x\ntitle y"));
    REFUSED(s->lines[0].text = byte_view_of_text("x\n"));
    REFUSED(s->lines[0].text = byte_view_of("x\0y", 3));
    REFUSED(s->files[1].name = s->files[0].name);
    REFUSED(s->files[0].name = byte_view_of_text("../a"));
    REFUSED(s->files[0].name = byte_view_of_text("a en"));
    REFUSED(s->files[0].language = byte_view_of_text("EN"));
    REFUSED(s->files[0].language = byte_view_of_text("en text/plain"));
    REFUSED(s->files[0].type = byte_view_of_text("text"));
    REFUSED(s->files[0].size = 0);
    REFUSED(s->files[0].size = (uint32_t)RECORD_FILE_SIZE_MAX + 1);
    REFUSED(s->files[0].size = CHUNK_SIZE + 1);
    REFUSED(s->files[0].has_list = true);
#undef REFUSED
    free(s);
}

static void
test_too_large(void **state)
{
    struct sample *sample = malloc(sizeof(*sample));
    struct record_line *lines = calloc(RECORD_LINES_MAX + 1, sizeof(*lines));
    char *title = malloc(RECORD_HEADER_MAX);
    struct byte_buf small;

    (void)state;
    assert_true(sample != NULL && lines != NULL && title != NULL);
    sample_of_all(sample);
    for (size_t i = 0; i <= RECORD_LINES_MAX; i++)
        lines[i] = sample->lines[0];
    sample->fields.lines = lines;
    sample->fields.line_count = RECORD_LINES_MAX;
    assert_int_equal(write_status(sample), STATUS_OK);
    sample->fields.line_count++;
    assert_int_equal(write_status(sample), STATUS_TOO_LARGE);

    sample_of_all(sample);
    memset(title, 'x', RECORD_HEADER_MAX);
    sample->lines[0].text = byte_view_of(title, RECORD_HEADER_MAX);
    assert_int_equal(write_status(sample), STATUS_TOO_LARGE);

    sample_of_all(sample);
    byte_buf_init(&small, 100);
    assert_int_equal(record_write_header(&small, &sample->fields),
                     STATUS_TOO_LARGE);
    assert_int_equal(small.size, 0);
    byte_buf_release(&small);
    free(title);
    free(lines);
    free(sample);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_large),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
