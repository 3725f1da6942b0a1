/*
 * withdraw: take back what an own key signed, with a reason.
 */
#include <string.h>

#include "bundles/withdrawals.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/followed.h"
#include "cli/i18n.h"
#include "core/limits.h"

static int
check_reason(struct cli *cli, const char *reason)
{
    if (reason == NULL)
        return cli_misused(cli, _("withdraw needs --reason TEXT: readers see "
                                  "it before anything else"));
    return answer_check_reason(cli, reason, WITHDRAW_REASON_MAX);
}

static int
check_subject(struct cli *cli, const struct answer *answer)
{
    bool is_withdrawn = false;
    bool may;
    enum status status;
    int code = followed_may_act(cli, answer->store, &answer->entry->key.author,
                                &answer->row.author, &may);

    if (code != CLI_DONE)
        return code;
    if (!may)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("another key than '%s' signed this, and only that "
                          "one, or the present key of its identity, can "
                          "withdraw it"),
                        answer->entry->name);
    if (answer->row.kind != RECORD_STATEMENT &&
        answer->row.kind != RECORD_SEALED &&
        answer->row.kind != RECORD_COSIGN &&
        answer->row.kind != RECORD_WITHDRAW && answer->row.kind != RECORD_VOUCH)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is neither a statement nor a co-signature nor "
                          "a vouch nor a withdrawal, and nothing else can be "
                          "withdrawn"),
                        answer->digits);
    status = withdrawals_has(&is_withdrawn, answer->lineages,
                             &answer->row.author, &answer->row.id);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    return is_withdrawn
               ? cli_fail(cli, CLI_FAILED, NULL, _("'%s' is withdrawn already"),
                          answer->digits)
               : CLI_DONE;
}

static int
withdraw(struct cli *cli, struct answer *answer, const char *reason)
{
    struct withdraw withdraw = {.reason = byte_view_of_text(reason)};
    struct publish_answer record = {.withdraw = &withdraw};
    int code = answer_open(cli, answer);

    if (code == CLI_DONE)
        code = answer_choose_key(cli, answer, &answer->row.author);
    if (code == CLI_DONE)
        code = check_subject(cli, answer);
    if (code != CLI_DONE)
        return code;
    withdraw.withdraws = answer->row.id;
    return answer_sign(cli, answer, &record,
                       _("Withdraw this, in public? [y/N] "));
}

int
cmd_withdraw(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"reason", required_argument, NULL, 'r'},
        ANSWER_OPTIONS,
        ANSWER_APART_OPTIONS,
        {NULL, 0, NULL, 0},
    };
    struct answer answer = {.source = PROMPT_SOURCE_NONE};
    const char *reason = NULL;
    int code = CLI_DONE;
    int value;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        if (value == 'r')
            reason = optarg;
        else
            code = answer_take_option(cli, &answer, value);
        if (code != CLI_DONE)
            return code;
    }
    CLI_OPTIONS_RETURN(value);
    code = answer_check_arguments(cli, &answer, argc - optind, 1,
                                  _("withdraw takes one ID"));
    if (code != CLI_DONE)
        return code;
    if (answer.signed_folder != NULL)
        return answer_take_signed(cli, &answer, "withdraw");
    code = check_reason(cli, reason);
    if (code != CLI_DONE)
        return code;
    answer.digits = argv[optind];
    code = withdraw(cli, &answer, reason);
    answer_release(&answer);
    return code;
}
