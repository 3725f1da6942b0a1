#include "cli/keys.h"

#include <string.h>

#include "cli/document.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/key_state.h"
#include "cli/keyring.h"

static const char *
kind_of(const struct keyring_entry *entry)
{
    if (!entry->has_secret)
        return _("public half only");
    return entry->is_encrypted ? _("encrypted") : _("not encrypted");
}

/* Fill in what the store tells of the key; without a store nothing. */
static int
find_state(struct cli *cli, struct store *store,
           const struct keyring_entry *entry, struct key_state *out)
{
    enum status status;

    memset(out, 0, sizeof(*out));
    if (store == NULL)
        return CLI_DONE;
    status = key_state_find(out, store, &entry->key.author);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

static json_t *
object_of(const struct keyring_entry *entry, const struct key_state *state)
{
    json_t *object = json_object();

    (void)json_object_set_new(object, "name", json_string(entry->name));
    (void)json_object_set_new(object, "key", document_key(&entry->key));
    (void)json_object_set_new(object, "secret",
                              json_boolean(entry->has_secret));
    (void)json_object_set_new(
        object, "encrypted",
        json_boolean(entry->has_secret && entry->is_encrypted));
    (void)json_object_set_new(object, "revoked",
                              json_boolean(state->is_revoked));
    (void)json_object_set_new(
        object, "replaced_by",
        state->ended_by == 0 ? json_null() : document_key(&state->present));
    return object;
}

static void
print(struct cli *cli, const struct keyring_entry *entry,
      const struct key_state *state)
{
    char key[KEY_STRING_SIZE];

    key_public_format(&entry->key, key);
    cli_print(cli, "%s  %s  (%s%s%s)\n", key, entry->name, kind_of(entry),
              state->is_revoked ? _(", revoked") : "",
              state->ended_by > 0 ? _(", replaced") : "");
}

static int
list(struct cli *cli, const struct keyring *keyring, struct store *store)
{
    json_t *keys = json_array();
    int code = CLI_DONE;

    for (size_t i = 0; i < keyring->count && code == CLI_DONE; i++) {
        struct key_state state;

        code = find_state(cli, store, &keyring->entries[i], &state);
        print(cli, &keyring->entries[i], &state);
        (void)json_array_append_new(keys,
                                    object_of(&keyring->entries[i], &state));
    }
    (void)json_object_set_new(cli->document, "keys", keys);
    if (keyring->count == 0)
        cli_say(cli, _("There is no key yet: p2pub keys new makes one."));
    return code;
}

int
keys_list(struct cli *cli, struct keys_request *request)
{
    struct keyring keyring;
    struct store *store = NULL;
    int code = keyring_load(cli, &keyring);

    (void)request;
    if (code == CLI_DONE && keyring.count > 0 && home_has_store(cli))
        code = home_open_store(cli, HOME_READ, &store);
    if (code == CLI_DONE)
        code = list(cli, &keyring, store);
    store_free(store);
    keyring_release(&keyring);
    return code;
}
