/*
 * vouch: say in public whose another key is.
 */
#include <string.h>

#include "bundles/lineage.h"
#include "bundles/record_field.h"
#include "bundles/revocation.h"
#include "bundles/vouches.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/document.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/publisher.h"
#include "core/limits.h"

struct run {
    struct answer answer;
    const char *key; /* as it was typed */
    const char *name;
    struct publisher publisher; /* whom it is about */
    struct trust *trust;
    struct verdict_signer signer;
    struct vouch vouch;
};

static int
check_name(struct cli *cli, const char *name)
{
    struct byte_view text = byte_view_of_text(name);

    if (text.size <= VOUCH_NAME_MAX && record_field_is_text(text))
        return CLI_DONE;
    return cli_misused(cli,
                       _("the name is to be one line of 1 to %zu octets, "
                         "without control characters and without blanks "
                         "around it"),
                       VOUCH_NAME_MAX);
}

/* Somebody whom the reader follows by that name, else a key or a file. */
static int
find_key(struct cli *cli, struct run *run)
{
    const struct trust_entry *entry;
    enum status status;
    int code = home_open_trust(cli, &run->trust);

    if (code != CLI_DONE)
        return code;
    status = trust_find_name(run->trust, run->key, &entry);
    if (status == STATUS_AMBIGUOUS)
        return cli_fail(cli, CLI_USAGE, "p2pub vouch KEY NAME",
                        _("you know more than one key by the name '%s'"),
                        run->key);
    if (status != STATUS_OK)
        return publisher_read(cli, run->key, &run->publisher);
    run->publisher.key = entry->key;
    return CLI_DONE;
}

static bool
has_identity(const struct verdict_signer *signer)
{
    return signer->identity != VERDICT_IDENTITY_NONE &&
           signer->identity != VERDICT_IDENTITY_SEVERAL;
}

/* Where another key took the place of the one that was given, it is vouched
 * for: by the identity, the earlier ones have the name too. */
static int
find_present_key(struct cli *cli, struct run *run)
{
    struct vouch *vouch = &run->vouch;
    struct lineage lineage;
    enum status status =
        lineage_read(&lineage, run->answer.store, &vouch->identity);

    if (status == STATUS_OK &&
        lineage_key(&lineage, &vouch->key.author) != NULL &&
        !key_author_equal(&lineage_present(&lineage)->key.author,
                          &vouch->key.author)) {
        vouch->key = lineage_present(&lineage)->key;
        cli_say(cli, _("Another key took the place of this one; the vouch is "
                       "for that, and holds for both."));
    }
    lineage_release(&lineage);
    return status == STATUS_OK || status == STATUS_NOT_FOUND
               ? CLI_DONE
               : cli_fail_store(cli, status);
}

/* What is signed: the key, and the identity that its words are of. */
static int
fill(struct cli *cli, struct run *run)
{
    const struct publisher *publisher = &run->publisher;
    const struct trust_entry *entry =
        trust_get(run->trust, &publisher->key.author);
    int code = publisher_signer(cli, publisher, run->trust, &run->signer);

    if (code != CLI_DONE)
        return code;
    if (entry != NULL && entry->is_own)
        return cli_fail(cli, CLI_USAGE, NULL,
                        _("'%s' is your own key, and nobody vouches for "
                          "itself"),
                        entry->name);
    if (entry != NULL && entry->has_pin &&
        !record_id_equal(&entry->pin, &run->signer.identity_id))
        return cli_fail(cli, CLI_FAILED, "p2pub unfollow NAME",
                        _("you follow '%s' with another identity than this "
                          "one"),
                        entry->name);
    run->vouch.key = publisher->key;
    run->vouch.has_identity = has_identity(&run->signer);
    run->vouch.identity = run->signer.identity_id;
    run->vouch.name = byte_view_of_text(run->name);
    return CLI_DONE;
}

/* Nobody is to be told that a key is somebody's which its holder gave up. */
static int
check_revoked(struct cli *cli, const struct run *run)
{
    static const struct record_id none = {{0}};
    struct revocation revoked;
    enum status status = revocation_find(&revoked, run->answer.store,
                                         &run->vouch.key.author, &none);
    const bool is_revoked = revoked.record != NULL;

    revocation_release(&revoked);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    return is_revoked ? cli_fail(cli, CLI_FAILED, NULL,
                                 _("this key was revoked by whoever held it"))
                      : CLI_DONE;
}

static bool
is_same(const struct vouches_name *said, const struct vouch *vouch)
{
    return !said->entry.is_derived &&
           byte_view_equal_text(vouch->name, said->name) &&
           said->entry.has_pin == vouch->has_identity &&
           (!vouch->has_identity ||
            record_id_equal(&said->entry.pin, &vouch->identity));
}

/* Twice the same says nothing, and more than count say nothing either. */
static int
check_is_new(struct cli *cli, const struct run *run)
{
    const struct keyring_entry *entry = run->answer.entry;
    const struct vouches_name *said;
    struct vouches *vouches;
    char id[RECORD_ID_TEXT_SIZE];
    size_t looked;
    size_t count;
    enum status status = vouches_read(&vouches, &looked, run->answer.store,
                                      &entry->key, entry->name);
    int code = CLI_DONE;

    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    said = vouches_get(vouches, &run->vouch.key.author, &count);
    if (said != NULL && is_same(said, &run->vouch)) {
        record_id_format(&said->id, id);
        code = cli_fail(cli, CLI_FAILED, NULL, _("already vouched as %s"), id);
    } else if (looked == VOUCHES_MAX) {
        code = cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' has signed %zu vouches, and no more of one "
                          "key count"),
                        entry->name, VOUCHES_MAX);
    }
    vouches_free(vouches);
    return code;
}

/* The words were compared when it was followed; else they are now. */
static int
confirm(struct cli *cli, const struct run *run)
{
    const struct answer *answer = &run->answer;
    const bool can_ask = !cli->json && prompt_can_ask();

    if (answer->yes || answer->dry_run)
        return CLI_DONE;
    if (!can_ask && run->signer.trust == TRUST_FOLLOWED)
        return CLI_DONE;
    if (!can_ask)
        return cli_misused(cli, _("there is no terminal to compare the words "
                                  "on; --yes says that they were compared"));
    cli_say(cli,
            _("Readers will be told, as the word of '%s', that the key with "
              "these words is '%s':\n"),
            answer->entry->name, run->name);
    publisher_say_words(run->signer.words);
    return prompt_yes(_("Were they compared with its owner, and do you vouch "
                        "for it, in public? [y/N] "))
               ? CLI_DONE
               : cli_fail(cli, CLI_FAILED, NULL, _("nothing was signed"));
}

static void
report(struct cli *cli, const struct run *run)
{
    const struct vouch *vouch = &run->vouch;

    (void)json_object_set_new(cli->document, "for", document_key(&vouch->key));
    (void)json_object_set_new(cli->document, "name", json_string(run->name));
    (void)json_object_set_new(cli->document, "words",
                              json_string(run->signer.words));
    (void)json_object_set_new(
        cli->document, "identity_id",
        vouch->has_identity ? document_id(&vouch->identity) : json_null());
}

static int
vouch(struct cli *cli, struct run *run)
{
    struct publish_answer record = {.vouch = &run->vouch};
    int code = check_name(cli, run->name);

    if (code == CLI_DONE)
        code = find_key(cli, run);
    if (code == CLI_DONE)
        code = fill(cli, run);
    if (code == CLI_DONE)
        code = answer_choose_key(cli, &run->answer, NULL);
    if (code == CLI_DONE)
        code = home_open_store(cli, HOME_WRITE, &run->answer.store);
    if (code == CLI_DONE && run->vouch.has_identity)
        code = find_present_key(cli, run);
    if (code == CLI_DONE)
        code = check_revoked(cli, run);
    if (code == CLI_DONE)
        code = check_is_new(cli, run);
    if (code == CLI_DONE)
        code = confirm(cli, run);
    if (code != CLI_DONE)
        return code;
    run->answer.yes = true;
    code = answer_sign(cli, &run->answer, &record, NULL);
    if (code == CLI_DONE)
        report(cli, run);
    return code;
}

int
cmd_vouch(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        ANSWER_OPTIONS,
        ANSWER_APART_OPTIONS,
        {NULL, 0, NULL, 0},
    };
    struct run run = {.answer = {.source = PROMPT_SOURCE_NONE}};
    int code = CLI_DONE;
    int value;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        code = answer_take_option(cli, &run.answer, value);
        if (code != CLI_DONE)
            return code;
    }
    CLI_OPTIONS_RETURN(value);
    code = answer_check_arguments(cli, &run.answer, argc - optind, 2,
                                  _("vouch takes one KEY and one NAME"));
    if (code != CLI_DONE)
        return code;
    if (run.answer.signed_folder != NULL)
        return answer_take_signed(cli, &run.answer, "vouch");
    run.key = argv[optind];
    run.name = argv[optind + 1];
    code = vouch(cli, &run);
    publisher_release(&run.publisher);
    trust_free(run.trust);
    answer_release(&run.answer);
    return code;
}
