#include "cli/keys.h"

#include "cli/document.h"
#include "cli/i18n.h"
#include "cli/keyring.h"

static const char *
kind_of(const struct keyring_entry *entry)
{
    if (!entry->has_secret)
        return _("public half only");
    return entry->is_encrypted ? _("encrypted") : _("not encrypted");
}

static json_t *
object_of(const struct keyring_entry *entry)
{
    json_t *object = json_object();

    (void)json_object_set_new(object, "name", json_string(entry->name));
    (void)json_object_set_new(object, "key", document_key(&entry->key));
    (void)json_object_set_new(object, "secret",
                              json_boolean(entry->has_secret));
    (void)json_object_set_new(
        object, "encrypted",
        json_boolean(entry->has_secret && entry->is_encrypted));
    return object;
}

int
keys_list(struct cli *cli, struct keys_request *request)
{
    struct keyring keyring;
    json_t *keys;
    int code = keyring_load(cli, &keyring);

    (void)request;
    if (code != CLI_DONE) {
        keyring_release(&keyring);
        return code;
    }
    keys = json_array();

    for (size_t i = 0; i < keyring.count; i++) {
        const struct keyring_entry *entry = &keyring.entries[i];
        char key[KEY_STRING_SIZE];

        key_public_format(&entry->key, key);
        cli_print(cli, "%s  %s  (%s)\n", key, entry->name, kind_of(entry));
        (void)json_array_append_new(keys, object_of(entry));
    }
    (void)json_object_set_new(cli->document, "keys", keys);
    if (keyring.count == 0)
        cli_say(cli, _("There is no key yet: p2pub keys new makes one."));
    keyring_release(&keyring);
    return CLI_DONE;
}
