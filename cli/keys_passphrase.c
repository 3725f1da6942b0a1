#include "cli/keys.h"

#include "cli/i18n.h"
#include "cli/keyring.h"

static int
change_passphrase(struct cli *cli, const struct keyring *keyring,
                  struct keys_request *request)
{
    struct prompt_secret passphrase = {NULL, 0};
    const struct keyring_entry *entry;
    struct key_secret *secret = NULL;
    enum prompt_which which;
    int code = keyring_choose(cli, keyring, request->argument, &entry);

    if (code == CLI_DONE)
        code = keyring_unlock(cli, &request->answer.source, entry, &secret);
    if (code != CLI_DONE)
        return code;
    which = entry->is_encrypted ? PROMPT_REPLACEMENT : PROMPT_NEW;
    if (request->maker.no_passphrase)
        cli_warn(cli, _("the key is not encrypted: whoever can read its file "
                        "can sign"));
    else
        code = prompt_passphrase(cli, &request->answer.source, which,
                                 entry->name, &passphrase);
    if (code == CLI_DONE)
        code = keyring_change(cli, entry, secret,
                              byte_view_of(passphrase.text, passphrase.size));
    if (code == CLI_DONE && !request->maker.no_passphrase &&
        !entry->is_encrypted)
        cli_say(cli,
                _("The key '%s' is encrypted now; its old backups are not."),
                entry->name);
    else if (code == CLI_DONE && !request->maker.no_passphrase)
        cli_say(cli,
                _("The key '%s' has another passphrase now; its old "
                  "backups have the old one."),
                entry->name);
    prompt_secret_release(&passphrase);
    key_secret_free(secret);
    return code;
}

int
keys_passphrase(struct cli *cli, struct keys_request *request)
{
    struct keyring keyring;
    int code = keyring_load(cli, &keyring);

    if (code == CLI_DONE)
        code = change_passphrase(cli, &keyring, request);
    keyring_release(&keyring);
    return code;
}
