#include "cli/keys_verb.h"

#include <string.h>

#include "cli/command.h"
#include "cli/i18n.h"

static const struct keys_verb verbs[] = {
    {"list",
     {"keys list", "", N_("The keys there are"), N_("  p2pub keys list\n"),
      NULL},
     0,
     "",
     keys_list},
    {"new",
     {"keys new", "[NAME] [OPTION]...", N_("Make a key"),
      N_("NAME is also what others are told.\n"
         "Words are shown once, that can replace\n"
         "the key when it is lost.\n"
         "\n"
         "--sheets DIR      write the words and a\n"
         "                  revocation there, to\n"
         "                  print\n"
         "--recovery KEY    others may replace it\n"
         "                  (several times)\n"
         "--threshold T     T of them together\n"
         "--name-in L=NAME  name in language L\n"
         "--web URL\n"
         "--no-passphrase   not encrypted\n"
         "--passphrase-file FILE\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub keys new \"Committee\" \\\n"
         "    --sheets /media/stick\n"),
      NULL},
     1,
     "rtlunPd",
     keys_new},
    {"show",
     {"keys show", "[NAME] [--public]", N_("A key, and its words"),
      N_("--public  the key alone\n"
         "\n"
         "  p2pub keys show --public\n"),
      NULL},
     1,
     "p",
     keys_show},
    {"import",
     {"keys import", "FILE [OPTION]...", N_("Take in one of minisign's"),
      N_("FILE is a secret key, or a public key\n"
         "whose secret half is elsewhere.\n"
         "\n"
         "--passphrase-file FILE\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub keys import Me.key\n"),
      NULL},
     1,
     "P",
     keys_import},
    {"passphrase",
     {"keys passphrase", "[NAME] [OPTION]...", N_("Another passphrase"),
      N_("--no-passphrase   not encrypted\n"
         "--passphrase-file FILE\n"
         "                  line 1: it; line 2:\n"
         "                  the new one\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub keys passphrase\n"),
      NULL},
     1,
     "nP",
     keys_passphrase},
    {"revoke",
     {"keys revoke", "[NAME] [OPTION]...", N_("Not to be trusted any more"),
      N_("Readers are told with all that the key\n"
         "signed.  It cannot be undone.\n"
         "\n"
         "--reason TEXT  readers see it\n"
         "--file SHEET   without the key, from\n"
         "               what was typed off its\n"
         "               sheet\n"
         "--sheets DIR   write that sheet, and\n"
         "               publish nothing\n"
         "--offline --dry-run --yes\n"
         "--passphrase-file FILE\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub keys revoke \\\n"
         "    --reason \"the laptop was taken\"\n"
         "  p2pub keys revoke --file typed.txt\n"),
      NULL},
     1,
     "wfdODYP",
     keys_revoke},
};

const struct keys_verb *
keys_verb_find(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

const struct cli_command *
cmd_keys_page(const char *verb)
{
    const struct keys_verb *found = keys_verb_find(verb);

    return found == NULL ? NULL : &found->page;
}
