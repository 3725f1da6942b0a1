#include "bundles/consent.h"

#include "bundles/mentions.h"

struct search {
    struct store *store;
    const struct record_id *id;
    bool found;
};

/* A store_visit over the co-signatures by one key.  The index that led here
 * bears no seal; the record does. */
static enum status
on_cosign(void *context, const struct store_row *row)
{
    struct search *search = context;
    struct record_id signs[MENTIONS_MAX];
    struct record *record;
    enum status status;

    status = store_get_record(search->store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    search->found = record_kind(record) == RECORD_COSIGN &&
                    mentions_of(record, signs) == 1 &&
                    record_id_equal(&signs[0], search->id);
    record_free(record);
    return search->found ? STATUS_OK : STATUS_DAMAGED;
}

enum status
consent_of(bool *agreed, struct store *store,
           const struct consent_question *question,
           const struct key_author *recovery)
{
    struct search search = {store, &question->id, false};
    struct store_query query = {.by_kind = true,
                                .kind = RECORD_COSIGN,
                                .by_author = true,
                                .author = *recovery,
                                .by_subject = true,
                                .subject = question->id,
                                .limit = 1};
    enum status status = STATUS_OK;

    if (key_author_equal(recovery, &question->author))
        search.found = true;
    else
        status = store_walk(store, &query, on_cosign, &search);
    *agreed = status == STATUS_OK && search.found;
    return status;
}

enum status
consent_count(size_t *out, struct store *store,
              const struct consent_question *question, size_t needed)
{
    enum status status = STATUS_OK;
    bool agreed;

    *out = 0;
    for (size_t i = 0; i < question->count && status == STATUS_OK; i++) {
        const size_t left = question->count - i;

        if (needed > 0 && (*out >= needed || *out + left < needed))
            break;
        status =
            consent_of(&agreed, store, question, &question->recovery[i].author);
        *out += agreed ? 1 : 0;
    }
    return status;
}

enum status
consent_before(bool *out, struct store *store, const struct record *record,
               const struct identity *identity)
{
    struct identity followed = {0};
    struct record *before = NULL;
    struct consent_question question = {*record_id(record),
                                        record_fields(record)->key.author,
                                        followed.recovery, 0};
    size_t agreed = 0;
    enum status status =
        store_get_record(store, &identity->follows[0], &before);

    *out = false;
    if (status == STATUS_OK)
        status = identity_read(&followed, before);
    question.count = followed.recovery_count;
    if (status == STATUS_OK)
        status = consent_count(&agreed, store, &question, followed.threshold);
    if (status == STATUS_OK)
        *out = agreed >= followed.threshold;
    record_free(before);
    return status == STATUS_NOT_FOUND || status == STATUS_NEWER ? STATUS_OK
                                                                : status;
}
