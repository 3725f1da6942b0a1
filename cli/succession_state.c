#include "cli/succession_state.h"

#include <string.h>

#include "bundles/consent.h"
#include "bundles/identity.h"
#include "bundles/lineage.h"
#include "bundles/lineage_find.h"
#include "bundles/trust.h"
#include "cli/document.h"
#include "cli/find.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "core/limits.h"

/* The recovery keys that are asked, and those that have not signed where more
 * are needed. */
struct state {
    struct cli *cli;
    json_t *document;
    struct store *store;
    struct trust *trust;
    struct record_id id;
    bool counts;
    struct key_author author;
    json_t *consent;
    size_t missing_count;
    struct key_public missing[(4 + 1) * 16];
};

/* Read the identity called id; *record keeps its texts. */
static enum status
read_version(struct identity *out, struct record **record, struct store *store,
             const struct record_id *id)
{
    enum status status = store_get_record(store, id, record);

    return status == STATUS_OK ? identity_read(out, *record) : status;
}

static bool
is_among(const struct key_public *keys, size_t count,
         const struct key_author *author)
{
    for (size_t i = 0; i < count; i++)
        if (key_author_equal(&keys[i].author, author))
            return true;
    return false;
}

enum status
succession_state_is_keeper(bool *out, struct store *store,
                           const struct record *version,
                           const struct key_author *author)
{
    struct identity identity;
    enum status status = identity_read(&identity, version);

    *out = status == STATUS_OK &&
           is_among(identity.recovery, identity.recovery_count, author);
    for (size_t i = 0; status == STATUS_OK && i < identity.follow_count; i++) {
        struct record *record = NULL;
        struct identity before;

        status = read_version(&before, &record, store, &identity.follows[i]);
        if (status == STATUS_OK)
            *out = *out ||
                   is_among(before.recovery, before.recovery_count, author);
        else if (status == STATUS_NOT_FOUND || status == STATUS_NEWER)
            status = STATUS_OK;
        record_free(record);
    }
    return status == STATUS_NEWER ? STATUS_OK : status;
}

static void
add_missing(struct state *state, const struct key_public *key)
{
    if (!is_among(state->missing, state->missing_count, &key->author))
        state->missing[state->missing_count++] = *key;
}

/* What the recovery keys of one version say, the new one or one before it. */
static enum status
ask_keepers(struct state *state, const struct identity *of)
{
    struct consent_question question = {.id = state->id,
                                        .author = state->author,
                                        .recovery = of->recovery,
                                        .count = of->recovery_count};
    size_t agreed = 0;
    enum status status = consent_count(&agreed, state->store, &question, 0);

    for (size_t i = 0; status == STATUS_OK && agreed < of->threshold &&
                       i < of->recovery_count;
         i++) {
        bool has = false;

        status =
            consent_of(&has, state->store, &question, &of->recovery[i].author);
        if (status == STATUS_OK && !has)
            add_missing(state, &of->recovery[i]);
    }
    if (status != STATUS_OK)
        return status;
    (void)json_array_append_new(state->consent,
                                json_pack("{s:I, s:I, s:I, s:I}", "version",
                                          (json_int_t)of->version, "signed",
                                          (json_int_t)agreed, "needed",
                                          (json_int_t)of->threshold, "of",
                                          (json_int_t)of->recovery_count));
    cli_say(state->cli,
            _("signed by %zu of the %zu recovery keys of version %lu; it "
              "takes %lu"),
            agreed, of->recovery_count, (unsigned long)of->version,
            (unsigned long)of->threshold);
    return STATUS_OK;
}

/* The new recovery keys are asked apart only where they are others. */
static bool
is_same_set(const struct identity *a, const struct identity *b)
{
    if (a->recovery_count != b->recovery_count || a->threshold != b->threshold)
        return false;
    for (size_t i = 0; i < a->recovery_count; i++)
        if (!is_among(b->recovery, b->recovery_count, &a->recovery[i].author))
            return false;
    return true;
}

static enum status
ask_all(struct state *state, const struct identity *identity)
{
    bool is_asked = false;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < identity->follow_count; i++) {
        struct record *record = NULL;
        struct identity before;

        status =
            read_version(&before, &record, state->store, &identity->follows[i]);
        if (status == STATUS_OK) {
            status = ask_keepers(state, &before);
            is_asked = is_asked || is_same_set(identity, &before);
        } else if (status == STATUS_NOT_FOUND || status == STATUS_NEWER) {
            cli_say(state->cli, _("a version that it follows is not here, or "
                                  "needs a newer p2pub"));
            status = STATUS_OK;
        }
        record_free(record);
    }
    return status == STATUS_OK && !is_asked ? ask_keepers(state, identity)
                                            : status;
}

/* Who is missing, and what each of them runs. */
static void
tell_missing(struct state *state)
{
    char id[RECORD_ID_TEXT_SIZE];
    json_t *missing = json_array();

    record_id_format(&state->id, id);
    if (state->missing_count > 0)
        cli_say(state->cli, _("not in force yet. Still to sign, as many as it "
                              "takes:"));
    for (size_t i = 0; i < state->missing_count; i++) {
        const struct trust_entry *entry =
            trust_get(state->trust, &state->missing[i].author);
        char key[KEY_STRING_SIZE];

        key_public_format(&state->missing[i], key);
        cli_say(state->cli, "  %s%s%s", key, entry == NULL ? "" : "  ",
                entry == NULL ? "" : entry->name);
        (void)json_array_append_new(
            missing, json_pack("{s:s, s:s?}", "key", key, "name",
                               entry == NULL ? NULL : entry->name));
    }
    if (state->missing_count > 0)
        cli_say(state->cli,
                _("Each of them, once this record has come there:\n"
                  "  p2pub cosign %.*s              with the key that it has\n"
                  "  p2pub cosign %.*s --words      with words from paper"),
                FIND_SIGNED_DIGITS, id, FIND_SIGNED_DIGITS, id);
    (void)json_object_set_new(state->document, "missing", missing);
}

/* Whether it counts in its chain. */
static enum status
find_counts(bool *out, struct store *store, const struct record *record)
{
    struct lineage lineage;
    struct record_id root;
    enum status status = lineage_root(&root, store, record);

    *out = false;
    if (status == STATUS_OK) {
        status = lineage_read(&lineage, store, &root);
        *out = status == STATUS_OK &&
               lineage_get(&lineage, record_id(record)) != NULL;
        lineage_release(&lineage);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
tell(struct state *state)
{
    struct record *record = NULL;
    struct identity identity;
    enum status status =
        read_version(&identity, &record, state->store, &state->id);

    if (status == STATUS_OK)
        status = find_counts(&state->counts, state->store, record);
    if (status == STATUS_OK) {
        state->author = record_fields(record)->key.author;
        status = ask_all(state, &identity);
    }
    if (status == STATUS_OK) {
        (void)json_object_set_new(state->document, "version",
                                  document_number(identity.version));
        (void)json_object_set_new(state->document, "counts",
                                  json_boolean(state->counts));
        if (state->counts)
            cli_say(state->cli, _("version %lu counts now"),
                    (unsigned long)identity.version);
        else if (state->missing_count == 0)
            cli_say(state->cli,
                    _("version %lu does not count: what it follows "
                      "does not, or it breaks a rule"),
                    (unsigned long)identity.version);
        tell_missing(state);
    }
    record_free(record);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

int
succession_state_tell(struct cli *cli, const struct record_id *id,
                      json_t *document, bool *counts)
{
    struct state state = {
        .cli = cli, .document = document, .id = *id, .consent = json_array()};
    enum status status;
    int code = home_open_trust(cli, &state.trust);

    (void)json_object_set_new(document, "consent", state.consent);
    if (code == CLI_DONE)
        code = home_open_store(cli, HOME_READ, &state.store);
    if (code == CLI_DONE) {
        status = tell(&state);
        if (status != STATUS_OK)
            code = cli_fail_store(cli, status);
    }
    store_free(state.store);
    trust_free(state.trust);
    if (counts != NULL)
        *counts = state.counts;
    return code;
}

/* The search for a version that does not count. */
struct waiting {
    struct store *store;
    bool found;
    uint32_t version;
    struct record_id id;
};

/* A store_visit over the identities of one author. */
static enum status
on_identity(void *context, const struct store_row *row)
{
    struct waiting *waiting = context;
    struct record *record = NULL;
    struct identity identity;
    bool counts = true;
    enum status status =
        read_version(&identity, &record, waiting->store, &row->id);

    if (status == STATUS_OK && identity.version > 1)
        status = find_counts(&counts, waiting->store, record);
    if (status == STATUS_OK && !counts && identity.version > waiting->version) {
        waiting->found = true;
        waiting->version = identity.version;
        waiting->id = row->id;
    }
    record_free(record);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

enum status
succession_state_find(bool *found, struct record_id *out, struct store *store,
                      const struct key_author *author)
{
    const struct store_query query = {.by_author = true,
                                      .author = *author,
                                      .by_kind = true,
                                      .kind = RECORD_IDENTITY,
                                      .limit = IDENTITY_VERSION_MAX};
    struct waiting waiting = {.store = store};
    const enum status status = store_walk(store, &query, on_identity, &waiting);

    *found = waiting.found;
    *out = waiting.id;
    return status;
}
