#include "net/load.h"

#include "bundles/bundle.h"
#include "bundles/chunk.h"
#include "bundles/deflate.h"
#include "bundles/statement.h"
#include "core/limits.h"
#include "core/mem.h"
#include "net/packed.h"

/* Pack stored anew without a dictionary. */
static enum status
repack(struct byte_buf *stored, uint8_t *encoding, size_t plain_size)
{
    const struct byte_view no_language = {NULL, 0};
    uint8_t *plain = mem_alloc(plain_size);
    enum status status;

    if (plain == NULL)
        return STATUS_NO_MEMORY;
    status =
        deflate_unpack(plain, plain_size, *encoding, byte_view_of_buf(stored));
    if (status == STATUS_OK) {
        byte_buf_clear(stored);
        status = deflate_pack(stored, encoding, byte_view_of(plain, plain_size),
                              false, no_language);
    }
    mem_free(plain);
    return status;
}

/* The stored form of a chunk as the receiver can read it, in stored.  A chunk
 * that does not fit the place where its record names it is none to give. */
static enum status
get_chunk(struct store *store, const struct record *record,
          const struct message_run *run, uint8_t dictionary,
          struct byte_buf *stored, uint8_t *encoding)
{
    const struct record_fields *fields = record_fields(record);
    enum status status;
    struct chunk_tree tree;

    status = bundle_get_chunk(store, record, run->file, run->first, encoding,
                              stored);
    if (status == STATUS_BAD_SIGNATURE || status == STATUS_MALFORMED)
        return STATUS_NOT_FOUND;
    if (status != STATUS_OK || *encoding <= DEFLATE_DICTIONARY + dictionary)
        return status;
    tree = chunk_tree_of(fields->files[run->file].size);
    return repack(stored, encoding, chunk_plain_size(&tree, run->first));
}

/* What is loaded, and how. */
struct load {
    struct store *store;
    const struct record *record;
    uint8_t dictionary;
    bool plain; /* texts in plain octets */
};

/* Unpack stored, of plain_size octets, in its own place. */
static enum status
unpack(struct byte_buf *stored, uint8_t *encoding, size_t plain_size)
{
    struct byte_buf plain;
    enum status status;

    if (*encoding == DEFLATE_RAW)
        return STATUS_OK;
    byte_buf_init(&plain, CHUNK_SIZE);
    status = byte_buf_reserve(&plain, plain_size);
    if (status == STATUS_OK)
        status = deflate_unpack(plain.data, plain_size, *encoding,
                                byte_view_of_buf(stored));
    if (status == STATUS_OK) {
        plain.size = plain_size;
        byte_buf_release(stored);
        byte_buf_move(stored, &plain);
        *encoding = DEFLATE_RAW;
    }
    byte_buf_release(&plain);
    return status;
}

/* The first chunk of run as it is to be sent. */
static enum status
load_form(const struct load *load, const struct message_run *run,
          struct byte_buf *stored, uint8_t *encoding)
{
    const struct record_file *file =
        &record_fields(load->record)->files[run->file];
    const struct chunk_tree tree = chunk_tree_of(file->size);
    enum status status;

    if (!load->plain || !statement_is_text(file))
        return get_chunk(load->store, load->record, run, load->dictionary,
                         stored, encoding);
    status =
        get_chunk(load->store, load->record, run, UINT8_MAX, stored, encoding);
    return status == STATUS_OK
               ? unpack(stored, encoding, chunk_plain_size(&tree, run->first))
               : status;
}

/* Put file, if it is here, suitable and there is room. */
static enum status
put_file(const struct load *load, struct message_draft *draft, uint8_t number)
{
    const struct record_file *file =
        &record_fields(load->record)->files[number];
    const struct message_run run = {.file = number};
    struct message_chunk chunk = {.file = number};
    size_t used = draft->out->size - draft->start - MESSAGE_HEAD_SIZE;
    struct byte_buf stored;
    enum status status;
    bool fits;

    byte_buf_init(&stored, CHUNK_STORED_MAX);
    status = load_form(load, &run, &stored, &chunk.encoding);
    chunk.stored = byte_view_of_buf(&stored);
    fits = used + message_inline_size(stored.size) <=
           (load->plain ? PACKED_PLAIN_MAX : MESSAGE_BODY_MAX);
    if (status == STATUS_OK && fits &&
        (statement_is_text(file) || stored.size <= MESSAGE_SMALL_FILE_MAX))
        message_put_inline(draft, &chunk);
    /* In stored form it may fit. */
    if (status == STATUS_OK && !fits && load->plain && statement_is_text(file))
        status = STATUS_TOO_LARGE;
    byte_buf_release(&stored);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Put the files of one kind, texts or others. */
static enum status
put_files(const struct load *load, struct message_draft *draft, bool texts)
{
    const struct record_fields *fields = record_fields(load->record);
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < fields->file_count; i++)
        if (!fields->files[i].has_list &&
            statement_is_text(&fields->files[i]) == texts)
            status = put_file(load, draft, (uint8_t)i);
    return status;
}

static enum status
load_whole(struct byte_buf *out, const struct load *load)
{
    const size_t start = out->size;
    struct message_draft draft;
    enum status status;

    message_begin(&draft, out, MESSAGE_RECORD);
    message_put_wire(&draft, record_wire(load->record));
    status = writer_status(&draft.writer);
    if (status == STATUS_OK)
        status = put_files(load, &draft, true);
    if (status == STATUS_OK)
        status = put_files(load, &draft, false);
    if (status == STATUS_OK)
        return message_end(&draft);
    out->size = start;
    return status;
}

enum status
load_record(struct byte_buf *out, struct store *store,
            const struct record *record, uint8_t dictionary)
{
    const struct load load = {store, record, dictionary, false};

    return load_whole(out, &load);
}

enum status
load_short(struct byte_buf *out, const struct record *record)
{
    const size_t start = out->size;
    struct message_draft draft;
    struct byte_buf body;
    struct writer writer;
    enum status status;

    byte_buf_init(&body, RECORD_WIRE_MAX + 2);
    writer_init(&writer, &body);
    writer_u16(&writer, (uint16_t)record_wire(record).size);
    writer_bytes(&writer, record_wire(record));
    status = writer_status(&writer);
    message_begin(&draft, out, MESSAGE_SHORT);
    if (status == STATUS_OK)
        status = writer_status(&draft.writer);
    if (status == STATUS_OK)
        status = packed_shorten(out, byte_view_of_buf(&body));
    if (status == STATUS_OK)
        status = message_end(&draft);
    if (status != STATUS_OK)
        out->size = start;
    byte_buf_release(&body);
    return status;
}

enum status
load_plain_record(struct byte_buf *out, struct store *store,
                  const struct record *record, uint8_t dictionary)
{
    const struct load load = {store, record, dictionary, true};

    return load_whole(out, &load);
}

/* Is the first chunk of run a piece of a text of record? */
static bool
is_of_text(const struct record *record, const struct message_run *run)
{
    const struct record_fields *fields = record_fields(record);
    struct chunk_tree tree;

    if (run->file >= fields->file_count ||
        !statement_is_text(&fields->files[run->file]))
        return false;
    tree = chunk_tree_of(fields->files[run->file].size);
    return run->first < tree.count && !chunk_is_list(&tree, run->first);
}

static enum status
load_one(struct byte_buf *out, struct load *load, const struct message_run *run)
{
    struct message_chunk chunk = {
        .id = run->id, .file = run->file, .index = run->first};
    struct record *record = NULL;
    struct byte_buf stored;
    enum status status;

    byte_buf_init(&stored, CHUNK_STORED_MAX);
    status = store_get_record(load->store, &run->id, &record);
    load->record = record;
    if (status == STATUS_OK && load->plain && !is_of_text(record, run))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK && load->plain)
        status = load_form(load, run, &stored, &chunk.encoding);
    else if (status == STATUS_OK)
        status = get_chunk(load->store, record, run, load->dictionary, &stored,
                           &chunk.encoding);
    if (status != STATUS_OK)
        goto done;
    chunk.stored = byte_view_of_buf(&stored);
    status = message_write_chunk(out, &chunk);

done:
    record_free(record);
    byte_buf_release(&stored);
    return status;
}

enum status
load_chunk(struct byte_buf *out, struct store *store,
           const struct message_run *run, uint8_t dictionary)
{
    struct load load = {store, NULL, dictionary, false};

    return load_one(out, &load, run);
}

enum status
load_plain_chunk(struct byte_buf *out, struct store *store,
                 const struct message_run *run)
{
    struct load load = {store, NULL, 0, true};

    return load_one(out, &load, run);
}

static bool
primes(const struct record_file *file)
{
    return !file->has_list && statement_is_text(file);
}

size_t
load_prime_size(const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    size_t texts = 0;

    for (size_t i = 0; i < fields->file_count; i++)
        if (primes(&fields->files[i]))
            texts += (size_t)fields->files[i].size;
    return texts > 0 ? record_header(record).size + texts : 0;
}

enum status
load_prime(struct byte_buf *out, struct store *store,
           const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    const struct load load = {store, record, UINT8_MAX, true};
    const size_t start = out->size;
    enum status status = byte_buf_append(out, record_header(record));

    for (size_t i = 0; status == STATUS_OK && i < fields->file_count; i++) {
        const struct message_run run = {.file = (uint8_t)i};
        struct byte_buf text;
        uint8_t encoding;

        if (!primes(&fields->files[i]))
            continue;
        byte_buf_init(&text, CHUNK_STORED_MAX);
        status = load_form(&load, &run, &text, &encoding);
        if (status == STATUS_OK)
            status = byte_buf_append(out, byte_view_of_buf(&text));
        byte_buf_release(&text);
    }
    if (status != STATUS_OK)
        out->size = start;
    return status;
}
