#include "cli/document.h"

#include <string.h>

#include "bundles/language.h"

json_t *
document_text(struct byte_view text)
{
    return json_stringn(text.size == 0 ? "" : (const char *)text.data,
                        text.size);
}

json_t *
document_id(const struct record_id *id)
{
    char text[RECORD_ID_TEXT_SIZE];

    record_id_format(id, text);
    return json_string(text);
}

json_t *
document_key(const struct key_public *key)
{
    char text[KEY_STRING_SIZE];

    key_public_format(key, text);
    return json_string(text);
}

json_t *
document_day(struct day day)
{
    char text[DAY_TEXT_SIZE];

    day_format(day, text);
    return json_string(text);
}

json_t *
document_number(uint64_t number)
{
    return json_integer((json_int_t)number);
}

const char *
document_standing(enum verdict_standing standing)
{
    switch (standing) {
    case VERDICT_FAULTY:
        return "faulty";
    case VERDICT_NEWER:
        return "newer";
    case VERDICT_UNKNOWN:
        return "unknown";
    case VERDICT_VERIFIED:
        return "verified";
    }
    return "";
}

static void
set(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value);
}

json_t *
document_titles(const struct statement *statement)
{
    json_t *object = json_object();

    for (size_t i = 0; i < statement->title_count; i++) {
        char language[LANGUAGE_TEXT_SIZE] = "";

        memcpy(language, statement->titles[i].language.data,
               statement->titles[i].language.size);
        set(object, language, document_text(statement->titles[i].text));
    }
    return object;
}

void
document_add_summary(json_t *object, const struct record *record,
                     const struct statement *statement,
                     const struct verdict_signer *signer,
                     enum verdict_standing standing, enum store_state state)
{
    const struct record_fields *fields = record_fields(record);

    set(object, "id", document_id(record_id(record)));
    set(object, "kind", document_text(fields->kind));
    set(object, "title",
        statement == NULL ? json_null() : document_text(statement->title));
    set(object, "titles",
        statement == NULL ? json_object() : document_titles(statement));
    set(object, "date", document_day(fields->date));
    set(object, "key", document_key(&fields->key));
    set(object, "name", json_string(verdict_signer_name(signer)));
    set(object, "trust", json_string(document_trust(signer->trust)));
    set(object, "verdict", json_string(document_standing(standing)));
    set(object, "complete", json_boolean(state == STORE_COMPLETE));
}

static const char *
identity_word(enum verdict_identity identity)
{
    switch (identity) {
    case VERDICT_IDENTITY_NONE:
        return "none";
    case VERDICT_IDENTITY_FOUND:
        return "found";
    case VERDICT_IDENTITY_PINNED:
        return "pinned";
    case VERDICT_IDENTITY_MISSING:
        return "missing";
    case VERDICT_IDENTITY_SEVERAL:
        return "several";
    }
    return "";
}

static void
add_signer(json_t *object, const struct verdict_signer *signer)
{
    bool has_id = signer->identity != VERDICT_IDENTITY_NONE &&
                  signer->identity != VERDICT_IDENTITY_SEVERAL;

    set(object, "words", json_string(signer->words));
    set(object, "calls_itself",
        signer->claim[0] == '\0' ? json_null() : json_string(signer->claim));
    set(object, "identity", json_string(identity_word(signer->identity)));
    set(object, "identity_id",
        has_id ? document_id(&signer->identity_id) : json_null());
    set(object, "own", json_boolean(signer->trust == TRUST_OWN));
}

static bool
is_missing(const struct verdict *verdict, size_t index)
{
    for (size_t i = 0; i < verdict->missing_count; i++)
        if (verdict->missing[i] == index)
            return true;
    return false;
}

static json_t *
files_of(const struct record_fields *fields, const struct verdict *verdict)
{
    json_t *files = json_array();

    for (size_t i = 0; i < fields->file_count; i++) {
        const struct record_file *file = &fields->files[i];
        json_t *object = json_object();

        set(object, "name", document_text(file->name));
        set(object, "language",
            byte_view_equal_text(file->language, "-")
                ? json_null()
                : document_text(file->language));
        set(object, "type", document_text(file->type));
        set(object, "size", document_number(file->size));
        set(object, "text", json_boolean(statement_is_text(file)));
        set(object, "here", json_boolean(!is_missing(verdict, i)));
        (void)json_array_append_new(files, object);
    }
    return files;
}

static json_t *
links_of(const struct verdict *verdict, const struct verdict_link *links,
         size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count && i < VERDICT_LINKS_MAX; i++) {
        json_t *object = json_object();

        set(object, "id", document_id(&links[i].id));
        set(object, "key", document_key(&links[i].key));
        set(object, "date", document_day(links[i].date));
        set(object, "language", json_string(links[i].language));
        set(object, "by_author", json_boolean(links[i].by_author));
        set(object, "name",
            json_string(links[i].by_author
                            ? verdict_signer_name(&verdict->signer)
                            : links[i].name));
        set(object, "vouched_by",
            links[i].vouched_by[0] == '\0' ? json_null()
                                           : json_string(links[i].vouched_by));
        set(object, "withdrawn", json_boolean(links[i].is_withdrawn));
        (void)json_array_append_new(array, object);
    }
    return array;
}

static json_t *
translations_of(const struct verdict *verdict)
{
    json_t *array =
        links_of(verdict, verdict->translations, verdict->translation_count);

    for (size_t i = 0; i < json_array_size(array); i++)
        set(json_array_get(array, i), "replaced",
            json_boolean(verdict->translations[i].is_replaced));
    return array;
}

/* What is known of the one that it translates. */
static json_t *
original_of(const struct statement *statement,
            const struct verdict_named *named)
{
    json_t *object;

    if (!statement->has_translates || !named->is_here)
        return json_null();
    object = json_object();
    set(object, "by_author", json_boolean(named->is_own));
    set(object, "name",
        named->name[0] == '\0' ? json_null() : json_string(named->name));
    set(object, "withdrawn", json_boolean(named->is_withdrawn));
    set(object, "replaced", json_boolean(named->is_replaced));
    return object;
}

/* The ids of what it was replaced by, at any distance; empty while it is the
 * newest itself. */
static json_t *
newest_of(const struct replacements *replacements)
{
    json_t *array = json_array();

    for (size_t i = 0; i < replacements->newest_count && i < VERDICT_LINKS_MAX;
         i++)
        (void)json_array_append_new(array,
                                    document_id(&replacements->newest[i].id));
    return array;
}

static json_t *
forks_of(const struct verdict *verdict)
{
    json_t *array = json_array();

    for (size_t i = 0; i < verdict->fork_count && i < VERDICT_FORKS_MAX; i++) {
        const struct verdict_fork *fork = &verdict->forks[i];
        json_t *object = json_object();
        json_t *ids = json_array();

        for (size_t j = 0; j < fork->count && j < VERDICT_LINKS_MAX; j++)
            (void)json_array_append_new(ids, document_id(&fork->ids[j]));
        set(object, "sequence", document_number(fork->number));
        set(object, "merged", json_boolean(fork->merged));
        set(object, "ids", ids);
        (void)json_array_append_new(array, object);
    }
    return array;
}

static const char *
head_word(enum heads_state state)
{
    switch (state) {
    case HEADS_HERE:
        return "here";
    case HEADS_MISSING:
        return "missing";
    case HEADS_OTHER:
        return "other";
    case HEADS_WRONG:
        return "wrong";
    }
    return "";
}

static json_t *
heads_of(const struct verdict_head *heads, size_t count, size_t maximum)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count && i < maximum; i++) {
        json_t *object = json_object();

        set(object, "key", document_key(&heads[i].key));
        set(object, "name", json_string(heads[i].name));
        set(object, "vouched_by",
            heads[i].vouched_by[0] == '\0' ? json_null()
                                           : json_string(heads[i].vouched_by));
        set(object, "sequence", document_number(heads[i].number));
        set(object, "id", document_id(&heads[i].id));
        set(object, "state", json_string(head_word(heads[i].state)));
        (void)json_array_append_new(array, object);
    }
    return array;
}

static json_t *
withdrawn_of(const struct withdrawal *withdrawn)
{
    json_t *object;

    if (withdrawn->record == NULL)
        return json_null();
    object = json_object();
    set(object, "date", document_day(withdrawn->date));
    set(object, "reason", document_text(withdrawn->reason));
    set(object, "id", document_id(record_id(withdrawn->record)));
    return object;
}

static json_t *
revoked_of(const struct revocation *revoked)
{
    json_t *object;

    if (revoked->record == NULL)
        return json_null();
    object = json_object();
    set(object, "date", document_day(revoked->date));
    set(object, "reason",
        revoked->reason.size > 0 ? document_text(revoked->reason)
                                 : json_null());
    set(object, "id", document_id(record_id(revoked->record)));
    set(object, "came_before", json_boolean(revoked->is_early));
    return object;
}

void
document_add_withdrawn(json_t *object, const struct withdrawal *withdrawn)
{
    set(object, "withdrawn", withdrawn_of(withdrawn));
}

static const char *
state_word(enum signing_state state)
{
    switch (state) {
    case SIGNING_NOT_SEEN:
        return "not_seen";
    case SIGNING_SIGNED:
        return "signed";
    case SIGNING_WITHDRAWN:
        return "withdrawn";
    }
    return "";
}

/* The files that were checked, or null for all of the record. */
static json_t *
checked_of(const struct signing *signing, const struct record_fields *fields)
{
    json_t *array;

    if (!signing->is_partial)
        return json_null();
    array = json_array();
    for (size_t i = 0; i < fields->file_count; i++)
        if (signing->checked[i])
            (void)json_array_append_new(array,
                                        document_text(fields->files[i].name));
    return array;
}

/* `name` is the reader's own, or the words; what the author says is
 * `called`. */
static json_t *
signings_of(const struct signing *signings, size_t count,
            const struct record_fields *fields)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        const struct signing *signing = &signings[i];
        json_t *object = json_object();

        set(object, "key", document_key(&signing->signer.key));
        set(object, "name", json_string(verdict_signer_name(&signing->signer)));
        set(object, "trust",
            json_string(document_trust(signing->signer.trust)));
        set(object, "vouched_by",
            signing->signer.vouched_by[0] == '\0'
                ? json_null()
                : json_string(signing->signer.vouched_by));
        set(object, "called",
            signing->claim.size == 0 ? json_null()
                                     : document_text(signing->claim));
        set(object, "state", json_string(state_word(signing->state)));
        set(object, "checked", checked_of(signing, fields));
        set(object, "withdrawn", withdrawn_of(&signing->taken));
        (void)json_array_append_new(array, object);
    }
    return array;
}

static json_t *
languages_of(const struct record_fields *fields)
{
    json_t *array = json_array();

    for (size_t i = 0; i < fields->file_count; i++)
        if (statement_is_text(&fields->files[i]))
            (void)json_array_append_new(
                array, document_text(fields->files[i].language));
    return array;
}

void
document_add_verdict(json_t *object, const struct record *record,
                     const struct statement *statement,
                     const struct verdict *verdict)
{
    const struct record_fields *fields = record_fields(record);

    set(object, "sequence", document_number(fields->sequence));
    add_signer(object, &verdict->signer);
    set(object, "vouched_by", document_vouches(&verdict->vouches));
    set(object, "looks_like", document_alike(&verdict->vouches));
    set(object, "files", files_of(fields, verdict));
    set(object, "replaced_by",
        links_of(verdict, verdict->replaced_by, verdict->replaced_count));
    set(object, "claims_to_replace",
        links_of(verdict, verdict->claims, verdict->claim_count));
    set(object, "newest", newest_of(&verdict->replacements));
    set(object, "translations", translations_of(verdict));
    set(object, "translations_by_others",
        document_number(verdict->stranger_count));
    set(object, "gaps", document_number(verdict->gaps));
    set(object, "forks", forks_of(verdict));
    document_add_withdrawn(object, &verdict->withdrawn);
    set(object, "revoked", revoked_of(&verdict->revoked));
    document_add_lineage(object, &verdict->lineage);
    set(object, "signatories",
        signings_of(verdict->signatories.named,
                    verdict->signatories.named_count, fields));
    set(object, "others",
        signings_of(verdict->signatories.others,
                    verdict->signatories.other_count, fields));
    set(object, "others_signed",
        document_number(verdict->signatories.other_signed));
    set(object, "quoted_by",
        heads_of(verdict->quotes, verdict->quote_count, VERDICT_LINKS_MAX));
    if (statement == NULL)
        return;
    set(object, "heads",
        heads_of(verdict->heads, verdict->head_count, VERDICT_HEADS_MAX));
    set(object, "languages", languages_of(fields));
    set(object, "replaces",
        statement->has_replaces ? document_id(&statement->replaces)
                                : json_null());
    set(object, "translates",
        statement->has_translates ? document_id(&statement->translates)
                                  : json_null());
    set(object, "original", original_of(statement, &verdict->translates));
}
