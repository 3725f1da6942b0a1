#include "cli/keys.h"

#include <string.h>

#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/key_maker.h"
#include "cli/prompt.h"
#include "cli/sheet.h"
#include "core/limits.h"

/* What a key is called when nobody says. */
#define DEFAULT_NAME "publisher"

/* Longest name of a folder that is typed. */
#define FOLDER_SIZE 1024

/* Before anything is made: nothing may be in the way of the sheets.  Whether
 * there will be a recovery sheet follows from who may replace the key. */
int
keys_check_sheets(struct cli *cli, const char *folder, const char *name,
                  bool has_words)
{
    int code = sheet_check_free(cli, folder, name, SHEET_REVOCATION);

    return code == CLI_DONE && has_words
               ? sheet_check_free(cli, folder, name, SHEET_RECOVERY)
               : code;
}

static int
write_sheets(struct cli *cli, const char *folder, const char *name,
             const struct key_made *made)
{
    char fingerprint[WORDS_FINGERPRINT_SIZE];
    struct sheet sheet = {.name = name,
                          .key = made->secret->public_key,
                          .fingerprint = fingerprint,
                          .words = made->words.text};
    int code = CLI_DONE;

    words_fingerprint(fingerprint, made->identity.octets);
    if (made->words.text != NULL)
        code = sheet_write(cli, folder, SHEET_RECOVERY, &sheet);
    if (code == CLI_DONE)
        code = keys_write_revocation(cli, folder, name, fingerprint,
                                     made->secret, NULL);
    if (code == CLI_DONE && made->words.text != NULL)
        cli_say(cli, _("Print both, delete the files, and keep the two apart: "
                       "the recovery words can take your key's place, the "
                       "revocation can only end it."));
    else if (code == CLI_DONE)
        cli_say(cli, _("Print it, delete the files, and give it to somebody "
                       "whom you trust."));
    return code;
}

/* A person at a terminal is asked; false for no. */
static bool
offer_sheets(struct cli *cli, const char *name, const struct key_made *made,
             char folder[FOLDER_SIZE])
{
    const bool has_words = made->words.text != NULL;

    if (cli->json || cli->quiet || !prompt_can_ask())
        return false;
    cli_say(cli,
            has_words
                ? _("Sheets to print can be written: the recovery words, and a "
                    "revocation for a friend to keep.")
                : _("A sheet to print can be written: a revocation for a "
                    "friend to keep."));
    if (!prompt_line(_("Into which folder? Enter for none: "), folder,
                     FOLDER_SIZE))
        return false;
    return keys_check_sheets(cli, folder, name, has_words) == CLI_DONE;
}

/* The sheets, or the words on the screen. */
int
keys_hand_over(struct cli *cli, const char *folder, const char *name,
               const struct key_made *made)
{
    char typed[FOLDER_SIZE];

    if (folder == NULL && offer_sheets(cli, name, made, typed))
        folder = typed;
    if (folder == NULL) {
        key_made_show_words(cli, made, true);
        return CLI_DONE;
    }
    return write_sheets(cli, folder, name, made);
}

int
keys_new(struct cli *cli, struct keys_request *request)
{
    struct key_made made;
    int code;

    request->maker.name =
        request->argument == NULL ? DEFAULT_NAME : request->argument;
    request->maker.source = &request->answer.source;
    memset(&made, 0, sizeof(made));
    code = request->sheets == NULL
               ? CLI_DONE
               : keys_check_sheets(cli, request->sheets, request->maker.name,
                                   request->maker.identity.recovery_count == 0);
    if (code == CLI_DONE)
        code = key_maker_run(cli, &request->maker, &made);
    if (code == CLI_DONE)
        code =
            keys_show_key(cli, request->maker.name, &made.secret->public_key);
    if (code == CLI_DONE) {
        code = keys_hand_over(cli, request->sheets, request->maker.name, &made);
        /* The key is there, and nothing else has its words. */
        if (code != CLI_DONE) {
            cli_warn(cli, _("the key was made; not all of its sheets were"));
            key_made_show_words(cli, &made, true);
        }
        cli_say(cli,
                _("Back up '%s/keys', and tell people the eight words in "
                  "a way that cannot be forged."),
                cli->home);
    }
    key_made_release(&made);
    return code;
}
