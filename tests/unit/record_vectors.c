#include "tests/unit/record_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/limits.h"
#include "tests/unit/vectors.h"

#define FILE_SIZE    ((size_t)33000)
#define LINE_OF_FILE "line %05u of a file of two chunks\n"

const struct record_id *
record_vectors_id(const struct record_id *ids, const char *name, size_t size)
{
    for (size_t i = 0; i < record_vectors_good_count; i++) {
        const char *known = record_vectors_good[i].name;

        if (strlen(known) == size && memcmp(known, name, size) == 0)
            return &ids[i];
    }
    fail_msg("no vector is called %.*s", (int)size, name);
    return NULL;
}

static int
compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct record_id));
}

/* The lines for `WORD NAME...`, less the word. */
static void
write_sorted(struct writer *writer, const char *word, struct byte_view names,
             const struct record_id *ids)
{
    struct record_id sorted[4] = {{{0}}};
    size_t count = 0;

    while (names.size > 0) {
        struct byte_view name = vectors_word(&names);

        assert_true(count < 4);
        sorted[count++] =
            *record_vectors_id(ids, (const char *)name.data, name.size);
    }
    qsort(sorted, count, sizeof(sorted[0]), compare_ids);
    for (size_t i = 0; i < count; i++) {
        writer_text(writer, word);
        writer_hex(writer, sorted[i].octets, 32);
        writer_text(writer, "\n");
    }
}

static void
write_fill(struct writer *writer, size_t wanted, size_t others)
{
    while (others < wanted) {
        writer_text(writer, "x");
        others++;
    }
}

static void
write_placeholder(struct writer *writer, struct byte_view what, size_t others,
                  const struct record_id *ids)
{
    if (byte_view_equal_text(what, "fill")) {
        write_fill(writer, RECORD_HEADER_MAX, others);
    } else if (byte_view_equal_text(what, "overfill")) {
        write_fill(writer, RECORD_HEADER_MAX + 1, others);
    } else if (byte_view_starts_with(what, "previous ")) {
        write_sorted(writer, "previous ", byte_view_slice(what, 9, what.size),
                     ids);
    } else if (byte_view_starts_with(what, "follows ")) {
        write_sorted(writer, "follows ", byte_view_slice(what, 8, what.size),
                     ids);
    } else {
        const struct record_id *id =
            record_vectors_id(ids, (const char *)what.data, what.size);

        writer_hex(writer, id->octets, 32);
    }
}

void
record_vectors_write_lines(struct writer *writer, const char *lines,
                           const struct record_id *ids)
{
    struct byte_view left = byte_view_of_text(lines);
    size_t size = left.size;

    while (left.size > 0) {
        const uint8_t *at = memchr(left.data, '@', left.size);
        size_t before = at == NULL ? left.size : (size_t)(at - left.data);

        writer_bytes(writer, byte_view_slice(left, 0, before));
        left = byte_view_slice(left, before, left.size);
        if (at != NULL) {
            const uint8_t *end = memchr(at + 1, '@', left.size - 1);
            size_t inner;

            assert_non_null(end);
            inner = (size_t)(end - at) - 1;
            write_placeholder(writer, byte_view_slice(left, 1, inner),
                              size - inner - 2, ids);
            left = byte_view_slice(left, inner + 2, left.size);
        }
    }
}

struct byte_buf
record_vectors_octets(const struct record_vectors_file *file)
{
    size_t most =
        strcmp(file->name, "sealed.bin") == 0 ? SEALED_BOX_MIN : FILE_SIZE;
    struct byte_buf out;

    byte_buf_init(&out, FILE_SIZE);
    if (file->text != NULL) {
        assert_int_equal(byte_buf_append_text(&out, file->text), STATUS_OK);
        return out;
    }
    for (unsigned i = 1; out.size < most; i++) {
        char line[64];
        size_t size = (size_t)snprintf(line, sizeof(line), LINE_OF_FILE, i);

        if (size > most - out.size)
            size = most - out.size;
        assert_int_equal(byte_buf_append(&out, byte_view_of(line, size)),
                         STATUS_OK);
    }
    return out;
}

/* The list of a file of two chunks, as FORMAT.md has it and not as chunk.c. */
static void
write_list_id(struct writer *writer, struct byte_view octets)
{
    uint8_t list[64];
    uint8_t id[32];

    assert_true(octets.size <= 2 * CHUNK_SIZE);
    hash_256(list, byte_view_slice(octets, 0, CHUNK_SIZE));
    hash_256(list + 32, byte_view_slice(octets, CHUNK_SIZE, CHUNK_SIZE));
    hash_256(id, byte_view_of(list, sizeof(list)));
    writer_hex(writer, id, sizeof(id));
}

void
record_vectors_write_file(struct writer *writer,
                          const struct record_vectors_file *file)
{
    struct byte_buf octets = record_vectors_octets(file);
    struct byte_view view = byte_view_of_buf(&octets);
    char line[256];
    uint8_t hash[32];

    snprintf(line, sizeof(line), "file %s %s %s %zu ", file->name,
             file->language, file->type, view.size);
    writer_text(writer, line);
    if (view.size > CHUNK_SIZE)
        write_list_id(writer, view);
    else
        writer_text(writer, "-");
    snprintf(line, sizeof(line), "\nBLAKE2b-256 (%s) = ", file->name);
    writer_text(writer, line);
    hash_256(hash, view);
    writer_hex(writer, hash, sizeof(hash));
    writer_text(writer, "\n");
    byte_buf_release(&octets);
}
