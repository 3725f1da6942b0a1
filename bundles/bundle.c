#include "bundles/bundle.h"

#include <string.h>

#include "bundles/bundle_tree.h"
#include "bundles/deflate.h"
#include "bundles/statement.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"

/* STATUS_MALFORMED if record has no such file or chunk. */
static enum status
open_tree(struct bundle_tree **out, struct store *store,
          const struct record *record, size_t file, uint32_t index)
{
    const struct record_fields *fields = record_fields(record);

    *out = NULL;
    if (file >= fields->file_count ||
        index >= chunk_tree_of(fields->files[file].size).count)
        return STATUS_MALFORMED;
    return bundle_tree_new(out, store, &fields->files[file]);
}

enum status
bundle_chunk_id(struct store *store, const struct record *record, size_t file,
                uint32_t index, struct chunk_id *out)
{
    struct bundle_tree *tree = NULL;
    enum status status;

    memset(out, 0, sizeof(*out));
    status = open_tree(&tree, store, record, file, index);
    if (status == STATUS_OK)
        status = bundle_tree_id(tree, index, out);
    bundle_tree_free(tree);
    return status;
}

/* Taking in. */

/* Unpack into plain and see that it is what id names. */
static enum status
check_chunk(uint8_t *plain, size_t size, const struct chunk_id *id,
            uint8_t encoding, struct byte_view stored)
{
    struct chunk_id found;
    enum status status;

    status = deflate_unpack(plain, size, encoding, stored);
    if (status != STATUS_OK)
        return status;
    found = chunk_id_of(byte_view_of(plain, size));
    return memcmp(&found, id, sizeof(found)) == 0 ? STATUS_OK
                                                  : STATUS_BAD_SIGNATURE;
}

/* If file is a text, pack what *stored has into buf. */
static enum status
shorten(struct byte_buf *buf, uint8_t *encoding, struct byte_view *stored,
        const struct record_file *file)
{
    enum status status;

    if (!statement_is_text(file))
        return STATUS_OK;
    status = deflate_pack(buf, encoding, *stored, true, file->language);
    *stored = byte_view_of_buf(buf);
    return status;
}

enum status
bundle_put_chunk(struct store *store, const struct record *record,
                 const struct bundle_chunk *chunk, enum store_class keeping)
{
    const uint32_t index = chunk->index;
    struct byte_view stored = chunk->stored;
    uint8_t encoding = chunk->encoding;
    struct bundle_tree *tree = NULL;
    const struct chunk_tree *shape;
    uint8_t *plain = NULL;
    struct byte_buf shorter;
    struct chunk_id id;
    enum status status;
    size_t size;

    byte_buf_init(&shorter, CHUNK_STORED_MAX);
    status = open_tree(&tree, store, record, chunk->file, index);
    if (status == STATUS_OK)
        status = bundle_tree_id(tree, index, &id);
    if (status != STATUS_OK)
        goto done;
    if (store_has_chunk(store, &id)) {
        status = STATUS_EXISTS;
        goto done;
    }
    shape = bundle_tree_shape(tree);
    size = chunk_plain_size(shape, index);
    if (chunk_is_list(shape, index) && encoding != DEFLATE_RAW) {
        status = STATUS_MALFORMED;
        goto done;
    }
    plain = mem_alloc(size);
    if (plain == NULL) {
        status = STATUS_NO_MEMORY;
        goto done;
    }
    status = check_chunk(plain, size, &id, encoding, stored);
    if (status != STATUS_OK)
        goto done;
    if (encoding == DEFLATE_RAW && !chunk_is_list(shape, index)) {
        status = shorten(&shorter, &encoding, &stored,
                         &record_fields(record)->files[chunk->file]);
        if (status != STATUS_OK)
            goto done;
    }
    /* Nobody makes us keep a form that is longer than the octets. */
    if (stored.size > size) {
        encoding = DEFLATE_RAW;
        stored = byte_view_of(plain, size);
    }
    status = store_put_chunk(store, &id, keeping, encoding, stored);

done:
    byte_buf_release(&shorter);
    mem_free(plain);
    bundle_tree_free(tree);
    return status;
}

/* Giving out. */

enum status
bundle_get_chunk(struct store *store, const struct record *record, size_t file,
                 uint32_t index, uint8_t *encoding, struct byte_buf *out)
{
    struct bundle_tree *tree = NULL;
    struct byte_view plain;
    struct store_row row;
    struct chunk_id id;
    enum status status;

    *encoding = 0;
    status = open_tree(&tree, store, record, file, index);
    if (status == STATUS_OK)
        status = bundle_tree_id(tree, index, &id);
    if (status == STATUS_OK)
        status = store_get_row(store, record_id(record), &row);
    /* Of a complete record every chunk was seen to fit its place. */
    if (status == STATUS_OK && row.state != STORE_COMPLETE)
        status = bundle_tree_load(tree, index, &plain);
    if (status == STATUS_OK)
        status = store_get_chunk(store, &id, encoding, out);
    bundle_tree_free(tree);
    return status;
}

/* What is missing. */

struct missing {
    struct store *store;
    struct bundle_gap *gaps;
    size_t maximum;
    size_t count;
};

/* Add one chunk, to the last run if it goes on there; false if it is full. */
static bool
add_missing(struct missing *missing, size_t file, uint32_t index)
{
    struct bundle_gap *last =
        missing->count > 0 ? &missing->gaps[missing->count - 1] : NULL;

    if (last != NULL && last->file == file &&
        last->first + last->count == index) {
        last->count++;
        return true;
    }
    if (missing->count == missing->maximum)
        return false;
    missing->gaps[missing->count].file = file;
    missing->gaps[missing->count].first = index;
    missing->gaps[missing->count].count = 1;
    missing->count++;
    return true;
}

/* The chunks of a file from first to before end, as far as their ids are
 * known.  STATUS_TOO_LARGE if there is no room for more. */
static enum status
find_missing(struct missing *missing, struct bundle_tree *tree, size_t file,
             uint32_t first, uint32_t end)
{
    uint32_t index = first;

    while (index < end) {
        struct chunk_id id;
        enum status status = bundle_tree_id(tree, index, &id);

        if (status == STATUS_NOT_FOUND || status == STATUS_BAD_SIGNATURE) {
            /* None of that list's: it is in the result itself, or it is no
             * list and the file will never be whole. */
            index += (uint32_t)CHUNK_LIST_IDS;
            continue;
        }
        if (status != STATUS_OK)
            return status;
        if (!store_has_chunk(missing->store, &id) &&
            !add_missing(missing, file, index))
            return STATUS_TOO_LARGE;
        index++;
    }
    return STATUS_OK;
}

/* Lists from the top down, then data. */
static enum status
find_missing_of_file(struct missing *missing, const struct record *record,
                     size_t file)
{
    struct bundle_tree *tree = NULL;
    const struct chunk_tree *shape;
    enum status status;
    uint32_t top;

    status = open_tree(&tree, missing->store, record, file, 0);
    if (status != STATUS_OK)
        return status;
    shape = bundle_tree_shape(tree);
    top = chunk_top(shape);
    status = find_missing(missing, tree, file, top, top + 1);
    if (status == STATUS_OK && top > shape->data)
        status = find_missing(missing, tree, file, shape->data, top);
    if (status == STATUS_OK && top > 0)
        status = find_missing(missing, tree, file, 0, shape->data);
    bundle_tree_free(tree);
    return status;
}

/* True if file a is wanted before file b. */
static bool
comes_before(const struct record_file *a, const struct record_file *b)
{
    const bool a_is_text = statement_is_text(a);

    if (a_is_text != statement_is_text(b))
        return a_is_text;
    return a->size < b->size;
}

/* The files of record in the order in which they are useful. */
static void
order_files(const struct record_fields *fields, size_t order[RECORD_FILES_MAX])
{
    size_t i;
    size_t place;

    for (i = 0; i < fields->file_count; i++) {
        for (place = i;
             place > 0 &&
             comes_before(&fields->files[i], &fields->files[order[place - 1]]);
             place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
}

enum status
bundle_missing(struct store *store, const struct record *record,
               struct bundle_gap *gaps, size_t maximum, size_t *count)
{
    const struct record_fields *fields = record_fields(record);
    struct missing missing = {.store = store, .gaps = gaps, .maximum = maximum};
    size_t order[RECORD_FILES_MAX];
    enum status status = STATUS_OK;
    size_t i;

    *count = 0;
    order_files(fields, order);
    for (i = 0; i < fields->file_count && status == STATUS_OK; i++)
        status = find_missing_of_file(&missing, record, order[i]);
    if (status == STATUS_TOO_LARGE)
        status = STATUS_OK;
    if (status == STATUS_OK)
        *count = missing.count;
    return status;
}

/* Settling. */

static enum status
drop_octets(void *context, struct byte_view octets)
{
    (void)context;
    (void)octets;
    return STATUS_OK;
}

static enum status
check_files(struct store *store, const struct record *record,
            enum store_state *state)
{
    const struct record_fields *fields = record_fields(record);
    enum status status = STATUS_OK;
    size_t i;

    *state = STORE_COMPLETE;
    for (i = 0; i < fields->file_count && status == STATUS_OK; i++)
        status = bundle_read_file(store, record, i, drop_octets, NULL);
    if (status != STATUS_BAD_SIGNATURE)
        return status;
    *state = STORE_FAULTY;
    return STATUS_OK;
}

/* What the state of record can become: STORE_INCOMPLETE while chunks are
 * missing.  Files that were not hashed are read. */
static enum status
judge(struct store *store, const struct record *record, bool is_hashed,
      enum store_state *state)
{
    struct bundle_gap gap;
    struct store_row row;
    enum status status;
    size_t missing;

    *state = STORE_INCOMPLETE;
    status = store_get_row(store, record_id(record), &row);
    if (status != STATUS_OK)
        return status;
    if (row.state != STORE_INCOMPLETE) {
        *state = row.state;
        return STATUS_OK;
    }
    status = bundle_missing(store, record, &gap, 1, &missing);
    if (status != STATUS_OK || missing > 0)
        return status;
    *state = STORE_COMPLETE;
    if (!is_hashed)
        status = check_files(store, record, state);
    if (status != STATUS_OK)
        *state = STORE_INCOMPLETE;
    return status;
}

static enum status
settle(struct store *store, const struct record *record, bool is_hashed,
       enum store_state *state)
{
    enum status status = judge(store, record, is_hashed, state);

    if (status == STATUS_OK)
        status = store_set_state(store, record_id(record), *state);
    if (status != STATUS_OK)
        *state = STORE_INCOMPLETE;
    return status;
}

enum status
bundle_settle(struct store *store, const struct record *record,
              enum store_state *state)
{
    return settle(store, record, false, state);
}

enum status
bundle_settle_hashed(struct store *store, const struct record *record,
                     enum store_state *state)
{
    return settle(store, record, true, state);
}

enum status
bundle_judge(struct store *store, const struct record *record,
             enum store_state *state)
{
    return judge(store, record, false, state);
}

/* Reading. */

enum status
bundle_read_file(struct store *store, const struct record *record, size_t file,
                 bundle_sink *sink, void *context)
{
    struct bundle_tree *tree = NULL;
    struct hash_stream hash;
    struct byte_view octets;
    uint8_t found[HASH_256_SIZE];
    enum status status;
    uint32_t index;

    status = open_tree(&tree, store, record, file, 0);
    if (status != STATUS_OK)
        return status;
    hash_stream_init(&hash);
    for (index = 0; index < bundle_tree_shape(tree)->data; index++) {
        status = bundle_tree_load(tree, index, &octets);
        if (status == STATUS_OK) {
            hash_stream_update(&hash, octets);
            status = sink(context, octets);
        }
        if (status != STATUS_OK)
            goto done;
    }
    hash_stream_final(&hash, found);
    if (memcmp(found, record_fields(record)->files[file].hash, sizeof(found)) !=
        0)
        status = STATUS_BAD_SIGNATURE;

done:
    bundle_tree_free(tree);
    return status;
}

static enum status
append_octets(void *context, struct byte_view octets)
{
    return byte_buf_append(context, octets);
}

enum status
bundle_load_file(struct store *store, const struct record *record, size_t file,
                 struct byte_buf *out)
{
    const struct record_fields *fields = record_fields(record);
    const size_t before = out->size;
    enum status status;

    if (file >= fields->file_count)
        return STATUS_MALFORMED;
    if (fields->files[file].size > out->maximum - out->size)
        return STATUS_TOO_LARGE;
    status = bundle_read_file(store, record, file, append_octets, out);
    if (status != STATUS_OK)
        out->size = before;
    return status;
}
