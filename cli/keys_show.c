#include "cli/keys.h"

#include <stdio.h>

#include "bundles/identity.h"
#include "bundles/language.h"
#include "bundles/lineage_find.h"
#include "cli/document.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/key_state.h"
#include "cli/keyring.h"
#include "cli/succession_state.h"
#include "core/limits.h"
#include "core/text.h"

/* A line of anybody's text. */
static void
print_text(struct cli *cli, const char *label, struct byte_view text)
{
    struct byte_buf safe;

    byte_buf_init(&safe, IDENTITY_WEB_MAX * 16);
    if (text_escape(&safe, text, TEXT_ONE_LINE, 0) == STATUS_OK &&
        byte_buf_text(&safe) != NULL)
        cli_print(cli, "%-6s %s\n", label, byte_buf_text(&safe));
    byte_buf_release(&safe);
}

int
keys_find_signer(struct cli *cli, const struct key_public *key,
                 struct verdict_signer *out)
{
    struct trust *trust = NULL;
    struct store *store = NULL;
    enum status status;
    int code = home_open_trust(cli, &trust);

    if (code == CLI_DONE && home_has_store(cli))
        code = home_open_store(cli, HOME_READ, &store);
    if (code != CLI_DONE) {
        trust_free(trust);
        return code;
    }
    status = verdict_signer(out, store, trust, key);
    store_free(store);
    trust_free(trust);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

/* What the identity says beside its author's name. */
static void
show_identity(struct cli *cli, const struct identity *identity)
{
    json_t *names = json_object();
    json_t *recovery = json_array();
    char key[KEY_STRING_SIZE];

    cli_print(cli, _("%lu of %zu recovery keys may replace it:\n"),
              (unsigned long)identity->threshold, identity->recovery_count);
    for (size_t i = 0; i < identity->recovery_count; i++) {
        key_public_format(&identity->recovery[i], key);
        cli_print(cli, "       %s\n", key);
        (void)json_array_append_new(recovery, json_string(key));
    }
    for (size_t i = 0; i < identity->name_count; i++) {
        const struct identity_name *name = &identity->names[i];
        char tag[LANGUAGE_TEXT_SIZE];

        (void)snprintf(tag, sizeof(tag), "%.*s", (int)name->language.size,
                       (const char *)name->language.data);
        print_text(cli, tag, name->text);
        (void)json_object_set_new(names, tag, document_text(name->text));
    }
    if (identity->web.size > 0)
        print_text(cli, "web", identity->web);
    (void)json_object_set_new(cli->document, "version",
                              document_number(identity->version));
    (void)json_object_set_new(cli->document, "names", names);
    (void)json_object_set_new(
        cli->document, "web",
        identity->web.size == 0 ? json_null() : document_text(identity->web));
    (void)json_object_set_new(cli->document, "recovery", recovery);
    (void)json_object_set_new(cli->document, "threshold",
                              document_number(identity->threshold));
}

/* The present version of the chain that key belongs to; where it belongs to
 * none, id. */
static enum status
find_version(struct record **out, struct store *store,
             const struct key_public *key, const struct record_id *id)
{
    enum lineage_found found = LINEAGE_NONE;
    struct lineage lineage;
    enum status status =
        lineage_find(&lineage, &found, store, &key->author, NULL);

    if (status == STATUS_OK)
        status = store_get_record(
            store, found == LINEAGE_ONE ? &lineage_present(&lineage)->id : id,
            out);
    lineage_release(&lineage);
    return status;
}

/* A version by this key that does not count yet. */
static int
show_waiting(struct cli *cli, const struct record_id *id)
{
    json_t *waiting = json_object();

    (void)json_object_set_new(waiting, "id", document_id(id));
    (void)json_object_set_new(cli->document, "waiting", waiting);
    return succession_state_tell(cli, id, waiting, NULL);
}

/* What is here of the identity and can be read. */
static int
show_record(struct cli *cli, const struct key_public *key,
            const struct record_id *id)
{
    struct record *record = NULL;
    struct store *store = NULL;
    struct record_id waiting;
    struct identity identity;
    bool waits = false;
    enum status status;
    int code;

    if (!home_has_store(cli))
        return CLI_DONE;
    code = home_open_store(cli, HOME_READ, &store);
    if (code != CLI_DONE)
        return code;
    status = find_version(&record, store, key, id);
    if (status == STATUS_OK)
        status = identity_read(&identity, record);
    if (status == STATUS_OK)
        show_identity(cli, &identity);
    record_free(record);
    if (status == STATUS_NEWER || status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    if (status == STATUS_OK)
        status = succession_state_find(&waits, &waiting, store, &key->author);
    store_free(store);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    return waits ? show_waiting(cli, &waiting) : CLI_DONE;
}

int
keys_show_key(struct cli *cli, const char *name, const struct key_public *key)
{
    struct verdict_signer signer = {0};
    char text[KEY_STRING_SIZE];
    bool has_identity;
    int code = keys_find_signer(cli, key, &signer);

    if (code != CLI_DONE)
        return code;
    has_identity = signer.identity == VERDICT_IDENTITY_FOUND;
    key_public_format(key, text);
    cli_print(cli, _("name   %s\nkey    %s\nwords  %s\n"), name, text,
              signer.words);
    if (signer.identity == VERDICT_IDENTITY_NONE)
        cli_say(cli, _("This key has no identity record: the words are of the "
                       "key."));
    (void)json_object_set_new(cli->document, "name", json_string(name));
    (void)json_object_set_new(cli->document, "key", json_string(text));
    (void)json_object_set_new(cli->document, "words",
                              json_string(signer.words));
    (void)json_object_set_new(cli->document, "identity",
                              has_identity ? document_id(&signer.identity_id)
                                           : json_null());
    return show_record(cli, key, &signer.identity_id);
}

static int
show(struct cli *cli, const struct keyring *keyring,
     struct keys_request *request)
{
    const struct keyring_entry *entry;
    char text[KEY_STRING_SIZE];
    int code = key_state_choose(cli, NULL, keyring, request->argument, &entry);

    if (code != CLI_DONE)
        return code;
    if (!request->is_public)
        return keys_show_key(cli, entry->name, &entry->key);
    key_public_format(&entry->key, text);
    cli_print(cli, "%s\n", text);
    (void)json_object_set_new(cli->document, "key", json_string(text));
    return CLI_DONE;
}

int
keys_show(struct cli *cli, struct keys_request *request)
{
    struct keyring keyring;
    int code = keyring_load(cli, &keyring);

    if (code == CLI_DONE)
        code = show(cli, &keyring, request);
    keyring_release(&keyring);
    return code;
}
