/*
 * Fills a store with a folder of statements, for the benches:
 *
 *     fill STORE FOLDER [SALT]
 *
 * Every FOLDER/NAME.md begins with front matter, lines `author: NAME`,
 * `date: YYYY-MM-DD...` and `lang: TAG` among them.  Each author gets a key
 * made from SALT and the name, so that a folder always gives the same records,
 * and one more folder with a salt of its own gives records of other authors,
 * beside those that the store has.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundles/bundle.h"
#include "bundles/statement.h"
#include "bundles/store_sqlite.h"
#include "core/entropy.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"

#define AUTHORS_MAX 256
#define TURN        256 /* statements a transaction */

struct author {
    uint8_t seed[32];
    struct key_secret *secret;
    uint32_t sequence;
    struct record_id previous;
};

struct filler {
    struct store *store;
    const char *salt;
    struct author authors[AUTHORS_MAX];
    size_t author_count;
    size_t count;
};

static void
must(enum status status, const char *what)
{
    if (status == STATUS_OK)
        return;
    (void)fprintf(stderr, "fill: %s: %s\n", what, status_text(status));
    exit(1);
}

/* What stands behind `name: ` in the front matter. */
static struct byte_view
front(struct byte_view text, const char *name)
{
    char wanted[32];
    const uint8_t *at = text.data;
    const uint8_t *end = text.data + text.size;

    (void)snprintf(wanted, sizeof(wanted), "%s: ", name);
    while (at < end) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        struct byte_view line;

        if (stop == NULL)
            break;
        line = byte_view_of(at, (size_t)(stop - at));
        if (byte_view_starts_with(line, wanted))
            return byte_view_slice(line, strlen(wanted), line.size);
        at = stop + 1;
    }
    return byte_view_of(NULL, 0);
}

static struct author *
author_of(struct filler *filler, struct byte_view name)
{
    struct hash_stream hash;
    struct author *author;
    uint8_t seed[32];
    struct key_id id;

    hash_stream_init(&hash);
    hash_stream_update(&hash, byte_view_of_text(filler->salt));
    hash_stream_update(&hash, name);
    hash_stream_final(&hash, seed);
    for (size_t i = 0; i < filler->author_count; i++)
        if (memcmp(filler->authors[i].seed, seed, 32) == 0)
            return &filler->authors[i];
    if (filler->author_count == AUTHORS_MAX)
        must(STATUS_TOO_LARGE, "authors");
    author = &filler->authors[filler->author_count++];
    memcpy(author->seed, seed, 32);
    memcpy(id.octets, seed, sizeof(id.octets));
    must(key_secret_of_seed(&author->secret, seed, id), "key");
    return author;
}

static void
add(struct filler *filler, struct byte_view text)
{
    struct author *author = author_of(filler, front(text, "author"));
    struct byte_view language = front(text, "lang");
    struct record_file file = {
        .name = byte_view_of_text("statement.md"),
        .language = language,
        .type = byte_view_of_text("text/markdown"),
    };
    struct record_fields fields = {
        .key = author->secret->public_key,
        .sequence = ++author->sequence,
        .previous = &author->previous,
        .previous_count = author->sequence > 1 ? 1 : 0,
        .files = &file,
        .file_count = 1,
    };
    struct statement statement = {.title = byte_view_of_text("A statement")};
    struct bundle_writer *writer;
    static struct stash stash;
    struct record *record;
    struct byte_buf header;
    enum store_state state;

    must(day_parse(&fields.date, byte_view_slice(front(text, "date"), 0, 10)),
         "date");
    stash_init(&stash, filler->store, STORE_FOLLOWED);
    must(bundle_writer_new(&writer, &stash, true, language), "writer");
    must(bundle_writer_add(writer, text), "add");
    must(bundle_writer_finish(writer, &file), "finish");
    bundle_writer_free(writer);
    byte_buf_init(&header, RECORD_HEADER_MAX);
    must(statement_write_header(&header, &fields, &statement), "header");
    must(record_seal(&record, byte_view_of_buf(&header), author->secret),
         "seal");
    must(store_put_record(filler->store, record, STORE_FOLLOWED, fields.date),
         "put");
    must(bundle_settle(filler->store, record, &state), "settle");
    author->previous = *record_id(record);
    record_free(record);
    byte_buf_release(&header);
}

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_statement(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);

    return size > 3 && strcmp(entry->d_name + size - 3, ".md") == 0;
}

int
main(int argc, char **argv)
{
    static struct filler filler;
    struct entropy entropy;
    struct store_sqlite_options options = {.create = true, .entropy = &entropy};
    struct dirent **names;
    int found;

    if (argc < 3 || argc > 4) {
        (void)fputs("usage: fill STORE FOLDER [SALT]\n", stderr);
        return 2;
    }
    filler.salt = argc > 3 ? argv[3] : "";
    must(entropy_start(), "entropy");
    entropy_init_system(&entropy);
    must(store_sqlite_open(&filler.store, argv[1], &options), argv[1]);
    found = scandir(argv[2], &names, is_statement, compare_names);
    for (int i = 0; i < found; i++) {
        char *path = file_join(argv[2], names[i]->d_name);
        struct byte_buf text;

        byte_buf_init(&text, PUBLISH_TEXT_MAX);
        if (filler.count % TURN == 0)
            must(store_begin(filler.store), "begin");
        must(path == NULL ? STATUS_NO_MEMORY : file_read(&text, path), "read");
        add(&filler, byte_view_of_buf(&text));
        if (++filler.count % TURN == 0)
            must(store_commit(filler.store), "commit");
        byte_buf_release(&text);
        mem_free(path);
    }
    if (store_in_transaction(filler.store))
        must(store_commit(filler.store), "commit");
    for (size_t i = 0; i < filler.author_count; i++)
        key_secret_free(filler.authors[i].secret);
    store_free(filler.store);
    (void)printf("%zu statements of %zu authors\n", filler.count,
                 filler.author_count);
    return filler.count > 0 ? 0 : 1;
}
