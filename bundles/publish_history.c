/*
 * What a home's earlier records say: was this published before, and which
 * number comes next?
 */
#include <string.h>

#include "bundles/history.h"
#include "bundles/publish_private.h"
#include "bundles/statement.h"

/* Whether it was published before. */

static bool
same_file(const struct record_file *a, const struct record_file *b)
{
    return a->size == b->size && memcmp(a->hash, b->hash, 32) == 0 &&
           byte_view_equal(a->language, b->language);
}

static bool
same_link(bool has_a, const struct record_id *a, bool has_b,
          const struct record_id *b)
{
    return has_a == has_b && (!has_a || record_id_equal(a, b));
}

static bool
is_same(const struct publish *publish, const struct record_fields *fields,
        const struct statement *there)
{
    const struct statement *new = &publish->request.statement;

    if (fields->file_count != publish->fields.file_count ||
        !same_link(new->has_replaces, &new->replaces, there->has_replaces,
                   &there->replaces) ||
        !same_link(new->has_translates, &new->translates, there->has_translates,
                   &there->translates))
        return false;
    for (size_t i = 0; i < fields->file_count; i++)
        if (!same_file(&fields->files[i], &publish->files[i]))
            return false;
    return true;
}

/* A store_visit over the author's statements, by day and id. */
static enum status
on_statement(void *context, const struct store_row *row)
{
    struct publish *publish = context;
    struct statement statement;
    struct record *record;
    enum status status;

    if (publish->is_known)
        return STATUS_OK;
    status = store_get_record(publish->store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    status = statement_read(&statement, record);
    if (status == STATUS_OK &&
        is_same(publish, record_fields(record), &statement)) {
        publish->is_known = true;
        publish->known = row->id;
    }
    statement_release(&statement);
    record_free(record);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

enum status
publish_find_known(struct publish *publish)
{
    struct store_query query = {.by_author = true,
                                .author = publish->request.key.author,
                                .by_kind = true,
                                .kind = RECORD_STATEMENT};

    /* A chunk that was not here is in no earlier statement. */
    if (publish->stash.stored > 0)
        return STATUS_OK;
    return store_walk(publish->store, &query, on_statement, publish);
}

/* The number. */

/* From the whole history: what this home gave out last does not say it. */
static enum status
choose_by_history(struct publish *publish, const struct store_sequence *own)
{
    const struct publish_request *request = &publish->request;
    struct history history;
    enum status status =
        history_read(&history, publish->store, &request->key.author);

    if (status == STATUS_OK && request->sequence > 0)
        status =
            history_at(&publish->sequence, &history, own, request->sequence);
    else if (status == STATUS_OK)
        status = history_next(&publish->sequence, &history, own);
    history_release(&history);
    if (status == STATUS_AMBIGUOUS) {
        publish->fault->fork = publish->sequence;
        if (request->merge)
            status = STATUS_OK;
    }
    return status;
}

/* A store_visit: the first will do. */
static enum status
on_taken(void *context, const struct store_row *row)
{
    (void)context;
    (void)row;
    return STATUS_EXISTS;
}

enum status
publish_check_number(const struct publish *publish)
{
    const struct publish_request *request = &publish->request;
    const struct store_query query = {.by_author = true,
                                      .author = request->key.author,
                                      .by_sequence = true,
                                      .sequence = request->sequence};

    return request->sequence == 0
               ? STATUS_OK
               : store_walk(publish->store, &query, on_taken, NULL);
}

enum status
publish_choose_number(struct publish *publish)
{
    const struct publish_request *request = &publish->request;
    struct store_sequence own;
    uint32_t last = 0;
    enum status status;

    if (request->outside)
        return STATUS_OK;
    status = store_get_sequence(publish->store, &request->key.author, &own);
    if (status == STATUS_OK)
        status = history_last(publish->store, &request->key.author, &last);
    if (status != STATUS_OK)
        return status;
    if (request->sequence > 0 || own.number == 0 || own.number < last ||
        own.number == RECORD_SEQUENCE_MAX)
        return choose_by_history(publish, &own);
    publish->sequence = own;
    publish->sequence.number++;
    return STATUS_OK;
}

enum status
publish_set_number(struct publish *publish)
{
    struct store_sequence sequence;

    if (publish->request.outside)
        return STATUS_OK;
    memset(&sequence, 0, sizeof(sequence));
    sequence.number = publish->sequence.number;
    sequence.previous_count = 1;
    sequence.previous[0] = publish->id;
    return store_set_sequence(publish->store, &publish->request.key.author,
                              &sequence);
}
