#include "cli/document.h"

static void
set(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value);
}

static const char *
standing_word(enum good_standing standing)
{
    switch (standing) {
    case GOOD_PART_GOOD:
        return "good";
    case GOOD_PART_CLAIMED:
        return "claimed";
    case GOOD_PART_OPEN:
        return "open";
    }
    return "";
}

static json_t *
rivals_of(const struct verdict_lineage *lineage)
{
    json_t *array = json_array();

    for (size_t i = 0; i < lineage->rival_count && i < LINEAGE_RIVALS_MAX;
         i++) {
        const struct verdict_rival *rival = &lineage->rivals[i];
        json_t *object = json_object();

        set(object, "id", document_id(&rival->id));
        set(object, "version", document_number(rival->number));
        set(object, "key", document_key(&rival->key));
        set(object, "date", document_day(rival->date));
        (void)json_array_append_new(array, object);
    }
    return array;
}

static json_t *
chain_of(const struct verdict_lineage *lineage)
{
    json_t *object;

    if (lineage->found != LINEAGE_ONE)
        return json_null();
    object = json_object();
    set(object, "root", document_id(&lineage->root));
    set(object, "version", document_number(lineage->version));
    set(object, "version_id", document_id(&lineage->present_id));
    set(object, "date", document_day(lineage->date));
    set(object, "present_key", document_key(&lineage->present));
    set(object, "ended_by",
        lineage->ended_by > 0 ? document_number(lineage->ended_by)
                              : json_null());
    set(object, "state", json_string(standing_word(lineage->standing)));
    set(object, "conflict", rivals_of(lineage));
    return object;
}

static const char *
version_word(enum verdict_version kind)
{
    switch (kind) {
    case VERDICT_VERSION_NONE:
        break;
    case VERDICT_VERSION_COUNTS:
        return "counts";
    case VERDICT_VERSION_RIVAL:
        return "conflict";
    case VERDICT_VERSION_SHORT:
        return "claimed";
    case VERDICT_VERSION_WRONG:
        return "wrong";
    case VERDICT_VERSION_OPEN:
        return "open";
    }
    return "";
}

static json_t *
consent_of(const struct verdict_consent *consent)
{
    json_t *object = json_object();

    set(object, "agreed", document_number(consent->agreed));
    set(object, "needed", document_number(consent->needed));
    return object;
}

static json_t *
version_of(const struct verdict_lineage *lineage)
{
    json_t *object;

    if (lineage->kind == VERDICT_VERSION_NONE)
        return json_null();
    object = json_object();
    set(object, "number", document_number(lineage->number));
    set(object, "state", json_string(version_word(lineage->kind)));
    if (lineage->kind == VERDICT_VERSION_SHORT) {
        set(object, "before", consent_of(&lineage->before));
        set(object, "own", consent_of(&lineage->own));
    }
    return object;
}

void
document_add_lineage(json_t *object, const struct verdict_lineage *lineage)
{
    set(object, "lineage", chain_of(lineage));
    set(object, "identity_version", version_of(lineage));
}
