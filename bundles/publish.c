#include "bundles/publish.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "bundles/bundle.h"
#include "bundles/identity.h"
#include "bundles/metadata.h"
#include "bundles/publish_name.h"
#include "bundles/publish_private.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"

/* The files. */

static bool
is_name_taken(const struct publish *publish, const char *name)
{
    for (size_t i = 0; i < publish->fields.file_count; i++)
        if (strcmp(publish->names[i], name) == 0)
            return true;
    return false;
}

/* The next file's name: the local one where that is wished and can be. */
static struct byte_view
choose_name(struct publish *publish, const char *path, const char *standard)
{
    char *name = publish->names[publish->fields.file_count];

    if (!publish->request.keep_names || path == NULL ||
        !publish_name_local(name, path) || is_name_taken(publish, name))
        snprintf(name, PUBLISH_NAME_SIZE, "%s", standard);
    return byte_view_of_text(name);
}

static void
keep_file(struct publish *publish, const struct record_file *file)
{
    publish->plain_size += file->size;
    publish->files[publish->fields.file_count++] = *file;
}

static enum status
add_text(struct publish *publish, const struct publish_text *text, size_t index)
{
    struct bundle_writer *writer = NULL;
    char language[RECORD_LANGUAGE_MAX + 1];
    char standard[PUBLISH_NAME_SIZE];
    struct record_file file;
    enum status status;

    if (text->language.size > RECORD_LANGUAGE_MAX)
        return STATUS_MALFORMED;
    snprintf(language, sizeof(language), "%.*s", (int)text->language.size,
             (const char *)text->language.data);
    publish_name_text(standard, index, language, text->is_plain);
    memset(&file, 0, sizeof(file));
    file.name = choose_name(publish, text->path, standard);
    file.language = text->language;
    file.type =
        byte_view_of_text(text->is_plain ? "text/plain" : "text/markdown");

    status = bundle_writer_new(&writer, &publish->stash, true, text->language);
    if (status == STATUS_OK)
        status = bundle_writer_add(writer, text->octets);
    if (status == STATUS_OK)
        status = bundle_writer_finish(writer, &file);
    if (status == STATUS_OK)
        keep_file(publish, &file);
    bundle_writer_free(writer);
    return status;
}

/* An attachment on its way into the store. */
struct attachment {
    const struct publish_request *request;
    struct bundle_writer *writer;
    struct metadata metadata;
};

/* A file_sink: what is stored is what was examined. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    struct attachment *attachment = context;

    if (attachment->request->on_octets != NULL)
        attachment->request->on_octets(attachment->request->on_octets_context,
                                       piece.size);
    metadata_add(&attachment->metadata, piece);
    return bundle_writer_add(attachment->writer, piece);
}

static enum status
check_metadata(struct publish *publish, const char *path,
               const struct metadata *metadata)
{
    bool is_other = metadata->type == METADATA_OTHER;

    if (publish->request.keep_metadata)
        return STATUS_OK;
    publish->fault->found = metadata->found;
    publish->fault->is_misnamed = is_other && publish_name_is_image(path);
    return metadata->found != 0 || publish->fault->is_misnamed ? STATUS_DENIED
                                                               : STATUS_OK;
}

static enum status
add_attachment(struct publish *publish, const char *path, size_t index)
{
    struct attachment attachment = {.request = &publish->request};
    char standard[PUBLISH_NAME_SIZE];
    struct record_file file;
    enum status status;

    publish->fault->path = path;
    publish_name_attachment(standard, index, path);
    memset(&file, 0, sizeof(file));
    file.name = choose_name(publish, path, standard);
    file.language = byte_view_of_text("-");

    metadata_init(&attachment.metadata);
    status = bundle_writer_new(&attachment.writer, &publish->stash, false,
                               file.language);
    if (status == STATUS_OK)
        status = file_read_pieces(path, on_piece, &attachment);
    metadata_finish(&attachment.metadata);
    if (status == STATUS_OK)
        status = check_metadata(publish, path, &attachment.metadata);
    if (status == STATUS_OK)
        status = bundle_writer_finish(attachment.writer, &file);
    if (status == STATUS_OK) {
        file.type = byte_view_of_text(
            publish_name_type(path, attachment.metadata.type));
        publish->unexamined[index] = attachment.metadata.type == METADATA_OTHER;
        keep_file(publish, &file);
        publish->fault->path = NULL;
    }
    bundle_writer_free(attachment.writer);
    return status;
}

static enum status
add_files(struct publish *publish)
{
    const struct publish_request *request = &publish->request;
    enum status status = STATUS_OK;

    if (request->text_count + request->attachment_count > RECORD_FILES_MAX)
        return STATUS_TOO_LARGE;
    for (size_t i = 0; status == STATUS_OK && i < request->text_count; i++)
        status = add_text(publish, &request->texts[i], i);
    for (size_t i = 0; status == STATUS_OK && i < request->attachment_count;
         i++)
        status = add_attachment(publish, request->attachments[i], i);
    return status;
}

/* The header. */

static enum status
make_header(struct publish *publish)
{
    struct record_fields *fields = &publish->fields;
    enum status status;

    fields->key = publish->request.key;
    fields->date = publish->request.date;
    fields->sequence = publish->sequence.number;
    fields->previous_count = publish->sequence.previous_count;
    fields->previous = publish->sequence.previous;
    fields->files = publish->files;
    status = statement_write_header(&publish->header, fields,
                                    &publish->request.statement);
    if (status == STATUS_OK)
        hash_256(publish->id.octets, byte_view_of_buf(&publish->header));
    return status;
}

/* Everything between the files and the header, in a transaction that stays
 * open. */
static enum status
enter(struct publish *publish)
{
    enum status status = store_begin(publish->store);

    publish->in_transaction = status == STATUS_OK;
    if (status == STATUS_OK)
        status = stash_empty(&publish->stash);
    if (status == STATUS_OK)
        status = publish_find_known(publish);
    /* What is published already is not published again under its number. */
    if (status == STATUS_OK && !publish->is_known)
        status = publish_check_number(publish);
    if (status == STATUS_OK)
        status = publish_choose_number(publish);
    if (status == STATUS_OK)
        status = make_header(publish);
    return status;
}

enum status
publish_begin(struct publish **out, struct store *store,
              const struct publish_request *request,
              struct publish_fault *fault)
{
    struct publish *publish;
    enum status status;

    *out = NULL;
    memset(fault, 0, sizeof(*fault));
    publish = mem_zalloc(1, sizeof(*publish));
    if (publish == NULL)
        return STATUS_NO_MEMORY;
    publish->store = store;
    publish->request = *request;
    publish->fault = fault;
    byte_buf_init(&publish->header, RECORD_HEADER_MAX);

    stash_init(&publish->stash, store, STORE_FOLLOWED);
    publish->stash.is_trial = request->is_trial;

    /* Whatever is wrong with the number is said before files are read. */
    status = publish_choose_number(publish);
    if (status == STATUS_OK)
        status = add_files(publish);
    if (status == STATUS_OK)
        status = enter(publish);
    if (status == STATUS_OK) {
        *out = publish;
        publish = NULL;
    }
    publish_free(publish);
    return status;
}

bool
publish_is_known(const struct publish *publish, struct record_id *id)
{
    if (publish->is_known)
        *id = publish->known;
    return publish->is_known;
}

struct byte_view
publish_header(const struct publish *publish)
{
    return byte_view_of_buf(&publish->header);
}

struct record_id
publish_id(const struct publish *publish)
{
    return publish->id;
}

const struct record_fields *
publish_fields(const struct publish *publish)
{
    return &publish->fields;
}

uint64_t
publish_plain_size(const struct publish *publish)
{
    return publish->plain_size;
}

uint64_t
publish_stored_size(const struct publish *publish)
{
    return publish->stash.stored;
}

bool
publish_is_unexamined(const struct publish *publish, size_t index)
{
    return publish->unexamined[index];
}

static enum status
commit(struct publish *publish)
{
    enum status status = store_commit(publish->store);

    publish->in_transaction = status != STATUS_OK;
    return status;
}

enum status
publish_sign(struct publish *publish, const struct key_secret *secret,
             struct record **record)
{
    struct store *store = publish->store;
    struct record *sealed;
    enum store_state state = STORE_INCOMPLETE;
    enum status status;

    if (record != NULL)
        *record = NULL;
    status = record_seal(&sealed, publish_header(publish), secret);
    if (status != STATUS_OK)
        return status;
    status =
        store_put_record(store, sealed, STORE_FOLLOWED, publish->request.today);
    if (status == STATUS_OK)
        status = bundle_settle_hashed(store, sealed, &state);
    /* Somebody took away what was put before. */
    if (status == STATUS_OK && state != STORE_COMPLETE)
        status = STATUS_LOCKED;
    if (status == STATUS_OK)
        status = publish_set_number(publish);
    if (status == STATUS_OK)
        status = commit(publish);
    if (status == STATUS_OK && record != NULL)
        *record = record_keep(sealed);
    record_free(sealed);
    return status;
}

enum status
publish_reserve(struct publish *publish)
{
    enum status status;

    assert(publish->request.is_trial);
    status = publish_set_number(publish);
    if (status == STATUS_OK)
        status = commit(publish);
    return status;
}

void
publish_free(struct publish *publish)
{
    if (publish == NULL)
        return;
    if (publish->in_transaction)
        store_rollback(publish->store);
    stash_release(&publish->stash);
    byte_buf_release(&publish->header);
    mem_free(publish);
}
