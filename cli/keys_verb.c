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
    {"rotate",
     {"keys rotate", "[NAME] [OPTION]...", N_("Change the key, or who may"),
      N_("A new version of your identity.  It\n"
         "counts when as many recovery keys have\n"
         "signed it as the old one says: words\n"
         "at hand sign at once, others cosign it.\n"
         "\n"
         "--same-key        keep the key\n"
         "--new-words       other words from now\n"
         "--recovery KEY --threshold T\n"
         "--name-in L=NAME --web URL\n"
         "--words           type recovery words\n"
         "--words-file FILE\n"
         "--good ID         the last good record\n"
         "--identity ID     yours, of several\n"
         "--new-name NAME   of the new key here\n"
         "--sheets DIR --offline --yes\n"
         "--no-passphrase --passphrase-fd N\n"
         "--passphrase-file FILE\n"
         "\n"
         "  p2pub keys rotate --words\n"
         "  p2pub keys rotate --same-key \\\n"
         "    --web https://example.org/\n"),
      NULL},
     1,
     "rtludWFgiNRsOYnP",
     keys_rotate},
    {"recover",
     {"keys recover", "[NAME|KEY]", N_("When the key is lost"),
      N_("A new key takes the place of one that\n"
         "is lost, or in others' hands.  Only\n"
         "the recovery keys are needed: words, or\n"
         "those who keep them cosign.\n"
         "\n"
         "--words           type recovery words\n"
         "--words-file FILE\n"
         "--good ID         your last record\n"
         "--identity ID     yours, of several\n"
         "--new-words       other words from now\n"
         "--recovery KEY --threshold T\n"
         "--name-in L=NAME --web URL\n"
         "--new-name NAME   of the new key here\n"
         "--sheets DIR --offline --yes\n"
         "--no-passphrase --passphrase-fd N\n"
         "--passphrase-file FILE\n"
         "\n"
         "  p2pub keys recover \"Committee\" \\\n"
         "    --words --new-words\n"),
      NULL},
     1,
     "rtludWFgiNROYnP",
     keys_recover},
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
