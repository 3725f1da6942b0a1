#include "cli/keys.h"

#include "cli/document.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/keyring.h"

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

int
keys_show_key(struct cli *cli, const char *name, const struct key_public *key)
{
    struct verdict_signer signer;
    char text[KEY_STRING_SIZE];
    int code = keys_find_signer(cli, key, &signer);

    if (code != CLI_DONE)
        return code;
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
                              signer.identity == VERDICT_IDENTITY_FOUND
                                  ? document_id(&signer.identity_id)
                                  : json_null());
    return CLI_DONE;
}

static int
show(struct cli *cli, const struct keyring *keyring,
     struct keys_request *request)
{
    const struct keyring_entry *entry;
    char text[KEY_STRING_SIZE];
    int code = keyring_choose(cli, keyring, request->argument, &entry);

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
