#include "cli/keys.h"

#include <stdio.h>
#include <string.h>

#include "cli/follows.h"
#include "cli/i18n.h"
#include "cli/keyring.h"
#include "core/file.h"
#include "core/keyfile.h"
#include "core/limits.h"
#include "core/mem.h"

/* The name of a file without its folders and its ending. */
static void
name_of_file(char out[TRUST_NAME_MAX + 1], const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    size_t size =
        dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name);

    snprintf(out, TRUST_NAME_MAX + 1, "%.*s", (int)size, name);
}

/* The public half of the secret key in text, which must open. */
static int
open_secret(struct cli *cli, struct keys_request *request, const char *name,
            struct byte_view text, struct key_public *out)
{
    struct prompt_secret passphrase = {NULL, 0};
    struct key_secret *secret = NULL;
    bool is_encrypted = false;
    enum status status = keyfile_is_encrypted(&is_encrypted, text);
    int code = CLI_DONE;

    if (status == STATUS_OK && is_encrypted)
        code = prompt_passphrase(cli, &request->answer.source, PROMPT_CURRENT,
                                 name, &passphrase);
    if (code != CLI_DONE)
        return code;
    if (status == STATUS_OK)
        status = keyfile_read_secret(
            &secret, text, byte_view_of(passphrase.text, passphrase.size));
    prompt_secret_release(&passphrase);
    if (status == STATUS_OK)
        *out = secret->public_key;
    else if (status == STATUS_MALFORMED)
        code = cli_fail(cli, CLI_KEY, NULL,
                        _("'%s' is neither a secret nor a public key of "
                          "minisign"),
                        request->argument);
    else
        code = cli_fail(cli, CLI_KEY, NULL, _("the key '%s': %s"), name,
                        status_text(status));
    key_secret_free(secret);
    return code;
}

/* CLI_KEY, said, if the key is here under whatever name. */
static int
check_is_new(struct cli *cli, const struct key_public *key)
{
    struct keyring keyring;
    int code = keyring_load(cli, &keyring);

    for (size_t i = 0; code == CLI_DONE && i < keyring.count; i++)
        if (key_author_equal(&keyring.entries[i].key.author, &key->author))
            code = cli_fail(cli, CLI_KEY, "p2pub keys list",
                            _("this key is here already, as '%s'"),
                            keyring.entries[i].name);
    keyring_release(&keyring);
    return code;
}

/* A key made elsewhere: its secret half, or the public half alone. */
int
keys_import(struct cli *cli, struct keys_request *request)
{
    char name[TRUST_NAME_MAX + 1];
    struct byte_view secret_text = {NULL, 0};
    struct key_public key;
    struct byte_buf text;
    enum status status;
    int code = CLI_DONE;

    if (request->argument == NULL)
        return cli_misused(cli, _("keys import needs a file"));
    byte_buf_init(&text, KEYFILE_TEXT_MAX);
    status = file_read(&text, request->argument);
    if (status != STATUS_OK) {
        byte_buf_release(&text);
        return cli_fail_file(cli, status, _("cannot read"), request->argument);
    }
    name_of_file(name, request->argument);
    if (!keyring_is_name(name))
        code = cli_fail(cli, CLI_KEY, NULL, _("'%s' cannot name a key"), name);
    if (code == CLI_DONE &&
        keyfile_read_public(&key, byte_view_of_buf(&text)) != STATUS_OK) {
        secret_text = byte_view_of_buf(&text);
        code = open_secret(cli, request, name, secret_text, &key);
    }
    if (code == CLI_DONE)
        code = check_is_new(cli, &key);
    if (code == CLI_DONE)
        code = keyring_check_free(cli, name);
    if (code == CLI_DONE)
        code = keyring_add_files(cli, name, &key, secret_text);
    if (code == CLI_DONE)
        code = keys_show_key(cli, name, &key);
    /* One's own keys count as followed. */
    if (code == CLI_DONE)
        follows_move(cli, &key.author, STORE_FOLLOWED);
    if (text.data != NULL)
        mem_wipe(text.data, text.size);
    byte_buf_release(&text);
    return code;
}
