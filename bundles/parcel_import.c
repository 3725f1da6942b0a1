#include <assert.h>
#include <string.h>

#include "bundles/bundle.h"
#include "bundles/chunk.h"
#include "bundles/deflate.h"
#include "bundles/parcel.h"
#include "bundles/statement.h"
#include "core/mem.h"

/* One file on its way into the store. */
struct intake {
    struct store *store;
    const struct record *record;
    enum store_class keeping;
    size_t file;
    struct chunk_tree tree;
    struct chunk_id *ids; /* of the data chunks, then of the lists */
    uint32_t index;       /* of the chunk that is being filled */
    bool storing;         /* second pass: store; first: only name */
    bool is_large;        /* too much for one transaction */
    size_t uncommitted;   /* chunks since the last commit */
    struct byte_buf chunk;
    struct byte_buf packed;
};

/* What is large leaves the transaction where it only reads, for that can take
 * long. */
static enum status
leave(struct intake *intake)
{
    intake->uncommitted = 0;
    return intake->is_large ? store_commit(intake->store) : STATUS_OK;
}

static enum status
enter(struct intake *intake)
{
    return intake->is_large ? store_begin(intake->store) : STATUS_OK;
}

static enum status
commit_some(struct intake *intake)
{
    enum status status;

    if (!intake->is_large || ++intake->uncommitted < COMMIT_CHUNKS_MAX)
        return STATUS_OK;
    status = leave(intake);
    return status == STATUS_OK ? enter(intake) : status;
}

static enum status
put_chunk(struct intake *intake, uint32_t index, uint8_t encoding,
          struct byte_view stored)
{
    const struct bundle_chunk chunk = {intake->file, index, encoding, stored};
    enum status status = bundle_put_chunk(intake->store, intake->record, &chunk,
                                          intake->keeping);

    if (status == STATUS_EXISTS)
        return STATUS_OK;
    return status == STATUS_OK ? commit_some(intake) : status;
}

static enum status
put_data_chunk(struct intake *intake)
{
    const struct record_file *file =
        &record_fields(intake->record)->files[intake->file];
    uint8_t encoding;
    enum status status;

    byte_buf_clear(&intake->packed);
    status = deflate_pack(&intake->packed, &encoding,
                          byte_view_of_buf(&intake->chunk),
                          statement_is_text(file), file->language);
    if (status == STATUS_OK)
        status = put_chunk(intake, intake->index, encoding,
                           byte_view_of_buf(&intake->packed));
    return status;
}

/* A chunk is full, or the last of its file. */
static enum status
end_chunk(struct intake *intake)
{
    enum status status = STATUS_OK;

    if (intake->index >= intake->tree.data)
        return STATUS_BAD_SIGNATURE;
    if (intake->storing)
        status = put_data_chunk(intake);
    else
        intake->ids[intake->index] =
            chunk_id_of(byte_view_of_buf(&intake->chunk));
    intake->index++;
    byte_buf_clear(&intake->chunk);
    return status;
}

/* A file_sink. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    struct intake *intake = context;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && piece.size > 0) {
        size_t room = CHUNK_SIZE - intake->chunk.size;
        struct byte_view part = byte_view_slice(piece, 0, room);

        status = byte_buf_append(&intake->chunk, part);
        if (status == STATUS_OK && intake->chunk.size == CHUNK_SIZE)
            status = end_chunk(intake);
        piece = byte_view_slice(piece, part.size, piece.size);
    }
    return status;
}

static enum status
read_through(struct intake *intake, const struct parcel *parcel, bool storing)
{
    enum status status;

    intake->storing = storing;
    intake->index = 0;
    byte_buf_clear(&intake->chunk);
    status = parcel_read_file(parcel, intake->file, on_piece, intake);
    if (status == STATUS_OK && intake->chunk.size > 0)
        status = end_chunk(intake);
    return status;
}

/* The octets of list number list: the ids that stand in it. */
static struct byte_view
list_octets(const struct intake *intake, uint32_t list)
{
    size_t first =
        list < intake->tree.lists ? list * CHUNK_LIST_IDS : intake->tree.data;

    static_assert(sizeof(struct chunk_id) == 32, "ids are their octets");
    return byte_view_of(
        intake->ids + first,
        chunk_plain_size(&intake->tree, intake->tree.data + list));
}

/* The lists that name the chunks, from the top down: each is checked against
 * what the one above it, or the record, says. */
static enum status
put_lists(struct intake *intake)
{
    uint32_t lists = intake->tree.count - intake->tree.data;
    enum status status = STATUS_OK;

    for (uint32_t i = 0; i < intake->tree.lists; i++)
        intake->ids[intake->tree.data + i] =
            chunk_id_of(list_octets(intake, i));
    for (uint32_t i = lists; status == STATUS_OK && i-- > 0;)
        status = put_chunk(intake, intake->tree.data + i, DEFLATE_RAW,
                           list_octets(intake, i));
    return status;
}

static enum status
put_file(struct intake *intake, const struct parcel *parcel, size_t index)
{
    enum status status;

    intake->file = index;
    intake->tree =
        chunk_tree_of(record_fields(intake->record)->files[index].size);
    intake->ids = mem_zalloc(intake->tree.count, sizeof(intake->ids[0]));
    if (intake->ids == NULL)
        return STATUS_NO_MEMORY;
    status = leave(intake);
    if (status == STATUS_OK)
        status = read_through(intake, parcel, false);
    if (status == STATUS_OK)
        status = enter(intake);
    if (status == STATUS_OK)
        status = put_lists(intake);
    if (status == STATUS_OK)
        status = read_through(intake, parcel, true);
    mem_free(intake->ids);
    intake->ids = NULL;
    return status;
}

static enum status
put_record(struct parcel_import *out, struct intake *intake, struct day today)
{
    struct store_row row;
    enum status status =
        store_put_record(intake->store, intake->record, intake->keeping, today);

    out->is_new = status == STATUS_OK;
    if (status != STATUS_EXISTS)
        return status;
    status = store_get_row(intake->store, record_id(intake->record), &row);
    if (status == STATUS_OK)
        out->before = row.state;
    return status;
}

/* The record's state.  What the parcel has was hashed as a whole just now;
 * what the store had before is read, outside a transaction if it is large. */
static enum status
settle(struct parcel_import *out, struct intake *intake,
       const struct parcel *parcel)
{
    enum status status;

    if (parcel_is_complete(parcel))
        return bundle_settle_hashed(intake->store, intake->record, &out->after);
    status = leave(intake);
    if (status == STATUS_OK)
        status = bundle_judge(intake->store, intake->record, &out->after);
    if (status != STATUS_OK)
        return status;
    status = enter(intake);
    if (status == STATUS_OK)
        status = store_set_state(intake->store, record_id(intake->record),
                                 out->after);
    return status;
}

static enum status
take_in(struct parcel_import *out, struct intake *intake,
        const struct parcel *parcel, struct day today)
{
    const struct record_fields *fields = record_fields(intake->record);
    enum status status = put_record(out, intake, today);
    bool is_settled = !out->is_new && out->before != STORE_INCOMPLETE;

    out->after = out->before;
    for (size_t i = 0;
         status == STATUS_OK && !is_settled && i < fields->file_count; i++)
        if (parcel_has_file(parcel, i))
            status = put_file(intake, parcel, i);
    if (status == STATUS_OK && !is_settled)
        status = settle(out, intake, parcel);
    return status;
}

uint64_t
parcel_octets(const struct parcel *parcel)
{
    const struct record_fields *fields = record_fields(parcel_record(parcel));
    uint64_t octets = 0;

    for (size_t i = 0; i < fields->file_count; i++)
        octets += fields->files[i].size;
    return octets;
}

enum status
parcel_put(struct parcel_import *out, struct store *store,
           const struct parcel *parcel, enum store_class keeping,
           struct day today)
{
    struct intake intake = {
        .store = store, .record = parcel_record(parcel), .keeping = keeping};
    enum status status;

    memset(out, 0, sizeof(*out));
    intake.is_large = parcel_octets(parcel) > COMMIT_OCTETS_MAX;
    byte_buf_init(&intake.chunk, CHUNK_SIZE);
    byte_buf_init(&intake.packed, CHUNK_STORED_MAX);
    status = take_in(out, &intake, parcel, today);
    byte_buf_release(&intake.chunk);
    byte_buf_release(&intake.packed);
    return status;
}

enum status
parcel_import(struct parcel_import *out, struct store *store,
              const struct parcel *parcel, enum store_class keeping,
              struct day today)
{
    enum status status = store_begin(store);

    memset(out, 0, sizeof(*out));
    if (status == STATUS_OK)
        status = parcel_put(out, store, parcel, keeping, today);
    if (status == STATUS_OK)
        status = store_commit(store);
    if (status != STATUS_OK)
        store_rollback(store);
    return status;
}
