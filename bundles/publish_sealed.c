#include "bundles/publish_sealed.h"

#include <string.h>

#include "bundles/bundle.h"
#include "bundles/publish_private.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"

/* The box as the record's one file. */
static enum status
add_box(struct publish *publish, struct byte_view box)
{
    struct bundle_writer *writer = NULL;
    struct record_file *file = &publish->files[0];
    enum status status;

    file->name = byte_view_of_text(SEALED_FILE_NAME);
    file->language = byte_view_of_text("-");
    file->type = byte_view_of_text(SEALED_FILE_TYPE);
    status = bundle_writer_new(&writer, &publish->stash, false, file->language);
    if (status == STATUS_OK)
        status = bundle_writer_add(writer, box);
    if (status == STATUS_OK)
        status = bundle_writer_finish(writer, file);
    if (status == STATUS_OK) {
        publish->fields.file_count = 1;
        publish->plain_size = file->size;
    }
    bundle_writer_free(writer);
    return status;
}

static enum status
make_header(struct publish *publish, const struct sealed *sealed)
{
    struct record_fields *fields = &publish->fields;
    enum status status;

    fields->key = publish->request.key;
    fields->date = publish->request.date;
    fields->sequence = publish->sequence.number;
    fields->previous_count = publish->sequence.previous_count;
    fields->previous = publish->sequence.previous;
    fields->files = publish->files;
    status = sealed_write_header(&publish->header, fields, sealed);
    if (status == STATUS_OK)
        hash_256(publish->id.octets, byte_view_of_buf(&publish->header));
    return status;
}

/* Everything behind the box, in a transaction that stays open. */
static enum status
enter(struct publish *publish, const struct sealed *sealed)
{
    enum status status = store_begin(publish->store);

    publish->in_transaction = status == STATUS_OK;
    if (status == STATUS_OK)
        status = stash_empty(&publish->stash);
    if (status == STATUS_OK)
        status = publish_check_number(publish);
    if (status == STATUS_OK)
        status = publish_choose_number(publish);
    if (status == STATUS_OK)
        status = make_header(publish, sealed);
    return status;
}

enum status
publish_sealed_begin(struct publish **out, struct store *store,
                     const struct publish_sealed *request,
                     struct publish_fault *fault)
{
    struct publish *publish = mem_zalloc(1, sizeof(*publish));
    enum status status;

    *out = NULL;
    memset(fault, 0, sizeof(*fault));
    if (publish == NULL)
        return STATUS_NO_MEMORY;
    publish->store = store;
    publish->fault = fault;
    publish->request.key = request->key;
    publish->request.date = request->date;
    publish->request.today = request->today;
    publish->request.sequence = request->sequence;
    publish->request.merge = request->merge;
    byte_buf_init(&publish->header, RECORD_HEADER_MAX);
    stash_init(&publish->stash, store, STORE_FOLLOWED);

    /* Whatever is wrong with the number is said before chunks are put. */
    status = publish_choose_number(publish);
    if (status == STATUS_OK)
        status = add_box(publish, request->box);
    if (status == STATUS_OK)
        status = enter(publish, &request->sealed);
    if (status == STATUS_OK) {
        *out = publish;
        publish = NULL;
    }
    publish_free(publish);
    return status;
}
