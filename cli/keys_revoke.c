#include "cli/keys.h"

#include "bundles/revocation.h"
#include "bundles/revoke.h"
#include "cli/cli_clock.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/sheet.h"
#include "core/limits.h"

/* Twice the same says nothing.  In other words it may be said again: a thief
 * may have revoked the key first. */
static int
check_is_new(struct cli *cli, const struct answer *answer, const char *reason)
{
    static const struct record_id none = {{0}};
    struct revocation revoked;
    enum status status = revocation_find(&revoked, answer->store,
                                         &answer->entry->key.author, &none);
    int code = CLI_DONE;

    if (status != STATUS_OK)
        code = cli_fail_store(cli, status);
    else if (revoked.record != NULL &&
             byte_view_equal_text(revoked.reason, reason))
        code = cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is revoked already, with this reason"),
                        answer->entry->name);
    revocation_release(&revoked);
    return code;
}

/* It cannot be undone: a person says yes, or --yes does. */
static int
confirm(struct cli *cli, const struct answer *answer)
{
    if (answer->yes || answer->dry_run)
        return CLI_DONE;
    if (cli->json || !prompt_can_ask())
        return cli_misused(cli, _("a revocation cannot be undone: --yes says "
                                  "that it is meant"));
    cli_say(cli,
            _("Readers will be told, with everything that '%s' has signed and "
              "signs, that it is revoked. Nothing is hidden or deleted, no "
              "other key takes its place (that is keys recover), and it cannot "
              "be undone."),
            answer->entry->name);
    return prompt_yes(_("Revoke this key, in public? [y/N] "))
               ? CLI_DONE
               : cli_fail(cli, CLI_FAILED, NULL, _("nothing was signed"));
}

/* With the key itself, at once. */
static int
publish(struct cli *cli, struct answer *answer, const char *reason)
{
    struct revoke revoke = {0};
    /* Outside the sequence: whoever has stolen the key may have taken the next
     * number, and the own history may be lost. */
    struct publish_answer record = {.revoke = &revoke, .outside = true};
    int code;

    if (reason == NULL)
        return cli_misused(cli, _("keys revoke needs --reason TEXT: readers "
                                  "see it with all that the key signed"));
    code = answer_choose_key(cli, answer, NULL);
    if (code == CLI_DONE)
        code = home_open_store(cli, HOME_WRITE, &answer->store);
    if (code == CLI_DONE)
        code = check_is_new(cli, answer, reason);
    if (code == CLI_DONE)
        code = confirm(cli, answer);
    if (code != CLI_DONE)
        return code;
    revoke.reason = byte_view_of_text(reason);
    answer->yes = true;
    return answer_sign(cli, answer, &record, NULL);
}

/* What readers are told by a sheet that was written in advance. */
static const char in_advance[] =
    N_("by its owner, with a sheet that was written in advance");

int
keys_write_revocation(struct cli *cli, const char *folder, const char *name,
                      const char *fingerprint, const struct key_secret *secret,
                      const char *reason)
{
    const struct byte_view text =
        byte_view_of_text(reason == NULL ? _(in_advance) : reason);
    struct record *record = NULL;
    struct sheet sheet = {
        .name = name, .key = secret->public_key, .fingerprint = fingerprint};
    const enum status status =
        revoke_seal(&record, secret, text, cli_clock_today());
    int code;

    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    sheet.revocation = record;
    code = sheet_write(cli, folder, SHEET_REVOCATION, &sheet);
    record_free(record);
    return code;
}

/* On a sheet, and to nobody. */
static int
prepare(struct cli *cli, struct keys_request *request)
{
    struct answer *answer = &request->answer;
    struct key_secret *secret = NULL;
    struct verdict_signer signer;
    int code = answer_choose_key(cli, answer, NULL);

    if (code == CLI_DONE)
        code = sheet_check_free(cli, request->sheets, answer->entry->name,
                                SHEET_REVOCATION);
    if (code == CLI_DONE)
        code = keys_find_signer(cli, &answer->entry->key, &signer);
    if (code == CLI_DONE)
        code = keyring_unlock(cli, &answer->source, answer->entry, &secret);
    if (code == CLI_DONE)
        code = keys_write_revocation(cli, request->sheets, answer->entry->name,
                                     signer.words, secret, request->reason);
    key_secret_free(secret);
    if (code == CLI_DONE)
        cli_say(cli, _("Nothing was published. Print it, delete the files, and "
                       "give it to somebody whom you trust."));
    return code;
}

int
keys_revoke(struct cli *cli, struct keys_request *request)
{
    int code = CLI_DONE;

    if (request->sheet != NULL &&
        (request->sheets != NULL || request->reason != NULL))
        return cli_misused(cli, _("what --file publishes was signed before: "
                                  "neither --reason nor --sheets changes it"));
    request->answer.key_name = request->argument;
    if (request->reason != NULL)
        code = answer_check_reason(cli, request->reason, REVOKE_REASON_MAX);
    if (code != CLI_DONE)
        return code;
    if (request->sheet != NULL)
        code = keys_revoke_from_sheet(cli, request);
    else if (request->sheets != NULL)
        code = prepare(cli, request);
    else
        code = publish(cli, &request->answer, request->reason);
    answer_release(&request->answer);
    return code;
}
