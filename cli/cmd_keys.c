/*
 * keys: list, new, show, import, passphrase, revoke.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "bundles/verdict.h"
#include "cli/command.h"
#include "cli/document.h"
#include "cli/follows.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/key_maker.h"
#include "cli/keyring.h"
#include "cli/keys_revoke.h"
#include "cli/publisher.h"
#include "core/file.h"
#include "core/keyfile.h"
#include "core/limits.h"
#include "core/mem.h"

/* What a key is called when nobody says. */
#define DEFAULT_NAME "publisher"

/* The command line. */
struct request {
    const char *argument; /* NAME or FILE, or NULL */
    bool is_public;
    struct key_maker maker;
    struct prompt_source source;
    struct answer answer; /* --offline, --dry-run and --yes, for revoke */
    const char *reason;
    bool is_to_revoke; /* one of revoke's own options is there */
};

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

static int
list_keys(struct cli *cli, const struct keyring *keyring)
{
    json_t *keys = json_array();

    for (size_t i = 0; i < keyring->count; i++) {
        const struct keyring_entry *entry = &keyring->entries[i];
        char key[KEY_STRING_SIZE];

        key_public_format(&entry->key, key);
        cli_print(cli, "%s  %s  (%s)\n", key, entry->name, kind_of(entry));
        (void)json_array_append_new(keys, object_of(entry));
    }
    (void)json_object_set_new(cli->document, "keys", keys);
    if (keyring->count == 0)
        cli_say(cli, _("There is no key yet: p2pub keys new makes one."));
    return CLI_DONE;
}

/* Add name, key, words and identity to the document, and print them. */
static int
show_key(struct cli *cli, const char *name, const struct key_public *key)
{
    struct verdict_signer signer;
    struct trust *trust = NULL;
    struct store *store = NULL;
    char text[KEY_STRING_SIZE];
    enum status status;
    int code = home_open_trust(cli, &trust);

    if (code == CLI_DONE && home_has_store(cli))
        code = home_open_store(cli, HOME_READ, &store);
    if (code != CLI_DONE) {
        trust_free(trust);
        return code;
    }
    status = verdict_signer(&signer, store, trust, key);
    store_free(store);
    trust_free(trust);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
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
     const struct request *request)
{
    const struct keyring_entry *entry;
    char text[KEY_STRING_SIZE];
    int code = keyring_choose(cli, keyring, request->argument, &entry);

    if (code != CLI_DONE)
        return code;
    if (!request->is_public)
        return show_key(cli, entry->name, &entry->key);
    key_public_format(&entry->key, text);
    cli_print(cli, "%s\n", text);
    (void)json_object_set_new(cli->document, "key", json_string(text));
    return CLI_DONE;
}

static int
new_key(struct cli *cli, struct request *request)
{
    struct key_made made;
    int code;

    request->maker.name =
        request->argument == NULL ? DEFAULT_NAME : request->argument;
    request->maker.source = &request->source;
    code = key_maker_run(cli, &request->maker, &made);
    if (code == CLI_DONE)
        code = show_key(cli, request->maker.name, &made.secret->public_key);
    if (code == CLI_DONE) {
        key_made_show_words(cli, &made, true);
        cli_say(cli,
                _("Back up '%s/keys', and tell people the eight words in "
                  "a way that cannot be forged."),
                cli->home);
    }
    key_made_release(&made);
    return code;
}

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
open_secret(struct cli *cli, const struct request *request, const char *name,
            struct byte_view text, struct key_public *out)
{
    struct prompt_secret passphrase = {NULL, 0};
    struct key_secret *secret = NULL;
    bool is_encrypted = false;
    enum status status = keyfile_is_encrypted(&is_encrypted, text);
    int code = CLI_DONE;

    if (status == STATUS_OK && is_encrypted)
        code = prompt_passphrase(cli, &request->source, PROMPT_CURRENT, name,
                                 &passphrase);
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
static int
import(struct cli *cli, const struct request *request)
{
    char name[TRUST_NAME_MAX + 1];
    struct byte_view secret_text = {NULL, 0};
    struct key_public key;
    struct byte_buf text;
    enum status status;
    int code = CLI_DONE;

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
        code = show_key(cli, name, &key);
    /* One's own keys count as followed. */
    if (code == CLI_DONE)
        follows_move(cli, &key.author, STORE_FOLLOWED);
    if (text.data != NULL)
        mem_wipe(text.data, text.size);
    byte_buf_release(&text);
    return code;
}

static int
change_passphrase(struct cli *cli, const struct keyring *keyring,
                  const struct request *request)
{
    struct prompt_secret passphrase = {NULL, 0};
    const struct keyring_entry *entry;
    struct key_secret *secret = NULL;
    enum prompt_which which;
    int code = keyring_choose(cli, keyring, request->argument, &entry);

    if (code == CLI_DONE)
        code = keyring_unlock(cli, &request->source, entry, &secret);
    if (code != CLI_DONE)
        return code;
    which = entry->is_encrypted ? PROMPT_REPLACEMENT : PROMPT_NEW;
    if (request->maker.no_passphrase)
        cli_warn(cli, _("the key is not encrypted: whoever can read its file "
                        "can sign"));
    else
        code = prompt_passphrase(cli, &request->source, which, entry->name,
                                 &passphrase);
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

static int
revoke(struct cli *cli, struct request *request)
{
    int code;

    request->answer.key_name = request->argument;
    request->answer.source = request->source;
    code = keys_revoke(cli, &request->answer, request->reason);
    answer_release(&request->answer);
    return code;
}

static int
add_recovery(struct cli *cli, struct key_maker *maker, const char *argument)
{
    if (maker->recovery_count == IDENTITY_RECOVERY_MAX)
        return cli_misused(cli, _("at most %zu recovery keys"),
                           IDENTITY_RECOVERY_MAX);
    return publisher_read_key(cli, argument,
                              &maker->recovery[maker->recovery_count++]);
}

/* Options; an exit code, or -1 to go on. */
static int
parse(struct cli *cli, int argc, char **argv, struct request *out)
{
    static const struct option options[] = {
        {"recovery", required_argument, NULL, 'r'},
        {"no-passphrase", no_argument, NULL, 'n'},
        {"public", no_argument, NULL, 'p'},
        {"reason", required_argument, NULL, 'w'},
        {"offline", no_argument, NULL, ANSWER_OPTION_OFFLINE},
        {"dry-run", no_argument, NULL, ANSWER_OPTION_DRY_RUN},
        {"yes", no_argument, NULL, ANSWER_OPTION_YES},
        PROMPT_OPTIONS,
        {NULL, 0, NULL, 0},
    };
    int option;
    int code;

    memset(out, 0, sizeof(*out));
    out->source = PROMPT_SOURCE_NONE;
    while ((option = cli_option(cli, argc, argv, options)) >= 0) {
        code = CLI_DONE;
        if (option == 'r')
            code = add_recovery(cli, &out->maker, optarg);
        else if (option == 'n')
            out->maker.no_passphrase = true;
        else if (option == 'p')
            out->is_public = true;
        else if (option == 'w')
            out->reason = optarg;
        else if (!prompt_take_option(cli, &out->source, option, &code))
            code = answer_take_option(cli, &out->answer, option);
        out->is_to_revoke = out->reason != NULL || out->answer.offline ||
                            out->answer.dry_run || out->answer.yes;
        if (code != CLI_DONE)
            return code;
    }
    CLI_OPTIONS_RETURN(option);
    return -1;
}

/* What makes no sense together. */
static int
check(struct cli *cli, const struct request *request, int argc, char **argv)
{
    int operands = strcmp(cli->verb, "list") == 0 ? 1 : 2;

    if (argc - optind > operands)
        return cli_misused(cli, _("'%s' is one too many"),
                           argv[optind + operands]);
    if (request->is_to_revoke && strcmp(cli->verb, "revoke") != 0)
        return cli_misused(cli, _("--reason, --offline, --dry-run and --yes "
                                  "are for keys revoke"));
    /* Whoever gives a passphrase must not get a key without one. */
    if (strcmp(cli->verb, "new") == 0 && request->maker.no_passphrase &&
        prompt_source_is_given(&request->source))
        return cli_misused(cli, _("--no-passphrase, and a passphrase: which "
                                  "of them?"));
    return CLI_DONE;
}

int
cmd_keys(struct cli *cli, int argc, char **argv)
{
    struct keyring keyring;
    struct request request;
    const char *verb;
    int code = parse(cli, argc, argv, &request);

    if (code >= 0)
        return code;
    verb = optind < argc ? argv[optind] : "list";
    request.argument = optind + 1 < argc ? argv[optind + 1] : NULL;
    cli->verb = verb;
    code = check(cli, &request, argc, argv);
    if (code != CLI_DONE)
        return code;
    if (strcmp(verb, "new") == 0)
        return new_key(cli, &request);
    if (strcmp(verb, "import") == 0)
        return request.argument == NULL
                   ? cli_misused(cli, _("keys import needs a file"))
                   : import(cli, &request);
    if (strcmp(verb, "revoke") == 0)
        return revoke(cli, &request);
    code = keyring_load(cli, &keyring);
    if (code != CLI_DONE)
        ;
    else if (strcmp(verb, "list") == 0)
        code = list_keys(cli, &keyring);
    else if (strcmp(verb, "show") == 0)
        code = show(cli, &keyring, &request);
    else if (strcmp(verb, "passphrase") == 0)
        code = change_passphrase(cli, &keyring, &request);
    else
        code = cli_misused(cli,
                           _("keys takes list, new, show, import, "
                             "passphrase or revoke, not '%s'"),
                           verb);
    keyring_release(&keyring);
    return code;
}
