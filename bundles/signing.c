#include "bundles/signing.h"

#include <assert.h>
#include <string.h>

#include "bundles/cosign.h"

static_assert(sizeof(((struct signing *)0)->checked) == RECORD_FILES_MAX,
              "as many as a record has files");

void
signing_gather_begin(struct signing_gathering *gathering)
{
    gathering->seen = 0;
    gathering->count = 0;
}

/* Which files of the record cosign names; false if it has none of them. */
static bool
match_files(bool checked[RECORD_FILES_MAX], const struct cosign *cosign,
            const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    bool has_any = cosign->name_count == 0;

    memset(checked, 0, RECORD_FILES_MAX * sizeof(checked[0]));
    for (size_t i = 0; i < fields->file_count; i++)
        for (size_t j = 0; j < cosign->name_count; j++)
            if (byte_view_equal(fields->files[i].name, cosign->names[j]))
                checked[i] = has_any = true;
    return has_any;
}

/* Keep what record says, if it is a co-signature that counts. */
static void
gathering_take(struct signing_gathering *gathering, const struct record *record)
{
    size_t at = gathering->count;
    struct cosign cosign;

    if (cosign_read(&cosign, record) != STATUS_OK ||
        !record_id_equal(&cosign.signs, record_id(gathering->record)) ||
        !match_files(gathering->checked[at], &cosign, gathering->record))
        return;
    gathering->ids[at] = *record_id(record);
    gathering->is_whole[at] = cosign.name_count == 0;
    if (at == 0)
        gathering->key = record_fields(record)->key;
    gathering->count++;
}

enum status
signing_gather_add(void *context, const struct store_row *row)
{
    struct signing_gathering *gathering = context;
    struct record *checked = NULL;
    struct record *record;
    enum status status;

    if (gathering->seen == COSIGNS_OF_KEY_MAX)
        return STATUS_OK;
    gathering->seen++;
    status = store_get_record(lineages_store(gathering->lineages), &row->id,
                              &record);
    if (status == STATUS_OK && gathering->checks_signatures) {
        status = record_open(&checked, record_wire(record));
        if (status == STATUS_MALFORMED || status == STATUS_BAD_SIGNATURE)
            status = STATUS_DAMAGED;
    }
    if (status == STATUS_OK)
        gathering_take(gathering, record);
    record_free(checked);
    record_free(record);
    return status;
}

enum status
signing_gather_end(struct signing_gathering *gathering, struct signing *out,
                   const struct key_author *author)
{
    bool is_whole = false;
    enum status status;

    if (gathering->count == 0)
        return STATUS_OK;
    status = withdrawals_find(gathering->wants_state ? NULL : &out->taken,
                              gathering->stands, gathering->lineages, author,
                              gathering->ids, gathering->count);
    if (status != STATUS_OK)
        return status;
    out->state = SIGNING_WITHDRAWN;
    for (size_t i = 0; i < gathering->count; i++) {
        if (!gathering->stands[i])
            continue;
        out->state = SIGNING_SIGNED;
        is_whole = is_whole || gathering->is_whole[i];
        for (size_t j = 0; j < RECORD_FILES_MAX; j++)
            out->checked[j] = out->checked[j] || gathering->checked[i][j];
    }
    out->is_partial = out->state == SIGNING_SIGNED && !is_whole;
    if (out->state == SIGNING_SIGNED)
        withdrawal_release(&out->taken);
    return STATUS_OK;
}

enum status
signing_find(struct signing_gathering *gathering, struct signing *out,
             const struct key_author *author)
{
    enum status status;

    signing_gather_begin(gathering);
    status = lineages_walk(
        gathering->lineages, author,
        &(struct lineages_query){RECORD_COSIGN, record_id(gathering->record),
                                 COSIGNS_OF_KEY_MAX},
        signing_gather_add, gathering);
    return status == STATUS_OK ? signing_gather_end(gathering, out, author)
                               : status;
}
