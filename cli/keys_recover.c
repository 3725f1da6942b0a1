/*
 * keys recover: a new key for an identity whose key is lost or in somebody
 * else's hands.  Of the old key nothing is needed but its name.
 */
#include <string.h>

#include "bundles/trust.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/keyring.h"
#include "cli/keys.h"
#include "cli/publisher.h"
#include "cli/rotation.h"

/* A key of the keyring, of which the public half may be all that is left. */
static const struct keyring_entry *
find_own(const struct keyring *keyring, const char *name)
{
    for (size_t i = 0; i < keyring->count; i++)
        if ((name == NULL && keyring->count == 1) ||
            (name != NULL && strcmp(keyring->entries[i].name, name) == 0))
            return &keyring->entries[i];
    return NULL;
}

/* Whose key it is: own, followed by that name, or named by itself or by its
 * identity. */
static int
find_key(struct cli *cli, const char *argument, const struct keyring *keyring,
         const struct trust *trust, struct publisher *publisher,
         struct rotation *out)
{
    const struct keyring_entry *own = find_own(keyring, argument);
    const struct trust_entry *followed = NULL;
    int code;

    if (own != NULL) {
        out->key = own->key;
        out->name = own->name;
        return CLI_DONE;
    }
    if (argument == NULL)
        return cli_misused(cli, _("keys recover needs the NAME or the KEY that "
                                  "is to be replaced"));
    if (trust_find_name(trust, argument, &followed) == STATUS_OK) {
        out->key = followed->key;
        out->pin = followed->has_pin ? &followed->pin : NULL;
        return CLI_DONE;
    }
    code = publisher_read(cli, argument, publisher);
    out->key = publisher->key;
    out->pin =
        publisher->identity == NULL ? NULL : record_id(publisher->identity);
    return code;
}

int
keys_recover(struct cli *cli, struct keys_request *request)
{
    struct rotation rotation = {.request = request, .is_lost = true};
    struct publisher publisher = {.identity = NULL};
    struct keyring keyring;
    struct trust *trust = NULL;
    int code;

    if (request->new_words && request->maker.identity.recovery_count > 0)
        return cli_misused(cli, _("--new-words, and --recovery: which of "
                                  "them?"));
    code = keyring_load(cli, &keyring);
    if (code == CLI_DONE)
        code = home_open_trust(cli, &trust);
    if (code == CLI_DONE)
        code = find_key(cli, request->argument, &keyring, trust, &publisher,
                        &rotation);
    if (code == CLI_DONE)
        code = rotation_run(cli, &rotation);
    publisher_release(&publisher);
    trust_free(trust);
    keyring_release(&keyring);
    return code;
}
