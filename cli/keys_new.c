#include "cli/keys.h"

#include "cli/i18n.h"
#include "cli/key_maker.h"

/* What a key is called when nobody says. */
#define DEFAULT_NAME "publisher"

int
keys_new(struct cli *cli, struct keys_request *request)
{
    struct key_made made;
    int code;

    request->maker.name =
        request->argument == NULL ? DEFAULT_NAME : request->argument;
    request->maker.source = &request->answer.source;
    code = key_maker_run(cli, &request->maker, &made);
    if (code == CLI_DONE)
        code =
            keys_show_key(cli, request->maker.name, &made.secret->public_key);
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
