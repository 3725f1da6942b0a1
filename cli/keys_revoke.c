#include "cli/keys.h"

#include "bundles/revocation.h"
#include "cli/home.h"
#include "cli/i18n.h"
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
              "other key takes its place, and it cannot be undone."),
            answer->entry->name);
    return prompt_yes(_("Revoke this key, in public? [y/N] "))
               ? CLI_DONE
               : cli_fail(cli, CLI_FAILED, NULL, _("nothing was signed"));
}

static int
revoke(struct cli *cli, struct answer *answer, const char *reason)
{
    struct revoke revoke = {0};
    /* Outside the sequence: whoever has stolen the key may have taken the next
     * number, and the own history may be lost. */
    struct publish_answer record = {.revoke = &revoke, .outside = true};
    int code;

    if (reason == NULL)
        return cli_misused(cli, _("keys revoke needs --reason TEXT: readers "
                                  "see it with all that the key signed"));
    code = answer_check_reason(cli, reason, REVOKE_REASON_MAX);
    if (code == CLI_DONE)
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

int
keys_revoke(struct cli *cli, struct keys_request *request)
{
    int code;

    request->answer.key_name = request->argument;
    code = revoke(cli, &request->answer, request->reason);
    answer_release(&request->answer);
    return code;
}
