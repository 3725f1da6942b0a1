/*
 * follow: trust a publisher, once the words were compared.
 */
#include <stdio.h>
#include <string.h>

#include "bundles/alike.h"
#include "bundles/identity.h"
#include "bundles/verdict.h"
#include "cli/cli_clock.h"
#include "cli/command.h"
#include "cli/document.h"
#include "cli/follows.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/prompt.h"
#include "cli/publisher.h"
#include "core/limits.h"
#include "core/text.h"

/* What was asked for, and what is known about it. */
struct following {
    const char *asked_name; /* or NULL */
    bool is_agreed;         /* --yes */
    bool asks_introducer;   /* --introducer */
    bool is_introducer;     /* now */
    struct publisher publisher;
    struct trust *trust;
    struct verdict_signer signer; /* with the identity, given or found */
    char name[TRUST_NAME_MAX + 1];
};

static bool
has_identity(const struct following *following)
{
    return following->signer.identity != VERDICT_IDENTITY_NONE &&
           following->signer.identity != VERDICT_IDENTITY_SEVERAL;
}

/* The name that was asked for, else the one that is there, else what the
 * publisher calls itself, else the first two of its words. */
static int
choose_name(struct cli *cli, struct following *following)
{
    const struct verdict_signer *signer = &following->signer;
    const char *name = following->asked_name;
    size_t size;

    if (name == NULL && signer->name[0] != '\0')
        name = signer->name;
    if (name == NULL && signer->claim[0] != '\0')
        name = signer->claim;
    if (name == NULL) {
        name = signer->words;
        size = strcspn(name, " ") + 1;
        size += strcspn(name + size, " ");
    } else {
        size = strlen(name);
    }
    if (size == 0 || size > TRUST_NAME_MAX ||
        !text_is_line(byte_view_of(name, size)))
        return cli_misused(cli,
                           _("a name has 1 to %zu octets, and no control "
                             "characters"),
                           TRUST_NAME_MAX);
    memcpy(following->name, name, size);
    following->name[size] = '\0';
    return CLI_DONE;
}

/* Two keys of one name would be taken for one another. */
static int
check_name(struct cli *cli, const struct following *following,
           const struct trust *trust)
{
    const struct trust_entry *entry;
    size_t position = 0;

    while ((entry = trust_next(trust, &position)) != NULL)
        if (strcmp(entry->name, following->name) == 0 &&
            !key_author_equal(&entry->key.author,
                              &following->publisher.key.author))
            return cli_fail(cli, CLI_USAGE, "p2pub follow ... --name NAME",
                            _("you know another key by the name '%s'"),
                            following->name);
    return CLI_DONE;
}

/* Of two names that look the same one is taken for the other. */
static void
warn_of_alike(struct cli *cli, const struct following *following)
{
    const struct trust_entry *entry = alike_find(
        following->trust, &following->publisher.key.author, following->name);

    if (entry != NULL)
        cli_warn(cli, _("'%s' looks like '%s', your name for another key"),
                 following->name, entry->name);
}

/* Show the words, and ask whether they are the publisher's. */
static int
compare_words(struct cli *cli, const struct following *following)
{
    const struct verdict_signer *signer = &following->signer;

    if (signer->claim[0] != '\0')
        cli_say(cli, _("This key calls itself '%s'."), signer->claim);
    if (signer->identity == VERDICT_IDENTITY_SEVERAL)
        cli_say(cli, _("It signed more than one identity: ask its owner which "
                       "is the first."));
    if (following->is_agreed)
        return CLI_DONE;
    if (!prompt_can_ask())
        return cli_misused(cli, _("there is no terminal to compare the words "
                                  "on; --yes says that they were compared"));
    (void)fprintf(stderr, "%s",
                  _("Compare these words with those that\n"
                    "the publisher gave you, on the\n"
                    "telephone, in print or face to face:\n\n"));
    publisher_say_words(signer->words);
    if (!prompt_yes(_("Are they the same? [y/N] ")))
        return cli_fail(cli, CLI_FAILED, NULL, _("the key is not followed"));
    return CLI_DONE;
}

/* A follows_change: put what is asked for in the place of what is there. */
static int
change_trust(struct cli *cli, void *context, struct trust *trust)
{
    struct following *following = context;
    struct trust_entry entry = {
        .key = following->publisher.key,
        .has_pin = has_identity(following),
        .pin = following->signer.identity_id,
        .name = following->name,
    };
    enum status status;
    int code = check_name(cli, following, trust);

    if (code != CLI_DONE)
        return code;
    following->is_introducer = following->asks_introducer ||
                               trust_is_introducer(trust, &entry.key.author);
    status = trust_remove(trust, &entry.key.author);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = trust_add(trust, &entry);
    if (status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("more than %zu keys cannot be followed"),
                        FOLLOWS_MAX);
    if (status == STATUS_OK && following->is_introducer)
        status = trust_set_introducer(trust, &entry.key.author, true);
    if (status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("more than %zu introducers cannot be followed"),
                        INTRODUCERS_MAX);
    return status == STATUS_OK ? CLI_DONE : cli_fail_memory(cli);
}

/* How many names the introducer gives, which are kept like those of followed
 * keys from now on. */
static void
report_introducer(struct cli *cli, const struct following *following)
{
    size_t count = 0;

    (void)json_object_set_new(cli->document, "introducer",
                              json_boolean(following->is_introducer));
    if (!following->is_introducer)
        return;
    follows_move_vouched(cli, &following->publisher.key, &count);
    (void)json_object_set_new(cli->document, "vouched",
                              json_integer((json_int_t)count));
    cli_say(cli,
            _("Names that it vouches for are shown as \"NAME, vouched "
              "for by %s\"; so far there are %zu here."),
            following->name, count);
}

/* Keep an identity that came as a file, so that verdicts know it and it is
 * passed on.  What is followed is followed without it, too. */
static void
keep_identity(struct cli *cli, const struct record *identity)
{
    struct store *store = NULL;
    enum status status;

    if (identity == NULL)
        return;
    cli->lenient = true;
    if (home_open_store(cli, HOME_WRITE, &store) == CLI_DONE) {
        status = store_begin(store);
        if (status == STATUS_OK)
            status = store_put_record(store, identity, STORE_FOLLOWED,
                                      cli_clock_today());
        if (status == STATUS_OK)
            status = store_commit(store);
        if (status != STATUS_OK)
            store_rollback(store);
        if (status != STATUS_OK && status != STATUS_EXISTS)
            (void)cli_fail_store(cli, status);
    }
    cli->lenient = false;
    store_free(store);
}

/* What is known now, for people and scripts. */
static void
report(struct cli *cli, const struct following *following)
{
    const struct verdict_signer *signer = &following->signer;
    struct byte_buf name;

    byte_buf_init(&name, (TRUST_NAME_MAX + 1) * 8);
    if (text_escape(&name, byte_view_of_text(following->name), TEXT_ONE_LINE,
                    0) == STATUS_OK &&
        byte_buf_text(&name) != NULL)
        cli_print(cli, _("following %s: %s\n"), byte_buf_text(&name),
                  signer->words);
    byte_buf_release(&name);
    (void)json_object_set_new(cli->document, "key", document_key(&signer->key));
    (void)json_object_set_new(cli->document, "name",
                              json_string(following->name));
    (void)json_object_set_new(cli->document, "words",
                              json_string(signer->words));
    (void)json_object_set_new(cli->document, "identity_id",
                              has_identity(following)
                                  ? document_id(&signer->identity_id)
                                  : json_null());
}

/* True if nothing would change. */
static bool
is_done(const struct following *following, const struct trust_entry *entry)
{
    return entry != NULL && strcmp(entry->name, following->name) == 0 &&
           (!following->asks_introducer || following->is_introducer) &&
           (entry->is_own || !has_identity(following) ||
            (entry->has_pin &&
             record_id_equal(&entry->pin, &following->signer.identity_id)));
}

static int
follow(struct cli *cli, struct following *following)
{
    const struct trust_entry *entry =
        trust_get(following->trust, &following->publisher.key.author);
    bool is_renamed;
    int code = publisher_signer(cli, &following->publisher, following->trust,
                                &following->signer);

    following->is_introducer =
        trust_is_introducer(following->trust, &following->publisher.key.author);

    if (code == CLI_DONE)
        code = choose_name(cli, following);
    if (code == CLI_DONE)
        code = check_name(cli, following, following->trust);
    if (code != CLI_DONE)
        return code;
    warn_of_alike(cli, following);
    if (entry != NULL && entry->is_own && !is_done(following, entry))
        return cli_fail(cli, CLI_USAGE, NULL,
                        _("this is your own key '%s'; it counts as followed"),
                        entry->name);
    if (entry != NULL && entry->has_pin &&
        !record_id_equal(&entry->pin, &following->signer.identity_id))
        return cli_fail(cli, CLI_FAILED, "p2pub unfollow NAME",
                        _("you follow '%s' with another identity than this "
                          "one, and cannot follow both"),
                        entry->name);
    if (is_done(following, entry)) {
        report(cli, following);
        /* Perhaps the one before us was cut short. */
        follows_move(cli, &following->publisher.key.author, STORE_FOLLOWED);
        report_introducer(cli, following);
        return CLI_DONE;
    }
    /* The words of a key that is only renamed were compared. */
    is_renamed = entry != NULL && (entry->has_pin || !has_identity(following));
    if (!is_renamed)
        code = compare_words(cli, following);
    if (code == CLI_DONE)
        code = follows_update(cli, change_trust, following);
    if (code != CLI_DONE)
        return code;
    keep_identity(cli, following->publisher.identity);
    report(cli, following);
    follows_move(cli, &following->publisher.key.author, STORE_FOLLOWED);
    report_introducer(cli, following);
    return CLI_DONE;
}

/* A key or a file; and who is to be an introducer may be followed already, and
 * be called by name. */
static int
find_publisher(struct cli *cli, const char *argument,
               struct following *following)
{
    const struct trust_entry *entry;

    if (following->asks_introducer &&
        trust_find_name(following->trust, argument, &entry) == STATUS_OK) {
        following->publisher.key = entry->key;
        return CLI_DONE;
    }
    return publisher_read(cli, argument, &following->publisher);
}

int
cmd_follow(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"name", required_argument, NULL, 'n'},
        {"introducer", no_argument, NULL, 'i'},
        {"yes", no_argument, NULL, 'y'},
        {NULL, 0, NULL, 0},
    };
    struct following following = {0};
    int value;
    int code;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        if (value == 'n')
            following.asked_name = optarg;
        if (value == 'i')
            following.asks_introducer = true;
        if (value == 'y')
            following.is_agreed = true;
    }
    CLI_OPTIONS_RETURN(value);
    if (optind + 1 != argc)
        return cli_misused(cli, _("follow takes one KEY or FILE"));
    code = home_open_trust(cli, &following.trust);
    if (code == CLI_DONE)
        code = find_publisher(cli, argv[optind], &following);
    if (code == CLI_DONE)
        code = follow(cli, &following);
    trust_free(following.trust);
    publisher_release(&following.publisher);
    return code;
}
