#include "cli/list_sealed.h"

#include <string.h>

#include "bundles/opening.h"
#include "cli/document.h"
#include "cli/i18n.h"
#include "core/mem.h"

static enum status
open_released(struct list_sealed *out, struct store *store,
              const struct trust *trust, struct entropy *entropy,
              const struct record *record)
{
    struct opening_place place = {.keeping = STORE_FOLLOWED};
    struct record *found = NULL;
    struct release release;
    enum status status =
        opening_find_release(&found, &release, store, trust, record);

    out->is_released = found != NULL;
    if (status == STATUS_OK && found != NULL)
        status = opening_make_aside(&out->inner, &place, entropy, store, record,
                                    release.key);
    store_free(place.store);
    record_free(found);
    return status;
}

enum status
list_sealed_fill(struct list_sealed *out, struct store *store,
                 const struct trust *trust, struct entropy *entropy,
                 const struct record *record, enum store_state state)
{
    enum status status;

    memset(out, 0, sizeof(*out));
    out->is_sealed = sealed_read(&out->fields, record) == STATUS_OK;
    if (!out->is_sealed || state != STORE_COMPLETE)
        return STATUS_OK;
    status = open_released(out, store, trust, entropy, record);
    if (status == STATUS_BAD_SIGNATURE || status == STATUS_MALFORMED)
        out->is_faulty = true;
    else if (status != STATUS_NEWER)
        return status;
    return STATUS_OK;
}

void
list_sealed_release(struct list_sealed *sealed)
{
    record_free(sealed->inner);
    memset(sealed, 0, sizeof(*sealed));
}

enum status
list_sealed_append(struct byte_buf *out, const struct list_sealed *sealed)
{
    char day[DAY_TEXT_SIZE];
    enum status status;

    if (sealed->is_faulty)
        return byte_buf_append_text(
            out, _("(sealed; what is inside is not what was sealed)"));
    if (sealed->is_released)
        return byte_buf_append_text(out, _("(needs a newer p2pub)"));
    if (!sealed->fields.has_opens)
        return byte_buf_append_text(out, _("(sealed statement)"));
    day_format(sealed->fields.opens, day);
    status = byte_buf_append_text(out, _("(sealed statement, opens "));
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, day);
    return status == STATUS_OK ? byte_buf_append_text(out, _(", announced)"))
                               : status;
}

void
list_sealed_add(json_t *object, const struct list_sealed *sealed)
{
    json_t *member = json_object();

    (void)json_object_set_new(member, "opens",
                              sealed->fields.has_opens
                                  ? document_day(sealed->fields.opens)
                                  : json_null());
    (void)json_object_set_new(
        member, "state",
        json_string(sealed->is_released ? "released" : "closed"));
    (void)json_object_set_new(member, "seals",
                              document_id(&sealed->fields.seals));
    (void)json_object_set_new(object, "sealed", member);
}
