#include <string.h>

#include "bundles/history.h"
#include "bundles/identity.h"
#include "bundles/publish.h"
#include "core/limits.h"

/* STATUS_EXISTS if anything by author is known here. */
static enum status
check_is_new(struct store *store, const struct key_author *author)
{
    struct store_sequence own;
    struct history history;
    enum status status;

    memset(&history, 0, sizeof(history));
    status = store_get_sequence(store, author, &own);
    if (status == STATUS_OK)
        status = history_read(&history, store, author);
    if (status == STATUS_OK && (own.number > 0 || history.last > 0))
        status = STATUS_EXISTS;
    history_release(&history);
    return status;
}

static enum status
seal_identity(struct record **out, const struct key_secret *secret,
              const struct identity *identity, struct day today)
{
    struct record_fields envelope;
    struct byte_buf header;
    enum status status;

    *out = NULL;
    memset(&envelope, 0, sizeof(envelope));
    envelope.key = secret->public_key;
    envelope.date = today;
    envelope.sequence = 1;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    status = identity_write_header(&header, &envelope, identity);
    if (status == STATUS_OK)
        status = record_seal(out, byte_view_of_buf(&header), secret);
    byte_buf_release(&header);
    return status;
}

static enum status
put_identity(struct store *store, const struct record *record, struct day today)
{
    const struct key_author *author = &record_fields(record)->key.author;
    struct store_sequence sequence;
    enum status status;

    memset(&sequence, 0, sizeof(sequence));
    sequence.number = 1;
    sequence.previous_count = 1;
    sequence.previous[0] = *record_id(record);
    status = check_is_new(store, author);
    if (status == STATUS_OK)
        status = store_put_record(store, record, STORE_FOLLOWED, today);
    if (status == STATUS_OK)
        status = store_set_sequence(store, author, &sequence);
    return status;
}

enum status
publish_identity(struct store *store, const struct key_secret *secret,
                 const struct identity *identity, struct day today,
                 struct record_id *id)
{
    struct record *record;
    enum status status;

    status = seal_identity(&record, secret, identity, today);
    if (status != STATUS_OK)
        return status;
    *id = *record_id(record);
    status = store_begin(store);
    if (status == STATUS_OK) {
        status = put_identity(store, record, today);
        if (status == STATUS_OK)
            status = store_commit(store);
        if (status != STATUS_OK)
            store_rollback(store);
    }
    record_free(record);
    return status;
}
