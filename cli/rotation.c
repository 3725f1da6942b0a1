#include "cli/rotation.h"

#include <stdio.h>
#include <string.h>

#include "cli/find.h"
#include "cli/i18n.h"
#include "cli/key_maker.h"
#include "cli/prompt.h"
#include "cli/recovery_words.h"
#include "cli/sheet.h"
#include "cli/succession.h"
#include "core/limits.h"

/* Everything that is in the making. */
struct run {
    struct cli *cli;
    const struct rotation *rotation;
    struct succession succession;
    char name[TRUST_NAME_MAX + 16]; /* of the new key */
    struct key_secret *words;       /* a recovery key at hand, or NULL */
    struct key_secret *recovery;    /* a new one, or NULL */
    struct key_made made; /* the signing key, and the new one's words */
};

/* What the key is called here that signs the version. */
static const char *
new_name(const struct run *run)
{
    return run->rotation->same == NULL ? run->name : run->rotation->same->name;
}

/* The chain goes on from its present key, or ends its conflict. */
static int
check_key(struct run *run)
{
    const struct lineage *lineage = &run->succession.lineage;
    const struct key_public *present = &lineage_present(lineage)->key;
    char key[KEY_STRING_SIZE];

    if (lineage_is_in_conflict(lineage) ||
        key_author_equal(&present->author, &run->rotation->key.author))
        return CLI_DONE;
    key_public_format(present, key);
    return cli_fail(run->cli, CLI_KEY, "p2pub keys list",
                    _("this key was replaced by version %lu already: the key "
                      "now is %s"),
                    (unsigned long)lineage_present(lineage)->number, key);
}

/* Take off what choose_name has put behind the name of a key. */
static void
cut_version(char *name, const struct lineage_key *key)
{
    const size_t size = strlen(name);
    char ending[16];
    size_t tail;

    if (key == NULL || key->from == 1)
        return;
    tail = (size_t)snprintf(ending, sizeof(ending), "-%u", (unsigned)key->from);
    if (size > tail && strcmp(name + size - tail, ending) == 0)
        name[size - tail] = '\0';
}

/* NAME-2 for the key of version 2, and NAME-3 for the one after it. */
static int
choose_name(struct run *run)
{
    const struct identity *identity = &run->succession.identity;
    const char *given = run->rotation->request->new_name;
    char base[TRUST_NAME_MAX + 1];
    int code;

    if (given != NULL) {
        (void)snprintf(run->name, sizeof(run->name), "%s", given);
    } else {
        if (run->rotation->name != NULL)
            (void)snprintf(base, sizeof(base), "%s", run->rotation->name);
        else
            (void)snprintf(base, sizeof(base), "%.*s", (int)identity->name.size,
                           (const char *)identity->name.data);
        cut_version(base, lineage_key(&run->succession.lineage,
                                      &run->rotation->key.author));
        (void)snprintf(run->name, sizeof(run->name), "%s-%u", base,
                       (unsigned)identity->version);
    }
    if (!keyring_is_name(run->name) ||
        (given != NULL && strlen(given) > TRUST_NAME_MAX))
        return cli_misused(
            run->cli, _("'%s' cannot name a key: --new-name NAME"), run->name);
    code = keyring_check_free(run->cli, run->name);
    if (code != CLI_DONE && given == NULL)
        cli_say(run->cli, _("--new-name NAME gives the new key another name."));
    return code;
}

/* What the version says that the one before did not. */
static int
change(struct run *run)
{
    const struct keys_request *request = run->rotation->request;
    const struct keyring_entry *same = run->rotation->same;
    struct identity *identity = &run->succession.identity;
    int code;

    if (request->new_words && run->cli->json && request->sheets == NULL)
        return cli_misused(run->cli,
                           _("new words are given before anything is signed, "
                             "and a document comes last: --new-words with "
                             "--json needs --sheets DIR"));
    if (request->new_words) {
        code = recovery_words_new(run->cli, &run->recovery, &run->made.words);
        if (code != CLI_DONE)
            return code;
        identity->recovery_count = 1;
        identity->recovery[0] = run->recovery->public_key;
        identity->threshold = 1;
    }
    code = identity_options_apply(run->cli, &request->maker.identity,
                                  same == NULL ? NULL : &same->key.author,
                                  identity);
    if (code == CLI_DONE && same == NULL)
        code = choose_name(run);
    return code;
}

/* Show a person the record called id. */
static int
show(struct run *run, const struct record_id *id)
{
    struct record *record = NULL;
    enum status status = store_get_record(run->succession.store, id, &record);
    int code = status == STATUS_OK ? find_show(run->cli, record)
                                   : cli_fail_store(run->cli, status);

    record_free(record);
    return code;
}

/* What is about to be signed, and whether it may be. */
static int
confirm(struct run *run)
{
    struct cli *cli = run->cli;
    const struct succession *succession = &run->succession;
    int code = CLI_DONE;

    cli_say(cli, _("version %lu of '%.*s'"),
            (unsigned long)succession->identity.version,
            (int)succession->identity.name.size,
            (const char *)succession->identity.name.data);
    for (size_t i = 0; i < succession->last_count && code == CLI_DONE; i++) {
        const struct identity_good *last = &succession->last[i];
        char key[KEY_STRING_SIZE];

        if (run->rotation->same != NULL &&
            key_author_equal(&run->rotation->same->key.author,
                             &last->key.author))
            continue;
        key_public_format(&last->key, key);
        cli_say(cli,
                _("ends the key %s; of what it signed, number %lu and what "
                  "that follows stays good:"),
                key, (unsigned long)last->sequence);
        if (!cli->json && !cli->quiet)
            code = show(run, &last->id);
    }
    if (code != CLI_DONE || run->rotation->request->answer.yes)
        return code;
    if (cli->json || !prompt_can_ask())
        return run->rotation->is_lost && run->rotation->request->good_count == 0
                   ? cli_misused(cli, _("whoever has the key may have signed "
                                        "since: --good ID names the last good "
                                        "record, --yes takes the newest"))
                   : CLI_DONE;
    return prompt_yes(run->rotation->is_lost
                          ? _("Is that record yours, and the newest that is? "
                              "[y/N] ")
                          : _("Sign this version? [y/N] "))
               ? CLI_DONE
               : cli_fail(cli, CLI_FAILED, "p2pub list --all",
                          _("nothing was signed; --good ID names another "
                            "record"));
}

/* Recovery words, if there are any at hand. */
static int
take_words(struct run *run)
{
    const struct keys_request *request = run->rotation->request;
    struct recovery_source source = request->words;
    int code;

    if (source.file == NULL && !source.ask) {
        if (run->cli->json || request->answer.yes || !prompt_can_ask() ||
            !prompt_yes(_("Are recovery words of it at hand? [y/N] ")))
            return CLI_DONE;
        source.ask = true;
    }
    code = recovery_words_read(run->cli, &source, &run->words);
    if (code == CLI_DONE &&
        !succession_is_keeper(&run->succession, &run->words->public_key.author))
        code = cli_fail(run->cli, CLI_KEY, NULL,
                        _("these are the words of none of its recovery keys"));
    return code;
}

/* The key that signs: a new file, or the one that is there. */
static int
make_key(struct run *run)
{
    const struct keys_request *request = run->rotation->request;
    const struct key_maker maker = {.name = run->name,
                                    .no_passphrase =
                                        request->maker.no_passphrase,
                                    .source = &request->answer.source};

    run->made.identity = run->succession.lineage.versions[0].id;
    if (run->rotation->same != NULL)
        return keyring_unlock(run->cli, &request->answer.source,
                              run->rotation->same, &run->made.secret);
    run->succession.is_new_key = true;
    return key_maker_write(run->cli, &maker, &run->made.secret);
}

/* The key comes to nothing, unless its version is there all the same. */
static void
take_back(struct run *run)
{
    struct store_row row;

    if (run->rotation->same == NULL &&
        store_get_row(run->succession.store, &run->succession.records[0],
                      &row) == STATUS_NOT_FOUND)
        keyring_remove(run->cli, run->name);
}

/* Sheets, and the new words: before anything is signed, or a version could be
 * in force whose recovery words nobody has. */
static int
give_papers(struct run *run)
{
    const struct keys_request *request = run->rotation->request;
    int code;

    if (run->rotation->same != NULL && run->made.words.text == NULL &&
        request->sheets == NULL)
        return CLI_DONE;
    code = keys_hand_over(run->cli, request->sheets, new_name(run), &run->made);
    if (code == CLI_DONE && run->made.words.text != NULL && !run->cli->json &&
        !request->answer.yes && prompt_can_ask() &&
        !prompt_yes(_("Are the new words on paper? [y/N] ")))
        code = cli_fail(run->cli, CLI_FAILED, NULL,
                        _("nothing was signed: the new words are of no use, "
                          "and the old ones are as they were"));
    if (code != CLI_DONE)
        take_back(run);
    return code;
}

static int
sign(struct run *run)
{
    int code = succession_sign(run->cli, &run->succession, run->made.secret);

    if (code != CLI_DONE)
        take_back(run);
    if (code == CLI_DONE && run->words != NULL)
        code = succession_consent(run->cli, &run->succession, run->words);
    if (code == CLI_DONE && run->recovery != NULL)
        code = succession_consent(run->cli, &run->succession, run->recovery);
    return code;
}

static int
finish(struct run *run)
{
    const struct keys_request *request = run->rotation->request;
    const struct keyring_entry *same = run->rotation->same;
    const char *name = new_name(run);
    const struct key_public key = run->made.secret->public_key;
    bool counts = false;
    int code = succession_report(run->cli, &run->succession, &key,
                                 request->answer.offline, &counts);

    (void)json_object_set_new(run->cli->document, "name", json_string(name));
    if (same == NULL && !counts)
        cli_say(run->cli,
                _("The new key is '%s'; until the version counts, publish "
                  "nothing with either key."),
                name);
    else if (same == NULL)
        cli_say(run->cli, _("The key is '%s' from now on."), name);
    if (same == NULL)
        cli_say(run->cli, _("Back up '%s/keys'."), run->cli->home);
    if (run->rotation->is_lost)
        cli_say(run->cli,
                _("Readers who have not got this yet can be warned of the old "
                  "key with its revocation sheet: p2pub keys revoke --file "
                  "FILE."));
    return code;
}

static int
carry_out(struct run *run)
{
    const struct keys_request *request = run->rotation->request;
    int code = check_key(run);

    if (code == CLI_DONE)
        code = change(run);
    if (code == CLI_DONE && request->sheets != NULL)
        code = keys_check_sheets(run->cli, request->sheets, new_name(run),
                                 request->new_words);
    if (code == CLI_DONE)
        code = succession_find_last(run->cli, &run->succession, request->good,
                                    request->good_count);
    if (code == CLI_DONE)
        code = confirm(run);
    if (code == CLI_DONE)
        code = take_words(run);
    if (code == CLI_DONE)
        code = make_key(run);
    if (code == CLI_DONE)
        code = give_papers(run);
    if (code == CLI_DONE)
        code = sign(run);
    return code == CLI_DONE ? finish(run) : code;
}

int
rotation_run(struct cli *cli, const struct rotation *rotation)
{
    struct run run = {.cli = cli, .rotation = rotation};
    int code = succession_open(cli, &run.succession, &rotation->key,
                               rotation->pin, rotation->request->identity);

    if (code == CLI_DONE)
        code = carry_out(&run);
    succession_release(&run.succession);
    key_secret_free(run.words);
    key_secret_free(run.recovery);
    key_made_release(&run.made);
    return code;
}
