/*
 * publish: from files to signed statements that others have.
 *
 * The way of a statement: cli/publish_input reads the texts, cli/publication
 * gathers what goes into one statement, bundles/publish puts it into the store
 * and signs it (or cli/publish_sealed seals it), cli/pass_on hands it to others.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "bundles/verdict.h"
#include "cli/author_number.h"
#include "cli/command.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/key_maker.h"
#include "cli/key_state.h"
#include "cli/publication.h"
#include "cli/publish_heads.h"
#include "cli/publish_sealed.h"
#include "cli/unfinished.h"
#include "core/mem.h"
#include "core/text.h"

/* What the first key is called where nobody can be asked. */
#define DEFAULT_NAME "publisher"

/* Letters of options that have no short form. */
enum {
    OPTION_TITLE = 1,
    OPTION_LANG,
    OPTION_TRANSLATION,
    OPTION_ATTACH,
    OPTION_SIGNATORY,
    OPTION_REPLACES,
    OPTION_TRANSLATES,
    OPTION_AS,
    OPTION_DATE,
    OPTION_SEQUENCE,
    OPTION_HEADS,
    OPTION_KEEP_NAMES,
    OPTION_KEEP_METADATA,
    OPTION_PREPARE,
    OPTION_SIGNED,
    OPTION_SEALED,
    OPTION_OPENS,
    OPTION_OFFLINE,
    OPTION_DRY_RUN,
    OPTION_YES
};

/* One publish of several statements. */
struct run {
    const struct publication_options *options;
    const struct keyring_entry *entry;
    struct key_secret *secret; /* NULL for a dry run */
    struct store *store;
    struct publication **publications; /* one for each file */
    struct publish_heads heads;        /* for all of them */
    struct publication_result *results;
};

static int
add_to(struct cli *cli, const char **list, size_t *count, size_t maximum)
{
    if (*count == maximum)
        return cli_misused(cli, _("'%s' is one too many"), optarg);
    list[(*count)++] = optarg;
    return CLI_DONE;
}

/* Options that are there or not. */
static bool
take_flag(struct publication_options *out, int option)
{
    switch (option) {
    case OPTION_SEALED:
        out->sealed = true;
        return true;
    case OPTION_HEADS:
        out->heads = true;
        return true;
    case OPTION_KEEP_NAMES:
        out->keep_names = true;
        return true;
    case OPTION_KEEP_METADATA:
        out->keep_metadata = true;
        return true;
    case OPTION_OFFLINE:
        out->offline = true;
        return true;
    case OPTION_DRY_RUN:
        out->dry_run = true;
        return true;
    case OPTION_YES:
        out->yes = true;
        return true;
    default:
        return false;
    }
}

/* Options with one value, of which the last counts. */
static const char **
place_of(struct publication_options *out, int option)
{
    switch (option) {
    case OPTION_TITLE:
        return &out->title;
    case OPTION_LANG:
        return &out->language;
    case OPTION_REPLACES:
        return &out->replaces;
    case OPTION_TRANSLATES:
        return &out->translates;
    case OPTION_AS:
        return &out->key_name;
    case OPTION_DATE:
        return &out->date;
    case OPTION_PREPARE:
        return &out->prepare;
    case OPTION_SIGNED:
        return &out->signed_folder;
    case OPTION_OPENS:
        return &out->opens;
    default:
        return NULL;
    }
}

static int
take_option(struct cli *cli, struct publication_options *out, int option)
{
    const char **place = place_of(out, option);
    int code = CLI_DONE;

    if (place != NULL) {
        *place = optarg;
        return CLI_DONE;
    }
    if (take_flag(out, option))
        return CLI_DONE;
    if (prompt_take_option(cli, &out->source, option, &code))
        return code;
    switch (option) {
    case OPTION_TRANSLATION:
        return add_to(cli, out->translations, &out->translation_count,
                      RECORD_FILES_MAX);
    case OPTION_ATTACH:
        return add_to(cli, out->attachments, &out->attachment_count,
                      RECORD_FILES_MAX);
    case OPTION_SIGNATORY:
        return add_to(cli, out->signatories, &out->signatory_count,
                      RECORD_LINES_MAX);
    default: /* OPTION_SEQUENCE */
        return author_number_take(cli, &out->sequence);
    }
}

/* What makes no sense together. */
static int
check(struct cli *cli, const struct publication_options *options)
{
    bool is_for_one =
        options->title != NULL || options->translation_count > 0 ||
        options->attachment_count > 0 || options->replaces != NULL ||
        options->translates != NULL || options->sequence != 0 ||
        options->prepare != NULL;

    if (options->signed_folder != NULL && options->file_count > 0)
        return cli_misused(cli, _("--signed takes the folder alone: what is "
                                  "in it was signed"));
    if (options->signed_folder != NULL && options->heads)
        return cli_misused(cli, _("--heads goes with --prepare: what is in "
                                  "the folder was signed"));
    if (options->signed_folder != NULL && options->prepare != NULL)
        return cli_misused(cli, _("--prepare comes before --signed, on another "
                                  "run"));
    if (options->dry_run &&
        (options->prepare != NULL || options->signed_folder != NULL))
        return cli_misused(cli, _("--dry-run signs nothing, and so goes with "
                                  "neither --prepare nor --signed"));
    if (options->signed_folder == NULL && options->file_count == 0)
        return cli_misused(cli, _("publish needs a FILE"));
    if (options->file_count > 1 && is_for_one)
        return cli_misused(cli, _("several FILEs are several statements, and "
                                  "one of the options is about a single one"));
    return publish_sealed_check(cli, options);
}

/* An exit code, or -1 to go on. */
static int
parse(struct cli *cli, int argc, char **argv, struct publication_options *out)
{
    static const struct option options[] = {
        {"title", required_argument, NULL, OPTION_TITLE},
        {"lang", required_argument, NULL, OPTION_LANG},
        {"translation", required_argument, NULL, OPTION_TRANSLATION},
        {"attach", required_argument, NULL, OPTION_ATTACH},
        {"signatory", required_argument, NULL, OPTION_SIGNATORY},
        {"replaces", required_argument, NULL, OPTION_REPLACES},
        {"translates", required_argument, NULL, OPTION_TRANSLATES},
        {"as", required_argument, NULL, OPTION_AS},
        {"date", required_argument, NULL, OPTION_DATE},
        {"sequence", required_argument, NULL, OPTION_SEQUENCE},
        {"heads", no_argument, NULL, OPTION_HEADS},
        {"keep-names", no_argument, NULL, OPTION_KEEP_NAMES},
        {"keep-metadata", no_argument, NULL, OPTION_KEEP_METADATA},
        {"prepare", required_argument, NULL, OPTION_PREPARE},
        {"signed", required_argument, NULL, OPTION_SIGNED},
        {"sealed", no_argument, NULL, OPTION_SEALED},
        {"opens", required_argument, NULL, OPTION_OPENS},
        {"offline", no_argument, NULL, OPTION_OFFLINE},
        {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
        {"yes", no_argument, NULL, OPTION_YES},
        PROMPT_OPTIONS,
        {NULL, 0, NULL, 0},
    };
    int option;
    int code;

    memset(out, 0, sizeof(*out));
    out->source = PROMPT_SOURCE_NONE;
    while ((option = cli_option(cli, argc, argv, options)) >= 0) {
        code = take_option(cli, out, option);
        if (code != CLI_DONE)
            return code;
    }
    CLI_OPTIONS_RETURN(option);
    out->files = argv + optind;
    out->file_count = argc - optind;
    code = check(cli, out);
    return code == CLI_DONE ? -1 : code;
}

/* The first publish makes a key; *secret is it, open. */
static int
make_first_key(struct cli *cli, const struct publication_options *options,
               struct key_secret **secret)
{
    char name[TRUST_NAME_MAX + 1] = "";
    struct key_maker maker = {.source = &options->source};
    struct key_made made;
    int code;

    if (options->dry_run)
        return cli_fail(cli, CLI_KEY, "p2pub keys new",
                        _("there is no key in '%s'"), cli->home);
    cli_say(cli, _("There is no key yet; the first publish makes one."));
    if (prompt_can_ask() && !cli->json)
        (void)prompt_line(_("What do you call yourself? Everybody will see "
                            "it: "),
                          name, sizeof(name));
    maker.name = name[0] == '\0' ? DEFAULT_NAME : name;
    code = key_maker_run(cli, &maker, &made);
    if (code == CLI_DONE) {
        key_made_show_words(cli, &made, false);
        cli_say(cli,
                _("Back up '%s/keys': without it, and without the words, "
                  "nobody can sign as you again. For a friend to keep, p2pub "
                  "keys revoke --sheets DIR writes a revocation to print."),
                cli->home);
        *secret = made.secret;
        made.secret = NULL;
    }
    key_made_release(&made);
    return code;
}

/* Load the keyring; where it is empty and may be filled, fill it. */
static int
load_keys(struct cli *cli, struct run *run, struct keyring *keyring)
{
    const struct publication_options *options = run->options;
    int code = keyring_load(cli, keyring);

    if (code != CLI_DONE || keyring->count > 0 || options->key_name != NULL)
        return code;
    code = make_first_key(cli, options, &run->secret);
    if (code != CLI_DONE)
        return code;
    keyring_release(keyring);
    return keyring_load(cli, keyring);
}

/* On a terminal: what is about to be signed, and whether it may be. */
static int
confirm(struct cli *cli, const struct run *run)
{
    struct verdict_signer signer;
    struct trust *trust = NULL;
    enum status status;
    bool quiet;

    if (run->options->yes || run->options->dry_run || cli->json ||
        !prompt_can_ask())
        return CLI_DONE;
    status = trust_new(&trust);
    if (status == STATUS_OK)
        status = verdict_signer(&signer, run->store, trust, &run->entry->key);
    trust_free(trust);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    /* A question needs what it is about, whatever was asked for. */
    quiet = cli->quiet;
    cli->quiet = false;
    for (int i = 0; i < run->options->file_count; i++)
        publication_show(cli, run->publications[i], run->entry, signer.words);
    if (run->options->sealed)
        cli_say(cli, _("sealed     until you release it; announced for %s"),
                run->options->opens == NULL ? _("no day")
                                            : run->options->opens);
    cli->quiet = quiet;
    if (prompt_yes(_("Sign and publish? [y/N] ")))
        return CLI_DONE;
    return cli_fail(cli, CLI_FAILED, NULL, _("nothing was signed"));
}

/* Everything is read and checked before a key is made or a passphrase asked
 * for. */
static int
gather(struct cli *cli, struct run *run)
{
    int code = CLI_DONE;

    for (int i = 0; code == CLI_DONE && i < run->options->file_count; i++)
        code = publication_gather(cli, run->options, run->options->files[i],
                                  &run->publications[i]);
    return code;
}

static int
bind_all(struct cli *cli, struct run *run)
{
    int code = CLI_DONE;

    for (int i = 0; code == CLI_DONE && i < run->options->file_count; i++)
        code = publication_bind(cli, run->publications[i], run->options,
                                &run->entry->key, run->store);
    if (code == CLI_DONE)
        code = publish_heads_gather(cli, run->options, run->store, &run->heads);
    for (int i = 0; code == CLI_DONE && i < run->options->file_count; i++)
        publish_heads_put(&run->heads, run->publications[i]);
    return code;
}

static int
sign_one(struct cli *cli, struct run *run, int index)
{
    struct publication_result *result = &run->results[index];
    struct publish *publish = NULL;
    enum status status = STATUS_OK;
    struct unfinished unfinished;
    struct record *record = NULL;
    int code;

    if (run->options->sealed)
        return publish_sealed(cli, run->options, run->store,
                              run->publications[index], run->secret, result);
    code = unfinished_begin(cli, &unfinished, run->store,
                            run->secret != NULL &&
                                publication_is_large(run->publications[index]));
    if (code != CLI_DONE)
        return code;
    code =
        publication_begin(cli, run->store, run->publications[index], &publish);
    if (code != CLI_DONE) {
        unfinished_end(&unfinished, run->store, false);
        return code;
    }
    result->plain_size = publish_plain_size(publish);
    result->stored_size = publish_stored_size(publish);
    result->id = publish_id(publish);
    result->was_known = publish_is_known(publish, &result->id);
    if (!result->was_known && run->secret != NULL)
        status = publish_sign(publish, run->secret, &record);
    publish_free(publish);
    unfinished_end(&unfinished, run->store, record != NULL);
    record_free(record);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

/* Sign each; *done of them were. */
static int
sign_all(struct cli *cli, struct run *run, int *done)
{
    int code = CLI_DONE;

    for (*done = 0; *done < run->options->file_count; (*done)++) {
        code = sign_one(cli, run, *done);
        if (code != CLI_DONE)
            break;
    }
    return code;
}

/* Say what became of the first count of them. */
static void
report(struct cli *cli, const struct run *run, int count)
{
    json_t *list = NULL;

    if (run->options->file_count > 1) {
        list = json_array();
        (void)json_object_set_new(cli->document, "statements", list);
    }
    if (run->options->dry_run)
        (void)json_object_set_new(cli->document, "dry_run", json_true());
    for (int i = 0; i < count; i++) {
        json_t *object = list == NULL ? cli->document : json_object();

        publication_report(cli, run->options, object, &run->entry->key,
                           run->publications[i]->title, &run->results[i]);
        if (list != NULL)
            (void)json_array_append_new(list, object);
    }
    if (run->options->dry_run)
        cli_say(cli, _("This was a dry run: nothing was signed or stored."));
}

/* Everything between the key and the network. */
static int
sign_and_pass_on(struct cli *cli, struct run *run)
{
    int done = 0;
    int code = home_open_store(cli, HOME_WRITE, &run->store);

    if (code == CLI_DONE)
        code = bind_all(cli, run);
    if (code == CLI_DONE)
        code = key_state_warn(cli, run->store, run->entry);
    if (code == CLI_DONE)
        code = confirm(cli, run);
    if (code == CLI_DONE && !run->options->dry_run && run->secret == NULL)
        code = keyring_unlock(cli, &run->options->source, run->entry,
                              &run->secret);
    if (code == CLI_DONE)
        code = sign_all(cli, run, &done);
    key_secret_free(run->secret);
    run->secret = NULL;
    store_free(run->store);
    run->store = NULL;
    /* What was signed before a failure is published all the same. */
    if (done > 0 && !run->options->dry_run)
        (void)publication_pass_on(cli, run->options, run->results,
                                  (size_t)done);
    report(cli, run, done);
    return code;
}

static int
publish_files(struct cli *cli, const struct publication_options *options)
{
    size_t count = (size_t)options->file_count;
    struct run run = {.options = options};
    struct keyring keyring = {NULL, 0};
    int code = CLI_DONE;

    run.publications = mem_zalloc(count, sizeof(struct publication *));
    run.results = mem_zalloc(count, sizeof(run.results[0]));
    if (run.publications == NULL || run.results == NULL)
        code = cli_fail_memory(cli);
    if (code == CLI_DONE)
        code = gather(cli, &run);
    if (code == CLI_DONE)
        code = load_keys(cli, &run, &keyring);
    if (code == CLI_DONE)
        code = key_state_choose(cli, NULL, &keyring, options->key_name,
                                &run.entry);
    if (code == CLI_DONE)
        code = sign_and_pass_on(cli, &run);
    key_secret_free(run.secret);
    for (size_t i = 0; run.publications != NULL && i < count; i++)
        publication_free(run.publications[i]);
    mem_free(run.publications);
    if (run.results != NULL)
        mem_wipe(run.results, count * sizeof(run.results[0]));
    mem_free(run.results);
    keyring_release(&keyring);
    return code;
}

int
cmd_publish(struct cli *cli, int argc, char **argv)
{
    struct publication_options options;
    int code = parse(cli, argc, argv, &options);

    if (code >= 0)
        return code;
    if (options.signed_folder != NULL)
        return publication_take_signed(cli, &options);
    if (options.prepare != NULL)
        return publication_prepare(cli, &options);
    return publish_files(cli, &options);
}
