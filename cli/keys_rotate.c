#include "cli/i18n.h"
#include "cli/keys.h"
#include "cli/rotation.h"

static int
rotate(struct cli *cli, struct keys_request *request)
{
    struct answer *answer = &request->answer;
    struct rotation rotation = {.request = request};
    int code = answer_choose_key(cli, answer, NULL);

    if (code != CLI_DONE)
        return code;
    rotation.key = answer->entry->key;
    rotation.name = answer->entry->name;
    rotation.same = request->same_key ? answer->entry : NULL;
    return rotation_run(cli, &rotation);
}

int
keys_rotate(struct cli *cli, struct keys_request *request)
{
    int code;

    if (request->same_key &&
        (request->new_name != NULL || request->maker.no_passphrase))
        return cli_misused(cli, _("--same-key: there is no new key to name"));
    if (request->same_key && !request->new_words && request->good_count == 0 &&
        !identity_options_are_given(&request->maker.identity))
        return cli_misused(cli, _("--same-key, and nothing that changes"));
    if (request->new_words && request->maker.identity.recovery_count > 0)
        return cli_misused(cli, _("--new-words, and --recovery: which of "
                                  "them?"));
    request->answer.key_name = request->argument;
    code = rotate(cli, request);
    answer_release(&request->answer);
    return code;
}
