#include "cli/document.h"

const char *
document_trust(enum trust_class trust)
{
    switch (trust) {
    case TRUST_OWN:
        return "own";
    case TRUST_FOLLOWED:
        return "followed";
    case TRUST_VOUCHED:
        return "vouched";
    case TRUST_UNKNOWN:
        return "unknown";
    }
    return "";
}

static json_t *
vouch_of(const struct verdict_vouch *vouch)
{
    json_t *object = json_object();

    (void)json_object_set_new(object, "key", document_key(&vouch->key));
    (void)json_object_set_new(object, "name", json_string(vouch->introducer));
    (void)json_object_set_new(object, "as", json_string(vouch->name));
    (void)json_object_set_new(object, "id", document_id(&vouch->id));
    (void)json_object_set_new(object, "revoked",
                              vouch->is_revoked ? document_day(vouch->revoked)
                                                : json_null());
    return object;
}

json_t *
document_vouches(const struct verdict_vouches *vouches)
{
    json_t *array = json_array();

    for (size_t i = 0; i < vouches->count && i < VERDICT_LINKS_MAX; i++)
        (void)json_array_append_new(array, vouch_of(&vouches->vouches[i]));
    return array;
}

json_t *
document_alike(const struct verdict_vouches *vouches)
{
    json_t *object;

    if (vouches->alike[0] == '\0')
        return json_null();
    object = json_object();
    (void)json_object_set_new(object, "key", document_key(&vouches->alike_key));
    (void)json_object_set_new(object, "name", json_string(vouches->alike));
    (void)json_object_set_new(object, "vouched_by",
                              vouches->alike_by[0] == '\0'
                                  ? json_null()
                                  : json_string(vouches->alike_by));
    return object;
}
