#include "bundles/publish_answer.h"

#include <string.h>

#include "bundles/publish_private.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"

static enum status
make_header(struct publish *publish, const struct publish_answer *answer)
{
    struct record_fields *fields = &publish->fields;
    enum status status;

    fields->key = answer->key;
    fields->date = answer->today;
    fields->sequence = publish->sequence.number;
    fields->previous_count = publish->sequence.previous_count;
    fields->previous = publish->sequence.previous;
    if (answer->cosign != NULL)
        status = cosign_write_header(&publish->header, fields, answer->cosign);
    else if (answer->revoke != NULL)
        status = revoke_write_header(&publish->header, fields, answer->revoke);
    else if (answer->release != NULL)
        status =
            release_write_header(&publish->header, fields, answer->release);
    else if (answer->vouch != NULL)
        status = vouch_write_header(&publish->header, fields, answer->vouch);
    else if (answer->identity != NULL)
        status =
            identity_write_header(&publish->header, fields, answer->identity);
    else
        status =
            withdraw_write_header(&publish->header, fields, answer->withdraw);
    if (status == STATUS_OK)
        hash_256(publish->id.octets, byte_view_of_buf(&publish->header));
    return status;
}

static enum status
prepare(struct publish *publish, const struct publish_answer *answer)
{
    enum status status = STATUS_OK;

    if (!answer->outside)
        status = publish_check_number(publish);
    if (status == STATUS_OK && !answer->outside)
        status = publish_choose_number(publish);
    return status == STATUS_OK ? make_header(publish, answer) : status;
}

static enum status
sign(struct publish *publish, const struct publish_answer *answer,
     const struct key_secret *secret)
{
    struct record *record = NULL;
    enum status status =
        record_seal(&record, byte_view_of_buf(&publish->header), secret);

    if (status == STATUS_OK)
        status = store_put_record(publish->store, record, STORE_FOLLOWED,
                                  answer->today);
    if (status == STATUS_OK && !answer->outside)
        status = publish_set_number(publish);
    if (status == STATUS_OK)
        status = store_commit(publish->store);
    record_free(record);
    return status;
}

/* Give out the number of a header that is signed elsewhere. */
static enum status
reserve(struct publish *publish, const struct publish_answer *answer)
{
    enum status status =
        byte_buf_append(answer->header, byte_view_of_buf(&publish->header));

    if (status == STATUS_OK && !answer->outside)
        status = publish_set_number(publish);
    return status == STATUS_OK ? store_commit(publish->store) : status;
}

enum status
publish_answer(struct store *store, const struct publish_answer *answer,
               const struct key_secret *secret, struct record_id *id,
               struct publish_fault *fault)
{
    struct publish *publish = mem_zalloc(1, sizeof(*publish));
    enum status status;

    memset(fault, 0, sizeof(*fault));
    if (publish == NULL)
        return STATUS_NO_MEMORY;
    publish->store = store;
    publish->fault = fault;
    publish->request.key = answer->key;
    publish->request.sequence = answer->sequence;
    publish->request.merge = answer->merge;
    byte_buf_init(&publish->header, RECORD_HEADER_MAX);
    status = store_begin(store);
    if (status == STATUS_OK) {
        status = prepare(publish, answer);
        *id = publish->id;
        if (status == STATUS_OK && secret != NULL)
            status = sign(publish, answer, secret);
        else if (status == STATUS_OK && answer->header != NULL)
            status = reserve(publish, answer);
        store_rollback(store);
    }
    byte_buf_release(&publish->header);
    mem_free(publish);
    return status;
}
